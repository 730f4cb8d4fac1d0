import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readMembers, writeMembers } from '../../../shared/documents/document.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { toBase64Url } from '../../../shared/kernel/bytes.ts'
import { operationNamed, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { refusalBody, replyPayload, requestPayload, requestTyp, TYP } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import { parseJws } from '../../../shared/signing/jws.ts'
import { CommitQueue } from '../../commit/commit-queue.ts'
import type { CommandHandler } from '../../commit/decision.ts'
import { Outgoing } from '../../commit/outgoing.ts'
import { replay } from '../../commit/replay.ts'
import type { RoleStore } from '../../commit/store.ts'
import { randomIds } from '../../runtime/ids.ts'
import { newPrivateKey } from '../../runtime/key-file.ts'
import { hashJwsSync, nodeSigner } from '../../runtime/node-signing.ts'
import { openSqliteStore } from '../../storage/sqlite/role-store.ts'
import { settlementRole } from './role.ts'
import { settlementSettings } from './settings.ts'
import { AT, BUYER, NAME, numberOf, openAccount, seal, SELLER, trust } from './settlement-fixture.ts'
import { settlementTables } from './tables.ts'

/** The role in the real commit queue, on a real database. */
const SELF = 'set-0000000001'
const outgoing = new Outgoing(
  nodeSigner(newPrivateKey().export({ type: 'pkcs8', format: 'der' }), { 'x5t#S256': toBase64Url(new Uint8Array(32)) }),
  SELF,
)
const role = settlementRole(settlementSettings.parse({}), trust, openAccount)

/** By request ID: who asks again sends the same bytes. */
const signed = new Map<string, string>()
let folder: string
let store: RoleStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-settlement-'))
  store = openSqliteStore({ file: join(folder, 'state.sqlite'), role: 'settlement', tables: settlementTables })
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

function startQueue() {
  const ignore = (): void => undefined
  const fault = (error: unknown): void => {
    throw error
  }
  return new CommitQueue({
    role,
    store,
    outgoing,
    clock: { now: () => AT },
    ids: randomIds,
    directory: () => undefined,
    listener: { events: ignore, messages: ignore, fault },
  })
}

/** The code of the signed refusal, or `accepted`. */
async function open(queue: ReturnType<typeof startQueue>, userId: string, number: string, id: string): Promise<string> {
  const operation = 'settlement.open-account'
  const body: RequestBody<typeof operation> = {
    account: seal(number, { userId, requestId: id }),
    name: NAME,
    currency: 'JPY',
  }
  const wire = writeMembers(operationNamed(operation).request, body)
  const payload = writeMembers(requestPayload, { id, from: userId, to: SELF, at: AT, body: wire })
  const jws = signed.get(id) ?? outgoing.sign(requestTyp(operation), payload)
  signed.set(id, jws)
  const sender = { name: userId, role: 'investor', displayName: NAME, policy: undefined, certificate: '' } as const
  const handler = role.operations[operation] as CommandHandler<never, never, never, typeof operation, unknown>
  const evidence = await handler.prepare?.(body, { sender, jws, id, at: AT })
  const answer = await queue.submit({ operation, sender, id, jws, hash: hashJwsSync(jws), body, evidence })
  const parsed = parseJws(answer, { typ: () => true })
  assert(parsed.ok, 'an answer')
  if (parsed.value.header.typ !== TYP.refusal) return 'accepted'
  const reply = readMembers(replyPayload, parsed.value.payload)
  assert(reply.ok, 'a reply')
  const refusal = readMembers(refusalBody, reply.value.body as Json)
  assert(refusal.ok, 'a refusal')
  return refusal.value.code
}

test('[A23] a counted refusal is answered at once, stored like any other, kept over a restart, and replays to the same state', async () => {
  const first = startQueue()
  expect(await open(first, SELLER, numberOf(SELLER), 'request-number-000')).toBe('accepted')
  for (let i = 1; i <= 5; i += 1)
    expect(await open(first, BUYER, numberOf(SELLER), `request-number-00${i}`)).toBe('account_number_taken')
  const again = startQueue()
  // The same request once more is answered from what is stored, and counts no second time.
  expect(await open(again, BUYER, numberOf(SELLER), 'request-number-005')).toBe('account_number_taken')
  expect(store.journalHead().sequence).toBe(6n)
  expect(await open(again, BUYER, numberOf(BUYER), 'request-number-006')).toBe('too_many_tries')
  const replayed = openSqliteStore({ file: join(folder, 'again.sqlite'), role: 'settlement', tables: settlementTables })
  replay(role, store.journal(0n), replayed)
  expect(replayed.stateHash()).toBe(store.stateHash())
  replayed.close()
})
