/**
 * Bytes and their text forms. The decoders are strict: one byte string has exactly one text form,
 * so a signature or certificate cannot be respelled (RFC 4648 section 3.5, RFC 7515 section 2).
 */

export type Bytes = Uint8Array<ArrayBuffer>

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64 = `${BASE64URL.slice(0, 62)}+/`
const HEX = '0123456789abcdef'

function codesOf(alphabet: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
}

const NO_VALUE = 255

function reverse(alphabet: string): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256).fill(NO_VALUE)
  for (const [value, code] of codesOf(alphabet).entries()) table[code] = value
  return table
}

const TO_BASE64URL = codesOf(BASE64URL)
const TO_BASE64 = codesOf(BASE64)
const FROM_BASE64URL = reverse(BASE64URL)
const FROM_BASE64 = reverse(BASE64)

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Works on ASCII codes, not on strings: this runs several times over every message. */
function encode64(bytes: Uint8Array, alphabet: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let at = 0
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    // Past the end these writes are ignored: a shorter last group has fewer characters.
    codes[at] = alphabet[word >> 18] ?? 0
    codes[at + 1] = alphabet[(word >> 12) & 63] ?? 0
    codes[at + 2] = alphabet[(word >> 6) & 63] ?? 0
    codes[at + 3] = alphabet[word & 63] ?? 0
    at += 4
  }
  return decoder.decode(codes)
}

function decode64(text: string, table: Uint8Array): Bytes | undefined {
  const codes = encoder.encode(text)
  // A character outside ASCII has become several bytes, none of which is in the table.
  const rest = codes.length % 4
  if (rest === 1) return undefined
  const bytes = new Uint8Array(Math.floor((codes.length * 3) / 4))
  const whole = codes.length - rest
  let at = 0
  for (let i = 0; i < whole; i += 4) {
    const a = table[codes[i] ?? 0] ?? NO_VALUE
    const b = table[codes[i + 1] ?? 0] ?? NO_VALUE
    const c = table[codes[i + 2] ?? 0] ?? NO_VALUE
    const d = table[codes[i + 3] ?? 0] ?? NO_VALUE
    if ((a | b | c | d) > 63) return undefined
    bytes[at] = (a << 2) | (b >> 4)
    bytes[at + 1] = ((b & 15) << 4) | (c >> 2)
    bytes[at + 2] = ((c & 3) << 6) | d
    at += 3
  }
  if (rest === 0) return bytes
  const a = table[codes[whole] ?? 0] ?? NO_VALUE
  const b = table[codes[whole + 1] ?? 0] ?? NO_VALUE
  const c = rest === 3 ? (table[codes[whole + 2] ?? 0] ?? NO_VALUE) : 0
  if ((a | b | c) > 63) return undefined
  bytes[at] = (a << 2) | (b >> 4)
  if (rest === 3) bytes[at + 1] = ((b & 15) << 4) | (c >> 2)
  // The unused low bits must be zero, or the same bytes would have several spellings.
  return (rest === 2 ? b & 15 : c & 3) === 0 ? bytes : undefined
}

export function toBase64Url(bytes: Uint8Array): string {
  return encode64(bytes, TO_BASE64URL)
}

/** Undefined for padding, white space, foreign characters or set unused bits. */
export function fromBase64Url(text: string): Bytes | undefined {
  return decode64(text, FROM_BASE64URL)
}

/** Padded base64 as `x5c` wants it (RFC 7515 section 4.1.6). */
export function toBase64(bytes: Uint8Array): string {
  const text = encode64(bytes, TO_BASE64)
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
