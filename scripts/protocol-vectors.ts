/**
 * Writes docs/vectors/: a small market, an opened session, an order with its receipt, a certificate handed over. The keys
 * follow from their names and are known to everybody, so they must never be used for anything else. ECDSA signs with
 * chance: each run writes other signatures, and the files that are kept are the ones that the tests verify.
 */
import { createECDH, createHash, createPrivateKey, webcrypto, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeSigner } from '../server/runtime/node-signing.ts'
import { writeMembers } from '../shared/documents/document.ts'
import { certificateFile, endorsement, endorsementFile, identityFile } from '../shared/documents/endorsement.ts'
import { marketDescriptor } from '../shared/documents/market-descriptor.ts'
import { shareCertificate } from '../shared/documents/share-certificate.ts'
import { toBase64, toBase64Url, type Bytes } from '../shared/kernel/bytes.ts'
import { parseCertificate, type Certificate } from '../shared/pki/certificate.ts'
import { createCrl } from '../shared/pki/issue-crl.ts'
import { createIssuingAuthority, createRoot, issueIdentityCertificate, type Issuer } from '../shared/pki/issue.ts'
import type { KeyPair } from '../shared/pki/keys.ts'
import { createRequest } from '../shared/pki/request.ts'
import type { CertificateUsage } from '../shared/pki/identity.ts'
import type { Role } from '../shared/pki/profile.ts'
import { readyBody, refusalBody, replyPayload, sessionBody, TYP, welcomeBody } from '../shared/protocol/message.ts'
import { buildRequest } from '../shared/protocol/request-reply.ts'
import { canonicalText, type Json } from '../shared/signing/canonical.ts'
import { sealAccount } from '../shared/signing/jwe.ts'
import { hashJws, parseJws, signJws, type Signer } from '../shared/signing/jws.ts'
import { keyThumbprint, verificationKey } from '../shared/signing/keys.ts'

export const VECTORS_FOLDER = join(import.meta.dirname, '../docs/vectors')
/** When everything in the vectors happens. */
export const VECTORS_AT = Date.parse('2030-01-15T09:00:00.000Z')
const FROM = Date.parse('2030-01-01T00:00:00.000Z')
const UNTIL = Date.parse('2031-01-01T00:00:00.000Z')
const ROOT_UNTIL = Date.parse('2050-01-01T00:00:00.000Z')
const DAY_MS = 86_400_000

export const KEY_NAMES = [
  'root',
  'issuing',
  'authority',
  'issuer',
  'exchange',
  'settlement',
  'agreement',
  'taro',
  'hanako',
  'applicant',
] as const
type KeyName = (typeof KEY_NAMES)[number]

export interface TestKey {
  readonly jwk: Readonly<Record<string, string>>
  readonly pkcs8: Bytes
  readonly spki: Bytes
  readonly pair: KeyPair
}

/** The private number is SHA-256 of `kabuken test key: <name>`, which is below the order of the curve for each name used. */
export async function testKey(name: KeyName): Promise<TestKey> {
  const d = createHash('sha256').update(`kabuken test key: ${name}`).digest()
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  const point = curve.getPublicKey()
  const [x, y] = [toBase64Url(point.subarray(1, 33)), toBase64Url(point.subarray(33))]
  const jwk = { crv: 'P-256', d: toBase64Url(d), kty: 'EC', x, y }
  const key: KeyObject = createPrivateKey({ key: jwk, format: 'jwk' })
  const pkcs8 = Uint8Array.from(key.export({ type: 'pkcs8', format: 'der' }))
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsa, true, ['sign'])
  const { d: _, ...publicJwk } = jwk
  const publicKey = await webcrypto.subtle.importKey('jwk', publicJwk, ecdsa, true, ['verify'])
  const spki = new Uint8Array(await webcrypto.subtle.exportKey('spki', publicKey))
  return { jwk, pkcs8, spki, pair: { privateKey, publicKey } }
}

async function read(der: Bytes): Promise<Certificate> {
  const parsed = await parseCertificate(der)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.value
}

interface Member {
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly certificate: Certificate
  readonly signer: Signer
  readonly chain: readonly string[]
}

const MEMBERS = {
  authority: { userId: 'aut-0000000000000001', name: 'Vector Authority', role: 'authority' },
  issuer: { userId: 'iss-0000000000000002', name: 'Vector Issuing Agent', role: 'issuer' },
  exchange: { userId: 'exc-0000000000000003', name: 'Vector Exchange', role: 'exchange' },
  settlement: { userId: 'set-0000000000000004', name: 'Vector Settlement', role: 'settlement' },
  taro: { userId: 'inv-0000000000000005', name: '山田太郎', role: 'investor' },
  hanako: { userId: 'inv-0000000000000006', name: 'Hanako Sato', role: 'investor' },
} as const

interface World {
  readonly keys: Readonly<Record<KeyName, TestKey>>
  readonly root: Issuer
  readonly issuing: Issuer
  readonly members: Readonly<Record<keyof typeof MEMBERS, Member>>
  readonly agreement: Certificate
}

function issuerOf(certificate: Certificate, key: TestKey): Issuer {
  return { certificate, privateKey: key.pair.privateKey }
}

async function makeWorld(): Promise<World> {
  const keys = Object.fromEntries(
    await Promise.all(KEY_NAMES.map(async (name) => [name, await testKey(name)] as const)),
  ) as Record<KeyName, TestKey>
  const rootDer = await createRoot({
    name: 'Vector Root',
    keys: keys.root.pair,
    serial: '01',
    notBefore: FROM,
    notAfter: ROOT_UNTIL,
  })
  const root = issuerOf(await read(rootDer), keys.root)
  const issuingDer = await createIssuingAuthority({
    issuer: root,
    name: 'Vector Issuing Authority',
    subjectPublicKeySpki: keys.issuing.spki,
    serial: '02',
    notBefore: FROM,
    notAfter: UNTIL,
  })
  const issuing = issuerOf(await read(issuingDer), keys.issuing)
  let serial = 0x10
  const certify = async (who: keyof typeof MEMBERS, key: KeyName, usage: CertificateUsage): Promise<Certificate> => {
    const { userId, name, role } = MEMBERS[who]
    serial += 1
    const limit = role === 'investor' ? 10_000_000n : 0n
    return read(
      await issueIdentityCertificate({
        issuer: issuing,
        subjectPublicKeySpki: keys[key].spki,
        commonName: name,
        userId,
        role,
        usage,
        serial: serial.toString(16),
        notBefore: FROM,
        notAfter: UNTIL,
        policy: {
          orderLimitMinor: limit,
          dayLimitMinor: 5n * limit,
          currency: 'JPY',
          shortSellingProhibited: true,
          ...(role === 'issuer' && { mayIssue: ['HOSHI'] }),
        },
      }),
    )
  }
  const members: Partial<Record<keyof typeof MEMBERS, Member>> = {}
  for (const who of Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]) {
    // Serial numbers are drawn in this order.
    const certificate = await certify(who, who, 'signing')
    members[who] = {
      ...MEMBERS[who],
      certificate,
      signer: nodeSigner(keys[who].pkcs8, { 'x5t#S256': certificate.thumbprint }),
      chain: [toBase64(certificate.der), toBase64(issuing.certificate.der)],
    }
  }
  return {
    keys,
    root,
    issuing,
    members: members as World['members'],
    agreement: await certify('settlement', 'agreement', 'key-agreement'),
  }
}

/** A signed message in all its forms. */
async function taken(
  compact: string,
  header: 'certificate' | 'applicant' = 'certificate',
): Promise<Readonly<Record<string, Json>>> {
  const options = { typ: () => true, maxBytes: 512 * 1024 }
  const parsed = header === 'certificate' ? parseJws(compact, options) : parseJws(compact, { ...options, header })
  if (!parsed.ok) throw new Error(parsed.error.message)
  const { payload } = parsed.value
  return {
    header: { ...parsed.value.header } as unknown as Json,
    payload,
    canonicalPayload: canonicalText(payload),
    compact,
    hash: await hashJws(compact),
  }
}

async function market({ keys, root, issuing, members, agreement }: World): Promise<Json> {
  const url = (role: string): string => `wss://${role}.example/${role}`
  const server = (who: 'authority' | 'issuer' | 'exchange' | 'settlement') => ({
    role: members[who].role,
    userId: members[who].userId,
    name: members[who].name,
    url: url(who),
    certificates: [toBase64(members[who].certificate.der)],
  })
  const descriptor = writeMembers(marketDescriptor.schema, {
    marketName: 'Vector Market',
    sequence: 1,
    issuedAt: VECTORS_AT,
    currency: 'JPY',
    demonstration: true,
    root: toBase64(root.certificate.der),
    issuing: [toBase64(issuing.certificate.der)],
    members: [
      server('authority'),
      { ...server('issuer'), securities: ['HOSHI'] },
      server('exchange'),
      { ...server('settlement'), agreementCertificate: toBase64(agreement.der) },
    ],
  })
  const { authority } = members
  const crl = async (issuer: Issuer): Promise<string> =>
    toBase64(await createCrl({ issuer, number: 1n, thisUpdate: FROM, nextUpdate: UNTIL, revoked: [] }))
  return {
    at: new Date(VECTORS_AT).toISOString(),
    keys: Object.fromEntries(Object.entries(keys).map(([name, { jwk }]) => [name, jwk])),
    certificates: {
      root: toBase64(root.certificate.der),
      issuing: toBase64(issuing.certificate.der),
      agreement: toBase64(agreement.der),
      ...Object.fromEntries(
        Object.entries(members).map(([name, { certificate }]) => [name, toBase64(certificate.der)]),
      ),
    },
    rootFingerprint: root.certificate.thumbprint,
    joinLink: `kabuken://join?authority=${encodeURIComponent(url('authority'))}&root=${root.certificate.thumbprint}`,
    crls: { root: await crl(root), issuing: await crl(issuing) },
    descriptor: await taken(
      await signJws(authority.signer, marketDescriptor.typ, descriptor, { x5c: authority.chain }),
    ),
  }
}

async function session({ keys, members }: World): Promise<Json> {
  const { exchange, authority, taro } = members
  const nonce = toBase64Url(createHash('sha256').update('kabuken test nonce').digest())
  const at = VECTORS_AT
  const greet = async (server: Member): Promise<string> => {
    const welcome = writeMembers(welcomeBody, { role: server.role as 'exchange', userId: server.userId, nonce, at })
    return signJws(server.signer, TYP.welcome, welcome, { x5c: server.chain })
  }
  const accept = (server: Member, to: string): Promise<string> =>
    signJws(server.signer, TYP.ready, writeMembers(readyBody, { from: server.userId, to, nonce, at }))
  const opening = writeMembers(sessionBody, { from: taro.userId, to: exchange.userId, nonce, at })
  const key = verificationKey(keys.applicant.spki)
  if (key === undefined) throw new Error('not a key that verifies')
  const kid = await keyThumbprint(key)
  const request = toBase64(await createRequest({ keys: keys.applicant.pair, commonName: 'Jiro Suzuki' }))
  const applying = writeMembers(sessionBody, { from: `applicant:${kid}`, to: authority.userId, nonce, at, request })
  return {
    member: {
      welcome: await taken(await greet(exchange)),
      session: await taken(await signJws(taro.signer, TYP.session, opening, { x5c: taro.chain })),
      ready: await taken(await accept(exchange, taro.userId)),
    },
    applicant: {
      welcome: await taken(await greet(authority)),
      session: await taken(
        await signJws(nodeSigner(keys.applicant.pkcs8, { kid }), TYP.session, applying),
        'applicant',
      ),
      ready: await taken(await accept(authority, `applicant:${kid}`)),
    },
  }
}

async function order({ members, agreement }: World): Promise<Json> {
  const { exchange, taro } = members
  const id = 'example.order.0001'
  const account = { account: '1234567890', requestId: id, userId: taro.userId }
  const settlementAccount = await sealAccount(account, {
    spki: agreement.publicKey.spki,
    thumbprint: agreement.thumbprint,
  })
  const draft = {
    operation: 'exchange.order' as const,
    id,
    from: taro.userId,
    to: exchange.userId,
    at: VECTORS_AT,
    body: {
      side: 'buy' as const,
      security: 'HOSHI',
      shareClass: 'common' as const,
      price: { kind: 'limit' as const, limitMinor: 1_200n },
      currency: 'JPY',
      quantity: 100n,
      timeInForce: { kind: 'day' as const },
      userId: taro.userId,
      settlementAccount,
      name: taro.name,
      postalAddress: '東京都千代田区丸の内1-1',
    },
  }
  const { jws, hash } = await buildRequest(draft, taro.signer)
  const reply = (typ: string, body: Json): Promise<string> => {
    const payload = { id, from: exchange.userId, to: taro.userId, at: VECTORS_AT + 25, request: hash, body }
    return signJws(exchange.signer, typ, writeMembers(replyPayload, payload))
  }
  const refusal = writeMembers(refusalBody, {
    code: 'insufficient_funds',
    message: 'the available money does not suffice',
  })
  return {
    account: { plaintext: account, compact: settlementAccount },
    order: await taken(jws),
    receipt: await taken(
      await reply('kabuken.exchange.order.reply', { receptionNumber: 'OR-00000001', orderHash: hash }),
    ),
    refusal: await taken(await reply(TYP.refusal, refusal)),
  }
}

async function handOver({ issuing, members }: World): Promise<Json> {
  const { issuer, taro, hanako } = members
  const certificate = await signJws(
    issuer.signer,
    shareCertificate.typ,
    writeMembers(shareCertificate.schema, {
      companyName: '星製作所株式会社',
      incorporatedOn: '2004-04-01',
      certificateNumber: '00000001',
      certificateId: '01JHK8Y6Z3T7Q2W9R5V4X0N1MC',
      security: 'HOSHI',
      shareClass: 'common',
      quantity: 500n,
      currency: 'JPY',
      issuedAt: VECTORS_AT,
      holderName: taro.name,
      userId: taro.userId,
      transferRestriction: 'none',
      signatureAlgorithm: 'ES256',
      issuingAgent: { userId: issuer.userId, name: issuer.name, url: 'wss://issuer.example/issuer' },
    }),
  )
  const endorsed = await signJws(
    taro.signer,
    endorsement.typ,
    writeMembers(endorsement.schema, {
      certificateId: '01JHK8Y6Z3T7Q2W9R5V4X0N1MC',
      certificate,
      quantity: 200n,
      transferorUserId: taro.userId,
      transfereeUserId: hanako.userId,
      cause: 'gift',
      issuedAt: VECTORS_AT,
      validUntil: VECTORS_AT + 30 * DAY_MS,
    }),
  )
  const above = toBase64(issuing.certificate.der)
  const issuerChain = [toBase64(issuer.certificate.der), above]
  const transferorChain = [toBase64(taro.certificate.der), above]
  return {
    shareCertificate: await taken(certificate),
    endorsement: await taken(endorsed),
    files: {
      identity: identityFile.parse({
        format: 'kabuken-identity',
        version: 1,
        market: 'Vector Market',
        chain: [...hanako.chain],
      }),
      certificate: certificateFile.parse({ format: 'kabuken-share-certificate', version: 1, certificate, issuerChain }),
      endorsement: endorsementFile.parse({
        format: 'kabuken-endorsement',
        version: 1,
        endorsement: endorsed,
        transferorChain,
        issuerChain,
      }),
    },
  }
}

if (import.meta.main) {
  const world = await makeWorld()
  mkdirSync(VECTORS_FOLDER, { recursive: true })
  const files = {
    market: await market(world),
    session: await session(world),
    order: await order(world),
    'hand-over': await handOver(world),
  }
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(VECTORS_FOLDER, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`)
}
