import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { RevocationReason } from './crl.ts'
import { authenticateCrl, parseCrl, REVOCATION_REASONS } from './crl.ts'
import { TAG } from './der.ts'
import { encode, encodeExtension, encodeInteger, encodeList, encodeTime } from './encoding.ts'
import type { Issuer } from './issue.ts'
import { OID } from './oids.ts'
import { signatureIdentifier, signWith } from './signature.ts'

/**
 * Issuing revocation lists. Written here and not by the certificate library, which takes quadratic time in the number of
 * entries and gives an entry without extensions an empty list of them, against RFC 5280 section 5.1.
 */

export interface Revocation {
  /** Lower-case hex, as in the certificate. */
  readonly serial: string
  readonly at: Millis
  readonly reason: RevocationReason
}

export interface CrlRequest {
  readonly issuer: Issuer
  /** Greater than that of every earlier list of this issuer. */
  readonly number: bigint
  readonly thisUpdate: Millis
  readonly nextUpdate: Millis
  readonly revoked: readonly Revocation[]
}

function plain(oid: string, value: Bytes): Bytes {
  return encodeExtension({ oid, critical: false, value })
}

function encodeEntry({ serial, at, reason }: Revocation): Bytes {
  const number = REVOCATION_REASONS[reason]
  // "unspecified" is said by leaving the reason out (section 5.3.1).
  const extensions =
    number === 0 ? [] : [encode(TAG.sequence, plain(OID.crlReason, encode(TAG.enumerated, Uint8Array.of(number))))]
  return encode(TAG.sequence, encodeInteger(BigInt(`0x${serial}`)), encodeTime(at), ...extensions)
}

/** A complete list (section 5.2), times cut to the second. Returns DER. */
export async function createCrl({ issuer, number, thisUpdate, nextUpdate, revoked }: CrlRequest): Promise<Bytes> {
  const { certificate, privateKey } = issuer
  assert(certificate.subjectKeyId !== undefined, 'an authority has a key identifier')
  const keyId = encode(TAG.sequence, encode(0x80, certificate.subjectKeyId))
  const extensions = [plain(OID.authorityKeyId, keyId), plain(OID.crlNumber, encodeInteger(number))]
  const body = encode(
    TAG.sequence,
    encodeInteger(1n),
    signatureIdentifier(certificate.publicKey),
    certificate.subject.der,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    ...(revoked.length === 0 ? [] : [encodeList(TAG.sequence, revoked.map(encodeEntry))]),
    encode(0xa0, encode(TAG.sequence, ...extensions)),
  )
  const der = await signWith(certificate.publicKey, privateKey, body)
  // Read back strictly before it goes out, as certificates are.
  const parsed = await parseCrl(der)
  assert(parsed.ok, `the list breaks the profile: ${parsed.ok ? '' : parsed.error.message}`)
  const authentic = await authenticateCrl(parsed.value, certificate)
  assert(authentic.ok, `the issuer cannot have signed it: ${authentic.ok ? '' : authentic.error.message}`)
  return der
}
