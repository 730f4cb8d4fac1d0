import { join } from 'node:path'
import { Low } from 'lowdb'
import { mainFile } from './durable-file.ts'
import type { MainFile } from './durable-file.ts'
import { makeFolder, syncFolder } from './durable-write.ts'
import { NOTHING } from './envelope.ts'
import type { Versioned } from './envelope.ts'
import { listRows, readRows, removeRows, writeRows } from './row-files.ts'
import type { RowName } from './row-files.ts'
import type { Schema } from './schema.ts'
import { StoreError } from './store.ts'
import type { LostRow } from './store.ts'

/** One collection: its rows, and under which number the file of each is kept. */
export interface Shelf {
  readonly numbers: ReadonlyMap<string, number>
  readonly rows: ReadonlyMap<string, unknown>
}

/** What the store holds after one commit. `sequence` grows with every commit and is at least the number of every row. */
export interface Contents {
  readonly state: unknown
  readonly sequence: number
  readonly shelves: ReadonlyMap<string, Shelf>
}

export interface Opened {
  readonly contents: Contents
  readonly recovered: boolean
  readonly setAside: readonly string[]
  readonly lost: readonly LostRow[]
}

/** The content of wallet.json. A row file counts only if it is named here: renaming wallet.json commits everything at once. */
interface MainContent {
  readonly state: unknown
  readonly sequence: number
  readonly rows: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const EMPTY_SHELF: Shelf = { numbers: new Map(), rows: new Map() }

export class WalletFiles {
  readonly #folder: string
  readonly #schema: Schema
  readonly #main: MainFile
  readonly #low: Low<Versioned>
  /** Files that only `.bak` still names; they go with the next commit, when `.bak` moves on. */
  #retired: ReadonlyMap<string, readonly RowName[]> = new Map()

  constructor(folder: string, schema: Schema) {
    this.#folder = folder
    this.#schema = schema
    this.#main = mainFile(join(folder, 'wallet.json'), schema.version)
    this.#low = new Low(this.#main, NOTHING)
  }

  async open(empty: unknown): Promise<Opened> {
    for (const name of this.#schema.collections) await makeFolder(this.#shelfFolder(name))
    await this.#low.read()
    const found = this.#low.data
    if (found === NOTHING) return await this.#create(empty)

    const main = mainContent(found.content)
    const state = this.#schema.readState(found)
    for (const name of Object.keys(main.rows)) {
      if (!this.#schema.collections.includes(name)) throw new StoreError('store_invalid', `unknown collection ${name}`)
    }
    const setAside = [...this.#main.setAside]
    const lost: LostRow[] = []
    const shelves = new Map<string, Shelf>()
    let sequence = main.sequence
    for (const name of this.#schema.collections) {
      const named = new Map(Object.entries(main.rows[name] ?? {}))
      if (this.#main.recovered) {
        for (const row of await this.#writtenSince(name, main.sequence)) {
          named.set(row.id, row.number)
          sequence = Math.max(sequence, row.number)
        }
      }
      shelves.set(name, await this.#readShelf(name, named, lost, setAside))
    }
    const contents: Contents = { state, sequence: sequence + 1, shelves }
    const recovered = this.#main.recovered || lost.length > 0
    if (recovered || found.schemaVersion < this.#schema.version) await this.#writeMain(contents)
    else await this.#sweep(shelves)
    return { contents, recovered, setAside, lost }
  }

  /** Durable when it resolves. When it rejects, {@link onDisk} tells which of the two the disk holds. */
  async commit(before: Contents, after: Contents): Promise<void> {
    const retired = new Map<string, readonly RowName[]>()
    for (const name of this.#schema.collections) {
      const [old, shelf] = [before.shelves.get(name) ?? EMPTY_SHELF, after.shelves.get(name) ?? EMPTY_SHELF]
      if (old === shelf) continue
      const folder = this.#shelfFolder(name)
      const written = missingIn(old, shelf).map((row) => ({ ...row, row: shelf.rows.get(row.id) }))
      await writeRows(folder, written, this.#schema.version)
      if (written.length > 0) await syncFolder(folder)
      retired.set(name, missingIn(shelf, old))
    }
    await this.#writeMain(after)
    await this.#remove(this.#retired)
    this.#retired = retired
  }

  /** After a commit that failed: only the disk can tell whether the name was already changed. Undefined: it cannot tell. */
  async onDisk(before: Contents, after: Contents): Promise<Contents | undefined> {
    try {
      await this.#low.read()
      const { sequence } = mainContent(this.#low.data.content)
      if (sequence === after.sequence) return after
      if (sequence !== before.sequence) return undefined
    } catch {
      return undefined
    }
    await this.#remove(
      new Map(
        [...after.shelves].map(([name, shelf]) => [name, missingIn(before.shelves.get(name) ?? EMPTY_SHELF, shelf)]),
      ),
    )
    return before
  }

  async #create(empty: unknown): Promise<Opened> {
    for (const name of this.#schema.collections) {
      const rows = await listRows(this.#shelfFolder(name))
      if (rows.length > 0) throw new StoreError('store_damaged', `there are ${name} but no wallet.json beside them`)
    }
    const contents: Contents = {
      state: empty,
      sequence: 1,
      shelves: new Map(this.#schema.collections.map((name) => [name, EMPTY_SHELF])),
    }
    await this.#writeMain(contents)
    return { contents, recovered: false, setAside: [], lost: [] }
  }

  async #writeMain({ state, sequence, shelves }: Contents): Promise<void> {
    const rows = Object.fromEntries([...shelves].map(([name, shelf]) => [name, Object.fromEntries(shelf.numbers)]))
    const content: MainContent = { state, sequence, rows }
    this.#low.data = { schemaVersion: this.#schema.version, content }
    await this.#low.write()
  }

  /**
   * The rows that the lost main file may have named and its previous copy does not know. One too many is asked about and
   * dropped; one too few is a lost certificate.
   */
  async #writtenSince(name: string, sequence: number): Promise<readonly RowName[]> {
    const rows = await listRows(this.#shelfFolder(name))
    return rows.filter((row) => row.number > sequence).toSorted((a, b) => a.number - b.number)
  }

  async #readShelf(
    name: string,
    named: ReadonlyMap<string, number>,
    lost: LostRow[],
    setAside: string[],
  ): Promise<Shelf> {
    const numbers = new Map<string, number>()
    const rows = new Map<string, unknown>()
    const names = [...named].map(([id, number]) => ({ id, number }))
    for (const row of await readRows(this.#shelfFolder(name), names, this.#schema.version)) {
      setAside.push(...row.setAside)
      if (row.found === undefined) {
        lost.push({ collection: name, id: row.id })
        continue
      }
      numbers.set(row.id, row.number)
      rows.set(row.id, this.#schema.readRow(name, row.found))
    }
    return { numbers, rows }
  }

  /** Removes what a crash left behind: row files that neither wallet.json nor its previous copy names. */
  async #sweep(shelves: ReadonlyMap<string, Shelf>): Promise<void> {
    const copy = await this.#main.readPrevious()
    const previous = copy === null ? {} : mainContent(copy.content).rows
    for (const [name, { numbers }] of shelves) {
      const rows = await listRows(this.#shelfFolder(name))
      const orphans = rows.filter((row) => ![numbers.get(row.id), previous[name]?.[row.id]].includes(row.number))
      await removeRows(this.#shelfFolder(name), orphans)
    }
  }

  async #remove(rows: ReadonlyMap<string, readonly RowName[]>): Promise<void> {
    for (const [name, names] of rows) await removeRows(this.#shelfFolder(name), names)
  }

  #shelfFolder(name: string): string {
    return join(this.#folder, name)
  }
}

/** The shelf after the change, which maps an ID to its new row or, to remove it, to undefined. */
export function changeShelf(
  shelf: Shelf,
  changes: ReadonlyMap<string, unknown> | undefined,
  nextNumber: () => number,
): Shelf {
  if (changes === undefined || changes.size === 0) return shelf
  const numbers = new Map(shelf.numbers)
  const rows = new Map(shelf.rows)
  for (const [id, row] of changes) {
    if (row === undefined) {
      numbers.delete(id)
      rows.delete(id)
    } else {
      numbers.set(id, nextNumber())
      rows.set(id, row)
    }
  }
  return { numbers, rows }
}

function missingIn(shelf: Shelf, other: Shelf): readonly RowName[] {
  return [...other.numbers].flatMap(([id, number]) => (shelf.numbers.get(id) === number ? [] : [{ id, number }]))
}

/** The checksum says it is ours; this says it is this layout. */
function mainContent(content: unknown): MainContent {
  const isLayout =
    typeof content === 'object' &&
    content !== null &&
    'state' in content &&
    'sequence' in content &&
    Number.isSafeInteger(content.sequence) &&
    'rows' in content &&
    typeof content.rows === 'object' &&
    content.rows !== null
  if (!isLayout) throw new StoreError('store_invalid', 'wallet.json has another layout')
  return content as MainContent
}
