import { assert } from '../../shared/kernel/assert.ts'
import type { AnyRow, Row, Tables } from './tables.ts'

/** Where a view reads what is stored. The SQLite adapter answers at once; nothing here writes. */
export interface RowSource {
  get(table: string, key: string): AnyRow | undefined
  /** Rows whose indexed column has the value, ordered by primary key. */
  where(table: string, column: string, value: string): readonly AnyRow[]
  /** All rows with a key greater than `after`, ordered by primary key, at most `limit`. */
  range(table: string, after: string, limit: number): readonly AnyRow[]
  counter(name: string): bigint
}

/** What a decision may read. */
export interface ReadView<T extends Tables> {
  get<Name extends Extract<keyof T, string>>(table: Name, key: string): Row<T[Name]> | undefined
  where<Name extends Extract<keyof T, string>>(
    table: Name,
    column: T[Name]['indexes'][number],
    value: string,
  ): Row<T[Name]>[]
  /** One page of a table in key order; `after` is the last key of the page before, '' for the first. */
  range<Name extends Extract<keyof T, string>>(table: Name, after: string, limit: number): Row<T[Name]>[]
  /** The last number drawn from the counter, 0 before the first. */
  counter(name: string): bigint
}

/** What a decision may read and change. Changes are seen by whatever is decided after it in the same transaction. */
export interface View<T extends Tables> extends ReadView<T> {
  put<Name extends Extract<keyof T, string>>(table: Name, row: Row<T[Name]>): void
  remove<Name extends Extract<keyof T, string>>(table: Name, key: string): void
  /** Draws the next number of a sequence without gaps: 1, 2, 3 ... */
  next(counter: string): bigint
}

export interface Changes {
  /** By table, by primary key; undefined removes the row. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, AnyRow | undefined>>
  readonly counters: ReadonlyMap<string, bigint>
}

type Layer = { rows: Map<string, Map<string, AnyRow | undefined>>; counters: Map<string, bigint> }

/** The primary key is a text column: `table` asserts it. */
const keyOf = (row: AnyRow, key: string): string => row[key] as string

const emptyLayer = (): Layer => ({ rows: new Map(), counters: new Map() })

/**
 * The stored rows, covered by the changes of the batch so far, covered by the changes of the command being decided.
 * Refusing a command drops the topmost layer, so that one command's refusal touches nobody else.
 */
export class LayeredView<T extends Tables> implements View<T> {
  readonly #tables: T
  readonly #source: RowSource
  #batch: Layer = emptyLayer()
  #command: Layer = emptyLayer()

  constructor(tables: T, source: RowSource) {
    this.#tables = tables
    this.#source = source
  }

  get<Name extends Extract<keyof T, string>>(table: Name, key: string): Row<T[Name]> | undefined {
    for (const layer of [this.#command, this.#batch]) {
      const rows = layer.rows.get(table)
      if (rows?.has(key) === true) return rows.get(key) as Row<T[Name]> | undefined
    }
    return this.#source.get(table, key) as Row<T[Name]> | undefined
  }

  where<Name extends Extract<keyof T, string>>(
    table: Name,
    column: T[Name]['indexes'][number],
    value: string,
  ): Row<T[Name]>[] {
    assert(this.#tables[table]?.indexes.includes(column) === true, `no index on ${table}.${column}`)
    return this.#cover(table, this.#source.where(table, column, value), (row) => row[column] === value) as Row<
      T[Name]
    >[]
  }

  range<Name extends Extract<keyof T, string>>(table: Name, after: string, limit: number): Row<T[Name]>[] {
    const key = this.#keyOf(table)
    const changed = (this.#batch.rows.get(table)?.size ?? 0) + (this.#command.rows.get(table)?.size ?? 0)
    // Uncommitted removals may take rows out of the page: read that many more.
    const stored = this.#source.range(table, after, limit + changed)
    const last = stored.length === limit + changed ? keyOf(stored.at(-1) ?? {}, key) : undefined
    const rows = this.#cover(table, stored, (row) => {
      const own = keyOf(row, key)
      return own > after && (last === undefined || own <= last)
    })
    return rows.slice(0, limit) as Row<T[Name]>[]
  }

  counter(name: string): bigint {
    return this.#command.counters.get(name) ?? this.#batch.counters.get(name) ?? this.#source.counter(name)
  }

  put<Name extends Extract<keyof T, string>>(table: Name, row: Row<T[Name]>): void {
    const loose = row as unknown as AnyRow
    this.#set(table, keyOf(loose, this.#keyOf(table)), loose)
  }

  remove<Name extends Extract<keyof T, string>>(table: Name, key: string): void {
    this.#set(table, key, undefined)
  }

  next(counter: string): bigint {
    const value = this.counter(counter) + 1n
    this.#command.counters.set(counter, value)
    return value
  }

  /** The command was accepted: its changes become part of the batch. */
  accept(): void {
    for (const [table, rows] of this.#command.rows) {
      const into = this.#batch.rows.get(table)
      if (into === undefined) this.#batch.rows.set(table, rows)
      else for (const [key, row] of rows) into.set(key, row)
    }
    for (const [name, value] of this.#command.counters) this.#batch.counters.set(name, value)
    this.#command = emptyLayer()
  }

  /** The command was refused: nothing happened. */
  refuse(): void {
    this.#command = emptyLayer()
  }

  /** What the batch changed so far. */
  changes(): Changes {
    return this.#batch
  }

  #keyOf(table: string): string {
    const declared = this.#tables[table]
    assert(declared !== undefined, `no table ${table}`)
    return declared.key
  }

  #set(table: string, key: string, row: AnyRow | undefined): void {
    let rows = this.#command.rows.get(table)
    if (rows === undefined) {
      rows = new Map()
      this.#command.rows.set(table, rows)
    }
    rows.set(key, row)
  }

  #cover(table: string, stored: readonly AnyRow[], matches: (row: AnyRow) => boolean): AnyRow[] {
    const batch = this.#batch.rows.get(table)
    const command = this.#command.rows.get(table)
    if (batch === undefined && command === undefined) return [...stored]
    const key = this.#keyOf(table)
    const rows = new Map(stored.map((row) => [keyOf(row, key), row]))
    for (const changed of [batch, command]) {
      for (const [id, row] of changed ?? []) {
        if (row !== undefined && matches(row)) rows.set(id, row)
        else rows.delete(id)
      }
    }
    return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row)
  }
}
