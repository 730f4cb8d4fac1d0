import { readFileSync } from 'node:fs'
import type { Adapter } from 'lowdb'
import { decodeEnvelope, encodeEnvelope } from './envelope.ts'
import type { Versioned } from './envelope.ts'
import { isErrno, replaceDurably, setAside, writeSynced } from './durable-write.ts'
import { StoreError } from './store.ts'

/** A file as lowdb's adapter. Its data carry the schema version they were written with, so that its reader can migrate. */
export interface DurableFile extends Adapter<Versioned> {
  /** Null: there is no such file, or none that can be read. Throws `store_newer_version`, and then has touched nothing. */
  read(): Promise<Versioned | null>
  write(content: Versioned): Promise<void>
  /** Where the damaged files went that reading came across. */
  readonly setAside: readonly string[]
}

/** The one file that may not be lost: replaced atomically, and its previous good copy stays as `.bak`. */
export interface MainFile extends DurableFile {
  /** True once reading had to fall back on the previous copy. */
  readonly recovered: boolean
  readPrevious(): Promise<Versioned | null>
}

export function mainFile(path: string, newestVersion: number): MainFile {
  const previous = `${path}.bak`
  const aside: string[] = []
  let recovered = false
  return {
    setAside: aside,
    get recovered() {
      return recovered
    },
    async read() {
      const main = load(path, newestVersion)
      if (typeof main === 'object') return main
      const copy = load(previous, newestVersion)
      if (main === 'missing' && copy === 'missing') return null
      if (typeof copy !== 'object') {
        throw new StoreError('store_damaged', `${path} is ${main} and its previous copy is ${copy}`)
      }
      if (main === 'damaged') aside.push(await setAside(path))
      recovered = true
      return copy
    },
    async readPrevious() {
      const copy = load(previous, newestVersion)
      return typeof copy === 'object' ? copy : null
    },
    async write({ schemaVersion, content }) {
      await replaceDurably(path, encodeEnvelope(schemaVersion, content), previous)
    },
  }
}

/**
 * A file that is written once under a name of its own and counts only when the main file names it: no copy, no rename, and
 * one sync of the folder for all those written together, which is the caller's.
 */
export function rowFile(path: string, newestVersion: number): DurableFile {
  const aside: string[] = []
  return {
    setAside: aside,
    async read() {
      const loaded = load(path, newestVersion)
      if (typeof loaded === 'object') return loaded
      if (loaded === 'damaged') aside.push(await setAside(path))
      return null
    },
    async write({ schemaVersion, content }) {
      await writeSynced(path, encodeEnvelope(schemaVersion, content))
    },
  }
}

/** Synchronously: for thousands of small files, handing each to another thread and back takes longer than reading it. */
function load(path: string, newestVersion: number): Versioned | 'missing' | 'damaged' {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return 'missing'
    throw new StoreError('store_unavailable', `${path} cannot be read`, { cause })
  }
  const decoded = decodeEnvelope(text, newestVersion)
  if (decoded.ok) return decoded.value
  if (decoded.error === 'newer') {
    throw new StoreError('store_newer_version', `${path} was written by a newer version of this program`)
  }
  return 'damaged'
}
