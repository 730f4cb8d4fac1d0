import { describe, expect, test } from 'vitest'
import {
  assertOk,
  BUYER,
  EXCHANGE,
  ISSUER,
  notice,
  numberOf,
  OTHER_EXCHANGE,
  readyToSettle,
  refused,
  SELLER,
  settlementOf,
  settlementServer,
  signedOrder,
  signedRequest,
  STRANGER,
  type OrderTerms,
  type Server,
} from '../settlement-fixture.ts'

const HOLD = 'hold-number-00001'
const bought: OrderTerms = { id: 'order-number-0001', userId: BUYER }

async function funded(): Promise<Server> {
  const server = settlementServer()
  for (const userId of [BUYER, SELLER, ISSUER]) assertOk(await server.open(userId))
  assertOk(await server.open(BUYER, 'USD'))
  assertOk(await server.deposit(BUYER, 1_500n))
  server.events.length = 0
  return server
}

function replacement(
  change: { limitMinor?: bigint; quantity?: bigint; id?: string; from?: string; to?: string; market?: boolean } = {},
): string {
  const { limitMinor = 120n, quantity = 10n, id = 'replacement-00001', from = BUYER, to = EXCHANGE } = change
  const price = change.market === true ? ({ kind: 'market' } as const) : ({ kind: 'limit', limitMinor } as const)
  return signedRequest('exchange.replace', { receptionNumber: 'OR-00000001', price, quantity }, { id, from, to })
}

describe('placing', () => {
  test('[TR2] a buy order reserves its limit times its quantity, and the buyer is told', async () => {
    const server = await funded()
    expect(assertOk(await server.hold(HOLD, 1_000n, signedOrder(bought)))).toEqual({
      holdId: HOLD,
      amountMinor: 1_000n,
    })
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_000n })
    expect(server.events).toEqual([
      {
        topic: `user:${BUYER}`,
        kind: 'account',
        body: {
          accountEnding: '0001',
          currency: 'JPY',
          balanceMinor: '1500',
          heldMinor: '1000',
          availableMinor: '500',
        },
      },
    ])
  })

  test('[TR2] a market order reserves what the exchange says', async () => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 1_234n, signedOrder({ ...bought, price: { kind: 'market' } })))
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_234n })
  })

  test('[TR2] a sell order reserves nothing and proves the account', async () => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 0n, signedOrder({ ...bought, userId: SELLER, side: 'sell' })))
    expect(server.account(SELLER)).toEqual({ balance: 0n, held: 0n })
    expect(server.events).toEqual([])
  })

  const rows: readonly [string, Partial<OrderTerms>, bigint, string][] = [
    ['[TR2] more than is available', { quantity: 16n }, 1_600n, 'insufficient_funds'],
    ['[TR2] less than the greatest cost', {}, 999n, 'hold_amount_wrong'],
    ['[TR2] more than the greatest cost', {}, 1_001n, 'hold_amount_wrong'],
    ['[TR2] nothing for a market order', { price: { kind: 'market' } }, 0n, 'hold_amount_wrong'],
    ['[TR2] money for a sale', { side: 'sell' }, 1_000n, 'hold_amount_wrong'],
    ['[A23] on an unknown account', { account: '7999999999' }, 1_000n, 'account_unknown'],
    ['[A23] on somebody else’s account', { account: numberOf(SELLER) }, 1_000n, 'account_unknown'],
    ['[A23] on an account in another currency', { account: numberOf(BUYER, 'USD') }, 1_000n, 'account_unknown'],
    ['[TR2] in another currency than the order’s', { currency: 'USD' }, 1_000n, 'currency_mismatch'],
    [
      '[A20] with a number cut out of another order',
      { sealedFor: { userId: BUYER, requestId: 'order-number-0009' } },
      1_000n,
      'account_not_bound_to_signer',
    ],
    [
      '[A20] with a number cut out of another user’s order',
      { account: numberOf(SELLER), sealedFor: { userId: SELLER, requestId: bought.id } },
      1_000n,
      'account_not_bound_to_signer',
    ],
    ['[SIG1] for a forged order', { signer: 'forger' }, 1_000n, 'bad_signature'],
    ['[SIG1] for another kind of document', { typ: 'kabuken.exchange.order.reply' }, 1_000n, 'wrong_typ'],
    ['[SIG1] for an order to another exchange', { to: OTHER_EXCHANGE }, 1_000n, 'wrong_audience'],
    ['[SIG1] for an order with another sender', { signer: STRANGER }, 1_000n, 'wrong_sender'],
    ['[SIG1] for an order signed by a server', { signer: ISSUER, from: ISSUER }, 1_000n, 'wrong_role'],
    ['[SIG1] for an order in another’s name', { signer: STRANGER, from: STRANGER }, 1_000n, 'wrong_user'],
    ['[CA1] for an order under a name that is not certified', { name: 'Mori Yuki' }, 1_000n, 'wrong_name'],
  ]
  test.each(rows)('%s: refused', async (_name, change, amountMinor, code) => {
    const server = await funded()
    expect(await refused(server, () => server.hold(HOLD, amountMinor, signedOrder({ ...bought, ...change })))).toEqual({
      code,
      unchanged: true,
    })
  })

  test('[TR2] what is held already is not available', async () => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 1_000n, signedOrder(bought)))
    const second = signedOrder({ ...bought, id: 'order-number-0002', quantity: 6n })
    const asked = () => server.hold('hold-number-00002', 600n, second)
    expect(await refused(server, asked)).toEqual({ code: 'insufficient_funds', unchanged: true })
    assertOk(
      await server.hold('hold-number-00002', 500n, signedOrder({ ...bought, id: 'order-number-0002', quantity: 5n })),
    )
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_500n })
  })

  test('[SE1] asked again, also after it changed, the same hold counts once', async () => {
    const server = await funded()
    const order = signedOrder(bought)
    const first = await server.hold(HOLD, 1_000n, order)
    assertOk(await server.change(HOLD, 1_200n, replacement()))
    const before = server.state()
    expect(await server.hold(HOLD, 1_000n, order)).toEqual(first)
    expect(server.state()).toBe(before)
  })

  test.each([
    ['another amount', 999n, signedOrder(bought)],
    ['another order', 1_000n, signedOrder({ ...bought, id: 'order-number-0002' })],
  ])('[A2] the same hold ID with %s is refused', async (_name, amountMinor, order) => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 1_000n, signedOrder(bought)))
    expect(await refused(server, () => server.hold(HOLD, amountMinor, order))).toEqual({
      code: 'exists_with_different_amount',
      unchanged: true,
    })
  })

  test('[P5] an order holds money once, even after its hold was released', async () => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 1_000n, signedOrder(bought)))
    assertOk(await server.release(HOLD))
    expect(await refused(server, () => server.hold('hold-number-00002', 1_000n, signedOrder(bought)))).toEqual({
      code: 'order_already_held',
      unchanged: true,
    })
  })

  test('[SE1] two exchanges may choose the same hold ID', async () => {
    const server = await funded()
    assertOk(await server.hold(HOLD, 500n, signedOrder({ ...bought, quantity: 5n })))
    const other = signedOrder({ ...bought, id: 'order-number-0002', quantity: 6n, to: OTHER_EXCHANGE })
    assertOk(await server.hold(HOLD, 600n, other, { exchange: OTHER_EXCHANGE }))
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_100n })
    expect(assertOk(await server.release(HOLD)).releasedMinor).toBe(500n)
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 600n })
  })
})

describe('changing', () => {
  async function held(): Promise<Server> {
    const server = await funded()
    assertOk(await server.hold(HOLD, 1_000n, signedOrder(bought)))
    server.events.length = 0
    return server
  }

  test('[TR10] more is reserved for a higher limit, less for a lower one, each replacement once', async () => {
    const server = await held()
    expect(assertOk(await server.change(HOLD, 1_200n, replacement())).amountMinor).toBe(1_200n)
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_200n })
    const lower = replacement({ limitMinor: 80n, id: 'replacement-00002' })
    assertOk(await server.change(HOLD, 800n, lower))
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 800n })
    expect(server.events).toHaveLength(2)
    const before = server.state()
    // Reordered and repeated: the first one comes again.
    assertOk(await server.change(HOLD, 1_200n, replacement()))
    expect(server.state()).toBe(before)
    expect(await refused(server, () => server.change(HOLD, 1_100n, replacement()))).toEqual({
      code: 'exists_with_different_amount',
      unchanged: true,
    })
  })

  test('[TR10] a replacement that changes nothing is accepted without a word', async () => {
    const server = await held()
    assertOk(await server.change(HOLD, 1_000n, replacement()))
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_000n })
    expect(server.events).toEqual([])
  })

  const rows: readonly [string, bigint, Parameters<typeof replacement>[0], string][] = [
    ['[TR10] to more than is available', 1_600n, { limitMinor: 160n }, 'insufficient_funds'],
    ['[TR10] to more than the buyer signed', 1_201n, {}, 'hold_amount_wrong'],
    ['[TR10] by a replacement of another user', 1_200n, { from: STRANGER }, 'wrong_user'],
    ['[SIG1] by a replacement to another exchange', 1_200n, { to: OTHER_EXCHANGE }, 'wrong_audience'],
  ]
  test.each(rows)('%s: refused', async (_name, amountMinor, change, code) => {
    const server = await held()
    expect(await refused(server, () => server.change(HOLD, amountMinor, replacement(change)))).toEqual({
      code,
      unchanged: true,
    })
  })

  test('[TR10] a replacement by a market order reserves what the exchange says', async () => {
    const server = await held()
    assertOk(await server.change(HOLD, 1_400n, replacement({ market: true })))
    expect(server.account(BUYER)).toEqual({ balance: 1_500n, held: 1_400n })
  })

  test('[TR10] never less than was paid out of it, and what was paid counts in the amount', async () => {
    const server = await readyToSettle()
    assertOk(await server.ask('settlement.settle', EXCHANGE, settlementOf()))
    const lower = replacement({ limitMinor: 50n, quantity: 10n })
    const below = () => server.change(notice.buyHoldId, 399n, lower)
    expect(await refused(server, below)).toEqual({ code: 'below_posted', unchanged: true })
    assertOk(await server.change(notice.buyHoldId, 400n, lower))
    expect(server.account(BUYER)).toEqual({ balance: 4_600n, held: 0n })
    const raised = replacement({ limitMinor: 150n, quantity: 6n, id: 'replacement-00002' })
    assertOk(await server.change(notice.buyHoldId, 1_300n, raised))
    expect(server.account(BUYER)).toEqual({ balance: 4_600n, held: 900n })
  })

  test('[TR10] a sell order reserves nothing, replaced or not', async () => {
    const server = await readyToSettle()
    const signed = replacement({ from: SELLER })
    expect(await refused(server, () => server.change(notice.sellHoldId, 1n, signed))).toEqual({
      code: 'hold_amount_wrong',
      unchanged: true,
    })
    assertOk(await server.change(notice.sellHoldId, 0n, signed))
  })

  test('[TR10] an unknown, foreign or released hold is not changed', async () => {
    const server = await held()
    const other = replacement({ to: OTHER_EXCHANGE })
    const unknown = () => server.change('hold-number-00009', 1_200n, replacement())
    const foreign = () => server.change(HOLD, 1_200n, other, OTHER_EXCHANGE)
    expect(await refused(server, unknown)).toEqual({ code: 'hold_unknown', unchanged: true })
    expect(await refused(server, foreign)).toEqual({ code: 'hold_unknown', unchanged: true })
    assertOk(await server.release(HOLD))
    expect(await refused(server, () => server.change(HOLD, 1_200n, replacement()))).toEqual({
      code: 'hold_released',
      unchanged: true,
    })
  })
})

describe('releasing', () => {
  test('[SE1] gives back what is left, once', async () => {
    const server = await readyToSettle()
    assertOk(await server.ask('settlement.settle', EXCHANGE, settlementOf()))
    expect(assertOk(await server.release(notice.buyHoldId))).toEqual({ holdId: notice.buyHoldId, releasedMinor: 600n })
    expect(server.account(BUYER)).toEqual({ balance: 4_600n, held: 0n })
    const before = server.state()
    expect(assertOk(await server.release(notice.buyHoldId)).releasedMinor).toBe(600n)
    expect(server.state()).toBe(before)
  })

  test('[SE1] of a sell order is nothing to tell', async () => {
    const server = await readyToSettle()
    server.events.length = 0
    expect(assertOk(await server.release(notice.sellHoldId)).releasedMinor).toBe(0n)
    expect(server.events).toEqual([])
  })

  test('[SE1] only the exchange that placed it releases a hold', async () => {
    const server = await readyToSettle()
    const act = () => server.release(notice.buyHoldId, OTHER_EXCHANGE)
    expect(await refused(server, act)).toEqual({ code: 'hold_unknown', unchanged: true })
  })
})
