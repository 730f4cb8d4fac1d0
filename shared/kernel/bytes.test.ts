import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, fromBase64Url, fromUtf8, toBase64, toBase64Url, toHex, toUtf8 } from './bytes.ts'

describe('base64', () => {
  test('agrees with the platform both ways, for every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const bytes = Uint8Array.from(data)
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
        expect(fromBase64(toBase64(bytes))).toEqual(bytes)
      }),
    )
  })

  test('whatever is read writes back to the same text: there is one spelling', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const [url, padded] = [fromBase64Url(text), fromBase64(text)]
        expect(url === undefined || toBase64Url(url) === text).toBe(true)
        expect(padded === undefined || toBase64(padded) === text).toBe(true)
      }),
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
  ])('[SIG1] base64url with %s is refused', (_what, text) => {
    expect(fromBase64Url(text)).toBeUndefined()
  })

  test.each([
    ['no padding', 'AA'],
    ['too much padding', 'A==='],
    ['padding where none belongs', 'AAAA===='],
    ['the other alphabet', '-_AA'],
  ])('[SIG1] base64 with %s is refused', (_what, text) => {
    expect(fromBase64(text)).toBeUndefined()
  })
})

describe('text', () => {
  test('UTF-8 goes both ways and nothing else is read', () => {
    expect(fromUtf8(toUtf8('株券 🎴'))).toBe('株券 🎴')
    expect(fromUtf8(Uint8Array.of(0xc0, 0x80))).toBeUndefined()
    expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
  })

  test('hex', () => {
    expect(toHex(Uint8Array.of(0, 15, 255))).toBe('000fff')
  })
})
