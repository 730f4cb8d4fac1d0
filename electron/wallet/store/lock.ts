import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { isErrno } from './durable-write.ts'
import { StoreError } from './store.ts'

/** One writer: two windows that both spend the same certificate is how wallets lose value. */
export interface Lock {
  /** Throws `store_locked` when somebody removed or replaced the lock file. */
  assertHeld(): Promise<void>
  release(): Promise<void>
}

interface Holder {
  readonly pid: number
  readonly started: string
}

/** Throws `store_locked` while a living process holds it; the lock of a dead one is taken over. */
export async function acquireLock(path: string): Promise<Lock> {
  const token = randomUUID()
  const own = JSON.stringify({ pid: process.pid, started: await processStart(process.pid), token })
  // Written beside and linked into place: whoever sees the lock sees all of it.
  const prepared = `${path}.${token}`
  await writeFile(prepared, own, { mode: 0o600, flag: 'wx' })
  try {
    if (!(await linked(prepared, path))) await takeOver(path, prepared, token)
  } finally {
    await rm(prepared, { force: true })
  }
  return {
    async assertHeld() {
      if ((await readIfThere(path)) !== own) throw locked(path)
    },
    async release() {
      if ((await readIfThere(path)) === own) await rm(path, { force: true })
    },
  }
}

/**
 * Many may find the same dead lock, and one of them may be so slow that it finds it still when another has long replaced it.
 * So whoever would replace a dead lock first takes the right to, a file named after what is to be replaced, and looks again.
 */
async function takeOver(path: string, prepared: string, token: string): Promise<void> {
  const dead = await readIfThere(path)
  if (dead === undefined) {
    if (await linked(prepared, path)) return
    throw locked(path)
  }
  if (await isAlive(dead)) throw locked(path)
  const right = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`
  if (!(await linked(prepared, right))) {
    // Its holder may have died in the middle of this.
    await displaceDead(right, `${right}.${token}`)
    if (!(await linked(prepared, right))) throw locked(path)
  }
  try {
    if ((await readIfThere(path)) !== dead) throw locked(path)
    await rename(prepared, path)
  } finally {
    await rm(right, { force: true })
  }
}

async function displaceDead(path: string, aside: string): Promise<void> {
  const seen = await readIfThere(path)
  if (seen === undefined) return
  if (await isAlive(seen)) throw locked(path)
  try {
    await rename(path, aside)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return
    throw error
  }
  const moved = await readIfThere(aside)
  if (moved !== seen) await linked(aside, path)
  await rm(aside, { force: true })
  if (moved !== seen) throw locked(path)
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  }
}

async function isAlive(text: string): Promise<boolean> {
  const holder = parseHolder(text)
  // Not one of ours, or cut off by a power cut, which no holder survives.
  if (holder === undefined) return false
  return (await processStart(holder.pid)) === holder.started
}

function parseHolder(text: string): Holder | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined
  const { pid, started } = value
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1 || typeof started !== 'string') return undefined
  return { pid, started }
}

/**
 * Tells a process from a later one with the same number: when it started, counted from a named boot (proc(5), field 22 of
 * /proc/pid/stat). Undefined when it does not run. Elsewhere than on Linux it only says that some such process runs.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return isRunning(pid) ? 'running' : undefined
  const stat = await readIfThere(`/proc/${String(pid)}/stat`)
  if (stat === undefined) return undefined
  // Field 2 is the program's name in parentheses and may hold blanks and parentheses itself, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  return `${boot.trim()}/${fields[19] ?? ''}`
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isErrno(error, 'EPERM')
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // ESRCH: the process ended while its entry in /proc was being read.
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}

function locked(path: string): StoreError {
  return new StoreError('store_locked', `another process has this wallet open (${path})`)
}
