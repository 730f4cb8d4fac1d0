import type { AnyRow, Tables } from './tables.ts'
import { LayeredView, type Changes, type RowSource } from './view.ts'

/** Rows in plain maps: the source under a view where a test of a decision needs no database. */
export class RowsInMemory implements RowSource {
  readonly rows = new Map<string, Map<string, AnyRow>>()
  readonly counters = new Map<string, bigint>()

  get(table: string, key: string): AnyRow | undefined {
    return this.rows.get(table)?.get(key)
  }

  where(table: string, column: string, value: string): readonly AnyRow[] {
    return this.#sorted(table).filter((row) => row[column] === value)
  }

  range(table: string, after: string, limit: number): readonly AnyRow[] {
    return [...(this.rows.get(table) ?? [])]
      .filter(([key]) => key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([, row]) => row)
  }

  counter(name: string): bigint {
    return this.counters.get(name) ?? 0n
  }

  apply(changes: Changes): void {
    for (const [table, rows] of changes.rows) {
      const into = this.rows.get(table) ?? new Map<string, AnyRow>()
      this.rows.set(table, into)
      for (const [key, row] of rows) {
        if (row === undefined) into.delete(key)
        else into.set(key, row)
      }
    }
    for (const [name, value] of changes.counters) this.counters.set(name, value)
  }

  #sorted(table: string): AnyRow[] {
    return [...(this.rows.get(table) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }
}

/** A view on an empty database of these tables. */
export function emptyView<T extends Tables>(tables: T): LayeredView<T> {
  return new LayeredView(tables, new RowsInMemory())
}
