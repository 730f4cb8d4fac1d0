import { describe, expect, test } from 'vitest'
import type { CompletionNotice } from '../../../../shared/documents/completion-notice.ts'
import {
  assertOk,
  AT,
  BUYER,
  buyOrder,
  EXCHANGE,
  FORMER_EXCHANGE,
  HOUR,
  ISSUER,
  notice,
  numberOf,
  OTHER_EXCHANGE,
  readyToSettle,
  refused,
  SELLER,
  sellOrder,
  settlementOf,
  settlementServer,
  signedNotice,
  signedOrder,
  STRANGER,
  type Server,
} from '../settlement-fixture.ts'

const PAID = { buyer: { balance: 4_600n, held: 600n }, seller: { balance: 400n, held: 0n } }

const balances = (server: Server) => ({ buyer: server.account(BUYER), seller: server.account(SELLER) })
const settle = (server: Server, change: Parameters<typeof settlementOf>[0] = {}, at = AT, exchange = EXCHANGE) =>
  server.ask('settlement.settle', exchange, settlementOf(change), { at })

describe('asked by the exchange', () => {
  test('[SE3] money moves from the buyer’s hold to the seller, and both are told', async () => {
    const server = await readyToSettle()
    server.events.length = 0
    expect(assertOk(await settle(server))).toEqual({ matchNumber: notice.matchNumber, settledAt: AT })
    expect(balances(server)).toEqual(PAID)
    expect(server.events.map(({ topic, body }) => [topic, (body as { entry: unknown }).entry])).toEqual([
      [
        `user:${BUYER}`,
        {
          sequence: '2',
          at: '2026-04-01T09:00:00.000Z',
          kind: 'settlement',
          creditMinor: '0',
          debitMinor: '400',
          balanceMinor: '4600',
          reference: 'MA-00000001',
        },
      ],
      [
        `user:${SELLER}`,
        {
          sequence: '1',
          at: '2026-04-01T09:00:00.000Z',
          kind: 'settlement',
          creditMinor: '400',
          debitMinor: '0',
          balanceMinor: '400',
          reference: 'MA-00000001',
        },
      ],
    ])
  })

  test('[A1] asked again under another request ID, a match is paid once and the answer is the same', async () => {
    const server = await readyToSettle()
    const first = await settle(server)
    const before = server.state()
    expect(await settle(server, {}, AT + HOUR)).toEqual(first)
    expect(server.state()).toBe(before)
  })

  test.each([
    ['[A2] the amount changed by 1', { amountMinor: 401n }],
    ['[A2] another buyer’s hold', { buyHoldId: 'hold-of-somebody1' }],
    ['[A2] another seller’s hold', { sellHoldId: 'hold-of-somebody1' }],
    ['[A2] another currency', { currency: 'USD' }],
  ])('%s: refused, the first effect intact', async (_name, change) => {
    const server = await readyToSettle()
    assertOk(await settle(server))
    expect(await refused(server, () => settle(server, change))).toEqual({
      code: 'exists_with_different_amount',
      unchanged: true,
    })
    expect(balances(server)).toEqual(PAID)
  })

  const rows: readonly [string, Parameters<typeof settlementOf>[0], string][] = [
    ['[SE3] from an unknown hold', { buyHoldId: 'hold-of-somebody1' }, 'hold_unknown'],
    ['[SE3] to an unknown hold', { sellHoldId: 'hold-of-somebody1' }, 'hold_unknown'],
    [
      '[SE3] from the seller to the buyer',
      { buyHoldId: notice.sellHoldId, sellHoldId: notice.buyHoldId },
      'hold_unknown',
    ],
    ['[TR8] more than is on hold', { amountMinor: 1_001n }, 'exceeds_hold'],
    ['[SE3] in another currency', { currency: 'USD' }, 'currency_mismatch'],
    ['[A23] from another account', { buyerNumber: '7999999999' }, 'account_unknown'],
    ['[A23] to another account', { sellerNumber: numberOf(STRANGER) }, 'account_unknown'],
    [
      '[A20] with the number of another order of the buyer',
      { buyOrder: { userId: BUYER, requestId: 'order-number-0009' } },
      'account_not_bound_to_signer',
    ],
    [
      '[A20] with a number of another seller',
      { sellOrder: { userId: STRANGER, requestId: sellOrder.requestId }, sellerNumber: numberOf(STRANGER) },
      'account_not_bound_to_signer',
    ],
    [
      '[A20] with a number that was sealed for another order',
      { buyerAccount: settlementOf({ buyOrder: sellOrder }).buyerAccount },
      'account_not_bound_to_signer',
    ],
    [
      '[A20] to an account that was cut out of another order',
      { sellerAccount: settlementOf({ sellOrder: buyOrder }).sellerAccount },
      'account_not_bound_to_signer',
    ],
  ]
  test.each(rows)('%s: refused', async (_name, change, code) => {
    const server = await readyToSettle()
    expect(await refused(server, () => settle(server, change))).toEqual({ code, unchanged: true })
  })

  test('[SE3] another exchange cannot touch the holds', async () => {
    const server = await readyToSettle()
    const act = () => settle(server, {}, AT, OTHER_EXCHANGE)
    expect(await refused(server, act)).toEqual({ code: 'hold_unknown', unchanged: true })
  })

  test('[TR8] after the release nothing is paid out of a hold', async () => {
    const server = await readyToSettle()
    assertOk(await server.release(notice.buyHoldId))
    expect(await refused(server, () => settle(server))).toEqual({ code: 'exceeds_hold', unchanged: true })
  })

  test('[TR8] the parts of an order are paid one after the other until the hold is used up', async () => {
    const server = await readyToSettle()
    assertOk(await settle(server, { amountMinor: 600n }))
    assertOk(await settle(server, { amountMinor: 400n, matchNumber: 'MA-00000002' }))
    expect(server.account(BUYER)).toEqual({ balance: 4_000n, held: 0n })
    const more = () => settle(server, { amountMinor: 1n, matchNumber: 'MA-00000003' })
    expect(await refused(server, more)).toEqual({ code: 'exceeds_hold', unchanged: true })
  })

  test('[SE3] nobody is paid out of their own account', async () => {
    const server = await readyToSettle()
    const own = { userId: BUYER, requestId: 'order-number-0002' }
    assertOk(
      await server.hold('hold-number-00002', 0n, signedOrder({ id: own.requestId, userId: BUYER, side: 'sell' })),
    )
    const change = { sellHoldId: 'hold-number-00002', sellOrder: own, sellerNumber: numberOf(BUYER) }
    expect(await refused(server, () => settle(server, change))).toEqual({ code: 'same_account', unchanged: true })
  })
})

describe('claimed by the seller', () => {
  test('[TR9] the completion notice pays although the exchange never asked', async () => {
    const server = await readyToSettle()
    expect(assertOk(await server.claim(SELLER))).toEqual({ matchNumber: notice.matchNumber, settledAt: AT })
    expect(balances(server)).toEqual(PAID)
  })

  test('[TR9] a claim before the exchange’s request: paid once, the same answer', async () => {
    const server = await readyToSettle()
    const claimed = await server.claim(SELLER)
    const before = server.state()
    expect(await settle(server, {}, AT + HOUR)).toEqual(claimed)
    expect(await server.claim(SELLER, { at: AT + HOUR })).toEqual(claimed)
    expect(server.state()).toBe(before)
    expect(await refused(server, () => settle(server, { amountMinor: 401n }))).toEqual({
      code: 'exists_with_different_amount',
      unchanged: true,
    })
  })

  test('[TR9] a claim after the exchange’s request: paid once, the same answer', async () => {
    const server = await readyToSettle()
    const settled = await settle(server)
    const before = server.state()
    expect(await server.claim(SELLER, { at: AT + HOUR })).toEqual(settled)
    expect(server.state()).toBe(before)
  })

  const rows: readonly [string, Partial<CompletionNotice>, string, string, string][] = [
    ['[TR9] by another user', {}, EXCHANGE, STRANGER, 'wrong_user'],
    ['[TR9] by the buyer with the buyer’s notice', { side: 'buy', userId: BUYER }, EXCHANGE, BUYER, 'wrong_user'],
    ['[TR9] of a sale that was another user’s', { userId: STRANGER }, EXCHANGE, STRANGER, 'wrong_user'],
    ['[A6] with a notice signed by an issuer', {}, ISSUER, SELLER, 'wrong_role'],
    ['[A6] with a notice signed by an investor', {}, SELLER, SELLER, 'wrong_role'],
    ['[TR9] with a notice of another exchange', {}, OTHER_EXCHANGE, SELLER, 'hold_unknown'],
    ['[TR9] of unknown holds', { buyHoldId: 'hold-of-somebody1' }, EXCHANGE, SELLER, 'hold_unknown'],
    ['[TR8] of more than is on hold', { amountMinor: 1_001n }, EXCHANGE, SELLER, 'exceeds_hold'],
  ]
  test.each(rows)('%s: refused', async (_name, change, exchange, claimant, code) => {
    const server = await readyToSettle()
    expect(await refused(server, () => server.claim(claimant, { jws: signedNotice(change, exchange) }))).toEqual({
      code,
      unchanged: true,
    })
  })

  test('[TR9] nobody but the seller learns by a claim when a match was settled', async () => {
    const server = await readyToSettle()
    assertOk(await settle(server))
    for (const [claimant, jws] of [
      [STRANGER, signedNotice({}, EXCHANGE)],
      [BUYER, signedNotice({ side: 'buy', userId: BUYER }, EXCHANGE)],
    ] as const) {
      expect(await refused(server, () => server.claim(claimant, { jws }))).toEqual({
        code: 'wrong_user',
        unchanged: true,
      })
    }
  })

  test('[TR9] a forged notice pays nothing', async () => {
    const server = await readyToSettle()
    const act = () => server.claim(SELLER, { jws: signedNotice({}, 'forger') })
    expect((await refused(server, act)).unchanged).toBe(true)
    expect(balances(server).seller).toEqual({ balance: 0n, held: 0n })
  })

  test('[TR9] the notice of an exchange that left the market pays by the certificate that comes along', async () => {
    const server = settlementServer()
    for (const userId of [BUYER, SELLER]) assertOk(await server.open(userId))
    assertOk(await server.deposit(BUYER, 1_000n))
    const exchange = FORMER_EXCHANGE
    const bought = signedOrder({ id: buyOrder.requestId, userId: BUYER, to: exchange })
    const sold = signedOrder({ id: sellOrder.requestId, userId: SELLER, side: 'sell', to: exchange })
    assertOk(await server.hold(notice.buyHoldId, 1_000n, bought, { exchange }))
    assertOk(await server.hold(notice.sellHoldId, 0n, sold, { exchange }))
    assertOk(await server.claim(SELLER, { jws: signedNotice({}, exchange) }))
    expect(balances(server)).toEqual({ buyer: { balance: 600n, held: 600n }, seller: { balance: 400n, held: 0n } })
  })

  test('[A20] a claim with a number that was sealed for somebody else is refused', async () => {
    const server = await readyToSettle()
    expect(await refused(server, () => server.claim(SELLER, { sealedFor: BUYER }))).toEqual({
      code: 'account_not_bound_to_signer',
      unchanged: true,
    })
  })

  test('[A23] claims to accounts that are not the seller’s are counted, and refused after five', async () => {
    const server = await readyToSettle()
    for (let i = 0; i < 5; i += 1) {
      const { code } = await refused(server, () => server.claim(SELLER, { number: numberOf(BUYER) }))
      expect(code).toBe('account_unknown')
    }
    expect(await refused(server, () => server.claim(SELLER))).toEqual({ code: 'too_many_tries', unchanged: true })
    // The inquiry is closed too, and another user is not.
    expect((await refused(server, () => server.inquire(SELLER, numberOf(SELLER)))).code).toBe('rate_limited')
    assertOk(await server.inquire(BUYER, numberOf(BUYER)))
    expect(balances(server).seller).toEqual({ balance: 0n, held: 0n })
    assertOk(await server.claim(SELLER, { at: AT + HOUR }))
    expect(balances(server)).toEqual(PAID)
  })
})
