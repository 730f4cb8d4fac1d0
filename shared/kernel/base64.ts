/**
 * Base64 without a platform: what browsers use, and what the platform's own is compared with. The decoder is strict: no
 * padding, no white space, no foreign character, unused bits zero.
 */
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64 = `${BASE64URL.slice(0, 62)}+/`

export type Alphabet = 'base64url' | 'base64'

function codesOf(alphabet: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
}

const NO_VALUE = 255

function reverse(alphabet: string): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256).fill(NO_VALUE)
  for (const [value, code] of codesOf(alphabet).entries()) table[code] = value
  return table
}

const TO = { base64url: codesOf(BASE64URL), base64: codesOf(BASE64) }
const FROM = { base64url: reverse(BASE64URL), base64: reverse(BASE64) }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Without padding. Works on ASCII codes, not on strings: this runs several times over every message. */
export function encode64(bytes: Uint8Array, name: Alphabet): string {
  const alphabet = TO[name]
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

/** Undefined unless it is exactly what {@link encode64} writes. */
export function decode64(text: string, name: Alphabet): Uint8Array<ArrayBuffer> | undefined {
  const table = FROM[name]
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
