import { describe, expect, test } from 'vitest'
import {
  buyOrder,
  certificate,
  CLASS,
  ExchangeBench,
  HOSHI,
  investor,
  listed,
  NOON,
  OPERATOR,
  sellOrder,
  SETTINGS,
} from '../exchange-fixture.ts'
import { collar } from './market-day.ts'

const MINE = certificate(1, 'anna', 50n)
const DATE = { timeInForce: { kind: 'good_till_date', until: NOON + 5000 } } as const
const operator = { operator: 'Operator' }
const halt = (bench: ExchangeBench, halted: boolean) =>
  bench.ask('exchange.halt', OPERATOR, { ...HOSHI, halted, ground: 'news', ...operator })

test.each([
  { title: '30 percent of 100', reference: 100n, tick: 1n, percent: 30n, limits: [70n, 130n] },
  { title: 'whole ticks inside', reference: 101n, tick: 5n, percent: 30n, limits: [75n, 130n] },
  { title: 'at least one tick', reference: 10n, tick: 5n, percent: 100n, limits: [5n, 20n] },
  { title: 'never nothing', reference: 7n, tick: 5n, percent: 10n, limits: [10n, 10n] },
])('[TR1] the day’s limits: $title', ({ reference, tick, percent, limits }) => {
  const { lowerLimitMinor, upperLimitMinor } = collar({
    referencePriceMinor: reference,
    tickMinor: tick,
    limitPercent: percent,
  })
  expect([lowerLimitMinor, upperLimitMinor]).toEqual(limits)
})

describe('mass cancel', () => {
  const REASON = { ground: 'orders of a program that ran wild', ...operator }
  const cancelAll = (bench: ExchangeBench, filter: object) =>
    bench.ask('exchange.cancel-all', OPERATOR, { ...filter, ...REASON })

  /** Anna sells, Bela and Chie buy below her price, Bela's second order waits for its hold. */
  function full() {
    const bench = listed([MINE])
    const sale = bench.enter(sellOrder('anna', 50n, 110n, [MINE]), [MINE])
    const bela = bench.enter(buyOrder('bela', 5n, 100n))
    const chie = bench.enter(buyOrder('chie', 5n, 100n))
    const waiting = bench.place(buyOrder('bela', 5n, 99n))
    return { bench, sale, bela, chie, waiting, all: [sale, bela, chie, waiting] }
  }

  const filters: readonly (readonly [string, object, readonly number[]])[] = [
    ['everything', {}, [0, 1, 2, 3]],
    ['what one member has', { userId: investor('bela').name }, [1, 3]],
    ['one class', HOSHI, [0, 1, 2, 3]],
    ['another class', { ...HOSHI, shareClass: 'preferred' as const }, []],
    ['what one member has of another security', { userId: investor('bela').name, security: 'TSUKI' }, []],
  ]
  test.each(filters)('[A39] takes out %s, and nothing else', (_title, filter, gone) => {
    const { bench, all } = full()
    expect(cancelAll(bench, filter)).toMatchObject({ ok: true, value: { reply: { cancelled: gone.length } } })
    all.forEach((reception, index) => {
      const ended = { state: 'cancelled', reason: 'operator_cancelled', resting: 0n }
      if (gone.includes(index)) expect(bench.order(reception)).toMatchObject(ended)
      else expect(['open', 'holding']).toContain(bench.order(reception).state)
    })
    expect(bench.books()).toBe(bench.rebuilt())
  })

  test('[A39] [TR8] certificates are free again, holds are given back, and what matched before completes', () => {
    const bench = listed([MINE])
    const sale = bench.enter(sellOrder('anna', 50n, 100n, [MINE]), [MINE])
    const purchase = bench.enter(buyOrder('bela', 60n, 100n))
    const rests = bench.enter(buyOrder('chie', 5n, 99n))
    cancelAll(bench, {})
    expect(bench.order(sale).state).toBe('filled')
    expect(bench.order(purchase)).toMatchObject({ state: 'cancelled', matched: 50n, underWay: 1n, holdState: 'held' })
    expect(bench.order(rests).holdState).toBe('released')
    expect(bench.match(1).state).toBe('transfer_asked')
  })

  test('[A39] also during a halt; a hold that comes later is given back', () => {
    const { bench, waiting, sale } = full()
    halt(bench, true)
    cancelAll(bench, {})
    bench.grant()
    expect(bench.order(waiting)).toMatchObject({ state: 'cancelled', holdState: 'released' })
    expect(bench.order(sale).state).toBe('cancelled')
    expect(bench.holder(MINE.certificateId)?.state).toBe('listed')
  })
})

describe('the opening', () => {
  test('[TR12] lists what is configured; prices and halts of an earlier day stay', () => {
    const bench = new ExchangeBench()
    halt(bench, true)
    const [listing] = SETTINGS.listings
    const changed = {
      listings: [{ ...listing!, companyName: 'Hoshi Holdings', referencePriceMinor: 500n, limitPercent: 10 }],
    }
    const next = new ExchangeBench(changed)
    for (const [table, rows] of bench.rows.rows) next.rows.rows.set(table, rows)
    next.open()
    expect(next.view().get('listings', CLASS)).toMatchObject({
      companyName: 'Hoshi Holdings',
      referencePriceMinor: 100n,
      lowerLimitMinor: 90n,
      upperLimitMinor: 110n,
      halted: true,
    })
    expect(next.eventsOf('listing').at(-1)).toMatchObject({ topic: `market:${CLASS}`, body: { state: 'halted' } })
  })

  test('[TR10] a class that is no longer configured takes no orders, those that rest can be cancelled', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 1n, 100n))
    const next = new ExchangeBench({ listings: [] })
    for (const [table, rows] of bench.rows.rows) next.rows.rows.set(table, rows)
    next.memory = next.role.remember(next.view(), next.role.settings)
    next.open()
    expect(next.ask('exchange.order', investor('bela'), buyOrder('bela', 1n, 100n))).toMatchObject({
      error: { code: 'halted' },
    })
    expect(next.ask('exchange.cancel', investor('bela'), { receptionNumber: order })).toMatchObject({ ok: true })
  })
})

describe('a halt', () => {
  test('[TR10] refuses orders until trading resumes', () => {
    const bench = listed([])
    expect(halt(bench, true)).toMatchObject({ value: { reply: { state: 'halted' } } })
    expect(bench.ask('exchange.order', investor('bela'), buyOrder('bela', 1n, 100n))).toMatchObject({
      error: { code: 'halted' },
    })
    expect(halt(bench, false)).toMatchObject({ value: { reply: { state: 'trading' } } })
    expect(bench.ask('exchange.order', investor('bela'), buyOrder('bela', 1n, 100n))).toMatchObject({ ok: true })
  })

  test('[TR10] of an unknown class is refused', () => {
    const body = { security: 'TSUKI', shareClass: 'common' as const, halted: true, ground: 'news', ...operator }
    expect(listed([]).ask('exchange.halt', OPERATOR, body)).toMatchObject({ error: { code: 'not_listed' } })
  })
})

describe('the closing', () => {
  test('[TR3] day orders expire, the others stay, the last price is the reference', () => {
    const bench = listed([MINE])
    bench.enter(sellOrder('anna', 10n, 110n, [MINE]), [MINE])
    bench.enter(buyOrder('bela', 4n, 110n))
    const day = bench.enter(buyOrder('bela', 4n, 100n))
    const dated = bench.enter(buyOrder('chie', 4n, 100n, DATE))
    expect(bench.ask('exchange.close-day', OPERATOR, operator)).toMatchObject({ value: { reply: { expired: 2 } } })
    expect(bench.order('OR-00000001')).toMatchObject({ state: 'expired', reason: 'order_expired', matched: 4n })
    expect(bench.order(day)).toMatchObject({ state: 'expired', holdState: 'released' })
    expect(bench.order(dated).state).toBe('open')
    expect(bench.view().get('listings', CLASS)).toMatchObject({
      referencePriceMinor: 110n,
      lowerLimitMinor: 77n,
      upperLimitMinor: 143n,
    })
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[A36] an order that the new limits leave outside ends', () => {
    const bench = listed([MINE])
    const low = bench.enter(buyOrder('chie', 4n, 72n, DATE))
    bench.enter(sellOrder('anna', 10n, 110n, [MINE]), [MINE])
    bench.enter(buyOrder('bela', 4n, 110n))
    bench.ask('exchange.close-day', OPERATOR, operator)
    expect(bench.order(low)).toMatchObject({ state: 'expired', reason: 'price_collar' })
  })
})

describe('good till a date', () => {
  test('[TR3] expires when its date has come, whatever became of the others', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 4n, 100n, DATE))
    const holding = bench.place(buyOrder('bela', 4n, 100n, DATE))
    const gone = bench.enter(buyOrder('chie', 4n, 100n, DATE))
    bench.ask('exchange.cancel', investor('chie'), { receptionNumber: gone })
    const [timer] = bench.role.timers
    const due = (): boolean | undefined => timer?.due(bench.view(), bench.at, bench.memory)
    bench.at = NOON + 4999
    expect(due()).toBe(false)
    bench.at = NOON + 5000
    expect(due()).toBe(true)
    expect(bench.ask('exchange.expire', OPERATOR, {})).toMatchObject({ value: { reply: { expired: 2 } } })
    expect([order, holding, gone].map((each) => bench.order(each).state)).toEqual(['expired', 'expired', 'cancelled'])
    expect(due()).toBe(false)
    expect(bench.rebuilt()).toBe(bench.books())
  })
})
