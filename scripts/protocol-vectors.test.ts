import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactDecrypt, compactVerify, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodeSigner, nodeVerifier } from '../server/runtime/node-signing.ts'
import { readMembers } from '../shared/documents/document.ts'
import { endorsement, endorsementFile } from '../shared/documents/endorsement.ts'
import { order } from '../shared/documents/order.ts'
import { fromBase64 } from '../shared/kernel/bytes.ts'
import { MarketTrust } from '../shared/market/market-trust.ts'
import { readMarketLink } from '../shared/market/market-link.ts'
import { answerWelcome, checkReady } from '../shared/protocol/client-session.ts'
import { readReply, type SentRequest } from '../shared/protocol/request-reply.ts'
import { canonicalText, type Json } from '../shared/signing/canonical.ts'
import { openAccount } from '../shared/signing/jwe.ts'
import { hashJws } from '../shared/signing/jws.ts'
import { importAgreementKey } from '../shared/signing/webcrypto.ts'
import { KEY_NAMES, testKey, VECTORS_AT, VECTORS_FOLDER } from './protocol-vectors.ts'

interface Taken {
  readonly header: {
    readonly alg: string
    readonly typ: string
    readonly 'x5t#S256'?: string
    readonly kid?: string
    readonly x5c?: readonly string[]
  }
  readonly payload: { readonly [member: string]: Json }
  readonly canonicalPayload: string
  readonly compact: string
  readonly hash: string
}
interface Market {
  readonly keys: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly certificates: Readonly<Record<string, string>>
  readonly rootFingerprint: string
  readonly joinLink: string
  readonly crls: Readonly<Record<string, string>>
  readonly descriptor: Taken
}
type Opened = Readonly<Record<'welcome' | 'session' | 'ready', Taken>>

function load<T>(name: string): T {
  return JSON.parse(readFileSync(join(VECTORS_FOLDER, `${name}.json`), 'utf8')) as T
}

const market = load<Market>('market')
const session = load<Readonly<Record<'member' | 'applicant', Opened>>>('session')
const orders = load<{
  readonly account: {
    readonly plaintext: { readonly account: string; readonly requestId: string; readonly userId: string }
    readonly compact: string
  }
  readonly order: Taken
  readonly receipt: Taken
  readonly refusal: Taken
}>('order')
const handOver = load<{
  readonly shareCertificate: Taken
  readonly endorsement: Taken
  readonly files: { readonly endorsement: Json }
}>('hand-over')

const messages: readonly (readonly [string, Taken])[] = [
  ['descriptor', market.descriptor],
  ...Object.entries(session.member).map(([name, each]) => [`member ${name}`, each] as const),
  ...Object.entries(session.applicant).map(([name, each]) => [`applicant ${name}`, each] as const),
  ['order', orders.order],
  ['receipt', orders.receipt],
  ['refusal', orders.refusal],
  ['share certificate', handOver.shareCertificate],
  ['endorsement', handOver.endorsement],
]

const byThumbprint = new Map(
  Object.values(market.certificates).map((der) => {
    const certificate = new X509Certificate(Buffer.from(der, 'base64'))
    return [
      Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
      certificate.publicKey,
    ]
  }),
)

test.each(KEY_NAMES)('the test key %s follows from its name', async (name) => {
  expect(market.keys[name]).toEqual((await testKey(name)).jwk)
})

describe.each(messages)('%s', (_name, { header, payload, canonicalPayload, compact, hash }) => {
  test('jose verifies it with the key that the header names', async () => {
    const named = header['x5t#S256']
    const { d: _, ...applicant } = market.keys['applicant'] ?? {}
    const key = named === undefined ? await importJWK(applicant, 'ES256') : byThumbprint.get(named)
    const verified = await compactVerify(compact, key ?? new Uint8Array())
    expect(verified.protectedHeader).toEqual(header)
    expect(new TextDecoder().decode(verified.payload)).toBe(canonicalPayload)
  })

  test('its payload is canonical and its hash is over the compact form', async () => {
    expect(canonicalText(payload)).toBe(canonicalPayload)
    expect(await hashJws(compact)).toBe(hash)
  })
})

describe('a member who follows the protocol', () => {
  const trust = new MarketTrust({
    rootThumbprint: market.rootFingerprint,
    verifier: nodeVerifier(),
    clock: { now: () => VECTORS_AT },
  })
  const server = { role: 'exchange' as const, userId: 'exc-0000000000000003' }
  const taro = 'inv-0000000000000005'

  beforeAll(async () => {
    expect(await trust.takeDescriptor(market.descriptor.compact)).toMatchObject({ ok: true })
    for (const crl of Object.values(market.crls))
      expect(await trust.takeCrl(fromBase64(crl) ?? new Uint8Array())).toMatchObject({ ok: true })
  })

  test('trusts the market by the fingerprint in the link', () => {
    expect(readMarketLink(market.joinLink)).toMatchObject({ ok: true, value: { root: market.rootFingerprint } })
    expect(trust.freshness(VECTORS_AT)).toBeUndefined()
  })

  test('opens a session', async () => {
    const { welcome, session: opening, ready } = session.member
    const { pkcs8 } = await testKey('taro')
    const signer = nodeSigner(pkcs8, { 'x5t#S256': opening.header['x5t#S256'] ?? '' })
    const me = { from: taro, signer, chain: opening.header.x5c ?? [] }
    const answered = await answerWelcome(welcome.compact, server, me, trust.messageTrust(), VECTORS_AT)
    if (!answered.ok) throw new Error(answered.error.message)
    const { nonce } = answered.value
    // All but the signature, which is never twice the same.
    expect(answered.value.session.split('.', 2)).toEqual(opening.compact.split('.', 2))
    expect(await checkReady(ready.compact, nonce, server, me, trust.messageTrust())).toMatchObject({ ok: true })
  })

  test.each([
    ['receipt', orders.receipt, { ok: true, value: { ok: true, value: { receptionNumber: 'OR-00000001' } } }],
    ['refusal', orders.refusal, { ok: true, value: { ok: false, error: { code: 'insufficient_funds' } } }],
  ])('reads the %s of the order', async (_name, reply, expected) => {
    const sent: SentRequest<'exchange.order'> = {
      operation: 'exchange.order',
      id: 'example.order.0001',
      hash: orders.order.hash,
      from: taro,
      to: server.userId,
    }
    expect(await readReply(reply.compact, sent, server, trust.messageTrust())).toMatchObject(expected)
  })

  test('reads the order and opens its account number with the settlement server’s key alone', async () => {
    const { plaintext, compact } = orders.account
    expect(readMembers(order, orders.order.payload['body'] as Json)).toMatchObject({
      ok: true,
      value: { side: 'buy', quantity: 100n, settlementAccount: compact },
    })
    const { pkcs8 } = await testKey('agreement')
    const key = await importAgreementKey(pkcs8)
    const { requestId, userId } = plaintext
    expect(await openAccount(compact, key, { requestId, userId })).toEqual({ ok: true, value: plaintext.account })
    expect(await openAccount(compact, key, { requestId, userId: 'inv-0000000000000006' })).toMatchObject({
      ok: false,
      error: { code: 'account_not_bound_to_signer' },
    })
    const opened = await compactDecrypt(
      compact,
      createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
    )
    expect(JSON.parse(new TextDecoder().decode(opened.plaintext))).toEqual(plaintext)
  })

  test('verifies what was handed over: the transferor first, then the issuer', async () => {
    const file = readMembers(endorsementFile, handOver.files.endorsement)
    if (!file.ok) throw new Error(file.error.message)
    const [leaf = ''] = file.value.transferorChain
    const signed = await trust.verifyWith(file.value.endorsement, endorsement.typ, leaf)
    expect(signed).toMatchObject({ ok: true, value: { signer: { userId: taro } } })
    const read = readMembers(endorsement.schema, handOver.endorsement.payload)
    if (!read.ok) throw new Error(read.error.message)
    expect(await trust.verifyShareCertificate(read.value.certificate)).toMatchObject({
      ok: true,
      value: { userId: taro, quantity: 500n },
    })
  })
})
