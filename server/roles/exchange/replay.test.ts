import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeMembers } from '../../../shared/documents/document.ts'
import { toBase64Url } from '../../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { operationNamed, type OperationName, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestTyp } from '../../../shared/protocol/message.ts'
import { CommitQueue } from '../../commit/commit-queue.ts'
import type { Sender } from '../../commit/decision.ts'
import { Outgoing } from '../../commit/outgoing.ts'
import { replay } from '../../commit/replay.ts'
import type { RoleStore } from '../../commit/store.ts'
import { newPrivateKey } from '../../runtime/key-file.ts'
import { hashJwsSync, nodeSigner } from '../../runtime/node-signing.ts'
import { openSqliteStore } from '../../storage/sqlite/role-store.ts'
import {
  buyOrder,
  certificate,
  HOSHI,
  investor,
  ISSUER,
  NOON,
  OPERATOR,
  sellOrder,
  SETTINGS,
  user,
} from './exchange-fixture.ts'
import { bookHash } from './inquiries.ts'
import { exchangeRole } from './role.ts'
import { exchangeTables } from './tables.ts'

const MINE = certificate(1, 'anna', 50n)
const trust = {
  verifyWith: () => Promise.reject(new Error('not used')),
  verifyMember: () => Promise.reject(new Error('not used')),
  verifyShareCertificate: () => Promise.reject(new Error('not used')),
}
const role = exchangeRole(SETTINGS, trust)
const SETTLEMENT = 'set-kabuken000'
const key = nodeSigner(newPrivateKey().export({ type: 'pkcs8', format: 'der' }), {
  'x5t#S256': toBase64Url(new Uint8Array(32)),
})
const outgoing = new Outgoing(key, OPERATOR.name)

let folder: string
let store: RoleStore
let queue: CommitQueue<'exchange', typeof exchangeTables, typeof SETTINGS, ReturnType<typeof role.remember>>
let drawn = 0
const ids = { next: () => `R${String((drawn += 1)).padStart(25, '0')}` }

function open(): void {
  store = openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'exchange', tables: exchangeTables })
  queue = new CommitQueue({
    role,
    store,
    outgoing,
    clock: { now: () => NOON },
    ids,
    directory: (address) =>
      'userId' in address ? address.userId : address.role === 'issuer' ? ISSUER.name : SETTLEMENT,
    listener: {
      events: () => undefined,
      messages: () => undefined,
      fault: (error) => {
        throw error
      },
    },
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-exchange-'))
  open()
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

function ask<Name extends OperationName>(operation: Name, sender: Sender, body: RequestBody<Name>, evidence?: unknown) {
  const id = ids.next()
  const wire = writeMembers(operationNamed(operation).request, body as never)
  const at = new Date(NOON).toISOString()
  const jws = outgoing.sign(requestTyp(operation), { id, from: sender.name, to: OPERATOR.name, at, body: wire })
  return queue.submit({ operation, sender, id, jws, hash: hashJwsSync(jws), body, evidence })
}

/** Answers the oldest message that waits for this operation. */
async function answer(operation: OperationName, result: Result<unknown, Refusal>): Promise<void> {
  const all = [ISSUER.name, SETTLEMENT].flatMap((peer) => store.messages(peer, 0n, 100))
  const message = all.find((each) => each.operation === operation)
  if (message === undefined) throw new Error(`no ${operation} waits`)
  const to = { id: message.id, sender: OPERATOR.name, hash: hashJwsSync(message.jws) }
  const jws = outgoing.answer(operation, to, NOON, result)
  await queue.submitReply({ message, jws, result })
}

const held = (): Promise<void> => answer('settlement.hold', ok({ holdId: 'H-0000000000000000', amountMinor: 0n }))

test('[P1] [P8] a market day survives restarts, and its journal replays to the same state and the same books', async () => {
  for (const { operation, body } of role.atStart) await ask(operation, OPERATOR, body as never)
  await ask('exchange.certificate-list', ISSUER, {
    kind: 'full',
    listId: 'first',
    ...HOSHI,
    sequence: 1n,
    page: 1,
    pages: 1,
    pairs: [{ certificateId: MINE.certificateId, userId: user('anna') }],
  })
  const orders = [
    ask('exchange.order', investor('anna'), sellOrder('anna', 50n, 100n, [MINE]), [ok(MINE)]),
    ask('exchange.order', investor('bela'), buyOrder('bela', 20n, 101n), []),
    ask('exchange.order', investor('chie'), buyOrder('chie', 40n, 100n), []),
  ]
  // Orders are answered late; what is decided after them is answered when they are stored.
  await ask('exchange.expire', OPERATOR, {})
  await held()
  await held()
  store.close()
  open()
  await held()
  await Promise.all(orders.slice(0, 2))
  await answer('issuer.match-transfer', refuse('certificate_stopped', 'stopped'))
  const before = bookHash(queue.memory)
  store.close()
  open()
  expect(bookHash(queue.memory)).toBe(before)
  expect([...queue.memory.of('HOSHI:common').orders()].map(({ id, quantity }) => [id, quantity])).toEqual([
    [2, 20],
    [3, 40],
  ])

  const again = openSqliteStore({ file: join(folder, 'again.sqlite'), role: 'exchange', tables: exchangeTables })
  // Without the configuration: what was listed stands in the journal.
  replay(exchangeRole({ listings: [] }, trust), store.journal(0n), again)
  expect(again.stateHash()).toBe(store.stateHash())
  again.close()
})
