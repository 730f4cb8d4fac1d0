/**
 * Bytes and their text forms. The decoders are strict: one byte string has exactly one text form,
 * so a signature or certificate cannot be respelled (RFC 4648 section 3.5, RFC 7515 section 2).
 */

export type Bytes = Uint8Array<ArrayBuffer>

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64 = `${BASE64URL.slice(0, 62)}+/`
const HEX = '0123456789abcdef'

function reverse(alphabet: string): Int8Array {
  const table = new Int8Array(128).fill(-1)
  for (let i = 0; i < alphabet.length; i += 1) table[alphabet.charCodeAt(i)] = i
  return table
}

const FROM_BASE64URL = reverse(BASE64URL)
const FROM_BASE64 = reverse(BASE64)

function encode64(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const word =
      ((bytes[i] ?? 0) << 16) | ((left > 1 ? (bytes[i + 1] ?? 0) : 0) << 8) | (left > 2 ? (bytes[i + 2] ?? 0) : 0)
    text += alphabet.charAt(word >> 18) + alphabet.charAt((word >> 12) & 63)
    if (left > 1) text += alphabet.charAt((word >> 6) & 63)
    if (left > 2) text += alphabet.charAt(word & 63)
  }
  return text
}

function decode64(text: string, table: Int8Array): Bytes | undefined {
  const rest = text.length % 4
  if (rest === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let written = 0
  let word = 0
  let bits = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    const value = code < 128 ? (table[code] ?? -1) : -1
    if (value < 0) return undefined
    word = ((word << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[written] = (word >> bits) & 0xff
      written += 1
    }
  }
  // The unused low bits must be zero, or the same bytes would have several spellings.
  if ((word & ((1 << bits) - 1)) !== 0) return undefined
  return bytes
}

export function toBase64Url(bytes: Uint8Array): string {
  return encode64(bytes, BASE64URL)
}

/** Undefined for padding, white space, foreign characters or set unused bits. */
export function fromBase64Url(text: string): Bytes | undefined {
  return decode64(text, FROM_BASE64URL)
}

/** Padded base64 as `x5c` wants it (RFC 7515 section 4.1.6). */
export function toBase64(bytes: Uint8Array): string {
  const text = encode64(bytes, BASE64)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/** Undefined unless it is exactly what {@link toBase64} writes. */
export function fromBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0) return undefined
  const bare = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text
  return decode64(bare, FROM_BASE64)
}

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15)
  return text
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function toUtf8(text: string): Bytes {
  return encoder.encode(text)
}

/** Undefined when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
