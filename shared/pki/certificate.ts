import type { Bytes } from '../kernel/bytes.ts'
import { equalBytes, toBase64Url, toHex } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import type { PkiCode } from './codes.ts'
import { attempt, Refused } from './codes.ts'
import type { DerReader } from './der.ts'
import { DerError, DerReader as Reader, only, readInteger, readOctetBits, readTime, TAG } from './der.ts'
import type { BasicConstraints, Extension, KeyUsage, NameConstraints, PolicyConstraints } from './extensions.ts'
import {
  readAlternativeNames,
  readAuthorityKeyId,
  readBasicConstraints,
  readCertificatePolicies,
  readExtensions,
  readExtKeyUsage,
  readInhibitAnyPolicy,
  readKeyUsage,
  readNameConstraints,
  readPolicyConstraints,
  readPolicyMappings,
  readSubjectKeyId,
} from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import type { PublicKey } from './keys.ts'
import { readPublicKey } from './keys.ts'
import type { Name } from './name.ts'
import { readName } from './name.ts'
import { OID } from './oids.ts'
import type { CertificateIdentity } from './profile.ts'
import { readIdentity } from './profile.ts'
import type { SignatureAlgorithm } from './signature.ts'
import { readSignatureAlgorithm } from './signature.ts'

/** A certificate that is well-formed by itself. Whether to trust it is {@link file://./path.ts}'s question. */
export interface Certificate {
  readonly der: Bytes
  /** SHA-256 of `der` in base64url, as `x5t#S256` has it (RFC 7515 section 4.1.8). */
  readonly thumbprint: string
  /** Lower-case hex of whole octets, without a sign octet. */
  readonly serial: string
  readonly subject: Name
  readonly issuer: Name
  /** First and last second of validity, both inclusive. */
  readonly notBefore: Millis
  readonly notAfter: Millis
  readonly publicKey: PublicKey
  readonly signature: Signature
  readonly basicConstraints?: BasicConstraints
  readonly keyUsage?: ReadonlySet<KeyUsage>
  /** Object identifiers of purposes. */
  readonly extKeyUsage?: readonly string[]
  readonly subjectAltNames?: readonly GeneralName[]
  readonly nameConstraints?: NameConstraints
  readonly policies?: ReadonlySet<string>
  readonly policyMappings?: readonly (readonly [string, string])[]
  readonly policyConstraints?: PolicyConstraints
  readonly inhibitAnyPolicy?: number
  readonly subjectKeyId?: Bytes
  readonly authorityKeyId?: Bytes
  readonly extensions: readonly Extension[]
  /** What Kabuken's own extensions say (Fig. 4); absent in certificates of authorities. */
  readonly identity?: CertificateIdentity
}

export interface Signature {
  readonly algorithm: SignatureAlgorithm
  /** The bytes that were signed, and the signature over them. */
  readonly signed: Bytes
  readonly value: Bytes
}

/** A certificate of this market takes about 1 KiB; with 512 securities of 64 characters about 34 KiB. */
const MAX_CERTIFICATE_BYTES = 48 * 1024

/** RFC 5280 section 4.1.2.2: positive, at most 20 octets as encoded. Lower-case hex of the magnitude. */
export function readSerial(list: DerReader): string {
  const { content } = list.expect(TAG.integer)
  if (content.length > 20 || readInteger(content) <= 0n)
    throw new Refused('cert_profile.serial', 'a serial number is positive and has at most 20 octets')
  return toHex(content[0] === 0 ? content.subarray(1) : content)
}

/** Splits a SIGNED structure; the algorithm within the signed part must be the same, byte for byte (section 4.1.1.2). */
export function readSigned(der: Bytes): {
  readonly body: DerReader
  readonly outer: Bytes
  readonly signature: Signature
} {
  const fields = only(der, TAG.sequence)
  const signed = fields.expect(TAG.sequence)
  const outer = fields.expect(TAG.sequence)
  const value = readOctetBits(fields.expect(TAG.bitString).content)
  fields.end()
  return {
    body: new Reader(signed.content),
    outer: outer.der,
    signature: { algorithm: readSignatureAlgorithm(outer.content), signed: signed.der, value },
  }
}

export function demandSameAlgorithm(inner: Bytes, outer: Bytes): void {
  if (!equalBytes(inner, outer))
    throw new Refused('cert_profile.signature_algorithm', 'the two signature algorithms differ')
}

function readVersion(body: DerReader): void {
  const version = body.optionalInside(0xa0)
  if (version !== undefined && readInteger(version.expect(TAG.integer).content) === 2n && version.done) return
  throw new Refused('cert_profile.version', 'only version 3 carries extensions')
}

/** Reads the value of the extension `oid` if it is there, into a property of its own. */
function reading<K extends string, T>(
  extensions: readonly Extension[],
  oid: string,
  key: K,
  read: (value: Bytes, extension: Extension) => T | undefined,
): { readonly [P in K]?: T } {
  const extension = extensions.find((candidate) => candidate.oid === oid)
  const value = extension && read(extension.value, extension)
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T })
}

function readOwnIdentity(extensions: readonly Extension[]): CertificateIdentity | undefined {
  try {
    return readIdentity(extensions)
  } catch (error) {
    if (error instanceof DerError) throw new Refused('cert_profile.identity', error.message)
    throw error
  }
}

function read(der: Bytes, thumbprint: string): Certificate {
  const { body, outer, signature } = readSigned(der)
  readVersion(body)
  const serial = readSerial(body)
  demandSameAlgorithm(body.expect(TAG.sequence).der, outer)
  const issuer = readName(body)
  const validity = body.inside(TAG.sequence)
  const notBefore = readTime(validity)
  const notAfter = readTime(validity)
  validity.end()
  const subject = readName(body)
  const publicKey = readPublicKey(body)
  const list = body.optionalInside(0xa3)
  const extensions = list === undefined ? [] : readExtensions(list)
  list?.end()
  // Unique identifiers [1] and [2] end here too: nobody may write them any more (section 4.1.2.8).
  body.end()
  const identity = readOwnIdentity(extensions)
  return {
    der,
    thumbprint,
    serial,
    subject,
    issuer,
    notBefore,
    notAfter,
    publicKey,
    signature,
    extensions,
    ...reading(extensions, OID.basicConstraints, 'basicConstraints', readBasicConstraints),
    ...reading(extensions, OID.keyUsage, 'keyUsage', readKeyUsage),
    ...reading(extensions, OID.extKeyUsage, 'extKeyUsage', readExtKeyUsage),
    ...reading(extensions, OID.subjectAltName, 'subjectAltNames', readAlternativeNames),
    ...reading(extensions, OID.nameConstraints, 'nameConstraints', readNameConstraints),
    ...reading(extensions, OID.certificatePolicies, 'policies', (_, extension) => readCertificatePolicies(extension)),
    ...reading(extensions, OID.policyMappings, 'policyMappings', readPolicyMappings),
    ...reading(extensions, OID.policyConstraints, 'policyConstraints', readPolicyConstraints),
    ...reading(extensions, OID.inhibitAnyPolicy, 'inhibitAnyPolicy', readInhibitAnyPolicy),
    ...reading(extensions, OID.subjectKeyId, 'subjectKeyId', readSubjectKeyId),
    ...reading(extensions, OID.authorityKeyId, 'authorityKeyId', readAuthorityKeyId),
    ...(identity !== undefined && { identity }),
  }
}

/**
 * Reads one certificate strictly: DER only, version 3, a proper serial number, no extension twice, no key or signature
 * weaker than P-256, RSA-2048 or SHA-256. Refuses with `cert_malformed` or the `cert_profile` reason.
 */
export async function parseCertificate(der: Bytes): Promise<Result<Certificate, Refusal<PkiCode>>> {
  return attempt('cert_malformed', async () => {
    if (der.length > MAX_CERTIFICATE_BYTES) throw new Refused('cert_malformed', 'larger than any certificate here')
    // A copy, so that what was read stays what was hashed.
    const own = der.slice()
    return read(own, toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', own))))
  })
}
