import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, toBase64, type Bytes } from '../../shared/kernel/bytes.ts'
import { encode, encodeInteger, encodeTime } from '../../shared/pki/encoding.ts'
import { TAG } from '../../shared/pki/der.ts'
import { buildHierarchy, extension, forge, parsed, type Draft } from '../../shared/pki/forge.ts'
import { issueIdentityCertificate, type IdentityRequest, type Issuer } from '../../shared/pki/issue.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import { signJws } from '../../shared/signing/jws.ts'
import { TYP } from '../../shared/protocol/message.ts'
import { readKeyFile } from '../runtime/key-file.ts'
import { nodeSigner } from '../runtime/node-signing.ts'
import { webKeys } from './enrol.ts'
import { roleFolder } from './role-folder.ts'
import { lost, sell } from './testing/bodies.ts'
import { drawKeys, Member, type Keys } from './testing/member.ts'
import { CURRENCY, type Investor } from './testing/cast.ts'
import { openTestMarket, SERVER_ROLES, type TestMarket } from './testing/market.ts'
import { until } from './testing/place.ts'
import { codeOf, greeted, openSession, RawSession, type Caller } from './testing/raw-session.ts'

const DAY = 86_400_000
const UNAUTHENTICATED = 4401

let market: TestMarket
let issuing: Issuer
let ren: Investor
/** Of the attacker: never certified by the authority itself. */
let keys: Keys

beforeAll(async () => {
  market = await openTestMarket()
  ren = await market.investor('Ren Amano', 1_000_000n)
  keys = drawKeys()
  const { path } = roleFolder(market.place('authority').loaded.dataFolder, 'authority')
  const { privateKey } = await webKeys(readKeyFile(join(path, 'issuing.pem'), undefined))
  issuing = { certificate: await parsed(new Uint8Array(readFileSync(join(path, 'issuing.crt')))), privateKey }
})

afterAll(() => market.close())

const callerOf = (role: (typeof SERVER_ROLES)[number]): Caller => ({ url: market.url(role), role, trust: market.trust })

/** A certificate for the attacker's key by the market's own authority, wrong in what the test says. */
function leaf(change: Partial<IdentityRequest> = {}): Promise<Bytes> {
  return issueIdentityCertificate({
    issuer: issuing,
    subjectPublicKeySpki: keys.spki,
    serial: '4711',
    notBefore: Date.now() - DAY,
    notAfter: Date.now() + DAY,
    commonName: 'Mallory',
    userId: 'inv-0123456789abcdef',
    role: 'investor',
    policy: { orderLimitMinor: 1n, dayLimitMinor: 1n, currency: CURRENCY, shortSellingProhibited: true },
    usage: 'signing',
    ...change,
  })
}

async function forged(change: (honest: Awaited<ReturnType<typeof parsed>>) => Partial<Draft>): Promise<Bytes> {
  const honest = await parsed(await leaf())
  const validity = encode(TAG.sequence, encodeTime(Date.now() - DAY), encodeTime(Date.now() + DAY))
  return forge(issuing, honest, { validity, ...change(honest) })
}

/** What the server says to a session opened with these certificates; the key is the attacker's. */
async function opening(role: (typeof SERVER_ROLES)[number], ders: readonly Bytes[]) {
  const thumbprint = await sha256Base64Url(ders[0] ?? new Uint8Array())
  const signer = nodeSigner(keys.pkcs8, { 'x5t#S256': thumbprint })
  const me = { from: 'inv-0123456789abcdef', signer, chain: ders.map((der) => toBase64(der)) }
  const opened = await openSession(callerOf(role), me)
  if (opened instanceof RawSession) opened.close()
  return opened
}

const strangers: readonly (readonly [title: string, chain: () => Promise<readonly Bytes[]>, code: string])[] = [
  ['[A24] expired one second ago', async () => [await leaf({ notAfter: Date.now() - 1000 })], 'cert_expired'],
  ['[A24] not valid yet', async () => [await leaf({ notBefore: Date.now() + 60_000 })], 'cert_not_yet_valid'],
  [
    '[A28] issued by an investor',
    async () => {
      const member = await parsed(await leaf())
      const { privateKey } = await webKeys(keys.key)
      const der = await forge(
        { certificate: member, privateKey },
        await parsed(await leaf({ userId: 'inv-00000000000000' })),
      )
      return [der, member.der]
    },
    'untrusted_root',
  ],
  [
    '[A28] issued by a market of its own',
    async () => {
      const { authority, root } = await buildHierarchy()
      return [await leaf({ issuer: authority }), authority.certificate.der, root.certificate.der]
    },
    'untrusted_root',
  ],
  [
    '[A30] an unknown critical extension',
    async () => [
      await forged(({ extensions }) => ({
        extensions: [...extensions, extension('2.25.99', Uint8Array.of(5, 0), true)],
      })),
    ],
    'cert_profile.unknown_critical_extension',
  ],
  [
    '[A30] an extension twice',
    async () => [await forged(({ extensions }) => ({ extensions: [...extensions, ...extensions.slice(-1)] }))],
    'cert_profile.duplicate_extension',
  ],
  [
    '[A30] the serial number 0',
    async () => [await forged(() => ({ serial: Uint8Array.of(0) }))],
    'cert_profile.serial',
  ],
  [
    '[A30] a negative serial number',
    async () => [await forged(() => ({ serial: Uint8Array.of(0x80) }))],
    'cert_profile.serial',
  ],
  [
    '[A30] a serial number of 21 octets',
    async () => [await forged(() => ({ serial: concatBytes(Uint8Array.of(1), new Uint8Array(20)) }))],
    'cert_profile.serial',
  ],
  [
    '[A30] version 1',
    async () => [await forged(() => ({ version: [encode(0xa0, encodeInteger(0n))] }))],
    'cert_profile.version',
  ],
  [
    '[A30] a weak key',
    async () => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
      const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
      return [await forged(() => ({ spki }))]
    },
    'cert_profile.public_key',
  ],
]

describe.each(SERVER_ROLES)('who comes to the role %s', (role) => {
  test.each(strangers)('%s: the session is refused and nothing changes', async (_title, chain, code) => {
    const before = market.states()
    expect(await opening(role, await chain())).toEqual({ code: UNAUTHENTICATED, reason: code })
    expect(market.states()).toEqual(before)
  })

  test('[A50] a request before the session is refused and changes nothing', async () => {
    const before = market.states()
    const session = new RawSession(market.url(role))
    await session.next()
    const signed = await ren.member.sign('issuer.holdings', { userId: ren.member.userId, scope: 'live' })
    expect(await session.ask(signed.jws)).toMatchObject({ code: UNAUTHENTICATED })
    expect(market.states()).toEqual(before)
  })

  test('[A50] the proof of one connection opens no other', async () => {
    const caller = callerOf(role)
    const first = await greeted(caller, ren.member.identity)
    const second = await greeted(caller, ren.member.identity)
    expect(await first.session.ask(first.answer)).toBeTypeOf('string')
    expect(await second.session.ask(first.answer)).toEqual({ code: UNAUTHENTICATED, reason: 'stale_request' })
    first.session.close()
  })

  test('[A50] the proof for one role opens no other', async () => {
    const other = SERVER_ROLES[(SERVER_ROLES.indexOf(role) + 1) % SERVER_ROLES.length] ?? role
    const { session, answer } = await greeted(callerOf(role), ren.member.identity)
    const elsewhere = await greeted(callerOf(other), ren.member.identity)
    // A server in the middle passes on what was signed for it.
    expect(await elsewhere.session.ask(answer)).toMatchObject({ code: UNAUTHENTICATED })
    // The nonce of the other role, signed for this one.
    const body = JSON.parse(Buffer.from(elsewhere.answer.split('.')[1] ?? '', 'base64url').toString()) as {
      nonce: string
    }
    const to = market.trust.find(role)?.userId ?? ''
    const proof = { from: ren.member.userId, to, nonce: body.nonce, at: new Date().toISOString() }
    const signed = await signJws(ren.member.signer, TYP.session, proof, { x5c: ren.member.chain })
    expect(await session.ask(signed)).toEqual({ code: UNAUTHENTICATED, reason: 'stale_request' })
  })
})

test('[A24] a certificate that expires while its session is open is refused from then on', async () => {
  const userId = 'inv-0123456789abcdef'
  const notAfter = Math.ceil(Date.now() / 1000 + 1) * 1000
  const der = await leaf({ notAfter })
  const member = new Member({
    userId,
    keys,
    chain: [toBase64(der)],
    thumbprint: await sha256Base64Url(der),
    trust: market.trust,
  })
  const before = market.states()
  expect(await member.ask('issuer.holdings', { userId, scope: 'live' })).toMatchObject({ ok: true })
  // Valid through its last second (RFC 5280 section 4.1.2.5).
  await until('the end of the certificate', () => Date.now() >= notAfter + 1000 || undefined)
  expect(await member.ask('issuer.holdings', { userId, scope: 'live' })).toMatchObject({
    ok: false,
    error: { code: 'cert_expired' },
  })
  expect(market.states()).toEqual(before)
  member.close()
})

test('[A25] [P13] a revoked member is refused by every role after its next look at the lists, in open sessions and new ones', async () => {
  const mio = await market.investor('Mio Kitano', 1_000_000n)
  const { member } = mio
  const holding = await market.give(mio, 10n)
  const sessions = new Map<string, RawSession>()
  for (const role of SERVER_ROLES) {
    const session = await openSession(callerOf(role), member.identity)
    if (session instanceof RawSession) sessions.set(role, session)
  }
  const authority = await market.server('authority')
  const revoked = await authority.ask('authority.revoke', {
    userId: member.userId,
    reason: 'key_compromise',
    operator: 'test',
  })
  expect(revoked).toMatchObject({ ok: true })
  const ask = () => member.ask('issuer.holdings', { userId: member.userId, scope: 'live' })
  // Looked for every second here, without anybody's doing.
  await until('the revocation is known', async () => ((await ask()).ok ? undefined : true))
  const before = market.states()
  const requests = {
    authority: await member.sign('authority.renew', { request: 'AAAA' }),
    issuer: await member.sign('issuer.reissue', lost(mio, holding)),
    exchange: await member.sign('exchange.order', sell(mio, [holding])),
    settlement: await member.sign('settlement.account', async (id) => ({ account: await member.sealed(id) })),
  }
  for (const role of SERVER_ROLES) {
    const session = sessions.get(role)
    expect(await codeOf((await session?.ask(requests[role].jws)) ?? '', callerOf(role))).toBe('cert_revoked')
    expect(await openSession(callerOf(role), member.identity)).toEqual({
      code: UNAUTHENTICATED,
      reason: 'cert_revoked',
    })
  }
  expect(market.states()).toEqual(before)
})
