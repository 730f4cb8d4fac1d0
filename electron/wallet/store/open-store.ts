import { join } from 'node:path'
import { assert } from '../../../shared/kernel/assert.ts'
import { makeFolder } from './durable-write.ts'
import { acquireLock } from './lock.ts'
import type { Lock } from './lock.ts'
import { schemaOf } from './schema.ts'
import type { Migration, Schema } from './schema.ts'
import { serially } from './serial.ts'
import { ROW_ID, StoreError } from './store.ts'
import type { Accepted, Collection, CollectionDraft, Snapshot, WalletStore } from './store.ts'
import { changeShelf, WalletFiles } from './wallet-files.ts'
import type { Contents, Opened, Shelf } from './wallet-files.ts'

export interface StoreOptions<State, Rows> {
  readonly folder: string
  /** The state of a new wallet. */
  readonly empty: State
  /** Throws for what is not a state. Applied to what is read and to every update. */
  readonly validate: (value: unknown) => State
  /** By collection, the same for its rows. The names become folders. */
  readonly collections: { readonly [Name in keyof Rows]: (value: unknown) => Rows[Name] }
  readonly migrations?: readonly Migration[]
}

/** Throws StoreError: `store_locked`, `store_newer_version`, `store_damaged`, `store_invalid`, `store_unavailable`. */
export async function openStore<State, Rows extends object>(
  options: StoreOptions<State, Rows>,
): Promise<WalletStore<State, Rows>> {
  const validators = new Map<string, (value: unknown) => unknown>(Object.entries(options.collections))
  const schema = schemaOf(options.validate, validators, options.migrations ?? [])
  const files = new WalletFiles(options.folder, schema)
  return await environment(async () => {
    await makeFolder(options.folder)
    const lock = await acquireLock(join(options.folder, 'wallet.lock'))
    try {
      const opened = await files.open(schema.acceptState(structuredClone(options.empty)))
      return new FileStore<State, Rows>(files, schema, lock, opened)
    } catch (error) {
      await lock.release()
      throw error
    }
  })
}

class FileStore<State, Rows extends object> implements WalletStore<State, Rows> {
  readonly recovered: boolean
  readonly setAside: Opened['setAside']
  readonly lost: Opened['lost']
  readonly collections: WalletStore<State, Rows>['collections']
  readonly #files: WalletFiles
  readonly #schema: Schema
  readonly #lock: Lock
  readonly #inTurn = serially()
  readonly #listeners = new Set<(state: Readonly<State>) => void>()
  /** Undefined once a write failed in such a way that nobody knows what the disk holds; reopening finds out. */
  #durable: Contents | undefined
  #shown: Contents
  #closed = false

  constructor(files: WalletFiles, schema: Schema, lock: Lock, opened: Opened) {
    this.#files = files
    this.#schema = schema
    this.#lock = lock
    this.recovered = opened.recovered
    this.setAside = opened.setAside
    this.lost = opened.lost
    this.#durable = opened.contents
    this.#shown = opened.contents
    this.collections = Object.fromEntries(
      schema.collections.map((name) => [name, this.#collection(name)]),
    ) as typeof this.collections
  }

  read(): Readonly<State> {
    return this.#shown.state as State
  }

  async update(change: Parameters<WalletStore<State, Rows>['update']>[0]): Promise<void> {
    assert(!this.#closed, 'the store is closed')
    await this.#inTurn(async () => {
      await this.#assertWriter()
      const before = this.#durable
      if (before === undefined)
        throw new StoreError('store_write_failed', 'an earlier update failed; open the wallet anew')
      await this.#commit(before, this.#change(before, change))
    })
  }

  snapshot(): Snapshot {
    const { state, shelves } = this.#shown
    const rows = Object.fromEntries([...shelves].map(([name, shelf]) => [name, Object.fromEntries(shelf.rows)]))
    return { schemaVersion: this.#schema.version, state, rows }
  }

  accept({ schemaVersion, state, rows }: Snapshot): Accepted<State, Rows> {
    const { version, collections } = this.#schema
    if (schemaVersion > version)
      throw new StoreError('store_newer_version', 'the snapshot was made by a newer version of this program')
    for (const [name, shelf] of Object.entries(rows))
      if (!collections.includes(name) || Object.keys(shelf).some((id) => !ROW_ID.test(id)))
        throw new StoreError('store_invalid', 'the snapshot has rows that this program does not know')
    const shelfOf = (name: string): ReadonlyMap<string, unknown> =>
      new Map(
        Object.entries(rows[name] ?? {}).map(([id, row]) => [
          id,
          this.#schema.readRow(name, { schemaVersion, content: row }),
        ]),
      )
    return {
      state: this.#schema.readState({ schemaVersion, content: { state } }) as State,
      rows: Object.fromEntries(collections.map((name) => [name, shelfOf(name)])) as Accepted<State, Rows>['rows'],
    }
  }

  replace({ state, rows }: Accepted<State, Rows>): Promise<void> {
    return this.update((draft, drafts) => {
      for (const member of Object.keys(draft as object)) Reflect.deleteProperty(draft as object, member)
      Object.assign(draft as object, structuredClone(state))
      for (const [name, shelf] of Object.entries<ReadonlyMap<string, unknown>>(rows)) {
        const into = (drafts as Record<string, CollectionDraft<unknown>>)[name]!
        for (const id of this.#shelf(name).rows.keys()) if (!shelf.has(id)) into.remove(id)
        for (const [id, row] of shelf) into.put(id, row)
      }
    })
  }

  subscribe(listener: (state: Readonly<State>) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#inTurn(() => this.#lock.release())
  }

  async #assertWriter(): Promise<void> {
    try {
      await this.#lock.assertHeld()
    } catch (cause) {
      // From now on somebody else may decide what the disk holds.
      this.#durable = undefined
      if (cause instanceof StoreError) throw cause
      throw new StoreError('store_unavailable', 'the lock of the wallet cannot be read', { cause })
    }
  }

  #change(before: Contents, change: Parameters<WalletStore<State, Rows>['update']>[0]): Contents {
    const draft = structuredClone(before.state) as State
    const changes = new Map<string, Map<string, unknown>>()
    const drafts = this.#schema.collections.map((name) => {
      const rows = new Map<string, unknown>()
      changes.set(name, rows)
      return [name, this.#collectionDraft(name, before, rows)]
    })
    const answer: unknown = change(draft, Object.fromEntries(drafts) as Parameters<typeof change>[1])
    assert(!(answer instanceof Promise), 'what an update changes later would be lost')
    let sequence = before.sequence
    const nextNumber = (): number => (sequence += 1)
    const shelves = new Map(
      [...before.shelves].map(([name, shelf]) => [name, changeShelf(shelf, changes.get(name), nextNumber)]),
    )
    return { state: this.#schema.acceptState(draft), shelves, sequence: nextNumber() }
  }

  async #commit(before: Contents, after: Contents): Promise<void> {
    try {
      await this.#files.commit(before, after)
    } catch (cause) {
      this.#durable = await this.#files.onDisk(before, after)
      this.#shown = this.#durable ?? before
      if (cause instanceof StoreError) throw cause
      throw new StoreError('store_write_failed', 'the change could not be stored', { cause })
    }
    this.#durable = after
    this.#shown = after
    // A listener that throws is a bug of its own and does not make a durable change fail.
    for (const listener of this.#listeners) queueMicrotask(() => listener(after.state as State))
  }

  #collection(name: string): Collection<unknown> {
    const change = async (act: (rows: CollectionDraft<unknown>) => void): Promise<void> => {
      await this.update((_, rows) => act((rows as Record<string, CollectionDraft<unknown>>)[name]!))
    }
    return {
      get: (id) => this.#shelf(name).rows.get(id) as Readonly<unknown>,
      all: () => this.#shelf(name).rows as ReadonlyMap<string, Readonly<unknown>>,
      put: (id, row) => change((rows) => rows.put(id, row)),
      remove: (id) => change((rows) => rows.remove(id)),
    }
  }

  #shelf(name: string): Shelf {
    const shelf = this.#shown.shelves.get(name)
    assert(shelf !== undefined, `there is no collection ${name}`)
    return shelf
  }

  #collectionDraft(name: string, before: Contents, changes: Map<string, unknown>): CollectionDraft<unknown> {
    const kept = before.shelves.get(name)?.rows
    return {
      get: (id) => (changes.has(id) ? changes.get(id) : kept?.get(id)) as Readonly<unknown>,
      put: (id, row) => {
        assert(ROW_ID.test(id), 'a row ID has 1 to 80 letters, digits, "_" and "-"')
        changes.set(id, this.#schema.acceptRow(name, structuredClone(row)))
      },
      remove: (id) => {
        if (kept?.has(id) === true) changes.set(id, undefined)
        else changes.delete(id)
      },
    }
  }
}

/** What the operating system refuses is no fault of the caller's. */
async function environment<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (cause) {
    if (!(cause instanceof Error) || !('errno' in cause)) throw cause
    throw new StoreError('store_unavailable', 'the wallet folder cannot be used', { cause })
  }
}
