import { describe, expect, test } from 'vitest'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import {
  buyOrder,
  certificate,
  certificateId,
  CLASS,
  HOSHI,
  investor,
  ISSUER,
  listed,
  OPERATOR,
  SEALED,
  sellOrder,
  user,
  type ExchangeBench,
  type Sent,
} from '../exchange-fixture.ts'

const WHOLE = certificate(1, 'anna', 50n)
const [BOUGHT, REST, REST2] = [certificateId(11), certificateId(12), certificateId(13)]

type Transfer = Sent<RequestBody<'issuer.match-transfer'>>

/** What the issuer answers when it registers the transfer. */
function response(asked: Transfer, bought: string, rest: readonly [string, bigint] | undefined, listSequence = 2n) {
  const { matchNumber, quantity, buyerUserId, sellerUserId } = asked.body
  return {
    matchNumber,
    transferNumber: 'TR-00000001',
    transferred: { certificateId: bought, quantity, userId: buyerUserId },
    ...(rest && { remainder: { certificateId: rest[0], quantity: rest[1], userId: sellerUserId } }),
    requestHash: 'h'.repeat(43),
    listSequence,
  }
}

function change(
  bench: ExchangeBench,
  sequence: bigint,
  removed: string[],
  added: readonly (readonly [string, string])[],
) {
  const pairs = added.map(([id, name]) => ({ certificateId: id, userId: user(name) }))
  const list = { kind: 'change' as const, listId: `c${sequence}`, ...HOSHI, sequence, removed, added: pairs }
  return bench.ask('exchange.certificate-list', ISSUER, list)
}

function full(bench: ExchangeBench, sequence: bigint, pairs: readonly (readonly [string, string])[]) {
  bench.ask('exchange.demand-list', OPERATOR, HOSHI)
  return bench.ask('exchange.certificate-list', ISSUER, {
    kind: 'full',
    listId: `f${sequence}`,
    ...HOSHI,
    sequence,
    page: 1,
    pages: 1,
    pairs: pairs.map(([id, name]) => ({ certificateId: id, userId: user(name) })),
  })
}

/** Anna sells 50 of one certificate, Bela buys 20 of them: reception numbers 1 and 2, match 1. */
function sold(): { bench: ExchangeBench; sale: string; purchase: string; asked: Transfer } {
  const bench = listed([WHOLE, certificate(2, 'bela', 5n)])
  const sale = bench.enter(sellOrder('anna', 50n, 100n, [WHOLE]), [WHOLE])
  const purchase = bench.enter(buyOrder('bela', 20n, 105n))
  return { bench, sale, purchase, asked: bench.last('issuer.match-transfer') }
}

const settle = (bench: ExchangeBench, number = 1): void =>
  bench.reply(
    bench.sent('settlement.settle').find(({ body }) => body.matchNumber.endsWith(String(number)))!,
    ok({ matchNumber: `MA-0000000${number}`, settledAt: bench.at }),
  )

describe('completion', () => {
  test('[TR6] [TR8] S127-S130: both are notified, the settlement server is asked to pay out of the hold', () => {
    const { bench, sale, purchase, asked } = sold()
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    const [buyHoldId, sellHoldId] = [bench.order(purchase).holdId, bench.order(sale).holdId]
    expect(bench.last('settlement.settle').body).toEqual({
      matchNumber: 'MA-00000001',
      amountMinor: 2000n,
      currency: 'JPY',
      buyHoldId,
      sellHoldId,
      buyOrder: { userId: user('bela'), requestId: bench.order(purchase).requestId },
      sellOrder: { userId: user('anna'), requestId: bench.order(sale).requestId },
      buyerAccount: SEALED,
      sellerAccount: SEALED,
    })
    const notices = bench.eventsOf('completion').map(({ topic, body }) => {
      const { notice } = body as { notice: string }
      return { topic, notice: JSON.parse(notice.slice('sealed.'.length)) as Record<string, unknown> }
    })
    const both = {
      matchNumber: 'MA-00000001',
      priceMinor: '100',
      quantity: '20',
      amountMinor: '2000',
      buyHoldId,
      sellHoldId,
    }
    expect(notices).toMatchObject([
      {
        topic: `user:${user('bela')}`,
        notice: { ...both, side: 'buy', receptionNumber: purchase, certificateId: BOUGHT },
      },
      {
        topic: `user:${user('anna')}`,
        notice: {
          ...both,
          side: 'sell',
          receptionNumber: sale,
          certificateId: WHOLE.certificateId,
          remainderCertificateId: REST,
        },
      },
    ])
    expect(notices[0]?.notice).not.toHaveProperty('remainderCertificateId')
    expect(bench.match(1)).toMatchObject({ state: 'settlement_asked', transferNumber: 'TR-00000001' })
  })

  test('[TR8] both holds are given back when the last match is settled, not before', () => {
    const { bench, sale, purchase, asked } = sold()
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    bench.ask('exchange.cancel', investor('anna'), { receptionNumber: sale })
    expect(bench.sent('settlement.release')).toEqual([])
    settle(bench)
    expect(bench.match(1).state).toBe('settled')
    expect(bench.sent('settlement.release').map(({ body }) => body.holdId)).toEqual([
      bench.order(purchase).holdId,
      bench.order(sale).holdId,
    ])
    expect(bench.holder(REST)?.state).toBe('listed')
  })

  test('[TR3] the remainder stays on offer in its place', () => {
    const { bench, sale, asked } = sold()
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    expect(bench.order(sale)).toMatchObject({ state: 'partly_filled', resting: 30n })
    expect(bench.holder(REST)).toMatchObject({ state: 'on_offer', reception: sale })
    bench.enter(buyOrder('chie', 30n, 100n))
    expect(bench.last('issuer.match-transfer').body).toMatchObject({ certificateId: REST, quantity: 30n })
  })

  test('[TR3] a second match of a certificate in division waits for the remainder, and is asked for with it', () => {
    const { bench, asked } = sold()
    bench.enter(buyOrder('chie', 10n, 100n))
    bench.enter(buyOrder('dora', 10n, 100n))
    expect([bench.match(2), bench.match(3)]).toMatchObject([
      { state: 'matched', certificateId: null },
      { state: 'matched', certificateId: null },
    ])
    expect(bench.sent('issuer.match-transfer')).toEqual([asked])
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    expect(bench.match(2)).toMatchObject({ state: 'transfer_asked', certificateId: REST })
    expect(bench.holder(REST)?.state).toBe('withdrawn')
    const second = bench.last('issuer.match-transfer')
    expect(second.body).toMatchObject({ matchNumber: 'MA-00000002', certificateId: REST, quantity: 10n })
    bench.reply(second, ok(response(second, certificateId(14), [REST2, 20n], 3n)))
    expect(bench.last('issuer.match-transfer').body).toMatchObject({ matchNumber: 'MA-00000003', certificateId: REST2 })
  })

  test('[TR10] matches that wait when the sale is cancelled are delivered, the rest is the seller’s again', () => {
    const { bench, sale, asked } = sold()
    bench.enter(buyOrder('chie', 10n, 100n))
    bench.ask('exchange.cancel', investor('anna'), { receptionNumber: sale })
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    const second = bench.last('issuer.match-transfer')
    bench.reply(second, ok(response(second, certificateId(14), [REST2, 20n], 3n)))
    expect(bench.holder(REST2)?.state).toBe('listed')
    expect(bench.view().range('orderCertificates', '', 10)).toEqual([])
  })

  test.each([
    ['another match', { matchNumber: 'MA-00000009' }],
    ['another quantity', { transferred: { certificateId: BOUGHT, quantity: 19n, userId: user('bela') } }],
    ['another buyer', { transferred: { certificateId: BOUGHT, quantity: 20n, userId: user('chie') } }],
    ['the old ID', { transferred: { certificateId: WHOLE.certificateId, quantity: 20n, userId: user('bela') } }],
    ['no remainder', { remainder: undefined }],
    ['another remainder', { remainder: { certificateId: REST, quantity: 31n, userId: user('anna') } }],
    ['a remainder of somebody else', { remainder: { certificateId: REST, quantity: 30n, userId: user('bela') } }],
  ])('[TR6] S121-S124: a response about %s moves no money', (_, wrong) => {
    const { bench, asked } = sold()
    const { remainder, ...rest } = { ...response(asked, BOUGHT, [REST, 30n]), ...wrong }
    bench.reply(asked, ok(remainder === undefined ? rest : { ...rest, remainder }))
    expect(bench.match(1)).toMatchObject({ state: 'transfer_asked', reason: 'response_mismatch' })
    expect(bench.sent('settlement.settle')).toEqual([])
    expect(bench.eventsOf('completion')).toEqual([])
  })

  describe('a response that is not what was asked for', () => {
    const ground = { ground: 'the issuer mended its register', operator: 'Olga' }
    const resolve = (bench: ExchangeBench, how: 'ask' | 'void', matchNumber = 'MA-00000001') =>
      bench.ask('exchange.resolve', OPERATOR, { matchNumber, how, ...ground })

    function stuck() {
      const { bench, asked, ...rest } = sold()
      const wrong = { certificateId: BOUGHT, quantity: 19n, userId: user('bela') }
      bench.reply(asked, ok({ ...response(asked, BOUGHT, [REST, 30n]), transferred: wrong }))
      return { bench, asked, ...rest }
    }

    test('[TR6] [TR8] the operator has the issuer asked anew, and the right response completes the match', () => {
      const { bench, purchase } = stuck()
      expect(resolve(bench, 'ask')).toMatchObject({ ok: true, value: { reply: { state: 'transfer_asked' } } })
      expect(bench.match(1).reason).toBeNull()
      const anew = bench.last('issuer.match-transfer')
      // While the answer is on its way there is nothing to resolve.
      expect(resolve(bench, 'void')).toMatchObject({ error: { code: 'match_not_stuck' } })
      bench.reply(anew, ok(response(anew, BOUGHT, [REST, 30n])))
      settle(bench)
      expect(bench.match(1)).toMatchObject({ state: 'settled', reason: null })
      expect(bench.order(purchase).holdState).toBe('released')
      expect(bench.holder(REST)?.state).toBe('on_offer')
    })

    test('[TR6] asked anew, a registration with other content is no refusal: no buy returns, no certificate is free', () => {
      const { bench, purchase } = stuck()
      resolve(bench, 'ask')
      bench.reply(bench.last('issuer.match-transfer'), refuse('duplicate_match', 'registered otherwise'))
      expect(bench.match(1)).toMatchObject({ state: 'transfer_asked', reason: 'duplicate_match' })
      expect(bench.order(purchase)).toMatchObject({ resting: 0n, underWay: 1n, holdState: 'held' })
      expect(bench.holder(WHOLE.certificateId)?.state).toBe('withdrawn')
    })

    test('[TR6] [TR8] S131, S132: the operator ends a match by which no shares moved: the buy returns, the sale ends', () => {
      const { bench, sale, purchase } = stuck()
      expect(resolve(bench, 'void')).toMatchObject({ ok: true, value: { reply: { state: 'refused' } } })
      expect(bench.match(1)).toMatchObject({ state: 'refused', reason: 'match_voided' })
      expect(bench.order(sale)).toMatchObject({ state: 'refused', underWay: 0n })
      expect(bench.order(purchase)).toMatchObject({ state: 'open', resting: 20n, underWay: 0n, holdState: 'held' })
      expect(bench.holder(WHOLE.certificateId)?.state).toBe('listed')
      expect(bench.sent('settlement.settle')).toEqual([])
      expect(bench.books()).toBe(bench.rebuilt())
    })

    test('[TR8] what waits for its answer, is settled or does not exist is not resolved', () => {
      const { bench, asked } = sold()
      for (const how of ['ask', 'void'] as const)
        expect(resolve(bench, how)).toMatchObject({ error: { code: 'match_not_stuck' } })
      bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
      settle(bench)
      for (const how of ['ask', 'void'] as const)
        expect(resolve(bench, how)).toMatchObject({ error: { code: 'match_not_stuck' } })
      expect(resolve(bench, 'ask', 'MA-00000009')).toMatchObject({ error: { code: 'match_unknown' } })
    })

    test('[TR8] shares that moved are paid for: a refused settlement is asked for again, never undone', () => {
      const { bench, asked } = sold()
      bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
      bench.reply(bench.last('settlement.settle'), refuse('account_unknown', 'no'))
      expect(resolve(bench, 'void')).toMatchObject({ error: { code: 'match_not_stuck' } })
      expect(resolve(bench, 'ask')).toMatchObject({ ok: true, value: { reply: { state: 'settlement_asked' } } })
      settle(bench)
      expect(bench.match(1)).toMatchObject({ state: 'settled', reason: null })
    })
  })

  test('[TR9] a refused settlement keeps both holds and is asked for again at the next start', () => {
    const { bench, purchase, asked } = sold()
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))
    bench.reply(bench.last('settlement.settle'), refuse('account_unknown', 'no'))
    expect(bench.match(1)).toMatchObject({ state: 'transferred', reason: 'account_unknown' })
    expect(bench.order(purchase)).toMatchObject({ underWay: 1n, holdState: 'held' })
    bench.open()
    settle(bench)
    expect(bench.match(1)).toMatchObject({ state: 'settled', reason: null })
    expect(bench.order(purchase).holdState).toBe('released')
  })
})

describe('response and list change in either order', () => {
  const after = [
    [BOUGHT, 'bela'],
    [certificateId(2), 'bela'],
    [REST, 'anna'],
  ] as const
  const states = (bench: ExchangeBench): unknown =>
    bench
      .view()
      .range('holders', '', 100)
      .map(({ certificateId: id, userId, state }) => [id, userId, state])
  const expected = [
    [certificateId(2), user('bela'), 'listed'],
    [BOUGHT, user('bela'), 'listed'],
    [REST, user('anna'), 'on_offer'],
  ]
  const changed = (bench: ExchangeBench): unknown =>
    change(
      bench,
      2n,
      [WHOLE.certificateId],
      [
        [BOUGHT, 'bela'],
        [REST, 'anna'],
      ],
    )
  const replied = (bench: ExchangeBench, asked: Transfer): void =>
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n])))

  test.each([
    ['the response first', (bench: ExchangeBench, asked: Transfer) => [replied(bench, asked), changed(bench)]],
    ['the change first', (bench: ExchangeBench, asked: Transfer) => [changed(bench), replied(bench, asked)]],
    [
      'the whole list first',
      (bench: ExchangeBench, asked: Transfer) => [full(bench, 2n, after), replied(bench, asked)],
    ],
    [
      'the response, then the whole list',
      (bench: ExchangeBench, asked: Transfer) => [replied(bench, asked), full(bench, 2n, after)],
    ],
  ])('[TR6] [IS3] %s: the same list', (_, arrive) => {
    const { bench, asked } = sold()
    arrive(bench, asked)
    expect(states(bench)).toEqual(expected)
    expect(bench.view().get('lists', CLASS)?.sequence).toBe(2n)
  })

  test('[TR6] [IS3] a whole list that is older than the response neither takes the new IDs away nor brings the old one back', () => {
    const { bench, asked } = sold()
    change(bench, 2n, [], [])
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n], 4n)))
    full(bench, 3n, [
      [WHOLE.certificateId, 'anna'],
      [certificateId(2), 'bela'],
    ])
    const order = sellOrder('anna', 10n, 100n, [WHOLE])
    expect(bench.ask('exchange.order', investor('anna'), order, [ok(WHOLE)])).toMatchObject({
      error: { code: 'certificate_superseded' },
    })
    expect(bench.holder(REST)?.state).toBe('on_offer')
    change(
      bench,
      4n,
      [WHOLE.certificateId],
      [
        [BOUGHT, 'bela'],
        [REST, 'anna'],
      ],
    )
    expect(states(bench)).toEqual(expected)
  })

  test('[TR3] [A35] the remainder cannot be offered a second time before its response is here', () => {
    const { bench, sale, asked } = sold()
    changed(bench)
    const rest = { ...WHOLE, certificateId: REST, quantity: 30n }
    const offer = (): unknown =>
      bench.ask('exchange.order', investor('anna'), sellOrder('anna', 1n, 129n, [rest]), [ok(rest)])
    expect(offer()).toMatchObject({ error: { code: 'certificate_locked' } })
    replied(bench, asked)
    expect(bench.holder(REST)).toMatchObject({ state: 'on_offer', reception: sale })
    expect(offer()).toMatchObject({ error: { code: 'certificate_locked' } })
  })

  test('[TR3] what else came new to the seller meanwhile is free after the response', () => {
    const { bench, asked } = sold()
    change(bench, 2n, [], [[certificateId(20), 'anna']])
    expect(bench.holder(certificateId(20))?.state).toBe('reserved')
    bench.reply(asked, ok(response(asked, BOUGHT, [REST, 30n], 3n)))
    expect(bench.holder(certificateId(20))?.state).toBe('listed')
  })

  test('[TR11] a remainder that was handed over before its response came withdraws the order, and its waiting matches return', () => {
    const { bench, sale, asked } = sold()
    const second = bench.enter(buyOrder('chie', 10n, 100n))
    changed(bench)
    change(bench, 3n, [REST], [[certificateId(30), 'emil']])
    replied(bench, asked)
    expect(bench.order(sale)).toMatchObject({ state: 'cancelled', reason: 'certificate_withdrawn', resting: 0n })
    expect(bench.match(2)).toMatchObject({ state: 'refused', reason: 'certificate_superseded' })
    expect(bench.order(second)).toMatchObject({ state: 'open', resting: 10n, matched: 0n })
    expect(bench.match(1).state).toBe('settlement_asked')
    expect(bench.rebuilt()).toBe(bench.books())
  })
})

describe('a refusal by the issuer', () => {
  const no = refuse('certificate_stopped', 'stopped')

  test('[TR6] S131, S132: the buys return to their places, the sale ends, the seller is told', () => {
    const { bench, sale, purchase, asked } = sold()
    const waiting = bench.enter(buyOrder('chie', 10n, 103n))
    const later = bench.enter(buyOrder('dora', 25n, 103n))
    expect(bench.order(later)).toMatchObject({ state: 'partly_filled', resting: 5n })
    bench.reply(asked, no)
    expect(bench.order(sale)).toMatchObject({
      state: 'refused',
      reason: 'certificate_stopped',
      resting: 0n,
      underWay: 0n,
      holdState: 'released',
    })
    expect([...bench.memory.of(CLASS).orders()].map(({ id, quantity }) => [id, quantity])).toEqual([
      [2, 20],
      [3, 10],
      [4, 25],
    ])
    expect(bench.order(purchase)).toMatchObject({ state: 'open', matched: 0n, holdState: 'held' })
    expect([1, 2, 3].map((number) => bench.match(number).state)).toEqual(['refused', 'refused', 'refused'])
    expect(bench.order(waiting).underWay).toBe(0n)
    expect(bench.eventsOf('certificate-invalid')).toEqual([
      {
        topic: `user:${user('anna')}`,
        kind: 'certificate-invalid',
        body: { receptionNumber: sale, code: 'certificate_stopped', userId: user('anna') },
      },
    ])
    expect(bench.rebuilt()).toBe(bench.books())
  })

  test('[TR6] other certificates of the sale that are free can be offered again, one in transfer completes', () => {
    const [first, second, third] = [
      certificate(1, 'anna', 10n),
      certificate(2, 'anna', 10n),
      certificate(3, 'anna', 10n),
    ]
    const all = [first, second, third]
    const bench = listed(all)
    bench.enter(sellOrder('anna', 30n, 100n, all), all)
    bench.enter(buyOrder('bela', 15n, 100n))
    const [one, two] = bench.sent('issuer.match-transfer')
    bench.reply(one!, no)
    expect(bench.holder(third.certificateId)?.state).toBe('listed')
    expect(bench.match(2).state).toBe('transfer_asked')
    bench.reply(two!, ok(response(two!, BOUGHT, [REST, 5n])))
    expect(bench.match(2).state).toBe('settlement_asked')
    expect(bench.holder(REST)?.state).toBe('listed')
  })

  test.each([
    ['listed as before, when the issuer still lists it', [] as string[], 'listed'],
    ['gone, when the issuer took it from the list', [WHOLE.certificateId], undefined],
  ])('[TR6] the refused certificate is %s', (_, removed, state) => {
    const { bench, asked } = sold()
    change(bench, 2n, removed, [])
    bench.reply(asked, no)
    expect(bench.holder(WHOLE.certificateId)?.state).toBe(state)
  })

  test('[TR6] a certificate stopped and released during its transfer is still the transfer’s', () => {
    const { bench, asked } = sold()
    change(bench, 2n, [WHOLE.certificateId], [])
    expect(bench.holder(WHOLE.certificateId)?.state).toBe('gone')
    change(bench, 3n, [], [[WHOLE.certificateId, 'anna']])
    expect(bench.holder(WHOLE.certificateId)?.state).toBe('withdrawn')
    bench.reply(asked, no)
    expect(bench.holder(WHOLE.certificateId)?.state).toBe('listed')
  })

  test.each([
    ['a market order', { price: { kind: 'market' } }, 'cancelled', 'transfer_refused'],
    ['immediate or cancel', { timeInForce: { kind: 'immediate_or_cancel' } }, 'cancelled', 'transfer_refused'],
    ['fill or kill', { timeInForce: { kind: 'fill_or_kill' } }, 'cancelled', 'transfer_refused'],
  ] as const)('[TR6] %s does not return', (_, terms, state, reason) => {
    const bench = listed([WHOLE])
    bench.enter(sellOrder('anna', 50n, 100n, [WHOLE]), [WHOLE])
    const purchase = bench.enter(buyOrder('bela', 20n, 100n, terms))
    bench.reply(bench.last('issuer.match-transfer'), no)
    expect(bench.order(purchase)).toMatchObject({ state, reason, matched: 0n, holdState: 'released' })
  })

  test.each([
    [
      'was cancelled meanwhile',
      'cancelled',
      'order_cancelled',
      (bench: ExchangeBench, id: string) => bench.ask('exchange.cancel', investor('bela'), { receptionNumber: id }),
    ],
    [
      'is of a day that is over',
      'expired',
      'order_expired',
      (bench: ExchangeBench) => bench.ask('exchange.close-day', OPERATOR, { operator: 'Operator' }),
    ],
  ] as const)('[TR6] a buy that %s does not return', (_, state, reason, meanwhile) => {
    const { bench } = sold()
    const purchase = bench.enter(buyOrder('bela', 40n, 100n))
    expect(bench.order(purchase)).toMatchObject({ matched: 30n, resting: 10n })
    meanwhile(bench, purchase)
    bench.reply(bench.sent('issuer.match-transfer')[0]!, no)
    expect(bench.order(purchase)).toMatchObject({ state, reason, resting: 0n, matched: 0n, holdState: 'released' })
    expect(bench.memory.of(CLASS).remaining(Number(bench.order(purchase).number))).toBe(0)
  })

  test('[TR6] a buy that is all matched when its day ends does not return either', () => {
    const { bench, purchase, asked } = sold()
    bench.ask('exchange.close-day', OPERATOR, { operator: 'Operator' })
    expect(bench.order(purchase).state).toBe('filled')
    bench.reply(asked, no)
    expect(bench.order(purchase)).toMatchObject({ state: 'expired', reason: 'order_expired', holdState: 'released' })
  })

  test('[TR6] during a halt it waits outside of the book, and trades when trading resumes', () => {
    const { bench, purchase, asked } = sold()
    const other = certificate(7, 'chie', 20n)
    change(bench, 2n, [], [[other.certificateId, 'chie']])
    bench.ask('exchange.cancel', investor('anna'), { receptionNumber: 'OR-00000001' })
    const rival = bench.enter(sellOrder('chie', 20n, 104n, [other]), [other])
    const halt = (halted: boolean): unknown =>
      bench.ask('exchange.halt', OPERATOR, { ...HOSHI, halted, ground: 'news', operator: 'Operator' })
    halt(true)
    bench.reply(asked, no)
    expect(bench.order(purchase)).toMatchObject({ state: 'open', resting: 0n, parked: 20n })
    expect(bench.rebuilt()).toBe(bench.books())
    halt(false)
    expect(bench.order(purchase)).toMatchObject({ state: 'filled', parked: 0n, matched: 20n })
    expect(bench.order(rival)).toMatchObject({ state: 'filled' })
    expect(bench.rebuilt()).toBe(bench.books())
  })
})
