/**
 * Bytes and their text forms. The decoders are strict: one byte string has exactly one text form,
 * so a signature or certificate cannot be respelled (RFC 4648 section 3.5, RFC 7515 section 2).
 */
import { decode64, encode64, type Alphabet } from './base64.ts'

export type Bytes = Uint8Array<ArrayBuffer>

const HEX = '0123456789abcdef'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Node's Buffer, as far as it is used here: ten times as fast. Electron's screens and browsers have none. */
interface NativeBytes {
  readonly from: ((text: string, encoding: Alphabet) => Uint8Array) &
    ((memory: ArrayBufferLike, from: number, length: number) => { readonly toString: (encoding: Alphabet) => string })
}

const native = (globalThis as { readonly Buffer?: NativeBytes }).Buffer

function encode(bytes: Uint8Array, alphabet: Alphabet): string {
  if (native === undefined) return encode64(bytes, alphabet)
  const text = native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(alphabet)
  return alphabet === 'base64' ? text.replace(/=+$/, '') : text
}

function decode(text: string, alphabet: Alphabet): Bytes | undefined {
  if (native === undefined) return decode64(text, alphabet)
  // Buffer reads leniently: what it reads must be written the same way.
  const bytes = new Uint8Array(native.from(text, alphabet))
  return encode(bytes, alphabet) === text ? bytes : undefined
}

export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, 'base64url')
}

/** Undefined for padding, white space, foreign characters or set unused bits. */
export function fromBase64Url(text: string): Bytes | undefined {
  return decode(text, 'base64url')
}

/** Padded base64 as `x5c` wants it (RFC 7515 section 4.1.6). */
export function toBase64(bytes: Uint8Array): string {
  const text = encode(bytes, 'base64')
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/** Undefined unless it is exactly what {@link toBase64} writes. */
export function fromBase64(text: string): Bytes | undefined {
  if (text.length % 4 !== 0) return undefined
  const bare = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text
  return decode(bare, 'base64')
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
