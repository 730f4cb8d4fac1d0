import type { Bytes } from '../kernel/bytes.ts'
import { fromUtf8 } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'

/**
 * Distinguished Encoding Rules (X.690 section 10), as far as X.509 needs them. This reader accepts the one encoding
 * that DER allows and nothing else, so that no two byte strings mean the same certificate body.
 */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The input is not DER, or not the structure that was asked for. Each parser names it in its own code. */
export class DerError extends Error {}

export interface Element {
  readonly tag: number
  /** Tag, length and content. */
  readonly der: Bytes
  readonly content: Bytes
}

/** Reads the elements of one constructed value in order. Every method throws {@link DerError}. */
export class DerReader {
  readonly #bytes: Bytes
  #at = 0

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get done(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The tag that comes next; undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#at]
  }

  next(): Element {
    const start = this.#at
    const tag = this.#byte()
    if ((tag & 0x1f) === 0x1f) throw new DerError('tag number above 30')
    const length = this.#length()
    const from = this.#at
    if (length > this.#bytes.length - from) throw new DerError('length beyond the end')
    this.#at = from + length
    return { tag, der: this.#bytes.subarray(start, this.#at), content: this.#bytes.subarray(from, this.#at) }
  }

  expect(tag: number): Element {
    const element = this.next()
    if (element.tag !== tag) throw new DerError(`tag ${element.tag} where ${tag} belongs`)
    return element
  }

  optional(tag: number): Element | undefined {
    return this.tag === tag ? this.next() : undefined
  }

  inside(tag: number): DerReader {
    return new DerReader(this.expect(tag).content)
  }

  optionalInside(tag: number): DerReader | undefined {
    return this.tag === tag ? this.inside(tag) : undefined
  }

  end(): void {
    if (!this.done) throw new DerError('something follows the last element')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new DerError('ends too early')
    this.#at += 1
    return byte
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const octets = first & 0x7f
    // 0x80 is BER's indefinite length; nothing here is ever longer than four length octets say.
    if (octets === 0 || octets > 4) throw new DerError('length form')
    let length = 0
    for (let i = 0; i < octets; i += 1) length = length * 256 + this.#byte()
    if (length < 0x80 || length < 256 ** (octets - 1)) throw new DerError('length not minimal')
    return length
  }
}

/** The content of the only element of `der`. */
export function only(der: Bytes, tag: number): DerReader {
  const outer = new DerReader(der)
  const inside = outer.inside(tag)
  outer.end()
  return inside
}

/** The items of a SEQUENCE OF or SET OF, at least one as RFC 5280 wants everywhere (SIZE (1..MAX)). */
export function listOf<T>(list: DerReader, read: (list: DerReader) => T): readonly T[] {
  const items: T[] = []
  do items.push(read(list))
  while (!list.done)
  return items
}

export function readBoolean(content: Bytes): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new DerError('boolean')
  return content[0] === 0xff
}

/** A BOOLEAN DEFAULT FALSE: DER forbids writing the default out (X.690 section 11.5). */
export function readFlag(list: DerReader): boolean {
  const element = list.optional(TAG.boolean)
  if (element === undefined) return false
  if (!readBoolean(element.content)) throw new DerError('default value written out')
  return true
}

/** An RSA-8192 modulus and its sign octet. A bound, for reading takes quadratic time. */
const MAX_INTEGER_OCTETS = 1025

export function readInteger(content: Bytes): bigint {
  if (content.length > MAX_INTEGER_OCTETS) throw new DerError('integer too long')
  const [first, second] = content
  if (first === undefined) throw new DerError('empty integer')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw new DerError('integer not minimal')
  let value = BigInt(first >= 0x80 ? first - 0x100 : first)
  for (const byte of content.subarray(1)) value = (value << 8n) | BigInt(byte)
  return value
}

/** A non-negative INTEGER small enough to count with. */
export function readCount(content: Bytes): number {
  const value = readInteger(content)
  if (value < 0n || value > 0x7fffffffn) throw new DerError('count out of range')
  return Number(value)
}

/** The octets of a BIT STRING and how many bits of the last one are unused; those must be zero. */
export function readBits(content: Bytes): { readonly bits: Bytes; readonly unused: number } {
  const unused = content[0]
  const bits = content.subarray(1)
  const last = bits.at(-1)
  if (unused === undefined || unused > 7 || (last === undefined && unused > 0)) throw new DerError('bit string')
  if (last !== undefined && (last & ((1 << unused) - 1)) !== 0) throw new DerError('unused bits set')
  return { bits, unused }
}

/** A BIT STRING of whole octets, as keys and signatures are. */
export function readOctetBits(content: Bytes): Bytes {
  const { bits, unused } = readBits(content)
  if (unused !== 0) throw new DerError('bit string not of whole octets')
  return bits
}

/** Longest arc: the 128 bits of a UUID under 2.25 take 19 octets; no identifier in use is longer than a few of them. */
const MAX_ARC_OCTETS = 19
const MAX_OID_OCTETS = 128

export function readOid(content: Bytes): string {
  if (content.length > MAX_OID_OCTETS) throw new DerError('object identifier too long')
  const arcs: bigint[] = []
  let arc = 0n
  let octets = 0
  for (const byte of content) {
    if (octets === 0 && byte === 0x80) throw new DerError('object identifier not minimal')
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    octets += 1
    if (octets > MAX_ARC_OCTETS) throw new DerError('object identifier arc too long')
    if (byte >= 0x80) continue
    arcs.push(arc)
    arc = 0n
    octets = 0
  }
  const [first, ...rest] = arcs
  if (first === undefined || octets !== 0) throw new DerError('object identifier')
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n
  return [top, first - top * 40n, ...rest].join('.')
}

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/

/** Text of one of the string types that RFC 5280 asks for (section 4.1.2.4): UTF8String, PrintableString, IA5String. */
export function readText(element: Element): string {
  const text = fromUtf8(element.content)
  if (text === undefined) throw new DerError('text encoding')
  const { tag } = element
  if (tag === TAG.utf8String) return text
  if (tag === TAG.printableString && PRINTABLE.test(text)) return text
  if (tag === TAG.ia5String) return readIa5(element.content)
  throw new DerError('string type or alphabet')
}

export function readIa5(content: Bytes): string {
  if (content.some((byte) => byte >= 0x80)) throw new DerError('not ASCII')
  return fromUtf8(content) ?? ''
}

/** UTCTime until 2049, GeneralizedTime from 2050, both to the second in Zulu time (RFC 5280 section 4.1.2.5). */
export function readTime(list: DerReader): Millis {
  const { tag, content } = list.next()
  const text = readIa5(content)
  const utc = tag === TAG.utcTime
  if (!utc && tag !== TAG.generalizedTime) throw new DerError('time type')
  if (!(utc ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) throw new DerError('time form')
  const digits = utc ? (text < '50' ? '20' : '19') + text : text
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z')
  const millis = Date.parse(iso)
  if (Number.isNaN(millis) || new Date(millis).toISOString() !== iso) throw new DerError('no such instant')
  if (!utc && digits >= '1950' && digits < '2050') throw new DerError('GeneralizedTime before 2050')
  return millis
}
