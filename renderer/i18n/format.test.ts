import { expect, test } from 'vitest'
import { formatsFor } from './format.ts'

const rows = [
  ['en', 0n, 'JPY', '¥0'],
  ['en', 1_234_567n, 'JPY', '¥1,234,567'],
  ['ja', 1_234_567n, 'JPY', '\uffe51,234,567'],
  ['en', 5n, 'USD', '$0.05'],
  ['en', -123_456n, 'USD', '-$1,234.56'],
  // More digits than a floating number holds.
  ['en', 999_999_999_999_999_999n, 'USD', '$9,999,999,999,999,999.99'],
] as const

test.each(rows)('%s: %d minor units of %s are %s', (language, minor, currency, text) => {
  expect(formatsFor(language).money(minor, currency)).toBe(text)
})

test('a part of the whole is in percent, and nothing of nothing is none', () => {
  const { share } = formatsFor('en')
  expect([share(1n, 3n), share(1n, 1n), share(0n, 0n)]).toEqual(['33.3%', '100.0%', '0.0%'])
})

test('a change bears its sign, unless it is nothing', () => {
  const { change, moneyChange } = formatsFor('en')
  expect([change(1n, 40n), change(-1n, 40n), change(0n, 40n)]).toEqual(['+2.5%', '-2.5%', '0.0%'])
  expect([moneyChange(5n, 'JPY'), moneyChange(-5n, 'JPY'), moneyChange(0n, 'JPY')]).toEqual(['+¥5', '-¥5', '¥0'])
})

test('a calendar date is the same day everywhere', () => {
  expect(formatsFor('en').calendar('1987-06-14')).toBe('June 14, 1987')
})
