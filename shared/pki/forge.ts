import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import type { RevocationList } from './crl.ts'
import { parseCrl } from './crl.ts'
import { TAG } from './der.ts'
import { encode, encodeBoolean, encodeExtension, encodeInteger, encodeKeyUsage, encodeTime } from './encoding.ts'
import type { Extension, KeyUsage } from './extensions.ts'
import type { Revocation } from './issue-crl.ts'
import { createCrl } from './issue-crl.ts'
import type { IdentityRequest, Issuer } from './issue.ts'
import { createIssuingAuthority, createRoot, issueIdentityCertificate } from './issue.ts'
import type { KeyPair, PublicKey } from './keys.ts'
import { exportSpki, parsePublicKey } from './keys.ts'
import { OID } from './oids.ts'
import { signatureIdentifier, signWith } from './signature.ts'

/**
 * For tests: an honest public key infrastructure of three levels with a pinned clock, and certificates as a careless or
 * hostile authority would make them, wrong in the one respect that the test names.
 */

export const NOW: Millis = Date.UTC(2026, 0, 1)
export const DAY: Millis = 24 * 60 * 60 * 1000

export async function generateKeys(curve = 'P-256'): Promise<KeyPair> {
  const name = curve === 'Ed25519' ? curve : 'ECDSA'
  return crypto.subtle.generateKey({ name, namedCurve: curve }, true, ['sign', 'verify'])
}

export async function publicKeyOf(keys: KeyPair): Promise<PublicKey> {
  const key = await parsePublicKey(await exportSpki(keys.publicKey))
  assert(key.ok, 'generated keys are strong')
  return key.value
}

export async function parsed(der: Bytes): Promise<Certificate> {
  const result = await parseCertificate(der)
  assert(result.ok, result.ok ? '' : result.error.message)
  return result.value
}

export interface Hierarchy {
  readonly root: Issuer
  readonly authority: Issuer
  /** Key and certificate of an investor. */
  readonly keys: KeyPair
  readonly leaf: Certificate
}

export const TERM = { notBefore: NOW - DAY, notAfter: NOW + 365 * DAY }

const INVESTOR: Omit<IdentityRequest, 'issuer' | 'subjectPublicKeySpki'> = {
  ...TERM,
  serial: '1001',
  commonName: '山田 太郎',
  userId: 'investor-1',
  role: 'investor',
  policy: { orderLimitMinor: 5_000_000n, dayLimitMinor: 20_000_000n, currency: 'JPY', shortSellingProhibited: true },
  usage: 'signing',
}

export async function issueLeaf(issuer: Issuer, keys: KeyPair, change: Partial<IdentityRequest> = {}): Promise<Bytes> {
  const subjectPublicKeySpki = await exportSpki(keys.publicKey)
  return issueIdentityCertificate({ issuer, subjectPublicKeySpki, ...INVESTOR, ...change })
}

export async function buildHierarchy(): Promise<Hierarchy> {
  const [rootKeys, authorityKeys, keys] = await Promise.all([generateKeys(), generateKeys(), generateKeys()])
  const root: Issuer = {
    certificate: await parsed(await createRoot({ ...TERM, name: 'Root', keys: rootKeys, serial: '01' })),
    privateKey: rootKeys.privateKey,
  }
  const subjectPublicKeySpki = await exportSpki(authorityKeys.publicKey)
  const der = await createIssuingAuthority({
    ...TERM,
    issuer: root,
    name: 'Authority',
    subjectPublicKeySpki,
    serial: '02',
  })
  const authority: Issuer = { certificate: await parsed(der), privateKey: authorityKeys.privateKey }
  return { root, authority, keys, leaf: await parsed(await issueLeaf(authority, keys)) }
}

export interface CrlChange {
  readonly number?: bigint
  readonly thisUpdate?: Millis
  readonly nextUpdate?: Millis
  readonly revoked?: readonly Revocation[]
}

export async function issueCrl(issuer: Issuer, change: CrlChange = {}): Promise<RevocationList> {
  const list = { number: 1n, thisUpdate: NOW - 1000, nextUpdate: NOW + DAY, revoked: [], ...change }
  const crl = await parseCrl(await createCrl({ issuer, ...list }))
  assert(crl.ok, 'an issued list can be read')
  return crl.value
}

export interface Draft {
  readonly subject: Bytes
  readonly spki: Bytes
  readonly version: readonly Bytes[]
  /** Content octets of the INTEGER. */
  readonly serial: Bytes
  readonly validity: Bytes
  /** AlgorithmIdentifier within the signed part. */
  readonly innerAlgorithm: Bytes
  readonly extensions: readonly Extension[]
}

export function extension(oid: string, value: Bytes, critical = false): Extension {
  return { oid, critical, value }
}

export function keyUsage(...usages: readonly KeyUsage[]): Extension {
  return extension(OID.keyUsage, encodeKeyUsage(usages), true)
}

export function basicConstraints(pathLength?: bigint): Extension {
  const limit = pathLength === undefined ? [] : [encodeInteger(pathLength)]
  return extension(OID.basicConstraints, encode(TAG.sequence, encodeBoolean(true), ...limit), true)
}

export function subjectKeyId(id: Bytes): Extension {
  return extension(OID.subjectKeyId, encode(TAG.octetString, id))
}

/** Names the issuer's key, as every certificate here must. */
export function authorityKeyId(issuer: Issuer): Extension {
  const { subjectKeyId: id } = issuer.certificate
  assert(id !== undefined, 'an issuer has a key identifier')
  return extension(OID.authorityKeyId, encode(TAG.sequence, encode(0x80, id)))
}

/** A certificate of these parts, signed by the issuer whatever they are. */
export async function forge(issuer: Issuer, like: Certificate, change: Partial<Draft> = {}): Promise<Bytes> {
  const { publicKey, subject } = issuer.certificate
  const draft = {
    subject: like.subject.der,
    spki: like.publicKey.spki,
    version: [encode(0xa0, encodeInteger(2n))],
    serial: Uint8Array.of(0x77),
    validity: encode(TAG.sequence, encodeTime(TERM.notBefore), encodeTime(TERM.notAfter)),
    innerAlgorithm: signatureIdentifier(publicKey),
    extensions: like.extensions,
    ...change,
  }
  const body = encode(
    TAG.sequence,
    ...draft.version,
    encode(TAG.integer, draft.serial),
    draft.innerAlgorithm,
    subject.der,
    draft.validity,
    draft.subject,
    draft.spki,
    ...(draft.extensions.length === 0
      ? []
      : [encode(0xa3, encode(TAG.sequence, ...draft.extensions.map(encodeExtension)))]),
  )
  return signWith(publicKey, issuer.privateKey, body)
}
