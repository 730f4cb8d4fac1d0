/**
 * The one byte form of every signed document: RFC 8785 (JCS), narrowed so that nothing in it can be read in two ways.
 * Members are sorted by UTF-16 code units, there is no white space, numbers are safe integers, and no text holds a
 * control or direction-override character. What does not re-encode to itself is refused ([SIG1], RFC 8725 section 3).
 */
import { assert } from '../kernel/assert.ts'
import { fromUtf8 } from '../kernel/bytes.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { isPlainText } from './plain-text.ts'
import { MAX_DEPTH, whyNotCanonical } from './strict-reader.ts'
import type { CanonicalCode } from './strict-reader.ts'

export type { CanonicalCode } from './strict-reader.ts'
export { isPlainText } from './plain-text.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** A quotation mark or a backslash: in a text without control characters nothing else is escaped (RFC 8785 section 3.2.2.2). */
const ESCAPED = /["\\]/

function encodeText(text: string): string | undefined {
  if (!isPlainText(text)) return undefined
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`
}

/** By UTF-16 code units, as RFC 8785 section 3.2.3 asks for and strings compare. What was read is mostly in order already. */
function sortedNames(object: object): string[] {
  const names = Object.keys(object)
  for (let i = 1; i < names.length; i += 1) if ((names[i - 1] as string) > (names[i] as string)) return names.sort()
  return names
}

/** Undefined for what has no canonical form. An object with a member `__proto__` has none. */
function encode(value: Json, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return encodeText(value)
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : undefined
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      if (value === null) return 'null'
      if (depth === MAX_DEPTH) return undefined
      return Array.isArray(value)
        ? encodeArray(value, depth + 1)
        : encodeObject(value as { readonly [member: string]: Json }, depth + 1)
    default:
      return undefined
  }
}

function encodeArray(items: readonly Json[], depth: number): string | undefined {
  let text = ''
  for (const item of items) {
    const encoded = encode(item, depth)
    if (encoded === undefined) return undefined
    text += text === '' ? encoded : `,${encoded}`
  }
  return `[${text}]`
}

function encodeObject(object: { readonly [member: string]: Json }, depth: number): string | undefined {
  let text = ''
  for (const name of sortedNames(object)) {
    const encodedName = name === '__proto__' ? undefined : encodeText(name)
    const encoded = encode(object[name] as Json, depth)
    if (encodedName === undefined || encoded === undefined) return undefined
    text += `${text === '' ? '' : ','}${encodedName}:${encoded}`
  }
  return `{${text}}`
}

/**
 * The canonical text of a value. Whoever signs must have checked what people typed ({@link isPlainText}): a value
 * without a canonical form (control characters, fractions, depth over {@link MAX_DEPTH}, undefined) is a bug here.
 */
export function canonicalText(value: Json): string {
  const text = encode(value, 0)
  assert(text !== undefined, 'value has no canonical form')
  return text
}

/**
 * Reads bytes that must be canonical. The usual case costs a parse and a comparison; only refused input pays for the
 * slow reader that says why. Objects in the result have no member `__proto__`.
 */
export function readCanonical(bytes: Uint8Array): Result<Json, Refusal<CanonicalCode>> {
  const text = fromUtf8(bytes)
  if (text === undefined) return refuse('bad_utf8', 'the bytes are not UTF-8')
  const value = parseOrUndefined(text)
  // UTF-8 has one form for each text, so equal texts are equal bytes.
  if (value !== undefined && encode(value, 0) === text) return ok(value)
  return whyNotCanonical(text)
}

function parseOrUndefined(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
