import { describe, expect, test } from 'vitest'
import type { Order } from '../../../../shared/documents/order.ts'
import type { ShareCertificate } from '../../../../shared/documents/share-certificate.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  buyOrder,
  certificate,
  certificateId,
  CLASS,
  HOSHI,
  investor,
  ISSUED,
  limit,
  listed,
  NOON,
  OPERATOR,
  sellOrder,
  SETTINGS,
  user,
  type ExchangeBench,
} from '../exchange-fixture.ts'

const MINE = certificate(1, 'anna', 50n)
const OTHER = certificate(2, 'bela', 50n)
const LISTED = [MINE, OTHER]

interface Attempt {
  readonly title: string
  readonly code: string
  readonly order?: Order
  readonly attached?: readonly ShareCertificate[]
  readonly sender?: Sender
  readonly evidence?: unknown
  readonly before?: (bench: ExchangeBench) => unknown
  readonly details?: Record<string, string>
}

const sell = (terms: Partial<ShareCertificate>, quantity = 10n): Pick<Attempt, 'order' | 'attached'> => {
  const attached = [{ ...MINE, ...terms }]
  return { order: sellOrder('anna', quantity, 100n, attached), attached }
}
const buy = (quantity: bigint, price: bigint, terms: Parameters<typeof buyOrder>[3] = {}): Pick<Attempt, 'order'> => ({
  order: buyOrder('anna', quantity, price, terms),
})
const market = { price: { kind: 'market' } } as const
function halt(bench: ExchangeBench): unknown {
  return bench.ask('exchange.halt', OPERATOR, { ...HOSHI, halted: true, ground: 'news', operator: 'Operator' })
}
function closeDay(bench: ExchangeBench): unknown {
  return bench.ask('exchange.close-day', OPERATOR, { operator: 'Operator' })
}
function cancelFirst(bench: ExchangeBench): unknown {
  return bench.ask('exchange.cancel', investor('anna'), { receptionNumber: 'OR-00000001' })
}

/** In the order of the steps: each row is sound but for its one fault. */
const ATTEMPTS: readonly Attempt[] = [
  {
    title: '[TR1] S71: an order in the name of another than its signer',
    code: 'wrong_user',
    order: buyOrder('bela', 1n, 100n),
  },
  {
    title: '[CA1] S72: a buyer under a name that is not certified',
    code: 'wrong_name',
    order: { ...buyOrder('anna', 1n, 100n), name: 'Somebody Else' } as Order,
  },
  {
    title: '[TR1] [A33] S73: a certificate that its issuer did not sign',
    code: 'not_issuer_of_class',
    ...sell({}),
    evidence: [refuse('not_issuer_of_class', 'no')],
  },
  { title: '[TR1] S75: a certificate that ended', code: 'certificate_expired', ...sell({ validUntil: NOON }) },
  {
    title: '[TR1] S77: shares that cannot be transferred',
    code: 'not_transferable',
    ...sell({ transferRestriction: 'not_transferable' }),
  },
  {
    title: '[TR1] S77: shares whose buyer the company approves',
    code: 'transfer_restricted',
    ...sell({ transferRestriction: 'company_approval' }),
  },
  {
    title: '[TR1] S78: limits in another currency',
    code: 'currency_not_permitted',
    ...buy(1n, 100n),
    sender: investor('anna', { currency: 'USD' }),
  },
  {
    title: '[TR1] S78: a buy of a security that the signer may not hold',
    code: 'security_not_permitted',
    ...buy(1n, 100n),
    sender: investor('anna', { mayHold: ['TSUKI'] }),
  },
  {
    title: '[TR1] S79: an order worth more than the signer may order',
    code: 'order_limit_exceeded',
    ...buy(11n, 100n),
    sender: investor('anna', { orderLimitMinor: 1099n }),
  },
  {
    title: '[TR1] S79: a market order counts with the highest price of the day',
    code: 'order_limit_exceeded',
    ...buy(10n, 1n, market),
    sender: investor('anna', { orderLimitMinor: 1299n }),
  },
  {
    title: '[TR1] S80: orders of one day worth more than the signer may order',
    code: 'day_limit_exceeded',
    ...buy(11n, 100n),
    sender: investor('anna', { dayLimitMinor: 2099n }),
    before: (bench) => bench.place(buyOrder('anna', 10n, 100n)),
  },
  {
    title: '[TR1] S81: a certificate in the name of another',
    code: 'not_holder',
    order: sellOrder('anna', 10n, 100n, [OTHER]),
    attached: [OTHER],
  },
  {
    title: '[TR1] [A34] S84: an ID that is not in the list',
    code: 'certificate_superseded',
    ...sell({ certificateId: certificateId(9) }),
    details: { certificateId: certificateId(9) },
  },
  {
    title: '[TR1] [A34] S85: an ID that the list has in another name',
    code: 'certificate_superseded',
    ...sell({ certificateId: OTHER.certificateId }),
  },
  {
    title: '[TR1] [A35] S86: a certificate that is on offer already',
    code: 'certificate_locked',
    ...sell({}),
    before: (bench) => bench.place(sellOrder('anna', 10n, 100n, [MINE]), [MINE]),
  },
  {
    title: '[TR1] a class that is not traded here',
    code: 'not_listed',
    ...buy(1n, 100n, { security: 'TSUKI' }),
  },
  { title: '[TR1] a class whose trading is halted', code: 'halted', ...buy(1n, 100n), before: halt },
  {
    title: '[TR1] a currency in which the class is not traded',
    code: 'wrong_currency',
    ...buy(1n, 100n, { currency: 'USD' }),
    sender: investor('anna', { currency: 'USD' }),
  },
  { title: '[TR1] a price between two ticks', code: 'bad_tick', ...buy(10n, 101n) },
  { title: '[TR1] [A36] a quantity that is no multiple of the lot', code: 'bad_lot', ...buy(11n, 100n) },
  {
    title: '[TR1] [A36] a price above the day’s limits',
    code: 'price_collar',
    ...buy(10n, 140n),
    details: { lowerLimitMinor: '70', upperLimitMinor: '130' },
  },
  {
    title: '[TR1] [A36] 610,000 shares at 1',
    code: 'price_collar',
    ...sell({}, 610_000n),
    order: sellOrder('anna', 610_000n, 5n, [MINE]),
    sender: investor('anna', { orderLimitMinor: 10n ** 12n }),
  },
  {
    title: '[TR1] more shares than the exchange can count',
    code: 'exceeds_limits',
    ...buy(9_000_000_010n, 100n),
    sender: investor('anna', { orderLimitMinor: 10n ** 18n, dayLimitMinor: 10n ** 18n }),
  },
  {
    title: '[TR1] [A36] more shares than there are',
    code: 'exceeds_issued',
    ...buy(ISSUED + 10n, 100n),
    sender: investor('anna', { orderLimitMinor: 10n ** 12n, dayLimitMinor: 10n ** 12n }),
    details: { issued: ISSUED.toString() },
  },
  {
    title: '[TR1] one certificate attached twice',
    code: 'duplicate_certificate',
    order: sellOrder('anna', 80n, 100n, [MINE, MINE]),
    attached: [MINE, MINE],
  },
  {
    title: '[TR1] a certificate that the order does not name',
    code: 'certificate_mismatch',
    order: { ...sellOrder('anna', 10n, 100n, [MINE]), certificateIds: [certificateId(7)] } as Order,
    attached: [MINE],
  },
  {
    title: '[TR1] a certificate named and not attached',
    code: 'certificate_mismatch',
    order: { ...sellOrder('anna', 10n, 100n, [MINE]), certificateIds: [MINE.certificateId, certificateId(7)] } as Order,
    attached: [MINE],
  },
  {
    title: '[TR1] [A36] more shares than the certificates have',
    code: 'exceeds_holding',
    ...sell({}, 60n),
    details: { held: '50' },
  },
  {
    title: '[TR1] a date that has come',
    code: 'date_passed',
    ...buy(10n, 100n, { timeInForce: { kind: 'good_till_date', until: NOON } }),
  },
]

const strict = { listings: SETTINGS.listings.map((listing) => ({ ...listing, tickMinor: 5n, lot: 10n })) }

describe('order intake', () => {
  test.each(ATTEMPTS)('$title is refused', ({ order, attached = [], sender, evidence, before, code, details }) => {
    const bench = listed(
      LISTED,
      code === 'bad_tick' || code === 'bad_lot' || code === 'price_collar' ? strict : SETTINGS,
    )
    before?.(bench)
    const waiting = bench.outbox.length
    const sound = order ?? buyOrder('anna', 1n, 100n)
    const decided = bench.ask('exchange.order', sender ?? investor('anna'), sound, evidence ?? attached.map(ok))
    expect(decided).toMatchObject({ ok: false, error: { code, ...(details && { details }) } })
    expect(bench.outbox.length).toBe(waiting)
  })

  test('[TR1] the first failure is answered', () => {
    const bench = listed(LISTED)
    const spoilt = { ...OTHER, validUntil: NOON - 1, transferRestriction: 'not_transferable' as const }
    const order = sellOrder('anna', 51n, 1n, [spoilt])
    expect(bench.ask('exchange.order', investor('anna', { orderLimitMinor: 0n }), order, [ok(spoilt)])).toMatchObject({
      error: { code: 'certificate_expired' },
    })
  })

  test('[TR1] a refused order does not count against the day', () => {
    const bench = listed(LISTED)
    const anna = investor('anna', { dayLimitMinor: 2000n })
    bench.place(buyOrder('anna', 20n, 100n), [], anna)
    bench.reply(bench.last('settlement.hold'), refuse('insufficient_funds', 'no'))
    bench.place(buyOrder('anna', 20n, 100n), [], anna)
    bench.at += 24 * 3600_000
    bench.place(buyOrder('anna', 20n, 100n), [], anna)
    expect(bench.ask('exchange.order', anna, buyOrder('anna', 1n, 100n))).toMatchObject({
      error: { code: 'day_limit_exceeded' },
    })
  })
})

describe('the hold', () => {
  test.each([
    ['a buy: its greatest cost', buyOrder('anna', 10n, 99n), [], 990n],
    ['a buy at market: the highest price of the day', buyOrder('anna', 10n, 1n, market), [], 1300n],
    ['a sale: nothing, it proves the account', sellOrder('anna', 10n, 99n, [MINE]), [MINE], 0n],
  ])('[TR2] %s', (_, order, attached, amountMinor) => {
    const bench = listed(LISTED)
    const reception = bench.place(order, attached)
    expect(bench.sent('settlement.hold').map(({ body }) => body)).toEqual([
      {
        holdId: bench.order(reception).holdId,
        order: expect.stringMatching(/^order\./) as string,
        signerCertificate: investor('anna').certificate,
        amountMinor,
        currency: 'JPY',
      },
    ])
    expect(bench.order(reception)).toMatchObject({ state: 'holding', resting: 0n, priority: 0n })
  })

  test('[TR2] an order stands, and is receipted, when its hold is there', () => {
    const bench = listed(LISTED)
    const first = bench.place(buyOrder('anna', 10n, 100n))
    const second = bench.place(buyOrder('bela', 10n, 100n))
    const [holdFirst, holdSecond] = bench.sent('settlement.hold')
    bench.reply(holdSecond!, ok({}))
    bench.reply(holdFirst!, ok({}))
    expect([...bench.memory.of(CLASS).orders()].map(({ id }) => id)).toEqual([2, 1])
    expect([...bench.answers.values()]).toEqual([
      ok({ receptionNumber: second, orderHash: 'h'.repeat(43) }),
      ok({ receptionNumber: first, orderHash: 'h'.repeat(43) }),
    ])
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[TR2] [A40] without the hold the order is refused with the settlement server’s code, its certificates free again', () => {
    const bench = listed(LISTED)
    const reception = bench.place(sellOrder('anna', 10n, 100n, [MINE]), [MINE])
    expect(bench.holder(MINE.certificateId)).toMatchObject({ state: 'on_offer', reception })
    bench.reply(bench.last('settlement.hold'), refuse('account_not_bound_to_signer', 'no'))
    expect(bench.order(reception)).toMatchObject({ state: 'refused', reason: 'account_not_bound_to_signer' })
    expect([...bench.answers.values()]).toMatchObject([{ ok: false, error: { code: 'account_not_bound_to_signer' } }])
    expect(bench.holder(MINE.certificateId)).toMatchObject({ state: 'listed', reception: null })
    expect(bench.sent('settlement.release')).toEqual([])
  })

  test.each([
    ['trading is halted', 'refused', 'halted', halt],
    ['the day is over', 'expired', 'order_expired', closeDay],
    ['its owner cancelled it', 'cancelled', 'order_cancelled', cancelFirst],
  ] as const)('[TR2] a hold that comes when %s is given back, once', (_, state, code, meanwhile) => {
    const bench = listed(LISTED)
    const reception = bench.place(sellOrder('anna', 10n, 100n, [MINE]), [MINE])
    meanwhile(bench)
    bench.grant()
    expect(bench.order(reception)).toMatchObject({ state, reason: code, holdState: 'released' })
    expect([...bench.answers.values()]).toMatchObject([{ ok: false, error: { code } }])
    expect(bench.sent('settlement.release').map(({ body }) => body)).toEqual([
      { holdId: bench.order(reception).holdId },
    ])
    expect(bench.holder(MINE.certificateId)?.state).toBe('listed')
    expect(bench.memory.of(CLASS).size).toBe(0)
  })

  test('[TR10] the owner is told of every state', () => {
    const bench = listed(LISTED)
    bench.enter(buyOrder('anna', 10n, 100n))
    bench.ask('exchange.cancel', investor('anna'), { receptionNumber: 'OR-00000001' })
    const told = bench.eventsOf('order')
    expect(told.map(({ topic }) => topic)).toEqual(Array.from({ length: 3 }, () => `user:${user('anna')}`))
    expect(told.map(({ body }) => (body as { state: string }).state)).toEqual(['holding', 'open', 'cancelled'])
  })
})

describe('trading', () => {
  test.each([
    ['immediate or cancel', { timeInForce: { kind: 'immediate_or_cancel' } }, 'immediate_or_cancel', 6n],
    ['a market order', market, 'no_liquidity', 6n],
    ['fill or kill', { timeInForce: { kind: 'fill_or_kill' } }, 'fill_or_kill', 0n],
  ] as const)('[TR3] what %s does not trade is cancelled', (_, terms, reason, matched) => {
    const bench = listed(LISTED)
    bench.enter(sellOrder('anna', 6n, 100n, [MINE]), [MINE])
    const reception = bench.enter(buyOrder('bela', 10n, 100n, { price: limit(100n), ...terms }))
    expect(bench.order(reception)).toMatchObject({ state: 'cancelled', reason, matched, resting: 0n })
  })

  test('[A38] nobody trades with himself', () => {
    const bench = listed(LISTED)
    bench.enter(sellOrder('anna', 6n, 100n, [MINE]), [MINE])
    const reception = bench.enter(buyOrder('anna', 10n, 100n))
    expect(bench.order(reception)).toMatchObject({
      state: 'cancelled',
      reason: 'self_trade_prevented',
      holdState: 'released',
    })
    expect(bench.view().counter('match')).toBe(0n)
  })

  test('[TR4] S91-S95: a match entry and a transfer request for each certificate, its ID out of the list', () => {
    const third = certificate(3, 'anna', 5n)
    const bench = listed([...LISTED, third])
    const sale = bench.enter(sellOrder('anna', 55n, 100n, [third, MINE]), [third, MINE])
    const purchase = bench.enter(buyOrder('bela', 30n, 105n))
    expect(
      bench
        .sent('issuer.match-transfer')
        .map(({ to, body }) => [to, body.matchNumber, body.certificateId, body.quantity]),
    ).toEqual([
      [{ role: 'issuer', security: 'HOSHI' }, 'MA-00000001', third.certificateId, 5n],
      [{ role: 'issuer', security: 'HOSHI' }, 'MA-00000002', MINE.certificateId, 25n],
    ])
    expect(bench.last('issuer.match-transfer').body).toMatchObject({
      buyerUserId: user('bela'),
      sellerUserId: user('anna'),
      buyerName: 'bela',
      buyerAddress: '1 Sakura Street',
      sellOrder: expect.stringMatching(/^order\./) as string,
      sellerCertificate: investor('anna').certificate,
    })
    expect(bench.match(2)).toMatchObject({
      buy: purchase,
      sell: sale,
      priceMinor: 100n,
      amountMinor: 2500n,
      state: 'transfer_asked',
    })
    expect(bench.holder(MINE.certificateId)?.state).toBe('withdrawn')
    expect(bench.order(sale)).toMatchObject({ state: 'partly_filled', matched: 30n, resting: 25n, underWay: 2n })
    expect(bench.order(purchase)).toMatchObject({ state: 'filled', matched: 30n, underWay: 2n, holdState: 'held' })
  })

  test('[TR12] trades and changed levels are published, in one gapless stream', () => {
    const bench = listed(LISTED)
    bench.enter(sellOrder('anna', 50n, 100n, [MINE]), [MINE])
    bench.enter(buyOrder('bela', 30n, 105n))
    const stream = bench.events.filter(({ topic }) => topic === `market:${CLASS}`)
    expect(stream.map(({ kind, body }) => [kind, body])).toEqual([
      ['book', { ...HOSHI, bids: [], asks: [{ priceMinor: '100', quantity: '50', orders: 1 }] }],
      ['trade', { tradeSequence: '1', ...HOSHI, priceMinor: '100', quantity: '30', at: '2026-11-23T12:00:00.000Z' }],
      ['book', { ...HOSHI, bids: [], asks: [{ priceMinor: '100', quantity: '20', orders: 1 }] }],
    ])
    // One listing event at the opening came before.
    expect(bench.view().counter(`market:${CLASS}`)).toBe(BigInt(stream.length + 1))
  })

  test('[TR12] a level deep in the book is found', () => {
    const bench = listed(LISTED)
    for (let price = 71n; price <= 110n; price += 1n) bench.enter(buyOrder('bela', 1n, price))
    const last = bench.enter(buyOrder('bela', 3n, 70n))
    expect(bench.eventsOf('book').at(-1)?.body).toMatchObject({
      bids: [{ priceMinor: '70', quantity: '3', orders: 1 }],
    })
    bench.ask('exchange.cancel', investor('bela'), { receptionNumber: last })
    expect(bench.eventsOf('book').at(-1)?.body).toMatchObject({
      bids: [{ priceMinor: '70', quantity: '0', orders: 0 }],
    })
  })
})
