import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Database from 'better-sqlite3'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { toBase64Url } from '../../shared/kernel/bytes.ts'
import { ok, refuse } from '../../shared/kernel/result.ts'
import { findOperation } from '../../shared/protocol/catalogue/catalogue.ts'
import { refusalBody, replyPayload, TYP } from '../../shared/protocol/message.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import { randomIds } from '../runtime/ids.ts'
import { newPrivateKey } from '../runtime/key-file.ts'
import { hashJwsSync, nodeSigner } from '../runtime/node-signing.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { CommitQueue, type QueuedRequest } from './commit-queue.ts'
import type { CommandHandler, Sender } from './decision.ts'
import { verifyJournal } from './journal.ts'
import { Outgoing } from './outgoing.ts'
import { replay } from './replay.ts'
import type { Role } from './role.ts'
import type { RoleStore, StoredEvent } from './store.ts'
import { table } from './tables.ts'

/** A role small enough to see through: it counts deposits, refuses withdrawals over the balance, and asks a peer about releases. */
const tables = {
  balances: table({ key: 'userId', columns: { userId: 'text', balanceMinor: 'integer', note: 'text?' } }),
  asked: table({ key: 'id', columns: { id: 'text', sender: 'text', requestId: 'text' }, indexes: ['sender'] }),
}

const entryAfter = (balanceMinor: bigint) => ({
  sequence: 1n,
  at: 0,
  kind: 'deposit' as const,
  creditMinor: 0n,
  debitMinor: 0n,
  balanceMinor,
  reference: 'r',
})

type Toy = Role<'settlement', typeof tables, object, { decided: number }>

const toy: Omit<Toy, 'operations'> & {
  operations: {
    'settlement.deposit': CommandHandler<typeof tables, object, { decided: number }, 'settlement.deposit'>
    'settlement.withdraw': CommandHandler<typeof tables, object, { decided: number }, 'settlement.withdraw'>
    'settlement.release': CommandHandler<typeof tables, object, { decided: number }, 'settlement.release'>
  }
} = {
  name: 'settlement',
  tables,
  settings: {},
  remember: () => ({ decided: 0 }),
  operations: {
    'settlement.deposit': {
      decide: (view, command, { ids, memory }) => {
        memory.decided += 1
        const { userId, amountMinor, reference } = command.body
        if (reference === 'bug') throw new Error('a bug')
        if (reference === 'not now' && memory.decided < 3) return refuse('not_ready', 'ask again')
        const balanceMinor = (view.get('balances', userId)?.balanceMinor ?? 0n) + amountMinor
        view.put('balances', { userId, balanceMinor, note: ids.next() })
        const event = { topic: `user:${userId}`, kind: 'account', body: { balance: balanceMinor.toString() } }
        return ok({ reply: entryAfter(balanceMinor), events: [event] })
      },
    },
    'settlement.withdraw': {
      decide: (view, command) => {
        const { userId, amountMinor } = command.body
        const balanceMinor = (view.get('balances', userId)?.balanceMinor ?? 0n) - amountMinor
        view.put('balances', { userId, balanceMinor, note: null })
        return balanceMinor < 0n
          ? refuse('insufficient_funds', 'not that much')
          : ok({ reply: entryAfter(balanceMinor) })
      },
    },
    'settlement.release': {
      decide: (view, command, { ids }) => {
        const id = ids.next()
        view.put('asked', { id, sender: command.sender.name, requestId: command.id })
        return ok({
          reply: 'later',
          messages: [
            {
              to: { userId: 'iss-0000000000' },
              operation: 'issuer.certificate-state',
              id,
              body: { certificateId: id },
              context: { id },
            },
          ],
        })
      },
    },
  },
  replies: {
    'issuer.certificate-state': {
      decide: (view, { context, result }) => {
        const asked = view.get('asked', context['id'] ?? '')
        if (asked === undefined) throw new Error('asked for nothing')
        view.remove('asked', asked.id)
        const answer = result.ok ? ok({ holdId: asked.requestId, releasedMinor: 0n }) : result
        return { answers: [{ sender: asked.sender, requestId: asked.requestId, result: answer }] }
      },
    },
  },
  atStart: [],
  timers: [],
  publicTopics: [],
}
// It answers three operations of the catalogue only.
const toyRole = toy as Toy

const SELF = 'set-0000000000'
const alice: Sender = {
  name: 'inv-aaaaaaaaaa',
  role: 'investor',
  displayName: 'Alice',
  policy: undefined,
  certificate: '',
}

let folder: string
let store: RoleStore
let queue: CommitQueue<'settlement', typeof tables, object, { decided: number }>
let published: StoredEvent[]
let woken: string[]
let faults: unknown[]
let now: number
let counter = 0
const outgoing = new Outgoing(
  nodeSigner(newPrivateKey().export({ type: 'pkcs8', format: 'der' }), { 'x5t#S256': toBase64Url(new Uint8Array(32)) }),
  SELF,
)

function open(): void {
  store = openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'settlement', tables })
  queue = new CommitQueue({
    role: toyRole,
    store,
    outgoing,
    clock: { now: () => now },
    ids: randomIds,
    directory: (address) => ('userId' in address ? address.userId : undefined),
    listener: {
      events: (events) => published.push(...events),
      messages: (peers) => woken.push(...peers),
      fault: (error) => faults.push(error),
    },
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-commit-'))
  published = []
  woken = []
  faults = []
  now = Date.parse('2030-04-01T00:00:00.000Z')
  open()
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

function request(
  operation: string,
  body: unknown,
  id = `request-${String((counter += 1)).padStart(16, '0')}`,
): QueuedRequest {
  const schema = findOperation(operation)?.request
  if (schema === undefined) throw new Error(operation)
  const payload = {
    id,
    from: alice.name,
    to: SELF,
    at: new Date(now).toISOString(),
    body: writeMembers(schema, body as never),
  }
  const jws = outgoing.sign(`kabuken.${operation}`, payload)
  return { operation, sender: alice, id, jws, hash: hashJwsSync(jws), body, evidence: undefined }
}

const deposit = (amountMinor: bigint, reference = 'slip', id?: string): QueuedRequest =>
  request('settlement.deposit', { userId: alice.name, currency: 'JPY', amountMinor, reference, operator: 'Op' }, id)

const withdraw = (amountMinor: bigint): QueuedRequest =>
  request('settlement.withdraw', {
    userId: alice.name,
    currency: 'JPY',
    amountMinor,
    reference: 'slip',
    operator: 'Op',
  })

function read(jws: string): { typ: string; request: string; code: string | undefined; body: Json } {
  const parsed = parseJws(jws, { typ: () => true })
  if (!parsed.ok) throw new Error(parsed.error.code)
  const payload = readMembers(replyPayload, parsed.value.payload)
  if (!payload.ok) throw new Error(payload.error.message)
  const { typ } = parsed.value.header
  const refusal = typ === TYP.refusal ? readMembers(refusalBody, payload.value.body as Json) : undefined
  return {
    typ,
    request: payload.value.request,
    code: refusal?.ok === true ? refusal.value.code : undefined,
    body: payload.value.body as Json,
  }
}

describe('one queue, one transaction', () => {
  test('commands that arrive together see one another and share one transaction', async () => {
    const replies = await Promise.all([deposit(5n), deposit(7n), withdraw(12n)].map((each) => queue.submit(each)))
    expect(replies.map((jws) => read(jws).code)).toEqual([undefined, undefined, undefined])
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 0n })
    expect(store.journalHead().sequence).toBe(3n)
  })

  test('a refused command leaves nothing behind but its journal entry and its stored refusal', async () => {
    const [, refused, after] = await Promise.all(
      [deposit(5n), withdraw(6n), deposit(1n)].map((each) => queue.submit(each)),
    )
    expect(read(refused ?? '').code).toBe('insufficient_funds')
    expect(read(after ?? '').code).toBeUndefined()
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 6n })
    expect(store.journalHead().sequence).toBe(3n)
  })

  test('[SIG2] the reply quotes the ID and the hash of the request', async () => {
    const asked = deposit(5n)
    const reply = read(await queue.submit(asked))
    expect(reply).toMatchObject({ typ: 'kabuken.settlement.deposit.reply', request: asked.hash })
  })

  test('a decision that throws is refused alone; the commands beside it stand', async () => {
    const replies = await Promise.all([deposit(5n), deposit(1n, 'bug'), deposit(7n)].map((each) => queue.submit(each)))
    expect(replies.map((jws) => read(jws).code)).toEqual([undefined, 'internal_error', undefined])
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 12n })
    expect(store.journalHead().sequence).toBe(2n)
    expect(faults).toHaveLength(1)
  })
})

describe('[SIG3] the same ID', () => {
  test('[SIG3] [P5] with the same content gets the same stored bytes, also after a restart, with one effect only', async () => {
    const asked = deposit(5n)
    const first = await queue.submit(asked)
    expect(await queue.submit(asked)).toBe(first)
    store.close()
    open()
    expect(await queue.submit(asked)).toBe(first)
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 5n })
  })

  test('[SIG3] twice in one batch is decided once', async () => {
    const asked = deposit(5n)
    const [first, second] = await Promise.all([queue.submit(asked), queue.submit(asked)])
    expect(second).toBe(first)
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 5n })
  })

  test('[SIG3] with other content is refused and changes nothing', async () => {
    const asked = deposit(5n)
    await queue.submit(asked)
    const before = store.stateHash()
    const other = await queue.submit(deposit(6n, 'slip', asked.id))
    expect(read(other).code).toBe('duplicate_id')
    expect(store.stateHash()).toBe(before)
    expect(store.journalHead().sequence).toBe(1n)
  })
})

describe('a refusal that says not now', () => {
  test('is neither stored nor journalled: the same request is decided when it comes again', async () => {
    const asked = deposit(5n, 'not now')
    expect(read(await queue.submit(asked)).code).toBe('not_ready')
    expect(store.journalHead().sequence).toBe(0n)
    await queue.submit(deposit(1n))
    expect(read(await queue.submit(asked)).code).toBeUndefined()
    expect(store.get('balances', alice.name)).toMatchObject({ balanceMinor: 6n })
  })
})

describe('answers left for later', () => {
  const ask = async (): Promise<{ asked: QueuedRequest; answer: Promise<string> }> => {
    const asked = request('settlement.release', { holdId: 'H-00000000000000000001' })
    const answer = queue.submit(asked)
    await queue.submit(deposit(1n))
    return { asked, answer }
  }
  const waiting = () => store.messages('iss-0000000000', 0n, 10)

  test('the peer is asked once and its answer answers the request, however often it comes', async () => {
    const { asked, answer } = await ask()
    expect(woken).toEqual(['iss-0000000000'])
    const [message] = waiting()
    if (message === undefined) throw new Error('nothing waits')
    const result = ok({ certificateId: message.id, state: 'live' as const, at: now })
    const jws = outgoing.reply(
      'issuer.certificate-state',
      { id: message.id, sender: SELF, hash: hashJwsSync(message.jws) },
      now,
      result.value,
    )
    await Promise.all([queue.submitReply({ message, jws, result }), queue.submitReply({ message, jws, result })])
    expect(read(await answer)).toMatchObject({ typ: 'kabuken.settlement.release.reply', request: asked.hash })
    expect(waiting()).toEqual([])
    expect(await queue.submit(asked)).toBe(await answer)
    expect(store.journalHead().sequence).toBe(3n)
  })

  test('a repeat of the request while it waits gets the same answer when it comes, also after a restart', async () => {
    const { asked } = await ask()
    store.close()
    open()
    const repeated = queue.submit(asked)
    const [message] = waiting()
    if (message === undefined) throw new Error('nothing waits')
    const result = refuse('not_live', 'gone')
    const jws = outgoing.refusal({ id: message.id, sender: SELF, hash: hashJwsSync(message.jws) }, now, result.error)
    await queue.submitReply({ message, jws, result })
    expect(read(await repeated).code).toBe('not_live')
  })
})

describe('events', () => {
  test('[TR12] number each topic without gaps and are published after the commit', async () => {
    await Promise.all([queue.submit(deposit(5n)), queue.submit(deposit(6n))])
    await queue.submit(deposit(7n))
    expect(published.map(({ topic, sequence }) => [topic, sequence])).toEqual([
      [`user:${alice.name}`, 1n],
      [`user:${alice.name}`, 2n],
      [`user:${alice.name}`, 3n],
    ])
    expect(store.events(`user:${alice.name}`, 1n, 10)).toEqual(published.slice(1))
  })
})

describe('the journal', () => {
  test('[P8] replays to the same state', async () => {
    for (const amount of [5n, 9n, 1n]) await queue.submit(deposit(amount))
    await queue.submit(withdraw(100n))
    await queue.submit(withdraw(4n))
    await queue.submit(deposit(3n))
    const again = openSqliteStore({ file: join(folder, 'again.sqlite'), role: 'settlement', tables })
    replay(toyRole, store.journal(0n), again)
    expect(again.stateHash()).toBe(store.stateHash())
    again.close()
  })

  test.each(['request', 'facts', 'reply', 'answers', 'sender', 'request_id', 'kind', 'previous_hash', 'hash', 'at'])(
    '[P8] [A58] an edit of %s is found and its entry named',
    async (column) => {
      for (const amount of [5n, 9n, 1n]) await queue.submit(deposit(amount))
      store.close()
      const raw = new Database(join(folder, 'state.sqlite'))
      raw
        .prepare(
          `UPDATE kept_journal SET ${column} = ${column === 'at' ? 'at + 1' : `'x' || ${column}`} WHERE sequence = 2`,
        )
        .run()
      raw.close()
      open()
      const verified = verifyJournal(store.journal(0n), store.journalHead())
      expect(verified).toMatchObject({ ok: false, error: { code: 'journal_broken', details: { sequence: '2' } } })
    },
  )

  test('[A58] a deleted entry is found', async () => {
    for (const amount of [5n, 9n, 1n]) await queue.submit(deposit(amount))
    store.close()
    const raw = new Database(join(folder, 'state.sqlite'))
    raw.prepare('DELETE FROM kept_journal WHERE sequence = 2').run()
    raw.close()
    open()
    expect(verifyJournal(store.journal(0n), store.journalHead())).toMatchObject({
      ok: false,
      error: { details: { sequence: '2' } },
    })
  })

  test('time never runs backwards in it, whatever the clock does', async () => {
    await queue.submit(deposit(5n))
    now -= 60_000
    await queue.submit(deposit(5n))
    const times = [...store.journal(0n)].map(({ at }) => at)
    expect(times[1]).toBe(times[0])
  })
})

describe('the disk', () => {
  test('[P3] when it is full, nothing is acknowledged, the role stops taking requests and says why', async () => {
    await queue.submit(deposit(5n))
    const before = store.stateHash()
    fillUp(store)
    const first = read(await queue.submit(deposit(1n, 'x'.repeat(60))))
    expect(first.code).toBe('storage_failed')
    expect(queue.stopped).toBeDefined()
    expect(read(await queue.submit(deposit(1n))).code).toBe('storage_failed')
    store.close()
    open()
    expect(store.stateHash()).toBe(before)
    expect(store.journalHead().sequence).toBe(1n)
  })

  test('a second opener of the same database is refused', () => {
    const again = () => openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'settlement', tables })
    expect(again).toThrow(expect.objectContaining({ code: 'storage_in_use' }))
  })

  test('a database of another role is refused', () => {
    store.close()
    const other = () => openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'exchange', tables })
    expect(other).toThrow(expect.objectContaining({ code: 'storage_of_another_role' }))
    open()
  })

  test('a database of a newer version is refused and left alone', () => {
    store.close()
    const raw = new Database(join(folder, 'state.sqlite'))
    raw.pragma('user_version = 99')
    raw.close()
    expect(open).toThrow(expect.objectContaining({ code: 'storage_newer_version' }))
    const back = new Database(join(folder, 'state.sqlite'))
    back.pragma('user_version = 1')
    back.close()
    open()
  })
})

/** The next write finds no room: what SQLite reports is the same as on a full disk. */
function fillUp(of: RoleStore): void {
  const write = of.write.bind(of)
  of.write = (batch) => {
    const database = (of as unknown as { database: Database.Database }).database
    database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`)
    const padded = { ...batch, events: [{ topic: 'padding', sequence: 1n, at: 0, jws: 'x'.repeat(1_000_000) }] }
    write(padded)
  }
}
