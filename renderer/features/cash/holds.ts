import type { OrderStatus } from '../../../shared/documents/order.ts'
import type { AccountStatement } from '../../../shared/documents/settlement.ts'

export type Hold = AccountStatement['holds'][number]

/** Which order a hold is for; undefined for one of which the wallet has not heard, or not yet. */
export function orderOfHold({ orderHash }: Hold, orders: readonly OrderStatus[]): OrderStatus | undefined {
  return orders.find((order) => order.orderHash === orderHash)
}
