/**
 * ECDSA signatures between DER (ECDSA-Sig-Value, RFC 3279 section 2.2.3) and the r and s of JOSE (RFC 7518 section 3.4).
 * node:crypto can convert them itself (`dsaEncoding`), at twice the time of the whole signature.
 */
import { assert } from '../../shared/kernel/assert.ts'
import type { Bytes } from '../../shared/kernel/bytes.ts'

const SCALAR_BYTES = 32
const SEQUENCE = 0x30
const INTEGER = 0x02

/** Takes what OpenSSL has just written for a P-256 key: lengths fit one octet, integers are minimal. */
export function derToJose(der: Uint8Array): Bytes {
  const rLength = der[3] ?? 0
  const sAt = 4 + rLength
  const sLength = der[sAt + 1] ?? 0
  const wellFormed = der[0] === SEQUENCE && der[2] === INTEGER && der[sAt] === INTEGER
  assert(wellFormed && der.length === sAt + 2 + sLength, 'not the DER of a P-256 signature')
  const jose = new Uint8Array(2 * SCALAR_BYTES)
  // A 33rd octet is the zero that keeps a DER integer positive.
  const r = der.subarray(Math.max(4, sAt - SCALAR_BYTES), sAt)
  const s = der.subarray(Math.max(sAt + 2, der.length - SCALAR_BYTES))
  jose.set(r, SCALAR_BYTES - r.length)
  jose.set(s, 2 * SCALAR_BYTES - s.length)
  return jose
}

/** Takes 64 bytes with r and s above zero. */
export function joseToDer(jose: Uint8Array): Bytes {
  const r = derInteger(jose.subarray(0, SCALAR_BYTES))
  const s = derInteger(jose.subarray(SCALAR_BYTES))
  return Uint8Array.from([SEQUENCE, r.length + s.length, ...r, ...s])
}

function derInteger(scalar: Uint8Array): number[] {
  const digits = scalar.subarray(scalar.findIndex((byte) => byte !== 0))
  const sign = (digits[0] ?? 0) < 0x80 ? [] : [0]
  return [INTEGER, sign.length + digits.length, ...sign, ...digits]
}
