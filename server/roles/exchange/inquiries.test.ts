import { describe, expect, test } from 'vitest'
import { ok } from '../../../shared/kernel/result.ts'
import {
  buyOrder,
  certificate,
  CLASS,
  HOSHI,
  investor,
  listed,
  OPERATOR,
  sellOrder,
  user,
  type ExchangeBench,
} from './exchange-fixture.ts'
import { bookHash } from './inquiries.ts'

const MINE = certificate(1, 'anna', 500n)

/** Anna offers 500 at 100; Bela bought 1 share `trades` times. */
function traded(trades: number): ExchangeBench {
  const bench = listed([MINE])
  bench.enter(sellOrder('anna', 500n, 100n, [MINE]), [MINE])
  for (let each = 0; each < trades; each += 1) bench.enter(buyOrder('bela', 1n, 100n))
  return bench
}

const value = <Value>(
  answer: { ok: true; value: Value } | { ok: false },
): Exclude<Value, (...none: never) => unknown> => {
  if (!answer.ok) throw new Error('refused')
  return answer.value as never
}

describe('orders', () => {
  test('[TR10] the status of one’s own order, by reception number', () => {
    const bench = traded(1)
    const status = value(bench.inquire('exchange.order-status', investor('bela'), { receptionNumber: 'OR-00000002' }))
    expect(status).toMatchObject({
      receptionNumber: 'OR-00000002',
      ...HOSHI,
      side: 'buy',
      userId: user('bela'),
      price: { kind: 'limit', limitMinor: 100n },
      filled: 1n,
      remaining: 0n,
      state: 'filled',
      matches: [
        { matchNumber: 'MA-00000001', quantity: 1n, certificateId: MINE.certificateId, state: 'transfer_asked' },
      ],
    })
    expect(bench.inquire('exchange.order-status', OPERATOR, { receptionNumber: 'OR-00000002' })).toEqual(ok(status))
  })

  test.each(['OR-00000002', 'OR-00000009'])('[TR10] the status of %s is nobody else’s business', (receptionNumber) => {
    expect(traded(1).inquire('exchange.order-status', investor('anna'), { receptionNumber })).toMatchObject({
      ok: false,
      error: { code: 'order_unknown' },
    })
  })

  test('[TR10] one’s own orders, the newest first, in pages', () => {
    const bench = traded(60)
    const numbers = (page: { orders: readonly { receptionNumber: string }[] }) =>
      page.orders.map((each) => each.receptionNumber)
    const first = value(bench.inquire('exchange.orders', investor('bela'), { openOnly: false }))
    expect([numbers(first)[0], numbers(first).length, first.more]).toEqual(['OR-00000061', 50, true])
    const rest = value(bench.inquire('exchange.orders', investor('bela'), { openOnly: false, before: 'OR-00000012' }))
    expect([numbers(rest)[0], numbers(rest).at(-1), rest.more]).toEqual(['OR-00000011', 'OR-00000002', false])
    expect(value(bench.inquire('exchange.orders', investor('bela'), { openOnly: true })).orders).toEqual([])
    expect(numbers(value(bench.inquire('exchange.orders', investor('anna'), { openOnly: true })))).toEqual([
      'OR-00000001',
    ])
  })

  test('[TR10] an operator sees everybody’s', () => {
    const bench = traded(20)
    const all = value(bench.inquire('exchange.orders', OPERATOR, { openOnly: false, before: 'OR-00000016' }))
    expect(all.orders.map(({ receptionNumber }) => receptionNumber)[0]).toBe('OR-00000015')
    expect(all.more).toBe(false)
    expect(value(bench.inquire('exchange.orders', OPERATOR, { openOnly: true })).orders).toHaveLength(1)
  })

  test('[TR10] a status with many matches, and a page of statuses, fit a message', () => {
    const bench = traded(150)
    const one = value(bench.inquire('exchange.order-status', investor('anna'), { receptionNumber: 'OR-00000001' }))
    expect(one.matches).toHaveLength(100)
    expect(one.matches[0]?.matchNumber).toBe('MA-00000150')
    const size = (body: unknown): number =>
      JSON.stringify(body, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each)).length
    expect(size(one)).toBeLessThan(40_000)
    expect(size(value(bench.inquire('exchange.orders', investor('bela'), { openOnly: false })))).toBeLessThan(40_000)
  })
})

describe('market data', () => {
  test('[TR12] the listings', () => {
    expect(value(traded(0).inquire('exchange.listings', investor('anna'), {})).listings).toEqual([
      {
        ...HOSHI,
        companyName: 'Hoshi Brewing',
        currency: 'JPY',
        tickMinor: 1n,
        lot: 1n,
        referencePriceMinor: 100n,
        lowerLimitMinor: 70n,
        upperLimitMinor: 130n,
        state: 'trading',
      },
    ])
  })

  test('[TR12] the book, and its place in the stream of events', () => {
    const bench = traded(2)
    bench.enter(buyOrder('bela', 7n, 99n))
    bench.enter(buyOrder('chie', 3n, 99n))
    bench.enter(buyOrder('chie', 3n, 98n))
    expect(value(bench.inquire('exchange.book', investor('dora'), { ...HOSHI, levels: 1 }))).toEqual({
      ...HOSHI,
      bids: [{ priceMinor: 99n, quantity: 10n, orders: 2 }],
      asks: [{ priceMinor: 100n, quantity: 498n, orders: 1 }],
      lastPriceMinor: 100n,
      // One listing event came before those that are counted here.
      sequence: BigInt(1 + bench.events.filter(({ topic }) => topic === `market:${CLASS}`).length),
    })
  })

  test('[TR12] the tape, the newest first, in pages', () => {
    const bench = traded(120)
    const first = value(bench.inquire('exchange.trades', investor('dora'), HOSHI))
    expect([first.trades[0]?.tradeSequence, first.trades.length, first.more]).toEqual([120n, 100, true])
    const rest = value(bench.inquire('exchange.trades', investor('dora'), { ...HOSHI, before: 21n }))
    expect([rest.trades[0]?.tradeSequence, rest.trades.length, rest.more]).toEqual([20n, 20, false])
    expect(rest.trades[0]).toMatchObject({ ...HOSHI, priceMinor: 100n, quantity: 1n, at: bench.at })
  })

  test.each([
    ['exchange.book', { security: 'TSUKI', shareClass: 'common', levels: 1 }],
    ['exchange.trades', { security: 'TSUKI', shareClass: 'common' }],
  ] as const)('[TR12] %s of a class that is not traded is refused', (operation, body) => {
    expect(traded(0).inquire(operation, investor('dora'), body as never)).toMatchObject({
      error: { code: 'not_listed' },
    })
  })
})

describe('for the operator', () => {
  test('[TR4] the match list', () => {
    const bench = traded(110)
    const first = value(bench.inquire('exchange.matches', OPERATOR, { openOnly: true }))
    expect([first.matches[0]?.matchNumber, first.matches.length, first.more]).toEqual(['MA-00000110', 100, true])
    const rest = value(bench.inquire('exchange.matches', OPERATOR, { openOnly: false, before: 'MA-00000003' }))
    expect(rest).toMatchObject({
      matches: [
        { matchNumber: 'MA-00000002', state: 'matched' },
        { matchNumber: 'MA-00000001', state: 'transfer_asked', certificateId: MINE.certificateId, amountMinor: 100n },
      ],
      more: false,
    })
  })

  test('[TR12] totals; the hash of the books is the same after a restart', () => {
    const bench = traded(3)
    bench.enter(buyOrder('bela', 7n, 99n))
    expect(value(bench.inquire('exchange.totals', OPERATOR, {}))).toMatchObject({
      openOrders: 2,
      openMatches: 3,
      tradedMinor: 300n,
      bookHash: bookHash(bench.role.remember(bench.view(), bench.role.settings)),
    })
    expect(bookHash(bench.memory)).not.toBe(bookHash(listed([]).memory))
  })
})
