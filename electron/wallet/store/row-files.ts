import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { Low } from 'lowdb'
import { isErrno } from './durable-write.ts'
import { rowFile } from './durable-file.ts'
import { NOTHING } from './envelope.ts'
import type { Versioned } from './envelope.ts'
import { ROW_ID } from './store.ts'

/** Node has four threads for files; more than a queue's worth of open files at once gains nothing. Others have a turn in between. */
const ROWS_AT_ONCE = 64

/**
 * A row file: `<id>.<number>.json`. Every put takes a new number, so a row is never overwritten before the main file names
 * its successor, and IDs that differ in case alone stay apart where the file system does not tell them apart.
 */
export interface RowName {
  readonly id: string
  readonly number: number
}

function rowPath(folder: string, { id, number }: RowName): string {
  return join(folder, `${id}.${String(number)}.json`)
}

export async function listRows(folder: string): Promise<readonly RowName[]> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
  return names.flatMap((name) => {
    const [id = '', number = '', ending, ...rest] = name.split('.')
    const ours = ROW_ID.test(id) && /^[1-9][0-9]{0,15}$/.test(number) && ending === 'json' && rest.length === 0
    return ours ? [{ id, number: Number(number) }] : []
  })
}

export interface ReadRow extends RowName {
  /** Undefined when the file is missing or damaged. */
  readonly found: Versioned | undefined
  readonly setAside: readonly string[]
}

export async function readRows(
  folder: string,
  names: Iterable<RowName>,
  newestVersion: number,
): Promise<readonly ReadRow[]> {
  const read: ReadRow[] = []
  await inBatches([...names], async (name) => {
    const file = rowFile(rowPath(folder, name), newestVersion)
    const low = new Low(file, NOTHING)
    await low.read()
    read.push({ ...name, found: low.data === NOTHING ? undefined : low.data, setAside: file.setAside })
  })
  return read
}

export async function writeRows(
  folder: string,
  rows: readonly (RowName & { readonly row: unknown })[],
  schemaVersion: number,
): Promise<void> {
  await inBatches(rows, async ({ row, ...name }) => {
    await new Low(rowFile(rowPath(folder, name), schemaVersion), { schemaVersion, content: row }).write()
  })
}

/** For files that nothing names any more: one that cannot be removed now is swept at the next start. */
export async function removeRows(folder: string, names: readonly RowName[]): Promise<void> {
  await Promise.allSettled(names.map((name) => rm(rowPath(folder, name), { force: true })))
}

/** When one fails, its batch is still waited for, so that nothing is being written any more when this rejects. */
async function inBatches<T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += ROWS_AT_ONCE) {
    const results = await Promise.allSettled(items.slice(from, from + ROWS_AT_ONCE).map(task))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    await setImmediate()
  }
}
