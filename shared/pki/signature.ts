import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { concatBytes, toHex } from '../kernel/bytes.ts'
import { Refused } from './codes.ts'
import { DerError, DerReader as Reader, only, readInteger, readOid, TAG } from './der.ts'
import { encode, encodeInteger, encodeOctetBits, encodeOid } from './encoding.ts'
import type { PublicKey, WebKey } from './keys.ts'
import { coordinateOctets } from './keys.ts'
import { OID } from './oids.ts'

export type SignatureAlgorithm =
  | { readonly family: 'ECDSA' | 'RSASSA-PKCS1-v1_5'; readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512' }
  | { readonly family: 'Ed25519' }

const SIGNATURES: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  [OID.ecdsaSha256, { family: 'ECDSA', hash: 'SHA-256' }],
  [OID.ecdsaSha384, { family: 'ECDSA', hash: 'SHA-384' }],
  [OID.ecdsaSha512, { family: 'ECDSA', hash: 'SHA-512' }],
  [OID.rsaSha256, { family: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
  [OID.rsaSha384, { family: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }],
  [OID.rsaSha512, { family: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }],
  [OID.ed25519, { family: 'Ed25519' }],
])

/** How this key signs: with the hash of its own strength (RFC 5656 section 6.2.1 has the same table). */
export function signingAlgorithm({ kind }: PublicKey): { name: string; hash?: string } {
  switch (kind) {
    case 'P-256':
      return { name: 'ECDSA', hash: 'SHA-256' }
    case 'P-384':
      return { name: 'ECDSA', hash: 'SHA-384' }
    case 'P-521':
      return { name: 'ECDSA', hash: 'SHA-512' }
    case 'RSA':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    case 'Ed25519':
      return { name: 'Ed25519' }
  }
}

/** Reads the content of an AlgorithmIdentifier of a signature; {@link Refused} for anything weaker than SHA-256. */
export function readSignatureAlgorithm(content: Bytes): SignatureAlgorithm {
  const fields = new Reader(content)
  const algorithm = SIGNATURES.get(readOid(fields.expect(TAG.oid).content))
  if (algorithm === undefined)
    throw new Refused('cert_profile.signature_algorithm', 'unknown or weak signature algorithm')
  // RFC 4055 section 5 wants NULL for RSA; RFC 5758 section 3.2 and RFC 8410 section 3 want nothing for the others.
  if (algorithm.family === 'RSASSA-PKCS1-v1_5' && fields.expect(TAG.null).content.length > 0) throw new DerError('NULL')
  fields.end()
  return algorithm
}

/** ECDSA-Sig-Value (RFC 3279 section 2.2.3) as the two fixed-length numbers that WebCrypto wants. */
function toFixedLength(value: Bytes, octets: number): Bytes | undefined {
  try {
    const pair = only(value, TAG.sequence)
    const numbers = [pair.expect(TAG.integer).content, pair.expect(TAG.integer).content].map((content) => {
      if (readInteger(content) <= 0n) throw new DerError('not positive')
      const magnitude = content[0] === 0 ? content.subarray(1) : content
      if (magnitude.length > octets) throw new DerError('too long')
      return concatBytes(new Uint8Array(octets - magnitude.length), magnitude)
    })
    pair.end()
    return concatBytes(...numbers)
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

/** Does `value` sign `signed` under this key? A key that is of another family, or no point of its curve, signs nothing. */
export async function verifySignature(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  signed: Bytes,
  value: Bytes,
): Promise<boolean> {
  const { subtle } = crypto
  const verify = async (
    form: { name: string; namedCurve?: string; hash?: string },
    signature: Bytes | undefined,
  ): Promise<boolean> => {
    if (signature === undefined) return false
    let imported: WebKey
    try {
      imported = await subtle.importKey('spki', key.spki, form, false, ['verify'])
    } catch {
      return false
    }
    return subtle.verify(form, imported, signature, signed)
  }
  switch (algorithm.family) {
    case 'Ed25519':
      return key.kind === 'Ed25519' && verify({ name: 'Ed25519' }, value)
    case 'RSASSA-PKCS1-v1_5':
      return key.kind === 'RSA' && verify({ name: 'RSASSA-PKCS1-v1_5', hash: algorithm.hash }, value)
    case 'ECDSA': {
      const octets = coordinateOctets(key)
      if (octets === undefined) return false
      return verify({ name: 'ECDSA', namedCurve: key.kind, hash: algorithm.hash }, toFixedLength(value, octets))
    }
  }
}

/** AlgorithmIdentifier of the signatures that {@link signWith} makes. */
export function signatureIdentifier(key: PublicKey): Bytes {
  const { name, hash } = signingAlgorithm(key)
  const entry = [...SIGNATURES].find(
    ([, known]) => known.family === name && (!('hash' in known) || known.hash === hash),
  )
  assert(entry !== undefined, 'every kind of key has a signature algorithm')
  return encode(TAG.sequence, encodeOid(entry[0]), ...(key.kind === 'RSA' ? [encode(TAG.null)] : []))
}

/** SIGNED (RFC 5280 section 4.1): `body`, which names the same algorithm, and its signature. Returns DER. */
export async function signWith(key: PublicKey, privateKey: WebKey, body: Bytes): Promise<Bytes> {
  const raw = new Uint8Array(await crypto.subtle.sign(signingAlgorithm(key), privateKey, body))
  const half = coordinateOctets(key)
  const number = (octets: Uint8Array): Bytes => encodeInteger(BigInt(`0x${toHex(octets)}`))
  const value =
    half === undefined ? raw : encode(TAG.sequence, number(raw.subarray(0, half)), number(raw.subarray(half)))
  return encode(TAG.sequence, body, signatureIdentifier(key), encodeOctetBits(value))
}
