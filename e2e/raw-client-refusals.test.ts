import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { openMarket, type DemoMarket } from '../demo/market.ts'
import { Investor } from './raw-client/investor.ts'
import { canonical, otherS, readJws, signJws, signText, type Members } from './raw-client/jws.ts'
import { Refused, type Session } from './raw-client/session.ts'
import { readX509, thumbprint } from './raw-client/x509.ts'

/** Generous: two cores may be busy with other tests. */
const PATIENCE_MS = 120_000
const NOBODY = '0000000000000000'

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

describe('what the document says is refused', { timeout: PATIENCE_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kabuken-raw-'))
  const key = newKey()
  let market: DemoMarket
  let me: Investor
  let session: Session

  beforeAll(async () => {
    market = await openMarket(folder, false, () => {})
    const person = { name: 'Aoi Hanada', postalAddress: '3-1 Kawabata, Mizuho', key, account: '123456789012' }
    me = await Investor.enrol(market.link, person)
    session = await me.at('exchange')
  }, PATIENCE_MS)

  afterAll(async () => {
    await me?.close()
    await market?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, PATIENCE_MS)

  const x5t = (): string => thumbprint(readX509(me.chain[0] ?? ''))
  const header = (changed: Members = {}): string =>
    canonical({ alg: 'ES256', typ: 'kabuken.exchange.listings', 'x5t#S256': x5t(), ...changed })
  const payload = (changed: Members = {}): string =>
    canonical({
      id: randomUUID(),
      from: me.userId,
      to: session.server.userId,
      at: new Date().toISOString(),
      body: {},
      ...changed,
    })
  const book = (body: Members): string =>
    signText(header({ typ: 'kabuken.exchange.book' }), payload({ body: { shareClass: 'common', ...body } }), key)

  const messages: readonly (readonly [string, string, () => string])[] = [
    ['bad_jws', 'two parts', () => 'e30.e30'],
    ['bad_alg', 'a symmetric algorithm', () => signText(header({ alg: 'HS256' }), payload(), key)],
    ['bad_alg', 'no algorithm', () => signText(header({ alg: 'none' }), payload(), key)],
    ['header_not_allowed', 'a key in the header', () => signText(header({ jwk: {} }), payload(), key)],
    ['header_not_allowed', 'signer named twice', () => signText(header({ kid: x5t() }), payload(), key)],
    ['wrong_typ', 'another kind', () => signText(header({ typ: 'JWT' }), payload(), key)],
    ['not_canonical', 'white space in the header', () => signText(header().replace(':', ': '), payload(), key)],
    ['not_canonical', 'white space in the payload', () => signText(header(), payload().replace(':', ': '), key)],
    ['not_canonical', 'the upper s', () => changeSignature(signText(header(), payload(), key), otherS)],
    ['unknown_signer', 'another certificate', () => signText(header({ 'x5t#S256': 'A'.repeat(43) }), payload(), key)],
    ['wrong_sender', 'another sender', () => signText(header(), payload({ from: `inv-${NOBODY}` }), key)],
    ['wrong_audience', 'another server', () => signText(header(), payload({ to: `exc-${NOBODY}` }), key)],
    ['bad_signature', 'another key', () => signText(header(), payload(), newKey())],
    ['unknown_operation', 'no such operation', () => signText(header({ typ: 'kabuken.exchange.x' }), payload(), key)],
    [
      'unknown_operation',
      'an operation of another role',
      () => signText(header({ typ: 'kabuken.issuer.offerings' }), payload(), key),
    ],
    [
      'not_permitted',
      "an operator's operation",
      () => signText(header({ typ: 'kabuken.exchange.totals' }), payload(), key),
    ],
    [
      'stale_request',
      'a request of ten minutes ago',
      () => signText(header(), payload({ at: new Date(Date.now() - 600_000).toISOString() }), key),
    ],
  ]

  it.each(messages)('[SIG7] %s, signed: %s', async (code, _what, message) => {
    expect((await refusal(session, message())).code).toBe(code)
  })

  const members: readonly (readonly [string, string, () => string])[] = [
    ['id', 'not there', () => signText(header(), payload({ id: undefined }), key)],
    ['', 'unknown, in the payload', () => signText(header(), payload({ nonce: 'x' }), key)],
    ['levels', 'not there', () => book({ security: 'HOSHI' })],
    ['security', 'of another form', () => book({ security: 'hoshi', levels: 1 })],
    ['', 'unknown, in the body', () => book({ security: 'HOSHI', levels: 1, depth: 1 })],
  ]

  it.each(members)('[SIG7] bad_schema names the member "%s": %s', async (member, _what, message) => {
    expect(await refusal(session, message())).toMatchObject({ code: 'bad_schema', details: { member } })
  })

  const spellings = [
    ['bad_json', '[1,]'],
    ['bad_json.duplicate_member', '{"b":1,"b":1}'],
    ['bad_number', '1.5'],
    ['bad_text', '"\u202e"'],
    ['too_deep', '['.repeat(16) + ']'.repeat(16)],
  ] as const

  it.each(spellings)('[SIG7] %s tells where: %s', async (code, body) => {
    const sent = payload().replace('{}', body)
    const refused = await refusal(session, signText(header(), sent, key))
    expect(refused.code).toBe(code)
    const start = sent.indexOf(body)
    expect(Number(refused.details['at'])).toBeGreaterThanOrEqual(start)
    expect(Number(refused.details['at'])).toBeLessThanOrEqual(start + body.length)
  })

  const upgrades = [
    ['400', 'no subprotocol', '', undefined, {}],
    ['400', 'another subprotocol', '', 'kabuken.v2', {}],
    ['404', 'another path', '/more', 'kabuken.v1', {}],
    ['403', 'another host', '', 'kabuken.v1', { Host: 'elsewhere.example' }],
    ['403', 'the page of somebody else', '', 'kabuken.v1', { Origin: 'https://elsewhere.example' }],
  ] as const

  it.each(upgrades)('%s for an upgrade with %s', async (status, _what, path, subprotocol, headers) => {
    const socket = new WebSocket(session.server.url + path, subprotocol, { headers })
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      socket.once('upgrade', () => reject(new Error('upgraded')))
    })
    expect(String(answered)).toBe(status)
  })

  const opening = (changed: Members) => (greeting: string) => {
    const { nonce } = readJws(greeting, 'kabuken.welcome').payload
    const body = { from: me.userId, to: session.server.userId, nonce, at: new Date().toISOString(), ...changed }
    return signJws({ typ: 'kabuken.session', 'x5t#S256': x5t(), x5c: [...me.chain] }, body, key)
  }

  const openings: readonly (readonly [number, string, (greeting: string) => string | Buffer])[] = [
    [1003, 'text_only', () => Buffer.from('x')],
    [1009, '', () => 'x'.repeat(65_537)],
    [4401, 'too_large', () => 'x'.repeat(32_769)],
    [4401, 'wrong_typ', () => signText(header(), payload(), key)],
    [4401, 'stale_request', opening({ nonce: 'A'.repeat(43) })],
    [4401, 'wrong_sender', opening({ from: `inv-${NOBODY}` })],
    [4401, 'wrong_audience', opening({ to: `exc-${NOBODY}` })],
  ]

  it.each(openings)(
    '[SIG1] closes with %i %s when the session is not opened properly',
    async (code, reason, answer) => {
      const socket = new WebSocket(session.server.url, 'kabuken.v1', { perMessageDeflate: false })
      socket.once('message', (greeting: Buffer) => socket.send(answer(greeting.toString())))
      const closed = await new Promise((resolve, reject) => {
        socket.once('close', (status, why) => resolve([status, why.toString()]))
        socket.once('error', reject)
      })
      expect(closed).toEqual([code, reason])
    },
  )
})

/** The ID of what is sent, as far as it can be read, is what the refusal is bound to besides the hash. */
async function refusal(session: Session, compact: string): Promise<Refused> {
  const part = Buffer.from(compact.split('.')[1] ?? '', 'base64url').toString()
  const id = /"id":"([^"]+)"/.exec(part)?.[1] ?? ''
  const outcome = await session
    .send({ id, typ: 'kabuken.exchange.listings', compact })
    .catch((reason: unknown) => reason)
  if (outcome instanceof Refused) return outcome
  throw new Error('not refused', { cause: outcome })
}

function changeSignature(compact: string, change: (signature: Buffer) => Buffer): string {
  const at = compact.lastIndexOf('.') + 1
  const signature = change(Buffer.from(compact.slice(at), 'base64url'))
  return compact.slice(0, at) + signature.toString('base64url')
}
