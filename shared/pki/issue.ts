import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import { TAG } from './der.ts'
import {
  encode,
  encodeBoolean,
  encodeCommonName,
  encodeExtension,
  encodeInteger,
  encodeKeyUsage,
  encodeTime,
} from './encoding.ts'
import type { Extension, KeyUsage } from './extensions.ts'
import type { CertificateUsage } from './identity.ts'
import { readCertificateIdentity, USAGES } from './identity.ts'
import type { KeyPair, PublicKey, WebKey } from './keys.ts'
import { exportSpki, parsePublicKey } from './keys.ts'
import { OID } from './oids.ts'
import type { CertificatePolicy, Role } from './profile.ts'
import { encodeIdentity, isHolderName } from './profile.ts'
import { signatureIdentifier, signWith, verifySignature } from './signature.ts'

/**
 * Issuing certificates. Everything that varies comes in as an argument, so the caller's journal can tell how a certificate
 * came to be. What goes out was read back by our own strict reader first: a wrong argument is the caller's bug and fails an
 * assertion, it never becomes a certificate.
 *
 * The certificate library is not used for this: it rewrites object identifiers with an arc as long as a UUID into others.
 */

/** An authority's certificate and the key that it certifies. */
export interface Issuer {
  readonly certificate: Certificate
  readonly privateKey: WebKey
}

/** Instants are cut to the second. `serial` is lower-case hex of whole octets, positive, unique under its issuer. */
interface Term {
  readonly serial: string
  readonly notBefore: Millis
  readonly notAfter: Millis
}

export interface RootRequest extends Term {
  readonly name: string
  readonly keys: KeyPair
}

export interface IssuingAuthorityRequest extends Term {
  readonly issuer: Issuer
  readonly name: string
  readonly subjectPublicKeySpki: Bytes
}

export interface IdentityRequest extends Term {
  readonly issuer: Issuer
  readonly subjectPublicKeySpki: Bytes
  readonly commonName: string
  readonly userId: string
  readonly role: Role
  readonly policy: CertificatePolicy
  readonly usage: CertificateUsage
}

interface Contents extends Term {
  /** Names, DER. */
  readonly issuerName: Bytes
  readonly subjectName: Bytes
  readonly issuerKey: PublicKey
  readonly issuerKeyId: Bytes
  readonly privateKey: WebKey
  readonly publicKey: PublicKey
  /** Only in an authority's certificate. */
  readonly pathLength?: bigint
  readonly keyUsage: readonly KeyUsage[]
  readonly identity?: readonly Extension[]
}

const AUTHORITY_USAGE: readonly KeyUsage[] = ['keyCertSign', 'cRLSign']

/** Key identifier: the leftmost 160 bits of SHA-256 over the key bits (RFC 7093 section 2, method 1). */
async function keyIdOf({ bits }: PublicKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bits)).slice(0, 20)
}

function encodeName(commonName: string): Bytes {
  assert(isHolderName(commonName), 'improper common name')
  return encodeCommonName(commonName)
}

function extensionsOf(contents: Contents, keyId: Bytes): readonly Extension[] {
  const { pathLength, keyUsage, issuerKeyId, identity = [] } = contents
  const extension = (oid: string, critical: boolean, value: Bytes): Extension => ({ oid, critical, value })
  const authority =
    pathLength === undefined ? [] : [encode(TAG.sequence, encodeBoolean(true), encodeInteger(pathLength))]
  return [
    ...authority.map((value) => extension(OID.basicConstraints, true, value)),
    extension(OID.keyUsage, true, encodeKeyUsage(keyUsage)),
    extension(OID.subjectKeyId, false, encode(TAG.octetString, keyId)),
    extension(OID.authorityKeyId, false, encode(TAG.sequence, encode(0x80, issuerKeyId))),
    ...identity,
  ]
}

/** TBSCertificate and its signature (RFC 5280 section 4.1). */
async function create(contents: Contents): Promise<Certificate> {
  const { serial, notBefore, notAfter, issuerName, subjectName, issuerKey, publicKey } = contents
  assert(/^([0-9a-f]{2})+$/.test(serial), 'a serial number is octets in hex')
  const extensions = extensionsOf(contents, await keyIdOf(publicKey))
  const body = encode(
    TAG.sequence,
    encode(0xa0, encodeInteger(2n)),
    encodeInteger(BigInt(`0x${serial}`)),
    signatureIdentifier(issuerKey),
    issuerName,
    encode(TAG.sequence, encodeTime(notBefore), encodeTime(notAfter)),
    subjectName,
    publicKey.spki,
    encode(0xa3, encode(TAG.sequence, ...extensions.map(encodeExtension))),
  )
  const parsed = await parseCertificate(await signWith(issuerKey, contents.privateKey, body))
  assert(parsed.ok, `the certificate breaks the profile: ${parsed.ok ? '' : parsed.error.message}`)
  const certificate = parsed.value
  assert(certificate.serial === serial, 'a serial number has no leading zeros')
  const { algorithm, signed, value } = certificate.signature
  assert(await verifySignature(issuerKey, algorithm, signed, value), 'the private key is not that of the issuer')
  return certificate
}

async function strongKey(spki: Bytes): Promise<PublicKey> {
  const key = await parsePublicKey(spki)
  assert(key.ok, 'not a key strong enough for a certificate')
  return key.value
}

function under({
  certificate,
  privateKey,
}: Issuer): Pick<Contents, (`issuer${string}` & keyof Contents) | 'privateKey'> {
  const { subject, subjectKeyId, publicKey } = certificate
  assert(subjectKeyId !== undefined, 'an authority has a key identifier')
  return { issuerName: subject.der, issuerKey: publicKey, issuerKeyId: subjectKeyId, privateKey }
}

/** A self-signed root, under which one level of issuing authorities may stand (CA5). Returns DER. */
export async function createRoot({ name, keys, ...term }: RootRequest): Promise<Bytes> {
  const key = await strongKey(await exportSpki(keys.publicKey))
  const { der } = await create({
    ...term,
    issuerName: encodeName(name),
    subjectName: encodeName(name),
    issuerKey: key,
    issuerKeyId: await keyIdOf(key),
    privateKey: keys.privateKey,
    publicKey: key,
    pathLength: 1n,
    keyUsage: AUTHORITY_USAGE,
  })
  return der
}

/** The online authority below an offline root; it certifies parties but no further authority. Returns DER. */
export async function createIssuingAuthority(request: IssuingAuthorityRequest): Promise<Bytes> {
  const { issuer, name, subjectPublicKeySpki, ...term } = request
  const { der } = await create({
    ...term,
    ...under(issuer),
    subjectName: encodeName(name),
    publicKey: await strongKey(subjectPublicKeySpki),
    pathLength: 0n,
    keyUsage: AUTHORITY_USAGE,
  })
  return der
}

/**
 * The certificate of a party (Fig. 4). Possession of a signing key is proved by a request ({@link file://./request.ts});
 * a key-agreement key, which cannot sign, is named in a message signed with its owner's signing key. Returns DER.
 */
export async function issueIdentityCertificate(request: IdentityRequest): Promise<Bytes> {
  const { issuer, subjectPublicKeySpki, commonName, userId, role, policy, usage, ...term } = request
  const certificate = await create({
    ...term,
    ...under(issuer),
    subjectName: encodeName(commonName),
    publicKey: await strongKey(subjectPublicKeySpki),
    keyUsage: USAGES[usage],
    identity: encodeIdentity({ userId, role, policy }),
  })
  const identity = readCertificateIdentity(certificate)
  assert(identity.ok, `the certificate breaks the profile: ${identity.ok ? '' : identity.error.message}`)
  return certificate.der
}
