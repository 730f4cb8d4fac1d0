import { link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Readable by the owner alone: the files hold keys, certificates and what their owner is worth. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Without this a rename or a new file may be forgotten in a power cut although its content was synced. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // NTFS journals names itself and lets nobody open a folder for syncing.
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
  if (first === undefined) return
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

/** Replaces what is at the path; the content is on the disk when this resolves, the name only after {@link syncFolder}. */
export async function writeSynced(path: string, text: string): Promise<void> {
  // Removed and made anew, so that neither the mode nor a link that somebody left there is inherited.
  await rm(path, { force: true })
  const handle = await open(path, 'wx', FILE_MODE)
  try {
    await handle.writeFile(text, 'utf8')
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Calls `place` with a fully written file beside the path; whatever happens, no temporary file stays. */
async function viaTemporary(path: string, text: string, place: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await writeSynced(temporary, text)
    await place(temporary)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(dirname(path))
}

/** At every moment the path holds the old text or the new one. With `previous`, the old text stays there. */
export async function replaceDurably(path: string, text: string, previous?: string): Promise<void> {
  await viaTemporary(path, text, async (temporary) => {
    if (previous !== undefined) await keep(path, previous)
    await rename(temporary, path)
  })
}

/** Throws EEXIST when the path is taken: a link, unlike a rename, never overwrites. */
export async function createDurably(path: string, text: string): Promise<void> {
  await viaTemporary(path, text, (temporary) => link(temporary, path))
}

/** A link first and no rename, so that the path is never without its file. */
async function keep(path: string, previous: string): Promise<void> {
  const linked = `${previous}.tmp`
  await rm(linked, { force: true })
  try {
    await link(path, linked)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  await rename(linked, previous)
}

/** Moves a damaged file to the first free `.damaged-<n>`, for whoever wants to rescue more of it than we can. */
export async function setAside(path: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const aside = `${path}.damaged-${String(n)}`
    if (await isThere(aside)) continue
    await rename(path, aside)
    await syncFolder(dirname(path))
    return aside
  }
}

/** False also for a path that leads through a file. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
