import { describe, expect, test } from 'vitest'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  buyOrder,
  certificate,
  CLASS,
  HOSHI,
  investor,
  limit,
  listed,
  OPERATOR,
  sellOrder,
  SETTINGS,
  type ExchangeBench,
} from '../exchange-fixture.ts'

const MINE = certificate(1, 'anna', 50n)
const strict = { listings: SETTINGS.listings.map((listing) => ({ ...listing, tickMinor: 2n, lot: 10n })) }

function replace(bench: ExchangeBench, receptionNumber: string, limitMinor: bigint, quantity: bigint, sender?: Sender) {
  const body = { receptionNumber, price: limit(limitMinor), quantity }
  return bench.ask('exchange.replace', sender ?? investor('bela'), body)
}
const book = (bench: ExchangeBench): unknown =>
  [...bench.memory.of(CLASS).orders()].map(({ id, priceTicks, quantity }) => [id, priceTicks, quantity])
const cancel = (bench: ExchangeBench, receptionNumber: string, name = 'bela') =>
  bench.ask('exchange.cancel', investor(name), { receptionNumber })
function halt(bench: ExchangeBench): unknown {
  return bench.ask('exchange.halt', OPERATOR, { ...HOSHI, halted: true, ground: 'news', operator: 'Operator' })
}

describe('cancel', () => {
  test('[TR10] takes out what is not matched, matches under way complete', () => {
    const bench = listed([MINE])
    bench.enter(sellOrder('anna', 10n, 100n, [MINE]), [MINE])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    expect(cancel(bench, order)).toMatchObject({ value: { reply: { receptionNumber: order, cancelled: 15n } } })
    expect(bench.order(order)).toMatchObject({ state: 'cancelled', matched: 10n, underWay: 1n, holdState: 'held' })
    expect(book(bench)).toEqual([])
  })

  test('[TR10] is allowed while trading is halted', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    halt(bench)
    expect(cancel(bench, order)).toMatchObject({ ok: true })
  })

  test.each([
    ['an order of somebody else', 'chie', 'OR-00000001', 'order_unknown'],
    ['a number that nobody has', 'bela', 'OR-00000009', 'order_unknown'],
  ])('[TR10] %s is not known', (_, name, reception, code) => {
    const bench = listed([])
    bench.enter(buyOrder('bela', 25n, 100n))
    expect(cancel(bench, reception, name)).toMatchObject({ ok: false, error: { code } })
  })

  test('[TR10] twice is once', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    cancel(bench, order)
    expect(cancel(bench, order)).toMatchObject({ ok: false, error: { code: 'order_not_open' } })
    expect(bench.sent('settlement.release')).toHaveLength(1)
  })
})

describe('replace', () => {
  test('[TR10] fewer shares keep the place, at once, the hold is lowered behind it', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    bench.enter(buyOrder('chie', 5n, 100n))
    expect(replace(bench, order, 100n, 10n)).toMatchObject({
      value: { reply: { receptionNumber: order, remaining: 10n } },
    })
    expect(book(bench)).toEqual([
      [1, 100, 10],
      [2, 100, 5],
    ])
    expect(bench.last('settlement.change-hold').body).toEqual({
      holdId: bench.order(order).holdId,
      replacement: expect.stringMatching(/^order\./) as string,
      signerCertificate: investor('bela').certificate,
      amountMinor: 1000n,
    })
    bench.reply(bench.last('settlement.change-hold'), refuse('hold_unknown', 'no'))
    expect(bench.order(order)).toMatchObject({ heldMinor: 1000n, replacing: null })
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[TR10] another price loses the place', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    bench.enter(buyOrder('chie', 5n, 99n))
    replace(bench, order, 99n, 25n)
    expect(book(bench)).toEqual([
      [2, 99, 5],
      [1, 99, 25],
    ])
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[TR10] a buy that may cost more stands with its old terms until the greater hold is there', () => {
    const bench = listed([MINE])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    bench.enter(sellOrder('anna', 50n, 102n, [MINE]), [MINE])
    const asked = replace(bench, order, 103n, 25n)
    expect(asked).toMatchObject({ value: { reply: 'later' } })
    expect(bench.last('settlement.change-hold').body.amountMinor).toBe(2575n)
    expect(bench.order(order)).toMatchObject({ limitMinor: 100n, resting: 25n, heldMinor: 2500n })
    expect(replace(bench, order, 99n, 20n)).toMatchObject({ error: { code: 'replace_pending' } })
  })

  test('[TR10] then it trades', () => {
    const bench = listed([MINE])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    bench.enter(sellOrder('anna', 20n, 102n, [MINE]), [MINE])
    replace(bench, order, 103n, 25n)
    bench.reply(bench.last('settlement.change-hold'), ok({}))
    expect(bench.order(order)).toMatchObject({ limitMinor: 103n, matched: 20n, resting: 5n, heldMinor: 2575n })
    expect([...bench.answers.values()].at(-1)).toEqual(ok({ receptionNumber: order, remaining: 5n }))
    expect(bench.match(1).priceMinor).toBe(102n)
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test.each([
    ['is refused', () => undefined, refuse('insufficient_funds', 'no'), 'insufficient_funds'],
    [
      'comes when the order was cancelled',
      (bench: ExchangeBench) => cancel(bench, 'OR-00000001'),
      ok({}),
      'order_not_open',
    ],
    ['comes during a halt', halt, ok({}), 'halted'],
  ] as const)('[TR10] a greater hold that %s changes no order', (_, meanwhile, result, code) => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    replace(bench, order, 103n, 25n)
    meanwhile(bench)
    // Not before the change is answered: it would be a change of a hold that is gone.
    expect(bench.sent('settlement.release')).toEqual([])
    bench.reply(bench.last('settlement.change-hold'), result)
    expect([...bench.answers.values()].at(-1)).toMatchObject({ ok: false, error: { code } })
    expect(bench.order(order)).toMatchObject({ limitMinor: 100n, replacing: null })
    expect(bench.sent('settlement.release')).toHaveLength(code === 'order_not_open' ? 1 : 0)
  })

  test('[TR10] a sale asks nobody', () => {
    const bench = listed([MINE])
    const order = bench.enter(sellOrder('anna', 50n, 100n, [MINE]), [MINE])
    expect(replace(bench, order, 105n, 30n, investor('anna'))).toMatchObject({ value: { reply: { remaining: 30n } } })
    expect(bench.sent('settlement.change-hold')).toEqual([])
    expect(bench.order(order)).toMatchObject({ limitMinor: 105n, resting: 30n, quantity: 30n })
  })

  test('[TR10] an order that traded as much already is filled; a match that fails comes back under the new limit', () => {
    const bench = listed([MINE])
    bench.enter(sellOrder('anna', 10n, 98n, [MINE]), [MINE])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    expect(replace(bench, order, 97n, 5n)).toMatchObject({ value: { reply: { remaining: 0n } } })
    expect(bench.order(order)).toMatchObject({ state: 'filled', quantity: 10n, resting: 0n, heldMinor: 980n })
    bench.reply(bench.last('issuer.match-transfer'), refuse('certificate_stopped', 'no'))
    expect(book(bench)).toEqual([[2, 97, 10]])
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[TR10] one that takes out the rest never costs more', () => {
    const bench = listed([MINE])
    bench.enter(sellOrder('anna', 10n, 98n, [MINE]), [MINE])
    const order = bench.enter(buyOrder('bela', 11n, 100n))
    expect(replace(bench, order, 130n, 1n)).toMatchObject({ value: { reply: { remaining: 0n } } })
    expect(bench.order(order)).toMatchObject({ state: 'filled', limitMinor: 100n, heldMinor: 1000n })
  })

  test('[TR2] what may come back from the issuer is covered at the new limit', () => {
    const bench = listed([MINE])
    bench.enter(sellOrder('anna', 10n, 98n, [MINE]), [MINE])
    const order = bench.enter(buyOrder('bela', 25n, 100n))
    replace(bench, order, 110n, 25n)
    expect(bench.last('settlement.change-hold').body.amountMinor).toBe(2750n)
  })

  test.each([
    ['another’s order', 100n, 10n, investor('chie'), 'order_unknown'],
    ['more shares', 100n, 30n, undefined, 'exceeds_order'],
    ['a price between two ticks', 101n, 10n, undefined, 'bad_tick'],
    ['a part of a lot', 100n, 15n, undefined, 'bad_lot'],
    ['a price outside of the limits', 140n, 10n, undefined, 'price_collar'],
    ['a value above the order limit', 120n, 20n, investor('bela', { orderLimitMinor: 2399n }), 'order_limit_exceeded'],
    ['a value above the day limit', 120n, 20n, investor('bela', { dayLimitMinor: 2399n }), 'day_limit_exceeded'],
  ] as const)('[TR10] %s is refused', (_, price, quantity, sender, code) => {
    const bench = listed([], strict)
    const order = bench.enter(buyOrder('bela', 20n, 100n))
    expect(replace(bench, order, price, quantity, sender)).toMatchObject({ ok: false, error: { code } })
  })

  test('[TR10] to a market order is refused, and so is a halt or an order that ended', () => {
    const bench = listed([])
    const order = bench.enter(buyOrder('bela', 20n, 100n))
    const body = { receptionNumber: order, price: { kind: 'market' as const }, quantity: 10n }
    expect(bench.ask('exchange.replace', investor('bela'), body)).toMatchObject({ error: { code: 'limit_required' } })
    halt(bench)
    expect(replace(bench, order, 100n, 10n)).toMatchObject({ error: { code: 'halted' } })
    cancel(bench, order)
    expect(replace(bench, order, 100n, 10n)).toMatchObject({ error: { code: 'order_not_open' } })
  })

  test('[TR1] what a replacement is worth more counts against the day', () => {
    const bench = listed([])
    const bela = investor('bela', { dayLimitMinor: 2500n })
    const order = bench.place(buyOrder('bela', 20n, 100n), [], bela)
    bench.grant()
    replace(bench, order, 120n, 20n, bela)
    bench.reply(bench.last('settlement.change-hold'), ok({}))
    expect(bench.ask('exchange.order', bela, buyOrder('bela', 1n, 101n))).toMatchObject({
      error: { code: 'day_limit_exceeded' },
    })
    expect(bench.ask('exchange.order', bela, buyOrder('bela', 1n, 100n))).toMatchObject({ ok: true })
  })
})
