import type { OrderStatus } from '../../../shared/documents/order.ts'
import type { AccountStatement } from '../../../shared/documents/settlement.ts'

export type Hold = AccountStatement['holds'][number]

/**
 * Which order a hold is for. The settlement server does not know orders by their number, so the amount decides: what a limit order
 * costs at most, less what was settled of it already ([TR2], [TR8]). Among equals the order that was received nearest before it.
 */
export function orderOfHold(hold: Hold, orders: readonly OrderStatus[]): OrderStatus | undefined {
  return orders
    .filter((order) => order.side === 'buy' && leftToPay(order) === hold.amountMinor)
    .toSorted((a, b) => distance(a, hold) - distance(b, hold))[0]
}

function distance(order: OrderStatus, hold: Hold): number {
  return Math.abs(order.receivedAt - hold.placedAt)
}

function leftToPay({ price, quantity, matches }: OrderStatus): bigint | undefined {
  if (price.kind === 'market') return undefined
  const settled = matches.filter(({ state }) => state === 'settled')
  return settled.reduce((left, match) => left - match.priceMinor * match.quantity, price.limitMinor * quantity)
}
