import type { Bytes } from '../kernel/bytes.ts'
import { equalBytes } from '../kernel/bytes.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import type { PkiCode } from './codes.ts'
import { attempt, Refused } from './codes.ts'
import type { DerReader } from './der.ts'
import { DerReader as Reader, only, readInteger, readOctetBits, readOid, TAG } from './der.ts'
import { OID } from './oids.ts'

/** A WebCrypto key, named the same way where the web's types and where Node's types describe `crypto`. */
export type WebKey = Parameters<typeof crypto.subtle.sign>[1]

export interface KeyPair {
  readonly publicKey: WebKey
  readonly privateKey: WebKey
}

export type KeyKind = 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'RSA'

export interface PublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes
  readonly kind: KeyKind
  /** The content of the subjectPublicKey bits, over which key identifiers are hashed (RFC 5280 section 4.2.1.2). */
  readonly bits: Bytes
}

/** `octets`: the length of a coordinate. */
const CURVES: ReadonlyMap<string, { readonly kind: KeyKind; readonly octets: number }> = new Map([
  [OID.p256, { kind: 'P-256', octets: 32 }],
  [OID.p384, { kind: 'P-384', octets: 48 }],
  [OID.p521, { kind: 'P-521', octets: 66 }],
])

const NULL = Uint8Array.of(TAG.null, 0)

function refuseKey(why: string): never {
  throw new Refused('cert_profile.public_key', why)
}

function rsaProblem(bits: Bytes): string | undefined {
  const key = only(bits, TAG.sequence)
  const modulus = readInteger(key.expect(TAG.integer).content)
  const exponent = readInteger(key.expect(TAG.integer).content)
  key.end()
  const size = modulus.toString(2).length
  if (modulus < 0n || size < 2048 || size > 8192) return 'an RSA modulus has 2048 to 8192 bits'
  return exponent < 65537n || exponent % 2n === 0n || exponent > 0xffffffffn ? 'unfit RSA exponent' : undefined
}

/** Reads a SubjectPublicKeyInfo of a kind strong enough to be trusted; {@link Refused} otherwise. */
export function readPublicKey(list: DerReader): PublicKey {
  const { der: spki, content } = list.expect(TAG.sequence)
  const fields = new Reader(content)
  const algorithm = fields.inside(TAG.sequence)
  const oid = readOid(algorithm.expect(TAG.oid).content)
  const parameters = algorithm.done ? undefined : algorithm.next()
  algorithm.end()
  const bits = readOctetBits(fields.expect(TAG.bitString).content)
  fields.end()
  if (oid === OID.ecPublicKey) {
    // Only a named curve: explicit parameters allow a forged generator (CVE-2020-0601).
    const curve = parameters?.tag === TAG.oid ? CURVES.get(readOid(parameters.content)) : undefined
    if (curve === undefined) refuseKey('unknown or weak curve')
    if (bits[0] !== 4 || bits.length !== 1 + 2 * curve.octets) refuseKey('an EC point is written uncompressed')
    return { spki, kind: curve.kind, bits }
  }
  if (oid === OID.ed25519) {
    if (parameters !== undefined || bits.length !== 32) refuseKey('an Ed25519 key is 32 octets without parameters')
    return { spki, kind: 'Ed25519', bits }
  }
  if (oid === OID.rsaEncryption) {
    if (parameters === undefined || !equalBytes(parameters.der, NULL)) refuseKey('RSA parameters are NULL')
    const problem = rsaProblem(bits)
    if (problem !== undefined) refuseKey(problem)
    return { spki, kind: 'RSA', bits }
  }
  return refuseKey('unknown kind of public key')
}

/** Reads one SubjectPublicKeyInfo alone. Refuses `cert_profile.public_key`. */
export async function parsePublicKey(spki: Bytes): Promise<Result<PublicKey, Refusal<PkiCode>>> {
  return attempt('cert_profile.public_key', () => {
    const outer = new Reader(spki.slice())
    const key = readPublicKey(outer)
    outer.end()
    return key
  })
}

export async function exportSpki(key: WebKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('spki', key))
}

/** Length of one of the two numbers of an ECDSA signature; undefined for other kinds of keys. */
export function coordinateOctets({ kind }: PublicKey): number | undefined {
  return [...CURVES.values()].find((curve) => curve.kind === kind)?.octets
}
