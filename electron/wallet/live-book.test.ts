import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BOOK_DEPTH, changeBook, isTooShallow, startBook, type LiveBook } from './live-book.ts'

type Level = LiveBook['book']['bids'][number]

/** Every level there is, by price. */
type Whole = ReadonlyMap<bigint, Level>

const best = (whole: Whole, sign: number): Level[] =>
  [...whole.values()].toSorted((a, b) => sign * Number(a.priceMinor - b.priceMinor)).slice(0, BOOK_DEPTH)

const snapshot = (bids: Whole, asks: Whole): LiveBook =>
  startBook({ security: 'HOSHI', shareClass: 'common', bids: best(bids, -1), asks: best(asks, 1), sequence: 0n })

const level = fc.record({
  priceMinor: fc.bigInt({ min: 1n, max: 160n }),
  quantity: fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 9n })),
  orders: fc.constant(1),
})
const levels = fc.uniqueArray(level, { selector: ({ priceMinor }) => priceMinor, maxLength: 12 })

function changed(whole: Whole, change: readonly Level[]): Whole {
  const after = new Map(whole)
  for (const each of change) {
    if (each.quantity === 0n) after.delete(each.priceMinor)
    else after.set(each.priceMinor, each)
  }
  return after
}

describe('[TR12] the book that follows the events', () => {
  test('has the best levels of the whole book, as many as it has', () => {
    const start = fc.uniqueArray(level, { selector: ({ priceMinor }) => priceMinor, maxLength: 160 })
    const events = fc.array(fc.record({ bids: levels, asks: levels }), { maxLength: 40 })
    fc.assert(
      fc.property(start, start, events, (firstBids, firstAsks, changes) => {
        let bids = changed(new Map(), firstBids)
        let asks = changed(new Map(), firstAsks)
        let live = snapshot(bids, asks)
        for (const change of changes) {
          bids = changed(bids, change.bids)
          asks = changed(asks, change.asks)
          live = changeBook(live, change)
          expect(live.book.bids).toEqual(best(bids, -1).slice(0, live.book.bids.length))
          expect(live.book.asks).toEqual(best(asks, 1).slice(0, live.book.asks.length))
          if (live.isWhole.bids) expect(live.book.bids).toHaveLength(bids.size)
          if (isTooShallow(live)) live = snapshot(bids, asks)
        }
      }),
    )
  })

  test('asks anew when a deep side has lost half of what is known', () => {
    const whole = new Map(
      Array.from({ length: 60 }, (_, i): [bigint, Level] => {
        const priceMinor = BigInt(i + 1)
        return [priceMinor, { priceMinor, quantity: 1n, orders: 1 }]
      }),
    )
    const gone = (count: number): Level[] =>
      [...whole.values()].slice(0, count).map((each) => ({ ...each, quantity: 0n }))
    const live = snapshot(new Map(), whole)
    expect(isTooShallow(changeBook(live, { bids: [], asks: gone(25) }))).toBe(false)
    expect(isTooShallow(changeBook(live, { bids: [], asks: gone(26) }))).toBe(true)
  })
})
