import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode64, encode64 } from './base64.ts'
import { fromBase64Url, toBase64Url } from './bytes.ts'

/** Mostly characters that may stand in base64, and some that may not. */
const spelling = fc.string({
  unit: fc.constantFrom('A', 'Q', 'g', 'w', 'Z', '9', '-', '_', '+', '/', '=', ' ', '\n', '\u0000', 'é', '𠮷'),
  maxLength: 12,
})

describe('base64 without a platform', () => {
  test('writes what the platform writes, for every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const bytes = Uint8Array.from(data)
        expect(encode64(bytes, 'base64url')).toBe(toBase64Url(bytes))
        expect(encode64(bytes, 'base64')).toBe(Buffer.from(bytes).toString('base64').replace(/=+$/, ''))
        expect(decode64(toBase64Url(bytes), 'base64url')).toEqual(bytes)
      }),
    )
  })

  test('[SIG1] reads and refuses what is read and refused with a platform', () => {
    fc.assert(
      fc.property(spelling, (text) => {
        expect(decode64(text, 'base64url')).toEqual(fromBase64Url(text))
      }),
      { numRuns: 2_000 },
    )
  })

  test.each([
    ['padding', 'AA=='],
    ['white space', 'AA A'],
    ['the other alphabet', '+/AA'],
    ['set unused bits', 'AB'],
    ['set unused bits of three', 'AAB'],
    ['an impossible length', 'AAAAA'],
    ['a character outside ASCII', 'AAAé'],
    ['a NUL', 'AA\u0000A'],
  ])('[SIG1] %s is refused', (_what, text) => {
    expect(decode64(text, 'base64url')).toBeUndefined()
  })
})
