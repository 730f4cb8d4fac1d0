import { CURRENCY, TERMS } from '../../demo/cast.ts'
import type { DemoMarket } from '../../demo/market.ts'

const OPERATOR = 'operator'
const DAY_MS = 24 * 60 * 60 * 1000

/** Pays in to the one account there is; returns whose it is. */
export async function depositFor(market: DemoMarket, amountMinor: bigint): Promise<string> {
  return market.atDesk('settlement', async (desk) => {
    const { accounts } = await desk.ask('settlement.accounts', {})
    const userId = accounts[0]?.userId
    if (userId === undefined) throw new Error('nobody has an account')
    await desk.ask('settlement.deposit', {
      userId,
      currency: CURRENCY,
      amountMinor,
      reference: 'first-deposit',
      operator: OPERATOR,
    })
    return userId
  })
}

/** Pays in to everybody who has an account. */
export async function depositForAll(market: DemoMarket, amountMinor: bigint): Promise<void> {
  await market.atDesk('settlement', async (desk) => {
    const { accounts } = await desk.ask('settlement.accounts', {})
    for (const { userId } of accounts)
      await desk.ask('settlement.deposit', {
        userId,
        currency: CURRENCY,
        amountMinor,
        reference: `first-${userId}`,
        operator: OPERATOR,
      })
  })
}

/** 1,000 shares of the brewery at 1,250; what a subscriber needs to name. */
export async function offerShares(market: DemoMarket) {
  const terms = TERMS['HOSHI'] ?? ''
  const { offeringNumber } = await market.atDesk('issuer', (desk) =>
    desk.ask('issuer.offer', {
      security: 'HOSHI',
      shareClass: 'common',
      terms,
      priceMinor: 1_250n,
      quantity: 1_000n,
      opensAt: Date.now() - 1_000,
      closesAt: Date.now() + 30 * DAY_MS,
      operator: OPERATOR,
    }),
  )
  return { offeringNumber, terms }
}
