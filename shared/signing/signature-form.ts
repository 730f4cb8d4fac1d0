/**
 * The one accepted form of a signature's 64 bytes. ECDSA signatures (r, s) and (r, n-s) both verify, so a signed
 * document would have two spellings; only the one with the lower s is accepted, and our signers write that one.
 */
import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'

/** JOSE names (RFC 7518 section 3.4, RFC 8037): ES256 is ECDSA on P-256 with SHA-256, EdDSA is Ed25519 only. */
export type Algorithm = 'ES256' | 'EdDSA'

/** Both algorithms: r and s, or R and S, of 32 bytes each. */
export const SIGNATURE_BYTES = 64

const SCALAR_BYTES = 32

/** Order of P-256 (SEC 2, 2.4.2), its half, and the order of Ed25519's base point (RFC 8032 section 5.1). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const P256_HALF = P256_ORDER >> 1n
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

const NO_BYTES = new Uint8Array(SCALAR_BYTES)
const P256_ORDER_BYTES = scalar(P256_ORDER)
const P256_HALF_BYTES = scalar(P256_HALF)
const ED25519_ORDER_BYTES = scalar(ED25519_ORDER)

function scalar(value: bigint): Bytes {
  const bytes = new Uint8Array(SCALAR_BYTES)
  for (let i = SCALAR_BYTES - 1, rest = value; i >= 0; i -= 1, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return bytes
}

/** Negative, zero or positive as the big-endian numbers compare. Signatures are public: no need of constant time. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < SCALAR_BYTES; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  return compare(value, limit) < 0
}

/** 64 bytes with 0 < r < n and 0 < s < n (FIPS 186-5 section 6.4.2); for EdDSA S below the group's order. */
export function isSignatureInRange(algorithm: Algorithm, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  const first = signature.subarray(0, SCALAR_BYTES)
  const second = signature.subarray(SCALAR_BYTES)
  // Ed25519 writes its scalar little-endian.
  if (algorithm === 'EdDSA') return isBelow(second.toReversed(), ED25519_ORDER_BYTES)
  return [first, second].every((part) => isBelow(NO_BYTES, part) && isBelow(part, P256_ORDER_BYTES))
}

/** In range and, for ES256, the spelling with the lower s. */
export function isCanonicalSignature(algorithm: Algorithm, signature: Uint8Array): boolean {
  if (!isSignatureInRange(algorithm, signature)) return false
  return algorithm === 'EdDSA' || compare(signature.subarray(SCALAR_BYTES), P256_HALF_BYTES) <= 0
}

/** The same ES256 signature with s replaced by n-s if that is lower. Takes 64 bytes in range, as a signer makes them. */
export function toLowS(signature: Bytes): Bytes {
  assert(signature.length === SIGNATURE_BYTES, 'an ES256 signature has 64 bytes')
  const s = signature.subarray(SCALAR_BYTES)
  if (compare(s, P256_HALF_BYTES) <= 0) return signature
  const low = signature.slice()
  // n - s by hand: every second signature passes here, and integers of this length are slow to make and to take apart.
  for (let i = SCALAR_BYTES - 1, borrow = 0; i >= 0; i -= 1) {
    const difference = (P256_ORDER_BYTES[i] ?? 0) - (s[i] ?? 0) - borrow
    low[SCALAR_BYTES + i] = difference
    borrow = difference < 0 ? 1 : 0
  }
  return low
}
