import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssertionError } from '../kernel/assert.ts'
import { toUtf8 } from '../kernel/bytes.ts'
import { canonicalText, isPlainText, readCanonical } from './canonical.ts'
import type { CanonicalCode, Json } from './canonical.ts'
import { MAX_DEPTH } from './strict-reader.ts'

function codeOf(input: string | Uint8Array): CanonicalCode | 'accepted' {
  const read = readCanonical(typeof input === 'string' ? toUtf8(input) : input)
  return read.ok ? 'accepted' : read.error.code
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('canonicalText', () => {
  it.each<[string, Json, string]>([
    [
      'members by UTF-16 code units, not by code points',
      { '\u{1f600}': 1, '\uff5e': 2, a: 3 },
      '{"a":3,"\u{1f600}":1,"\uff5e":2}',
    ],
    ['numeric member names as text', { 10: 1, 9: 2, '': 3 }, '{"":3,"10":1,"9":2}'],
    ['the order of an array kept', [3, 1, 2], '[3,1,2]'],
    ['quote and backslash escaped, slash and letters not', '"\\/é', '"\\"\\\\/é"'],
    ['minus zero as zero', -0, '0'],
    ['the greatest safe integer', 9007199254740991, '9007199254740991'],
    ['empty array and object', [[], {}, null, true, false], '[[],{},null,true,false]'],
  ])('[SIG1] writes %s (RFC 8785)', (_, value, text) => {
    expect(canonicalText(value)).toBe(text)
    expect(codeOf(text)).toBe('accepted')
  })

  it.each<[string, unknown]>([
    ['a fraction', 1.5],
    ['an unsafe integer', 2 ** 53],
    ['NaN', Number.NaN],
    ['a lone surrogate', ['\ud800']],
    ['a newline in a member name', { 'a\nb': 1 }],
    ['undefined', { a: undefined }],
    ['a bigint', 1n],
    ['a member __proto__', JSON.parse('{"__proto__":1}')],
    ['17 levels', JSON.parse(nested(MAX_DEPTH + 1))],
  ])('[SIG1] takes %s for a bug of the caller', (_, value) => {
    expect(() => canonicalText(value as Json)).toThrow(AssertionError)
  })
})

describe('readCanonical', () => {
  it.each<[string, string | Uint8Array, CanonicalCode]>([
    // [A14]
    ['a member twice', '{"amount":"1","amount":"2"}', 'bad_json.duplicate_member'],
    ['a member twice, once escaped', '{"amount":"1","\\u0061mount":"2"}', 'bad_json.duplicate_member'],
    ['a member twice, nested, same value', '{"a":[{"b":1,"b":1}]}', 'bad_json.duplicate_member'],
    // [A15] numbers; which amounts are allowed is for the schemas
    ['a fraction', '{"amount":1.5}', 'bad_number'],
    ['2^63', '{"amount":9223372036854775808}', 'bad_number'],
    ['2^53 + 1', '{"amount":9007199254740993}', 'bad_number'],
    ['beyond all doubles', '[1e400]', 'bad_number'],
    ['NaN', '{"amount":NaN}', 'bad_json'],
    ['Infinity', '[-Infinity]', 'bad_json'],
    ['a leading zero', '[01]', 'bad_json'],
    ['a plus sign', '[+1]', 'bad_json'],
    ['an integer with an exponent', '[1e3]', 'not_canonical'],
    ['an integer with a fraction of zero', '[1.0]', 'not_canonical'],
    ['minus zero', '[-0]', 'not_canonical'],
    // [A17]
    ['an overlong form', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]), 'bad_utf8'],
    ['a surrogate in UTF-8', Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'bad_utf8'],
    ['a cut sequence', Uint8Array.from([0x22, 0xe3, 0x81, 0x22]), 'bad_utf8'],
    ['a lone surrogate, escaped', '["\\ud800"]', 'bad_text'],
    ['surrogates in the wrong order', '["\\ude00\\ud83d"]', 'bad_text'],
    ['an escaped NUL', '["\\u0000"]', 'bad_text'],
    ['a raw NUL', '["\u0000"]', 'bad_text'],
    ['an escaped newline', '["a\\nb"]', 'bad_text'],
    ['a raw newline', '["a\nb"]', 'bad_text'],
    ['DEL', '["\u007f"]', 'bad_text'],
    ['a C1 control', '["\u0085"]', 'bad_text'],
    ['a line separator', '["\u2028"]', 'bad_text'],
    ['a bidi override', '["\u202e"]', 'bad_text'],
    ['a bidi isolate', '["\u2066"]', 'bad_text'],
    ['a bidi override in a member name', '{"a\u202eb":1}', 'bad_text'],
    // [A18]
    ['17 levels', nested(MAX_DEPTH + 1), 'too_deep'],
    ['200,000 levels', nested(200_000), 'too_deep'],
    ['200,000 levels of objects', '{"a":'.repeat(200_000), 'too_deep'],
    ['200,000 levels never closed', '['.repeat(200_000), 'too_deep'],
    // grammar
    ['nothing', '', 'bad_json'],
    ['only white space', ' ', 'bad_json'],
    ['a byte order mark', '\ufeff{}', 'bad_json'],
    ['a trailing comma', '[1,]', 'bad_json'],
    ['a comma in an object', '{"a":1,}', 'bad_json'],
    ['a missing colon', '{"a" 1}', 'bad_json'],
    ['a missing comma', '[1 2]', 'bad_json'],
    ['a missing comma between members', '{"a":1 "b":2}', 'bad_json'],
    ['a bare member name', '{a:1}', 'bad_json'],
    ['a second value', '{}{}', 'bad_json'],
    ['a comment', '{}//', 'bad_json'],
    ['an open string', '["a', 'bad_json'],
    ['an open escape', '["\\', 'bad_json'],
    ['an unknown escape', '["\\x41"]', 'bad_json'],
    ['single quotes', "['a']", 'bad_json'],
    ['a member __proto__', '{"__proto__":{"a":1}}', 'bad_json'],
    // other spellings of good JSON
    ['members out of order', '{"b":1,"a":2}', 'not_canonical'],
    ['white space', '{"a": 1}', 'not_canonical'],
    ['a newline at the end', '{}\n', 'not_canonical'],
    ['a needless escape', '["\\u0061"]', 'not_canonical'],
    ['an escaped slash', '["\\/"]', 'not_canonical'],
    ['an escaped pair', '["\\ud83d\\ude00"]', 'not_canonical'],
  ])('[P11] refuses %s', (_, input, code) => {
    expect(codeOf(input)).toBe(code)
  })

  it('[P11] accepts 16 levels and names like those of Object.prototype', () => {
    expect(codeOf(nested(MAX_DEPTH))).toBe('accepted')
    expect(codeOf('{"constructor":1,"hasOwnProperty":2,"toString":3}')).toBe('accepted')
  })

  it('[P11] answers the first fault it meets and says where', () => {
    const read = readCanonical(toUtf8('{"a":1.5,"a":"\\u0000"}'))
    expect(read).toMatchObject({ ok: false, error: { code: 'bad_number', details: { at: '5' } } })
  })
})

const text = fc.string({ unit: 'binary' }).filter((each) => isPlainText(each) && each !== '__proto__')
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    text,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(text, tie('json'), { maxKeys: 5 }),
  ),
}))

/** Whether what JSON.parse and our own writer make of the bytes agrees with the reader's answer. */
function isTrueOf(code: CanonicalCode | 'accepted', bytes: Uint8Array): boolean {
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  let value: Json | undefined
  try {
    value = JSON.parse(decoded) as Json
  } catch {
    return code !== 'accepted' && code !== 'not_canonical'
  }
  if (code === 'accepted') return canonicalText(value) === decoded
  return code !== 'bad_json' || decoded.includes('__proto__')
}

describe('any value', () => {
  it('[SIG1] is read as it was written, and written in one way only', () => {
    fc.assert(
      fc.property(json, (value) => {
        const written = canonicalText(value)
        const read = readCanonical(toUtf8(written))
        expect(read.ok && canonicalText(read.value)).toBe(written)
        expect(read.ok && read.value).toEqual(JSON.parse(written))
      }),
    )
  })

  it('[P11] with bytes changed is refused or is canonical, never a crash, and the reason is true', () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(...toUtf8('{}[]",:\\ 0-.eu_\n\u00e9'), 0, 0x80, 0xff))
    fc.assert(
      fc.property(json, fc.array(change, { minLength: 1, maxLength: 4 }), (value, changes) => {
        const bytes = toUtf8(canonicalText(value))
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        expect(isTrueOf(codeOf(bytes), bytes)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
