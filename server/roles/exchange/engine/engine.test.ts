import { describe, expect, test } from 'vitest'
import { AssertionError } from '../../../../shared/kernel/assert.ts'
import { MatchingEngine } from './engine.ts'
import { NaiveBook } from './naive.ts'
import type { CancelReason, EngineOrder, OrderBook } from './order.ts'
import { dumpOrders, MAX_QUANTITY, MAX_RESTING_ORDERS, MAX_TICKS } from './order.ts'

type Terms = Partial<Omit<EngineOrder, 'id' | 'side' | 'quantity' | 'priceTicks'>>

/** An order of its own owner, received in the sequence of the ids. */
const order =
  (side: 'buy' | 'sell') =>
  (id: number, quantity: number, priceTicks: number, terms: Terms = {}) => ({
    id,
    side,
    quantity,
    priceTicks,
    market: false,
    timeInForce: 'day' as const,
    owner: 1000 + id,
    priority: id,
    ...terms,
  })
const buy = order('buy')
const sell = order('sell')

const IOC = { timeInForce: 'immediate_or_cancel' } as const
const FOK = { timeInForce: 'fill_or_kill' } as const
const MARKET = { market: true } as const

interface Rule {
  title: string
  book: EngineOrder[]
  incoming: EngineOrder
  /** maker, price, quantity */
  trades: [number, number, number][]
  resting?: number
  cancelled?: [number, CancelReason]
  /** What is left in the book: id and quantity, bids then asks, best first. */
  after: [number, number][]
}

const RULES: Rule[] = [
  {
    title: '[TR3] orders that do not cross rest',
    book: [sell(1, 5, 101)],
    incoming: buy(2, 5, 100),
    trades: [],
    resting: 5,
    after: [
      [2, 5],
      [1, 5],
    ],
  },
  {
    title: '[TR3] a better price trades first, at the price of the resting order',
    book: [sell(1, 5, 102), sell(2, 5, 100), sell(3, 5, 101)],
    incoming: buy(4, 12, 102),
    trades: [
      [2, 100, 5],
      [3, 101, 5],
      [1, 102, 2],
    ],
    after: [[1, 3]],
  },
  {
    title: '[TR3] an earlier order at the same price trades first',
    book: [buy(1, 5, 100), buy(2, 5, 100), buy(3, 5, 100)],
    incoming: sell(4, 7, 99),
    trades: [
      [1, 100, 5],
      [2, 100, 2],
    ],
    after: [
      [2, 3],
      [3, 5],
    ],
  },
  {
    title: '[TR3] a partly filled resting order keeps its place, an incoming rest enters the book',
    book: [sell(1, 5, 100)],
    incoming: buy(2, 8, 101),
    trades: [[1, 100, 5]],
    resting: 3,
    after: [[2, 3]],
  },
  {
    title: '[TR3] a market order trades up to its protection limit and never rests',
    book: [sell(1, 5, 100), sell(2, 5, 101)],
    incoming: buy(3, 8, 100, MARKET),
    trades: [[1, 100, 5]],
    cancelled: [3, 'no_liquidity'],
    after: [[2, 5]],
  },
  {
    title: '[TR3] a market order finds an empty book',
    book: [],
    incoming: sell(1, 8, 1, { ...MARKET, ...IOC }),
    trades: [],
    cancelled: [8, 'no_liquidity'],
    after: [],
  },
  {
    title: '[TR3] immediate or cancel does not rest',
    book: [buy(1, 5, 100)],
    incoming: sell(2, 8, 100, IOC),
    trades: [[1, 100, 5]],
    cancelled: [3, 'immediate_or_cancel'],
    after: [],
  },
  {
    title: '[TR3] fill or kill trades all at several prices',
    book: [sell(1, 5, 100), sell(2, 5, 101)],
    incoming: buy(3, 10, 101, FOK),
    trades: [
      [1, 100, 5],
      [2, 101, 5],
    ],
    after: [],
  },
  {
    title: '[TR3] fill or kill that lacks one share trades nothing',
    book: [sell(1, 5, 100), sell(2, 5, 101), sell(3, 5, 102)],
    incoming: buy(4, 11, 101, FOK),
    trades: [],
    cancelled: [11, 'fill_or_kill'],
    after: [
      [1, 5],
      [2, 5],
      [3, 5],
    ],
  },
  {
    title: '[A38] an order that meets one of the same owner trades before it and is cancelled there',
    book: [sell(1, 5, 100), sell(2, 5, 100, { owner: 7 }), sell(3, 5, 100)],
    incoming: buy(4, 12, 100, { owner: 7 }),
    trades: [[1, 100, 5]],
    cancelled: [7, 'self_trade_prevented'],
    after: [
      [2, 5],
      [3, 5],
    ],
  },
  {
    title: '[A38] an order that is filled before it meets one of the same owner is not touched',
    book: [sell(1, 5, 100), sell(2, 5, 100, { owner: 7 })],
    incoming: buy(3, 5, 100, { owner: 7 }),
    trades: [[1, 100, 5]],
    after: [[2, 5]],
  },
  {
    title: '[A38] orders of one owner that do not cross rest side by side',
    book: [sell(1, 5, 101, { owner: 7 })],
    incoming: buy(2, 5, 100, { owner: 7 }),
    trades: [],
    resting: 5,
    after: [
      [2, 5],
      [1, 5],
    ],
  },
  {
    title: '[A38] a market order of the same owner is prevented, not short of liquidity',
    book: [buy(1, 5, 100, { owner: 7 })],
    incoming: sell(2, 5, 1, { ...MARKET, owner: 7 }),
    trades: [],
    cancelled: [5, 'self_trade_prevented'],
    after: [[1, 5]],
  },
  {
    title: '[A38] fill or kill counts only what comes before an order of the same owner',
    book: [sell(1, 5, 100), sell(2, 5, 101, { owner: 7 }), sell(3, 5, 102)],
    incoming: buy(4, 10, 102, { ...FOK, owner: 7 }),
    trades: [],
    cancelled: [10, 'fill_or_kill'],
    after: [
      [1, 5],
      [2, 5],
      [3, 5],
    ],
  },
]

const left = (book: OrderBook) => [...book.orders()].map(({ id, quantity }) => [id, quantity])

function filled<B extends OrderBook>(book: B, orders: EngineOrder[]): B {
  for (const each of orders) book.submit(each)
  return book
}

describe.each([
  ['engine', () => new MatchingEngine()],
  ['naive twin', () => new NaiveBook()],
])('%s', (_, create) => {
  test.each(RULES)('$title', ({ book: before, incoming, trades, resting = 0, cancelled, after }) => {
    const book = filled(create(), before)
    expect(book.submit(incoming)).toEqual({
      trades: trades.map(([maker, priceTicks, quantity]) => ({ maker, taker: incoming.id, priceTicks, quantity })),
      resting,
      cancelled: cancelled?.[0] ?? 0,
      ...(cancelled && { reason: cancelled[1] }),
    })
    expect(left(book)).toEqual(after)
    expect(book.size).toBe(after.length)
  })

  test('[TR10] a cancelled order leaves with what it had left, once', () => {
    const book = filled(create(), [buy(1, 5, 100), buy(2, 5, 100), buy(3, 5, 100), sell(4, 2, 100)])
    expect([book.cancel(1), book.cancel(1), book.cancel(2), book.cancel(99)]).toEqual([3, 0, 5, 0])
    expect(left(book)).toEqual([[3, 5]])
    expect(book.submit(sell(5, 5, 100)).trades).toMatchObject([{ maker: 3, quantity: 5 }])
  })

  test('[TR10] a query gives the order with what it has left', () => {
    const book = filled(create(), [buy(1, 5, 100, { timeInForce: 'good_till_date', owner: 7 }), sell(2, 2, 100)])
    expect(book.find(1)).toEqual(buy(1, 3, 100, { timeInForce: 'good_till_date', owner: 7 }))
    expect([book.remaining(1), book.remaining(2), book.find(2)]).toEqual([3, 0, undefined])
  })

  test.each([
    { title: 'a smaller quantity keeps the place', change: { priceTicks: 100, quantity: 4 }, queue: [1, 2] },
    { title: 'an equal quantity keeps the place', change: { priceTicks: 100, quantity: 5 }, queue: [1, 2] },
    { title: 'a greater quantity loses the place', change: { priceTicks: 100, quantity: 6 }, queue: [2, 1] },
    { title: 'a better price goes before', change: { priceTicks: 101, quantity: 5 }, queue: [1, 2] },
    { title: 'a worse price goes behind', change: { priceTicks: 99, quantity: 4 }, queue: [2, 1] },
  ])('[TR10] replace: $title', ({ change, queue }) => {
    const book = filled(create(), [buy(1, 5, 100), buy(2, 5, 100)])
    expect(book.replace(1, { ...change, priority: 3 })).toEqual({ trades: [], resting: change.quantity, cancelled: 0 })
    expect([...book.orders()].map(({ id }) => id)).toEqual(queue)
    expect(book.find(1)).toMatchObject(change)
  })

  test('[TR10] [A38] a price replaced across the book trades instead of crossing it', () => {
    const book = filled(create(), [buy(1, 5, 100), sell(2, 3, 101), sell(3, 9, 103)])
    expect(book.replace(1, { priceTicks: 102, quantity: 5, priority: 4 })).toEqual({
      trades: [{ maker: 2, taker: 1, priceTicks: 101, quantity: 3 }],
      resting: 2,
      cancelled: 0,
    })
    expect(book.best()).toEqual({ bid: { priceTicks: 102, quantity: 2 }, ask: { priceTicks: 103, quantity: 9 } })
  })

  test('[A38] a replaced order that meets one of the same owner is cancelled', () => {
    const book = filled(create(), [buy(1, 5, 100, { owner: 7 }), sell(2, 3, 101, { owner: 7 })])
    expect(book.replace(1, { priceTicks: 101, quantity: 5, priority: 3 })).toEqual({
      trades: [],
      resting: 0,
      cancelled: 5,
      reason: 'self_trade_prevented',
    })
    expect(left(book)).toEqual([[2, 3]])
  })

  test('[TR6] an order whose transfer was refused returns to its place in the queue', () => {
    const book = filled(create(), [buy(1, 5, 100), buy(2, 5, 100), buy(3, 5, 100), sell(4, 10, 100)])
    expect(book.restore(buy(2, 5, 100))).toEqual({ trades: [], resting: 5, cancelled: 0 })
    expect(book.restore(buy(1, 5, 100))).toEqual({ trades: [], resting: 5, cancelled: 0 })
    expect(left(book)).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ])
  })

  test('[TR6] a refused part joins what still rests of its order', () => {
    const book = filled(create(), [buy(1, 5, 100), buy(2, 5, 100), sell(3, 2, 100)])
    expect(book.restore(buy(1, 2, 100))).toEqual({ trades: [], resting: 2, cancelled: 0 })
    expect(left(book)).toEqual([
      [1, 5],
      [2, 5],
    ])
    expect(book.depth(1).bids).toEqual([[100, 10, 2]])
  })

  test('[TR6] a restored order trades first with what came in meanwhile', () => {
    const book = filled(create(), [buy(1, 5, 100), sell(2, 5, 100), sell(3, 2, 99), buy(4, 5, 98)])
    expect(book.restore(buy(1, 5, 100))).toEqual({
      trades: [{ maker: 3, taker: 1, priceTicks: 99, quantity: 2 }],
      resting: 3,
      cancelled: 0,
    })
    expect(left(book)).toEqual([
      [1, 3],
      [4, 5],
    ])
  })

  test('[TR6] a restored part of an order that never rests is cancelled when nobody takes it', () => {
    const book = filled(create(), [sell(1, 5, 100), buy(2, 5, 100, MARKET)])
    expect(book.restore(buy(2, 5, 100, MARKET))).toMatchObject({ resting: 0, cancelled: 5, reason: 'no_liquidity' })
    expect(left(book)).toEqual([])
  })

  test('[TR12] best prices and depth count orders and shares of each price', () => {
    const book = filled(create(), [buy(1, 5, 100), buy(2, 6, 100), buy(3, 7, 99), buy(4, 8, 98), sell(5, 9, 102)])
    book.cancel(3)
    expect(book.best()).toEqual({ bid: { priceTicks: 100, quantity: 11 }, ask: { priceTicks: 102, quantity: 9 } })
    expect(book.depth(2)).toEqual({
      bids: [
        [100, 11, 2],
        [98, 8, 1],
      ],
      asks: [[102, 9, 1]],
    })
    expect(create().best()).toEqual({})
    expect(book.depth(0)).toEqual({ bids: [], asks: [] })
  })

  test('the greatest quantities and prices are exact', () => {
    const most = MAX_QUANTITY
    const book = filled(create(), [sell(1, most, MAX_TICKS), sell(2, most, MAX_TICKS), buy(3, 1, MAX_TICKS)])
    expect(book.best()).toEqual({ ask: { priceTicks: MAX_TICKS, quantity: 2 * most - 1 } })
  })
})

test('[TR6] a restored order does not open the past to new orders', () => {
  const book = filled(new MatchingEngine(), [buy(1, 5, 100), sell(2, 5, 100), buy(5, 5, 99)])
  book.restore(buy(1, 5, 100))
  expect(() => book.submit(buy(4, 5, 100))).toThrow(AssertionError)
  expect(left(book)).toEqual([
    [1, 5],
    [5, 5],
  ])
})

test('a whole book of the greatest orders still sums exactly', () => {
  expect(MAX_RESTING_ORDERS * MAX_QUANTITY).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
})

describe('a broken contract throws and changes nothing', () => {
  const resting = [buy(1, 5, 100), sell(2, 5, 101), sell(3, 5, 101)]

  test.each<[string, (book: OrderBook) => unknown]>([
    ['quantity 0', (book) => book.submit(buy(4, 0, 101))],
    ['negative quantity', (book) => book.submit(buy(4, -1, 101))],
    ['a part of a share', (book) => book.submit(buy(4, 1.5, 101))],
    ['too great a quantity', (book) => book.submit(buy(4, MAX_QUANTITY + 1, 101))],
    ['quantity that is not a number', (book) => book.submit(buy(4, NaN, 101))],
    ['price 0', (book) => book.submit(buy(4, 5, 0))],
    ['a part of a tick', (book) => book.submit(buy(4, 5, 101.5))],
    ['too great a price', (book) => book.submit(buy(4, 5, MAX_TICKS + 1))],
    ['id 0', (book) => book.submit(buy(0, 5, 101, { priority: 4 }))],
    ['an unsafe id', (book) => book.submit(buy(2 ** 53, 5, 101, { priority: 4 }))],
    ['an owner that is not an integer', (book) => book.submit(buy(4, 5, 101, { owner: Infinity }))],
    ['an id that rests', (book) => book.submit(buy(1, 5, 101, { priority: 4 }))],
    ['a priority of the past', (book) => book.submit(buy(4, 5, 101, { priority: 3 }))],
    ['replace of an absent order', (book) => book.replace(4, { priceTicks: 100, quantity: 5, priority: 4 })],
    ['replace by nothing', (book) => book.replace(1, { priceTicks: 100, quantity: 0, priority: 4 })],
    ['replace with a priority of the past', (book) => book.replace(1, { priceTicks: 101, quantity: 5, priority: 1 })],
    ['restore of a part at another price', (book) => book.restore(buy(1, 5, 99))],
    ['restore of a part at another place', (book) => book.restore(buy(1, 5, 100, { priority: 4 }))],
    ['restore of a part of another owner', (book) => book.restore(buy(1, 5, 100, { owner: 7 }))],
    ['restore of a part of the other side', (book) => book.restore(sell(1, 5, 100))],
    ['restore of more than an order can be', (book) => book.restore(buy(1, MAX_QUANTITY, 100))],
  ])('%s', (_, act) => {
    const book = filled(new MatchingEngine(), resting)
    const before = dumpOrders(book.orders())
    expect(() => act(book)).toThrow(AssertionError)
    expect(dumpOrders(book.orders())).toBe(before)
    expect(book.submit(buy(4, 7, 101)).trades).toHaveLength(2)
  })
})
