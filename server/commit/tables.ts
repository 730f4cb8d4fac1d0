import { assert } from '../../shared/kernel/assert.ts'
import type { Json } from '../../shared/signing/canonical.ts'

/**
 * The tables of a role, declared once: the SQLite and PostgreSQL adapters create them, the view types its rows by them.
 * Every table has one text column as primary key; a role composes it where the key has parts (`HOSHI:common`).
 */

/** `text?` and so on may be null. `integer` is a `bigint` in memory and a signed 64-bit column. `json` is canonical text in the database. */
export type ColumnType = 'text' | 'text?' | 'integer' | 'integer?' | 'flag' | 'json'

export interface Table {
  readonly key: string
  readonly columns: Readonly<Record<string, ColumnType>>
  /** Columns that `where` may ask for. */
  readonly indexes: readonly string[]
}

export type Tables = Readonly<Record<string, Table>>

type Value<Type extends ColumnType> = Type extends 'text'
  ? string
  : Type extends 'text?'
    ? string | null
    : Type extends 'integer'
      ? bigint
      : Type extends 'integer?'
        ? bigint | null
        : Type extends 'flag'
          ? boolean
          : Json

export type Row<T extends Table> = { readonly [Column in keyof T['columns']]: Value<T['columns'][Column]> }

/** A row whose table is not known to the type system: what the storage adapters handle. */
export type AnyRow = Readonly<Record<string, bigint | Json>>

export function table<
  const Columns extends Readonly<Record<string, ColumnType>>,
  const Key extends Extract<keyof Columns, string>,
  const Index extends Extract<keyof Columns, string>,
>(declared: {
  key: Key
  columns: Columns
  indexes?: readonly Index[]
}): { key: Key; columns: Columns; indexes: readonly Index[] } {
  assert(declared.columns[declared.key] === 'text', `the primary key ${declared.key} must be a text column`)
  return { key: declared.key, columns: declared.columns, indexes: declared.indexes ?? [] }
}
