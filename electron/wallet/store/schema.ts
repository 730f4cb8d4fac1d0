import { assert } from '../../../shared/kernel/assert.ts'
import type { Versioned } from './envelope.ts'
import { StoreError } from './store.ts'

/** From one schema version to the next: what it does to the state and, by collection, to each row. */
export interface Migration {
  readonly state: (old: unknown) => unknown
  readonly rows?: Readonly<Record<string, (old: unknown) => unknown>>
}

/** How what was read becomes what the program works with. Values come out frozen: only an update may change them. */
export interface Schema {
  readonly version: number
  readonly collections: readonly string[]
  readState(main: Versioned): unknown
  readRow(collection: string, row: Versioned): unknown
  acceptState(value: unknown): unknown
  acceptRow(collection: string, value: unknown): unknown
}

/**
 * `migrations[0]` leads from version 1 to 2 and so on, so the current version is their number plus one. Rows are migrated
 * whenever they are read and keep their version on the disk until they are next written.
 */
export function schemaOf(
  validateState: (value: unknown) => unknown,
  validateRows: ReadonlyMap<string, (value: unknown) => unknown>,
  migrations: readonly Migration[],
): Schema {
  const acceptRow = (collection: string, value: unknown): unknown => {
    const validate = validateRows.get(collection)
    assert(validate !== undefined, `there is no collection ${collection}`)
    return freeze(validate(value))
  }
  return {
    version: migrations.length + 1,
    collections: [...validateRows.keys()],
    acceptState: (value) => freeze(validateState(value)),
    acceptRow,
    readState: ({ schemaVersion, content }) =>
      reading('wallet.json', () => {
        const steps = migrations.slice(schemaVersion - 1)
        const stored = (content as { state: unknown }).state
        return freeze(validateState(steps.reduce((value, step) => step.state(value), stored)))
      }),
    readRow: (collection, { schemaVersion, content }) =>
      reading(`one of the ${collection}`, () => {
        const steps = migrations.slice(schemaVersion - 1)
        return acceptRow(
          collection,
          steps.reduce((value, step) => step.rows?.[collection]?.(value) ?? value, content),
        )
      }),
  }
}

/** The file is whole, so the program is at fault: refused, and never taken for damage that the previous copy could mend. */
function reading<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new StoreError('store_invalid', `${what} is not what this program expects`, { cause })
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) freeze(member)
  }
  return value
}
