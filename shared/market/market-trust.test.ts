import { beforeAll, describe, expect, test } from 'vitest'
import { writeMembers } from '../documents/document.ts'
import { marketDescriptor, type MarketDescriptor, type MarketMember } from '../documents/market-descriptor.ts'
import { shareCertificate, type ShareCertificate } from '../documents/share-certificate.ts'
import { toBase64 } from '../kernel/bytes.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import {
  buildHierarchy,
  DAY,
  generateKeys,
  issueCrl,
  issueLeaf,
  NOW,
  parsed,
  TERM,
  type CrlChange,
} from '../pki/forge.ts'
import type { Hierarchy } from '../pki/forge.ts'
import { createIssuingAuthority, type IdentityRequest, type Issuer } from '../pki/issue.ts'
import { exportSpki, type KeyPair } from '../pki/keys.ts'
import type { CertificatePolicy, Role } from '../pki/profile.ts'
import { signJws, type Signer } from '../signing/jws.ts'
import { importSigner, webCryptoVerifier } from '../signing/webcrypto.ts'
import { MarketTrust } from './market-trust.ts'

interface Party {
  readonly signer: Signer
  readonly serial: string
  /** DER in base64. */
  readonly certificate: string
  readonly member: MarketMember
}

const POLICY: CertificatePolicy = {
  orderLimitMinor: 0n,
  dayLimitMinor: 0n,
  currency: 'JPY',
  shortSellingProhibited: true,
}

let h: Hierarchy
let authority: Party
let issuer: Party
let otherIssuer: Party
let exchange: Party
let settlement: Party
let agreement: Party
let investor: Party
let nextSerial = 0x2001

async function signerOf(keys: KeyPair, thumbprint: string): Promise<Signer> {
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return importSigner(pkcs8, 'ES256', { 'x5t#S256': thumbprint })
}

async function enrol(
  role: Role,
  userId: string,
  change: Partial<IdentityRequest> = {},
  above: Issuer = h.authority,
): Promise<Party> {
  const keys = await generateKeys()
  const serial = (nextSerial++).toString(16)
  const der = await issueLeaf(above, keys, {
    userId,
    role,
    serial,
    policy: POLICY,
    commonName: `The ${role}`,
    ...change,
  })
  const certificate = toBase64(der)
  const member = {
    role,
    userId,
    name: `The ${role}`,
    url: `wss://${role}.example/${role}`,
    certificates: [certificate],
  }
  return { signer: await signerOf(keys, (await parsed(der)).thumbprint), serial, certificate, member }
}

const issuing = (security: string): Partial<IdentityRequest> => ({ policy: { ...POLICY, mayIssue: [security] } })

beforeAll(async () => {
  h = await buildHierarchy()
  ;[authority, issuer, otherIssuer, exchange, settlement, agreement, investor] = await Promise.all([
    enrol('authority', 'aut-0000000001'),
    enrol('issuer', 'iss-0000000001', issuing('HOSHI')),
    enrol('issuer', 'iss-0000000002', issuing('TSUKI')),
    enrol('exchange', 'exc-0000000001'),
    enrol('settlement', 'set-0000000001'),
    enrol('settlement', 'set-0000000001', { usage: 'key-agreement' }),
    enrol('investor', 'inv-0000000001'),
  ])
})

function describeMarket(change: Partial<MarketDescriptor> = {}): MarketDescriptor {
  return {
    marketName: 'Test market',
    sequence: 5,
    issuedAt: NOW,
    currency: 'JPY',
    demonstration: true,
    root: toBase64(h.root.certificate.der),
    issuing: [toBase64(h.authority.certificate.der)],
    members: [
      { ...issuer.member, securities: ['HOSHI'] },
      { ...otherIssuer.member, securities: ['TSUKI'] },
      exchange.member,
      { ...settlement.member, agreementCertificate: agreement.certificate },
    ],
    ...change,
  }
}

function signMarket(change: Partial<MarketDescriptor> = {}, by: Party = authority): Promise<string> {
  const chain = [by.certificate, toBase64(h.authority.certificate.der)]
  return signJws(by.signer, marketDescriptor.typ, writeMembers(marketDescriptor.schema, describeMarket(change)), {
    x5c: chain,
  })
}

interface Believer {
  readonly trust: MarketTrust
  /** Sets the clock. */
  at(now: number): void
}

/** Somebody who compared the root and heard nothing yet. */
function believer(rootThumbprint = h.root.certificate.thumbprint): Believer {
  let now = NOW
  const trust = new MarketTrust({ rootThumbprint, verifier: webCryptoVerifier(), clock: { now: () => now } })
  return { trust, at: (time) => (now = time) }
}

async function crl(change: CrlChange = {}, by: Issuer = h.authority) {
  return (await issueCrl(by, change)).der
}

/** Somebody who took the descriptor and a list of each authority. */
async function member(change: Partial<MarketDescriptor> = {}): Promise<Believer> {
  const one = believer()
  await accepted(one.trust.takeDescriptor(await signMarket(change)))
  await accepted(one.trust.takeCrl(await crl({ number: 10n }, h.root)))
  await accepted(one.trust.takeCrl(await crl({ number: 10n })))
  return one
}

async function accepted<T>(outcome: Promise<Result<T, Refusal>>): Promise<T> {
  const result = await outcome
  if (!result.ok) expect.fail(`${result.error.code}: ${result.error.message}`)
  return result.value
}

async function codeOf(outcome: Promise<Result<unknown, Refusal>>): Promise<string> {
  const result = await outcome
  return result.ok ? 'accepted' : result.error.code
}

const SHARE: ShareCertificate = {
  companyName: 'Hoshi Works',
  incorporatedOn: '1998-11-01',
  certificateNumber: '000001',
  certificateId: '0123456789ABCDEFGHJKMNPQRS',
  security: 'HOSHI',
  shareClass: 'common',
  quantity: 100n,
  currency: 'JPY',
  issuedAt: NOW,
  holderName: '山田 太郎',
  userId: 'inv-0000000001',
  transferRestriction: 'none',
  signatureAlgorithm: 'ES256',
  issuingAgent: { userId: 'iss-0000000001', name: 'The issuer', url: 'wss://issuer.example/issuer' },
}

function signShare(
  by: Party,
  change: Partial<ShareCertificate> = {},
  typ: string = shareCertificate.typ,
): Promise<string> {
  return signJws(by.signer, typ, writeMembers(shareCertificate.schema, { ...SHARE, ...change }))
}

describe('the market descriptor', () => {
  test('[CA5] is taken when its chain ends in the compared root', async () => {
    const { trust } = believer()
    await accepted(trust.takeDescriptor(await signMarket()))
    expect(trust.descriptor?.marketName).toBe('Test market')
    expect(trust.find('issuer', 'TSUKI')?.userId).toBe('iss-0000000002')
    expect(trust.find('issuer', 'KUMO')).toBeUndefined()
    expect(trust.member('exc-0000000001')?.role).toBe('exchange')
  })

  test('[CA5] is refused under another root', async () => {
    const other = await buildHierarchy()
    const { trust } = believer(other.root.certificate.thumbprint)
    expect(await codeOf(trust.takeDescriptor(await signMarket()))).toBe('untrusted_root')
    expect(trust.descriptor).toBeUndefined()
  })

  test('is refused when it is not signed by the authority', async () => {
    const { trust } = believer()
    for (const by of [issuer, investor])
      expect(await codeOf(trust.takeDescriptor(await signMarket({}, by)))).toBe('wrong_role')
  })

  test('is refused when the chain is not of the certificate that signed', async () => {
    const { trust } = believer()
    const jws = await signMarket(
      {},
      { ...authority, certificate: (await enrol('authority', 'aut-0000000002')).certificate },
    )
    expect(await codeOf(trust.takeDescriptor(jws))).toBe('unknown_signer')
  })

  test('[A25] an older one is refused and changes nothing', async () => {
    const { trust } = await member({ sequence: 6 })
    expect(await codeOf(trust.takeDescriptor(await signMarket({ sequence: 5 })))).toBe('descriptor_rollback')
    expect(trust.descriptor?.sequence).toBe(6)
  })

  test('[A25] two that come at once end with the newer one, in either order', async () => {
    const [old, young] = [await signMarket({ sequence: 5 }), await signMarket({ sequence: 6 })]
    for (const pair of [
      [old, young],
      [young, old],
    ]) {
      const { trust } = believer()
      await Promise.all(pair.map((jws) => trust.takeDescriptor(jws)))
      expect(trust.descriptor?.sequence).toBe(6)
    }
  })

  test('is refused when it names an issuing authority that the root did not certify', async () => {
    const own = await buildHierarchy()
    const { trust } = await member()
    const foreign = { sequence: 6, issuing: [toBase64(own.authority.certificate.der), ...describeMarket().issuing] }
    expect(await codeOf(trust.takeDescriptor(await signMarket(foreign)))).toBe('untrusted_root')
    const party = { sequence: 6, issuing: [issuer.certificate, ...describeMarket().issuing] }
    expect(await codeOf(trust.takeDescriptor(await signMarket(party)))).toBe('not_a_ca')
    expect(trust.descriptor?.sequence).toBe(5)
  })
})

describe('revocation lists', () => {
  test('[SIG6] nothing is fresh before a list of every authority is there, nor after one is overdue', async () => {
    const one = believer()
    expect(one.trust.freshness(NOW)?.code).toBe('revocation_unknown')
    await accepted(one.trust.takeDescriptor(await signMarket()))
    await accepted(one.trust.takeCrl(await crl({}, h.root)))
    expect(one.trust.freshness(NOW)?.code).toBe('revocation_unknown')
    await accepted(one.trust.takeCrl(await crl({ nextUpdate: NOW + 60_000 })))
    expect(one.trust.freshness(NOW + 60_000)).toBeUndefined()
    expect(one.trust.freshness(NOW + 60_001)?.code).toBe('revocation_unknown')
  })

  test('[P13] a listed certificate is refused from then on, although it was known before', async () => {
    const { trust } = await member()
    await accepted(trust.authenticate([investor.certificate]))
    await accepted(
      trust.takeCrl(
        await crl({ number: 11n, revoked: [{ serial: investor.serial, at: NOW, reason: 'keyCompromise' }] }),
      ),
    )
    expect(await codeOf(trust.authenticate([investor.certificate]))).toBe('cert_revoked')
    expect(await codeOf(trust.authenticate([issuer.certificate]))).toBe('accepted')
  })

  test('[A25] an older list is refused and undoes no revocation', async () => {
    const { trust } = await member()
    await accepted(
      trust.takeCrl(await crl({ number: 11n, revoked: [{ serial: investor.serial, at: NOW, reason: 'unspecified' }] })),
    )
    expect(await codeOf(trust.takeCrl(await crl({ number: 10n })))).toBe('crl_rollback')
    expect(await codeOf(trust.authenticate([investor.certificate]))).toBe('cert_revoked')
  })

  test('[A25] two that come at once end with the newer one, in either order', async () => {
    const old = await crl({ number: 11n })
    const young = await crl({ number: 12n, revoked: [{ serial: investor.serial, at: NOW, reason: 'unspecified' }] })
    for (const pair of [
      [old, young],
      [young, old],
    ]) {
      const { trust } = await member()
      await Promise.all(pair.map((der) => trust.takeCrl(der)))
      expect(await codeOf(trust.authenticate([investor.certificate]))).toBe('cert_revoked')
    }
  })

  test('[P13] a forged list and one of another issuer are refused', async () => {
    const { trust } = await member()
    const other = await buildHierarchy()
    // Same name, another key.
    expect(await codeOf(trust.takeCrl(await crl({ number: 12n }, other.authority)))).toBe('crl_wrong_issuer')
    const der = await crl({ number: 12n })
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
    expect(await codeOf(trust.takeCrl(der))).toBe('crl_bad_signature')
    expect(await codeOf(trust.takeCrl(await crl({ number: 10n })))).toBe('accepted')
  })

  test('two issuing authorities of one name, the old and the new key, each have their list', async () => {
    const keys = await generateKeys()
    const der = await createIssuingAuthority({
      ...TERM,
      issuer: h.root,
      name: 'Authority',
      subjectPublicKeySpki: await exportSpki(keys.publicKey),
      serial: '03',
    })
    const young: Issuer = { certificate: await parsed(der), privateKey: keys.privateKey }
    const { trust } = await member({ issuing: [toBase64(der), ...describeMarket().issuing] })
    expect(trust.freshness(NOW)?.code).toBe('revocation_unknown')
    await accepted(trust.takeCrl(await crl({}, young)))
    expect(trust.freshness(NOW)).toBeUndefined()
    const latecomer = await enrol('investor', 'inv-0000000002', {}, young)
    expect((await accepted(trust.authenticate([latecomer.certificate]))).signer.userId).toBe('inv-0000000002')
  })

  test('[A25] what was seen survives a restart', async () => {
    const first = await member({ sequence: 6 })
    await accepted(
      first.trust.takeCrl(
        await crl({ number: 11n, revoked: [{ serial: investor.serial, at: NOW, reason: 'superseded' }] }),
      ),
    )
    const memory = first.trust.memory()
    if (memory === undefined) expect.fail('nothing was remembered')
    const { trust } = believer()
    await accepted(trust.takeDescriptor(memory.descriptor))
    for (const list of memory.crls) await accepted(trust.takeCrl(new Uint8Array(Buffer.from(list, 'base64'))))
    expect(trust.freshness(NOW)).toBeUndefined()
    expect(await codeOf(trust.takeDescriptor(await signMarket({ sequence: 5 })))).toBe('descriptor_rollback')
    expect(await codeOf(trust.takeCrl(await crl({ number: 10n })))).toBe('crl_rollback')
    expect(await codeOf(trust.authenticate([investor.certificate]))).toBe('cert_revoked')
  })
})

describe('certificates of members', () => {
  test('[A24] one that ended or did not begin is refused, and a second asking changes nothing about it', async () => {
    const one = await member()
    const ends = await enrol('investor', 'inv-0000000003', { notAfter: NOW + 60_000 })
    const begins = await enrol('investor', 'inv-0000000004', { notBefore: NOW + 60_000 })
    expect(await codeOf(one.trust.authenticate([ends.certificate]))).toBe('accepted')
    expect(await codeOf(one.trust.authenticate([begins.certificate]))).toBe('cert_not_yet_valid')
    one.at(NOW + 61_000)
    expect(await codeOf(one.trust.authenticate([ends.certificate]))).toBe('cert_expired')
    expect(await codeOf(one.trust.authenticate([begins.certificate]))).toBe('accepted')
  })

  test('[A28] one issued by a party and not by the authority is refused', async () => {
    const { trust } = await member()
    const keys = await generateKeys()
    const der = await issueLeaf(h.authority, keys, {
      userId: 'iss-0000000009',
      role: 'issuer',
      serial: '9999',
      policy: POLICY,
    })
    const certificate = await parsed(der)
    // An issuer needs a key identifier to issue: the leaf has one, so nothing but its lack of authority stands in the way.
    const forged = await enrol('investor', 'inv-0000000009', {}, { certificate, privateKey: keys.privateKey })
    expect(await codeOf(trust.authenticate([forged.certificate, toBase64(der)]))).toBe('untrusted_root')
  })

  test('a key-agreement certificate signs nothing, and account numbers go to no signing certificate [SIG4]', async () => {
    const { trust } = await member()
    expect(await codeOf(trust.authenticate([agreement.certificate]))).toBe('wrong_role')
    expect((await accepted(trust.settlementRecipient())).thumbprint).toBe(agreement.signer.name['x5t#S256' as never])
    const wrong = await member({ members: [{ ...settlement.member, agreementCertificate: settlement.certificate }] })
    expect(await codeOf(wrong.trust.settlementRecipient())).toBe('wrong_role')
    const none = await member({ members: [] })
    expect(await codeOf(none.trust.settlementRecipient())).toBe('not_ready')
  })

  test('documents of an expired certificate count as long as the market lists it, and not longer', async () => {
    const short = await enrol('issuer', 'iss-0000000001', { ...issuing('HOSHI'), notAfter: NOW + DAY })
    const share = await signShare(short)
    const listed = { ...issuer.member, certificates: [issuer.certificate, short.certificate], securities: ['HOSHI'] }
    const one = await member({ members: [listed] })
    expect(await codeOf(one.trust.verifyShareCertificate(share))).toBe('accepted')
    one.at(NOW + 2 * DAY)
    expect(await codeOf(one.trust.verifyShareCertificate(share))).toBe('accepted')
    expect(await codeOf(one.trust.authenticate([short.certificate]))).toBe('cert_expired')
    await accepted(one.trust.takeDescriptor(await signMarket({ sequence: 6 })))
    expect(await codeOf(one.trust.verifyShareCertificate(share))).toBe('not_issuer_of_class')
  })

  test('documents of an expired certificate that was revoked do not count', async () => {
    const short = await enrol('issuer', 'iss-0000000001', { ...issuing('HOSHI'), notAfter: NOW + DAY })
    const listed = { ...issuer.member, certificates: [issuer.certificate, short.certificate], securities: ['HOSHI'] }
    const one = await member({ members: [listed] })
    one.at(NOW + 2 * DAY)
    const at = NOW + 2 * DAY
    const revoked = [{ serial: short.serial, at, reason: 'keyCompromise' as const }]
    await accepted(one.trust.takeCrl(await crl({ number: 11n, thisUpdate: at, nextUpdate: at + DAY, revoked })))
    expect(await codeOf(one.trust.verifyShareCertificate(await signShare(short)))).toBe('cert_revoked')
  })
})

describe('[A33] share certificates', () => {
  test('one by the issuer of the security is believed', async () => {
    const { trust } = await member()
    expect(await accepted(trust.verifyShareCertificate(await signShare(issuer)))).toEqual(SHARE)
  })

  test.each<[string, () => Promise<string>, string]>([
    ['by an investor', () => signShare(investor), 'not_issuer_of_class'],
    ['by an exchange', () => signShare(exchange), 'not_issuer_of_class'],
    ['by another issuer, naming the right one', () => signShare(otherIssuer), 'not_issuer_of_class'],
    [
      'by another issuer, naming itself',
      () => signShare(otherIssuer, { issuingAgent: { ...SHARE.issuingAgent, userId: 'iss-0000000002' } }),
      'not_issuer_of_class',
    ],
    [
      'by the issuer, of a security that is not its own',
      () => signShare(issuer, { security: 'TSUKI' }),
      'not_issuer_of_class',
    ],
    [
      'by an issuer that the market does not list',
      async () => signShare(await enrol('issuer', 'iss-0000000001', issuing('HOSHI'))),
      'not_issuer_of_class',
    ],
    ['signed by the issuer as something else', () => signShare(issuer, {}, 'kabuken.order-receipt'), 'wrong_typ'],
    [
      'altered after it was signed',
      async () => {
        const [header, , signature] = (await signShare(issuer)).split('.')
        const [, payload] = (await signShare(issuer, { quantity: 1000n })).split('.')
        return `${header}.${payload}.${signature}`
      },
      'bad_signature',
    ],
  ])('[A33] one %s is refused', async (_name, forge, code) => {
    const { trust } = await member()
    expect(await codeOf(trust.verifyShareCertificate(await forge()))).toBe(code)
  })

  test('[A6] a document by a server of another role is refused', async () => {
    const { trust } = await member()
    expect(await codeOf(trust.verifyMember(await signShare(exchange), shareCertificate.typ, 'settlement'))).toBe(
      'wrong_role',
    )
    expect(await codeOf(trust.verifyMember(await signShare(exchange), shareCertificate.typ, 'exchange'))).toBe(
      'accepted',
    )
  })

  test('a document counts for the certificate that it names only', async () => {
    const { trust } = await member()
    const jws = await signShare(investor)
    expect(await codeOf(trust.verifyWith(jws, shareCertificate.typ, investor.certificate))).toBe('accepted')
    expect(await codeOf(trust.verifyWith(jws, shareCertificate.typ, exchange.certificate))).toBe('unknown_signer')
  })
})
