import { describe, expect, it, test } from 'vitest'
import { joined, MOST_TRADES, withNewer, type Trade } from '../../api/market.ts'
import { candlesOf, isCutOff } from './candles.ts'
import { summedUp } from './depth.ts'
import { firstRange } from './ranges.ts'

const trade = (sequence: number, at: number, price: number, quantity = 1): Trade => ({
  tradeSequence: BigInt(sequence),
  security: 'HOSHI',
  shareClass: 'common',
  priceMinor: BigInt(price),
  quantity: BigInt(quantity),
  at,
})

describe('candlesOf', () => {
  it('draws open, high, low and close of each interval, the oldest first', () => {
    const trades = [trade(5, 130, 7), trade(4, 60, 12, 3), trade(3, 40, 9), trade(2, 20, 15), trade(1, 10, 10)]
    expect(candlesOf(trades, 60)).toEqual([
      { at: 0, openMinor: 10n, highMinor: 15n, lowMinor: 9n, closeMinor: 9n, quantity: 3n },
      { at: 60, openMinor: 12n, highMinor: 12n, lowMinor: 12n, closeMinor: 12n, quantity: 3n },
      { at: 120, openMinor: 7n, highMinor: 7n, lowMinor: 7n, closeMinor: 7n, quantity: 1n },
    ])
  })

  it('draws nothing of nothing', () => {
    expect(candlesOf([], 60)).toEqual([])
  })
})

test.each([
  ['nothing', [], 'day'],
  ['trades of the last hour only', [trade(2, 9_000_000, 1), trade(1, 6_400_000, 1)], 'hour'],
  ['a trade that is older than an hour', [trade(2, 9_000_000, 1), trade(1, 6_399_999, 1)], 'day'],
] as const)('of %s, the chart first shows what it can fill', (_, trades, range) => {
  expect(firstRange(trades, 10_000_000)).toBe(range)
})

test.each([
  ['few trades that reach back', 3, 0, false],
  ['as many as are kept, which do not reach back', MOST_TRADES, -1, true],
  ['as many as are kept, which do', MOST_TRADES, 5, false],
] as const)('of %s, the chart says whether it begins late', (_, count, since, isLate) => {
  const trades = Array.from({ length: count }, (_, i) => trade(count - i, count - i, 1))
  expect(isCutOff(trades, since)).toBe(isLate)
})

describe('summedUp', () => {
  it('adds up the shares at each price and all better ones', () => {
    const level = (price: number, quantity: number) => ({
      priceMinor: BigInt(price),
      quantity: BigInt(quantity),
      orders: 1,
    })
    expect(summedUp([level(100, 5), level(99, 2)])).toEqual([
      { priceMinor: 100n, sum: 5n },
      { priceMinor: 99n, sum: 7n },
    ])
  })
})

describe('joined', () => {
  const known = { trades: [trade(3, 3, 1), trade(2, 2, 1), trade(1, 1, 1)], more: false }

  it('puts new trades before those that are known', () => {
    const page = { trades: [trade(5, 5, 1), trade(4, 4, 1), trade(3, 3, 1)], more: true }
    const both = joined(page, known)
    expect(both.trades.map(({ at }) => at)).toEqual([5, 4, 3, 2, 1])
    expect(both.more).toBe(false)
  })

  it('forgets what is known when trades between were missed', () => {
    const page = { trades: [trade(9, 9, 1), trade(8, 8, 1)], more: true }
    expect(joined(page, known)).toBe(page)
  })
})

describe('withNewer', () => {
  const asked = [trade(3, 3, 1), trade(2, 2, 1)]

  it('[TR12] puts before the page only what was told since, and nothing twice', () => {
    const told = [trade(5, 5, 1), trade(4, 4, 1), trade(3, 3, 1)]
    expect(withNewer(asked, told).map(({ at }) => at)).toEqual([5, 4, 3, 2])
  })

  it('leaves a page as it is that has everything', () => {
    expect(withNewer(asked, [trade(3, 3, 1)])).toBe(asked)
  })
})
