import { expect, test } from 'vitest'
import { lineOf } from './line.ts'

const trade = (sequence: number, at: number, price: number) => ({
  tradeSequence: BigInt(sequence),
  security: 'HOSHI',
  shareClass: 'common' as const,
  priceMinor: BigInt(price),
  quantity: 1n,
  at,
})

test.each([
  ['from the lower left to the upper right', [trade(2, 20, 12), trade(1, 10, 10)], 'M2 26.5L95 1.5'],
  ['a flat line through the middle', [trade(2, 20, 10), trade(1, 10, 10)], 'M2 14L95 14'],
  ['in their order, what came in one moment', [trade(2, 10, 10), trade(1, 10, 12)], 'M2 1.5L95 26.5'],
  ['not what is older', [trade(3, 20, 12), trade(2, 10, 10), trade(1, 4, 99)], 'M2 26.5L95 1.5'],
  [
    'the last of what falls into one point',
    [trade(3, 1_000, 12), trade(2, 11, 10), trade(1, 10, 11)],
    'M2 26.5L95 1.5',
  ],
] as const)('draws %s', (_, trades, path) => {
  expect(lineOf(trades, 5)).toBe(path)
})

test.each([
  ['no trade', []],
  ['one trade', [trade(1, 10, 10)]],
  ['one trade that is not too old', [trade(2, 10, 10), trade(1, 4, 10)]],
] as const)('draws nothing of %s', (_, trades) => {
  expect(lineOf(trades, 5)).toBeUndefined()
})
