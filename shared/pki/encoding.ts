import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { toUtf8 } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import { TAG } from './der.ts'
import type { Extension, KeyUsage } from './extensions.ts'
import { KEY_USAGES } from './extensions.ts'
import { OID } from './oids.ts'

/** Writes what {@link file://./der.ts} and its readers read. */

/** Writes one element. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  return encodeList(tag, parts)
}

/** The same for a list too long to be arguments. */
export function encodeList(tag: number, parts: readonly Uint8Array[]): Bytes {
  const length = parts.reduce((total, part) => total + part.length, 0)
  const head = [tag, ...(length < 0x80 ? [length] : lengthOctets(length))]
  const der = new Uint8Array(head.length + length)
  der.set(head)
  let at = head.length
  for (const part of parts) {
    der.set(part, at)
    at += part.length
  }
  return der
}

function lengthOctets(length: number): readonly number[] {
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

export function encodeBoolean(value: boolean): Bytes {
  return encode(TAG.boolean, Uint8Array.of(value ? 0xff : 0))
}

/** A non-negative INTEGER. */
export function encodeInteger(value: bigint): Bytes {
  assert(value >= 0n, 'a negative integer is never written')
  const octets: number[] = []
  for (let rest = value; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn))
  if ((octets[0] ?? 0x80) >= 0x80) octets.unshift(0)
  return encode(TAG.integer, Uint8Array.from(octets))
}

export function encodeUtf8(text: string): Bytes {
  return encode(TAG.utf8String, toUtf8(text))
}

export function encodeOid(dotted: string): Bytes {
  const [top = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt)
  const octets = [top * 40n + second, ...rest].flatMap((arc) => {
    const digits = [Number(arc & 0x7fn)]
    for (let left = arc >> 7n; left > 0n; left >>= 7n) digits.unshift(Number(left & 0x7fn) | 0x80)
    return digits
  })
  return encode(TAG.oid, Uint8Array.from(octets))
}

/** An instant, cut to its second; the type as {@link readTime} wants it. */
export function encodeTime(at: Millis): Bytes {
  const digits = `${new Date(at).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`
  const utc = digits >= '1950' && digits < '2050'
  return encode(utc ? TAG.utcTime : TAG.generalizedTime, toUtf8(utc ? digits.slice(2) : digits))
}

/** A BIT STRING of whole octets. */
export function encodeOctetBits(octets: Uint8Array): Bytes {
  return encode(TAG.bitString, Uint8Array.of(0), octets)
}

/** A name of this one common name. */
export function encodeCommonName(commonName: string): Bytes {
  const attribute = encode(TAG.sequence, encodeOid(OID.commonName), encodeUtf8(commonName))
  return encode(TAG.sequence, encode(TAG.set, attribute))
}

export function encodeExtension({ oid, critical, value }: Extension): Bytes {
  return encode(
    TAG.sequence,
    encodeOid(oid),
    ...(critical ? [encodeBoolean(true)] : []),
    encode(TAG.octetString, value),
  )
}

/** A named bit list: it ends with its last set bit (X.690 section 11.2.2). */
export function encodeKeyUsage(usages: readonly KeyUsage[]): Bytes {
  const bits = KEY_USAGES.map((usage) => (usages.includes(usage) ? '1' : '0'))
    .join('')
    .replace(/0+$/, '')
  const octets = (bits.match(/.{1,8}/g) ?? []).map((octet) => Number.parseInt(octet.padEnd(8, '0'), 2))
  return encode(TAG.bitString, Uint8Array.of((8 - (bits.length % 8)) % 8, ...octets))
}
