import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseJws, signJws, verifyJws } from '../signing/jws.ts'
import { answerWelcome, checkReady } from './client-session.ts'
import { clientOf, party, readyOf, serverOf, trustIn, welcomeOf } from './message-fixture.ts'

const keys = () =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })

const wallet = await party('inv-0000000001', 'investor', keys())
const issuer = await party('iss-0000000001', 'issuer', keys())
const otherIssuer = await party('iss-0000000002', 'issuer', keys())
const exchange = await party('exc-0000000001', 'exchange', keys())
const stranger = await party('iss-0000000009', 'issuer', keys())
const trust = trustIn(wallet, issuer, otherIssuer, exchange)
const nonce = 'n'.repeat(42) + 'A'
const now = Date.parse('2026-01-05T00:00:00Z')

const answer = (welcome: string) => answerWelcome(welcome, serverOf(issuer), clientOf(wallet), trust, now)

type Refused = readonly [title: string, make: () => Promise<string>, code: string]

describe('greeting', () => {
  test('[SIG1] of the expected server is answered with its nonce, signed, with the own chain', async () => {
    const answered = await answer(await welcomeOf(issuer, nonce))
    if (!answered.ok) throw new Error(answered.error.code)
    expect(answered.value.nonce).toBe(nonce)
    const session = parseJws(answered.value.session, { typ: 'kabuken.session' })
    if (!session.ok) throw new Error(session.error.code)
    expect(session.value.header.x5c).toEqual(wallet.chain)
    expect(session.value.payload).toEqual({
      from: wallet.userId,
      to: issuer.userId,
      nonce,
      at: '2026-01-05T00:00:00.000Z',
    })
    expect(await verifyJws(session.value, wallet.key, trust.verifier)).toEqual({ ok: true })
  })

  test('[CA1] an applicant attaches its request instead of a chain', async () => {
    const applicant = {
      from: `applicant:${nonce}`,
      signer: { ...wallet.signer, name: { kid: nonce } },
      request: 'AAAA',
    }
    const answered = await answerWelcome(await welcomeOf(issuer, nonce), serverOf(issuer), applicant, trust, now)
    if (!answered.ok) throw new Error(answered.error.code)
    const session = parseJws(answered.value.session, { typ: 'kabuken.session', header: 'applicant' })
    expect(session).toMatchObject({ ok: true, value: { header: { kid: nonce }, payload: { request: 'AAAA' } } })
  })

  test.each<Refused>([
    ['[A6] by a server of another role', () => welcomeOf(exchange, nonce), 'wrong_role'],
    ['[A6] by another server of the role', () => welcomeOf(otherIssuer, nonce), 'wrong_sender'],
    ['[SIG1] by nobody of this market', () => welcomeOf(stranger, nonce), 'unknown_signer'],
    ['[A50] that names another role', () => welcomeOf({ ...issuer, role: 'exchange' }, nonce), 'wrong_role'],
    [
      '[A50] in the name of another server',
      () => welcomeOf({ ...issuer, userId: otherIssuer.userId }, nonce),
      'wrong_sender',
    ],
    [
      '[SIG1] with another key',
      () => welcomeOf({ ...issuer, signer: { ...exchange.signer, name: issuer.signer.name } }, nonce),
      'bad_signature',
    ],
    ['[A13] that is a ready', () => readyOf(issuer, wallet.userId, nonce), 'wrong_typ'],
    ['[SIG1] without its nonce', () => signJws(issuer.signer, 'kabuken.welcome', { role: 'issuer' }), 'bad_schema'],
    ['[SIG1] that is no message', async () => '', 'bad_jws'],
  ])('%s is refused', async (_, make, code) => {
    expect(await answer(await make())).toMatchObject({ ok: false, error: { code } })
  })
})

describe('ready', () => {
  const check = (ready: string) => checkReady(ready, nonce, serverOf(issuer), clientOf(wallet), trust)

  test('[SIG1] for this session opens it', async () => {
    expect(await check(await readyOf(issuer, wallet.userId, nonce))).toEqual({ ok: true })
  })

  test.each<Refused>([
    ['[A50] for another nonce', () => readyOf(issuer, wallet.userId, `${'m'.repeat(42)}A`), 'response_not_bound'],
    ['[A5] for another client', () => readyOf(issuer, otherIssuer.userId, nonce), 'response_not_bound'],
    ['[A6] of another role', () => readyOf(exchange, wallet.userId, nonce), 'wrong_role'],
    ['[A13] that is a greeting', () => welcomeOf(issuer, nonce), 'wrong_typ'],
    ['[SIG1] without members', () => signJws(issuer.signer, 'kabuken.ready', {}), 'bad_schema'],
  ])('%s is refused', async (_, make, code) => {
    expect(await check(await make())).toMatchObject({ ok: false, error: { code } })
  })
})
