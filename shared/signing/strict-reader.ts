/**
 * Says what is wrong with a text that is not canonical JSON. Reads left to right and answers the first fault it meets;
 * a text that breaks no rule of JSON but is spelt otherwise than we would is `not_canonical`.
 */
import { refuse } from '../kernel/result.ts'
import type { Refusal } from '../kernel/result.ts'
import { isPlainText } from './plain-text.ts'

/** In the order in which reading meets them: bad_utf8 first, not_canonical only when all else is well. */
export type CanonicalCode =
  | 'bad_utf8'
  | 'bad_json'
  | 'bad_json.duplicate_member'
  | 'too_deep'
  | 'bad_text'
  | 'bad_number'
  | 'not_canonical'

type Refused = { readonly ok: false; readonly error: Refusal<CanonicalCode> }

/** Arrays and objects inside one another; a scalar has depth 0. Every document of the protocol needs fewer than 8. */
export const MAX_DEPTH = 16

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

/** RFC 8259 with the rules of the canonical form; recursion is bounded by {@link MAX_DEPTH}. */
export function whyNotCanonical(text: string): Refused {
  return new StrictReader(text).document() ?? refuse('not_canonical', 'the JSON is not in canonical form (RFC 8785)')
}

/** Each method reads one construct from `at` on and returns the fault it found, or undefined. */
class StrictReader {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  document(): Refused | undefined {
    return this.value(0) ?? (this.next() === '' ? undefined : this.fault('bad_json', 'text after the value'))
  }

  private value(depth: number): Refused | undefined {
    switch (this.next()) {
      case '{':
        return this.object(depth + 1)
      case '[':
        return this.array(depth + 1)
      case '"': {
        const text = this.string()
        return typeof text === 'string' ? undefined : text
      }
      default:
        return this.literal() ? undefined : this.number()
    }
  }

  private object(depth: number): Refused | undefined {
    if (depth > MAX_DEPTH) return this.tooDeep()
    const names = new Set<string>()
    this.at += 1
    if (this.take('}')) return undefined
    for (;;) {
      if (this.next() !== '"') return this.fault('bad_json', 'a member name is missing')
      const name = this.string()
      if (typeof name !== 'string') return name
      if (name === '__proto__') return this.fault('bad_json', 'the member name __proto__ is not allowed')
      if (names.has(name)) return this.fault('bad_json.duplicate_member', 'a member name stands twice')
      names.add(name)
      if (!this.take(':')) return this.fault('bad_json', 'a colon is missing')
      const fault = this.value(depth)
      if (fault !== undefined) return fault
      if (this.take('}')) return undefined
      if (!this.take(',')) return this.fault('bad_json', 'a comma is missing')
    }
  }

  private array(depth: number): Refused | undefined {
    if (depth > MAX_DEPTH) return this.tooDeep()
    this.at += 1
    if (this.take(']')) return undefined
    for (;;) {
      const fault = this.value(depth)
      if (fault !== undefined) return fault
      if (this.take(']')) return undefined
      if (!this.take(',')) return this.fault('bad_json', 'a comma is missing')
    }
  }

  private string(): string | Refused {
    const start = this.at
    let end = start + 1
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1
    const literal = this.text.slice(start, end + 1)
    // Raw control characters are a fault of the text, not of the grammar: the writer escaped too little.
    if (!isPlainText(literal)) return this.fault('bad_text', 'a string holds a forbidden character')
    const value = parseString(literal)
    if (value === undefined) return this.fault('bad_json', 'a string is malformed')
    if (!isPlainText(value)) return this.fault('bad_text', 'a string holds a forbidden character')
    this.at = end + 1
    return value
  }

  private number(): Refused | undefined {
    NUMBER.lastIndex = this.at
    const literal = NUMBER.exec(this.text)?.[0]
    if (literal === undefined) return this.fault('bad_json', 'a value is missing')
    if (!Number.isSafeInteger(Number(literal))) return this.fault('bad_number', 'a number is not a safe integer')
    this.at += literal.length
    return undefined
  }

  private literal(): boolean {
    const word = ['true', 'false', 'null'].find((each) => this.text.startsWith(each, this.at))
    this.at += word?.length ?? 0
    return word !== undefined
  }

  /** The next character that is not white space, '' at the end; stays before it. */
  private next(): string {
    while (' \t\n\r'.includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1
    return this.text.charAt(this.at)
  }

  private take(character: string): boolean {
    if (this.next() !== character) return false
    this.at += 1
    return true
  }

  private tooDeep(): Refused {
    return this.fault('too_deep', `arrays and objects nest deeper than ${MAX_DEPTH}`)
  }

  private fault(code: CanonicalCode, message: string): Refused {
    return refuse(code, message, { at: String(this.at) })
  }
}

function parseString(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string
  } catch {
    return undefined
  }
}
