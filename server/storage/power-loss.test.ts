import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { verifyJournal } from '../commit/journal.ts'
import { table } from '../commit/tables.ts'
import { canTrace } from '../node/testing/kill-at.ts'
import { openSqliteStore } from './sqlite/role-store.ts'

/**
 * What the power takes with it: every write to a file since that file was last synced, or any part of them. A process that
 * commits and acknowledges is traced, and the disk rebuilt from its system calls as it would have been at each acknowledgement.
 */

const COMMITS = 20
const tables = { balances: table({ key: 'userId', columns: { userId: 'text', balanceMinor: 'integer' } }) }

const traceable = canTrace()
if (!traceable) process.stderr.write('SKIPPED: no power is cut, because strace does not work here\n')

const folder = mkdtempSync(join(tmpdir(), 'kabuken-power-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

/** Commits to the store of a role, one after the other, and says so on standard output: `<sequence>\n`. */
const CHILD = `
import { writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { entryHash } from ${source('../commit/journal.ts')}
import { table } from ${source('../commit/tables.ts')}
import { openSqliteStore } from ${source('./sqlite/role-store.ts')}
const [file, synchronous] = process.argv.slice(1)
const pragma = Database.prototype.pragma
Database.prototype.pragma = function (text, options) {
  if (text === 'synchronous = FULL') return pragma.call(this, 'synchronous = ' + synchronous, options)
  return text === 'synchronous' ? 2n : pragma.call(this, text, options)
}
const tables = { balances: table({ key: 'userId', columns: { userId: 'text', balanceMinor: 'integer' } }) }
const store = openSqliteStore({ file, role: 'settlement', tables })
let head = store.journalHead()
for (let i = 0; i < ${COMMITS}; i += 1) {
  const linked = {
    sequence: head.sequence + 1n, at: i, kind: 'request', requestId: 'request-' + i, sender: 'inv-0000000001',
    request: 'r'.repeat(3000), facts: '{}', reply: 'answer', answers: '[]', previousHash: head.hash,
  }
  head = { sequence: linked.sequence, at: i, hash: entryHash(linked) }
  const row = { userId: 'inv-000000000' + (i % 7), balanceMinor: linked.sequence }
  store.write({
    changes: { rows: new Map([['balances', new Map([[row.userId, row]])]]), counters: new Map() },
    journal: [{ ...linked, hash: head.hash }],
    requests: [], answers: [], messages: [], answeredMessages: [], events: [],
  })
  writeSync(1, linked.sequence + '\\n')
}
`

interface Write {
  readonly at: number
  readonly bytes: Buffer
}

/** A file as it is for the running system, and what of it would be there after a power cut. */
class TracedFile {
  #synced = Buffer.alloc(0)
  #unsynced: (Write | { readonly length: number })[] = []

  write(change: Write | { readonly length: number }): void {
    this.#unsynced.push(change)
  }

  sync(): void {
    this.#synced = this.afterPowerLoss(this.#unsynced.length)
    this.#unsynced = []
  }

  get unsynced(): number {
    return this.#unsynced.length
  }

  /** With the first so many of the writes that were not synced. */
  afterPowerLoss(survive: number): Buffer<ArrayBuffer> {
    return this.#unsynced.slice(0, survive).reduce<Buffer<ArrayBuffer>>((content, change) => {
      if ('length' in change) return resized(content, change.length)
      const grown = resized(content, Math.max(content.length, change.at + change.bytes.length))
      change.bytes.copy(grown, change.at)
      return grown
    }, Buffer.from(this.#synced))
  }
}

function resized(content: Buffer, length: number): Buffer<ArrayBuffer> {
  const next = Buffer.alloc(length)
  content.copy(next)
  return next
}

const CALL =
  /^(pwrite64|write|fsync|fdatasync|ftruncate)\((\d+)<([^>]*)>(?:, "([^"]*)", \d+(?:, (\d+))?|, (\d+))?\) += (-?\d+)/

const unescaped = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex')

interface Loss {
  readonly acknowledged: bigint
  readonly kept: bigint | undefined
}

/** For each acknowledgement: what of the journal would be there if the power failed at that moment. */
function losses(synchronous: 'FULL' | 'NORMAL'): Loss[] {
  const file = join(folder, `${synchronous}.sqlite`)
  const trace = join(folder, `${synchronous}.trace`)
  const options = ['-y', '-xx', '-s', '10000000', '-e', 'trace=pwrite64,write,fsync,fdatasync,ftruncate', '-o', trace]
  const command = [process.execPath, '--input-type=module', '-e', CHILD, file, synchronous]
  const run = spawnSync('strace', [...options, ...command], { encoding: 'utf8', cwd: import.meta.dirname })
  if (run.status !== 0) throw new Error(run.stderr)
  const files = new Map([file, `${file}-wal`].map((name) => [name, new TracedFile()]))
  const found: Loss[] = []
  for (const line of readFileSync(trace, 'latin1').split('\n')) {
    const [, call, descriptor, path = '', bytes, at, length, result] = CALL.exec(line) ?? []
    if (call === undefined || result === '-1') continue
    if (call === 'write' && descriptor === '1') {
      found.push(
        ...cutPower(
          files,
          file,
          BigInt(
            unescaped(bytes ?? '')
              .toString()
              .trim(),
          ),
        ),
      )
      continue
    }
    const traced = files.get(path.includes('\\x') ? unescaped(path).toString() : path)
    if (call === 'pwrite64') traced?.write({ at: Number(at), bytes: unescaped(bytes ?? '') })
    else if (call === 'ftruncate') traced?.write({ length: Number(length) })
    else if (call !== 'write') traced?.sync()
  }
  return found
}

/** Once with nothing that was not synced, once with half of it. */
function cutPower(files: ReadonlyMap<string, TracedFile>, file: string, acknowledged: bigint): Loss[] {
  return [0, 0.5].map((part) => {
    const disk = `${file}-at-${acknowledged}-with-${part}`
    for (const [name, traced] of files)
      writeFileSync(disk + name.slice(file.length), traced.afterPowerLoss(Math.floor(traced.unsynced * part)))
    return { acknowledged, kept: keptIn(disk) }
  })
}

/** Undefined: the database does not open, or its journal is broken. */
function keptIn(file: string): bigint | undefined {
  const store = openSqliteStore({ file, role: 'settlement', tables })
  try {
    const verified = verifyJournal(store.journal(0n), store.journalHead())
    return verified.ok ? verified.value.sequence : undefined
  } finally {
    store.close()
  }
}

test.runIf(traceable)(
  '[P2] what was acknowledged is there after a power cut at that very moment',
  () => {
    const found = losses('FULL')
    expect(found).toHaveLength(2 * COMMITS)
    expect(found.filter(({ acknowledged, kept }) => kept !== acknowledged)).toEqual([])
  },
  60_000,
)

test.runIf(traceable)(
  '[P2] the same with synchronous=NORMAL loses acknowledgements: the cut bites',
  () => {
    const found = losses('NORMAL')
    expect(found).toHaveLength(2 * COMMITS)
    const lost = found.filter(({ acknowledged, kept }) => kept === undefined || kept < acknowledged)
    expect(lost.length).toBeGreaterThan(COMMITS)
  },
  60_000,
)
