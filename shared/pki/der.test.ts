import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import {
  DerError,
  DerReader,
  readBits,
  readBoolean,
  readFlag,
  readIa5,
  readInteger,
  readOid,
  readText,
  readTime,
  TAG,
} from './der.ts'
import { encode, encodeInteger, encodeKeyUsage, encodeOid, encodeTime } from './encoding.ts'
import { KEY_USAGES, readKeyUsage } from './extensions.ts'

const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('one value has one encoding', () => {
  test.each<[string, string, (der: Bytes) => unknown]>([
    ['indefinite length', '30 80 00 00', (der) => new DerReader(der).next()],
    ['long form of a short length', '04 81 01 00', (der) => new DerReader(der).next()],
    ['length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`, (der) => new DerReader(der).next()],
    ['length of five octets', '04 85 01 00 00 00 00', (der) => new DerReader(der).next()],
    ['length beyond the end', '04 02 00', (der) => new DerReader(der).next()],
    ['no length', '04', (der) => new DerReader(der).next()],
    ['nothing', '', (der) => new DerReader(der).next()],
    ['tag of several octets', '1f 01 00', (der) => new DerReader(der).next()],
    ['true that is not ff', '01', readBoolean],
    ['boolean of two octets', 'ff ff', readBoolean],
    ['default written out', '01 01 00', (der) => readFlag(new DerReader(der))],
    ['empty integer', '', readInteger],
    ['integer with a leading zero', '00 7f', readInteger],
    ['integer of 1,026 octets', '7f'.repeat(1026), readInteger],
    ['object identifier of 129 octets', '55'.repeat(129), readOid],
    ['integer with a leading ff', 'ff 80', readInteger],
    ['unused bits set', '01 81', readBits],
    ['more unused bits than there are', '01', readBits],
    ['eight unused bits', '08 00', readBits],
    ['object identifier with a leading 80', '55 80 01', readOid],
    ['object identifier that breaks off', '55 81', readOid],
    ['empty object identifier', '', readOid],
    ['object identifier arc of 20 octets', `69 ${'ff'.repeat(19)} 7f`, readOid],
    ['key usage with a trailing zero bit', '03 02 00 a0', readKeyUsage],
    ['key usage without any bit', '03 01 00', readKeyUsage],
    ['key usage beyond the known ones', '03 03 06 80 40', readKeyUsage],
    ['letters outside PrintableString', '13 01 40', (der) => readText(new DerReader(der).next())],
    ['text that is not UTF-8', '0c 01 ff', (der) => readText(new DerReader(der).next())],
    ['TeletexString', '14 01 41', (der) => readText(new DerReader(der).next())],
    ['IA5String beyond ASCII', 'c3 a9', readIa5],
  ])('%s is refused', (_, bytes, read) => {
    expect(() => read(hex(bytes))).toThrow(DerError)
  })

  const time = (tag: number, text: string): Bytes => encode(tag, Buffer.from(text))

  test.each<[string, Bytes]>([
    ['without seconds', time(TAG.utcTime, '2601010000Z')],
    ['with an offset', time(TAG.utcTime, '260101000000+0900')],
    ['with a fraction', time(TAG.generalizedTime, '20500101000000.5Z')],
    ['on the 30th of February', time(TAG.utcTime, '260230000000Z')],
    ['at 24 hours', time(TAG.utcTime, '260101240000Z')],
    ['in a leap second', time(TAG.utcTime, '161231235960Z')],
    ['in the long form before 2050', time(TAG.generalizedTime, '20260101000000Z')],
    ['of another type', time(TAG.utf8String, '260101000000Z')],
  ])('a time %s is refused', (_, der) => {
    expect(() => readTime(new DerReader(der))).toThrow(DerError)
  })

  test('what was written is what is read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 160n }), (value) => {
        expect(readInteger(new DerReader(encodeInteger(value)).expect(TAG.integer).content)).toBe(value)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 }), (second) => {
        expect(readTime(new DerReader(encodeTime(second * 1000 + 999)))).toBe(second * 1000)
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), { maxLength: 5 }), (arcs) => {
        const dotted = ['2', '25', ...arcs].join('.')
        expect(readOid(new DerReader(encodeOid(dotted)).expect(TAG.oid).content)).toBe(dotted)
      }),
    )
    fc.assert(
      fc.property(fc.subarray([...KEY_USAGES], { minLength: 1 }), (usages) => {
        expect(readKeyUsage(encodeKeyUsage(usages))).toEqual(new Set(usages))
      }),
    )
  })

  test('whatever is read is what would have been written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        try {
          const value = readInteger(new Uint8Array(bytes))
          if (value >= 0n) expect(encodeInteger(value).subarray(2)).toEqual(new Uint8Array(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(DerError)
        }
      }),
    )
  })
})
