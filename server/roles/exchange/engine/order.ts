import { assert } from '../../../../shared/kernel/assert.ts'

/** 10^9 < 2^30, so V8 keeps a price as a small integer; at a tick of 0.01 it is still 10,000,000 a share. */
export const MAX_TICKS = 1_000_000_000
export const MAX_RESTING_ORDERS = 1_000_000
/** 10^6 resting orders * 9 * 10^9 shares = 9.0 * 10^15 <= 2^53 - 1: the sum of a whole book is still an exact double. */
export const MAX_QUANTITY = 9_000_000_000

export type Side = 'buy' | 'sell'
export type TimeInForce = 'day' | 'good_till_date' | 'immediate_or_cancel' | 'fill_or_kill'

export interface EngineOrder {
  /** Positive safe integer, chosen by the caller, never used twice in a book. */
  readonly id: number
  readonly side: Side
  /** The limit; for a market order the protection limit beyond which it does not trade. */
  readonly priceTicks: number
  readonly market: boolean
  readonly quantity: number
  readonly timeInForce: TimeInForce
  /** Equal owners are the same person, who must not trade with himself. */
  readonly owner: number
  /** Reception sequence, strictly increasing: the earlier number trades first at a price. */
  readonly priority: number
}

export interface EngineTrade {
  readonly maker: number
  readonly taker: number
  /** The resting order's price. */
  readonly priceTicks: number
  readonly quantity: number
}

export type CancelReason = 'immediate_or_cancel' | 'fill_or_kill' | 'no_liquidity' | 'self_trade_prevented'

/** What became of an incoming quantity: sum of `trades` + `resting` + `cancelled` is all of it; `reason` says why any was cancelled. */
export interface Submitted {
  readonly trades: readonly EngineTrade[]
  readonly resting: number
  readonly cancelled: number
  readonly reason?: CancelReason
}

export interface Replacement {
  readonly priceTicks: number
  /** What shall be left to trade from now on; what has traded already is not part of it. */
  readonly quantity: number
  /** The reception sequence of the replacement, used when the order loses its place. */
  readonly priority: number
}

export interface Quote {
  readonly priceTicks: number
  readonly quantity: number
}

export interface BestPrices {
  readonly bid?: Quote
  readonly ask?: Quote
}

export type DepthRow = readonly [priceTicks: number, quantity: number, orders: number]

export interface Depth {
  readonly bids: readonly DepthRow[]
  readonly asks: readonly DepthRow[]
}

/** The order book of one security. Breaking a contract below is the caller's bug and throws; the book is then unchanged. */
export interface OrderBook {
  /** Resting orders; at MAX_RESTING_ORDERS the caller must refuse new ones. */
  readonly size: number
  /** An incoming order, with a priority later than any before it: trades by price, then time; the rest goes into the book. */
  submit(order: EngineOrder): Submitted
  /** Takes the order out; the quantity it still had, 0 when it is not in the book. */
  cancel(id: number): number
  /** Of a resting order. It keeps its place when its price stays and its quantity does not grow; else it comes in anew. */
  replace(id: number, change: Replacement): Submitted
  /**
   * Puts an order, or the part of it whose transfer was refused, back into its original place; a part joins what still rests.
   * Where that would cross the book it trades first, like an incoming order; what may not rest is then cancelled as at its
   * submission. Also rebuilds a book from its open orders, in any sequence.
   */
  restore(order: EngineOrder): Submitted
  /** The resting order with the quantity it has left. */
  find(id: number): EngineOrder | undefined
  remaining(id: number): number
  best(): BestPrices
  /** The `levels` best prices of each side, best first. */
  depth(levels: number): Depth
  /** All resting orders, bids then asks, by price, then time. The book must not change meanwhile. */
  orders(): Iterable<EngineOrder>
}

export function assertOrder(order: EngineOrder): void {
  assert(Number.isSafeInteger(order.id) && order.id > 0, 'order id is a positive safe integer')
  assert(Number.isSafeInteger(order.owner), 'owner is a safe integer')
  assertTerms(order)
}

export function assertTerms({ priceTicks, quantity, priority }: Replacement): void {
  assert(Number.isSafeInteger(priceTicks) && priceTicks > 0 && priceTicks <= MAX_TICKS, 'price in ticks is in range')
  assert(Number.isSafeInteger(quantity) && quantity > 0 && quantity <= MAX_QUANTITY, 'quantity is in range')
  assert(Number.isSafeInteger(priority) && priority > 0, 'priority is a positive safe integer')
}

/** One line an order, in the book's sequence: equal books give equal text, so its hash compares a book before and after a restart. */
export function dumpOrders(orders: Iterable<EngineOrder>): string {
  let text = ''
  for (const { side, priceTicks, priority, id, owner, quantity, timeInForce } of orders) {
    text += `${side} ${priceTicks} ${priority} ${id} ${owner} ${quantity} ${timeInForce}\n`
  }
  return text
}
