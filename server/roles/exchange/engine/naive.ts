/**
 * The matching rules in the plainest words, as the twin that seeded commands compare the engine with. It sorts the whole book for
 * each order and does not check what the caller owes; nobody trades on it.
 */
import type { BestPrices, CancelReason, Depth, DepthRow, EngineOrder, EngineTrade, OrderBook } from './order.ts'
import type { Replacement, Side, Submitted } from './order.ts'

const total = (orders: readonly EngineOrder[]) => orders.reduce((sum, order) => sum + order.quantity, 0)

export class NaiveBook implements OrderBook {
  #orders: EngineOrder[] = []

  get size(): number {
    return this.#orders.length
  }

  submit(order: EngineOrder): Submitted {
    const queue = order.side === 'buy' ? this.#queue('sell') : this.#queue('buy')
    const crossing = queue.filter((resting) =>
      order.side === 'buy' ? resting.priceTicks <= order.priceTicks : resting.priceTicks >= order.priceTicks,
    )
    const own = crossing.findIndex((resting) => resting.owner === order.owner)
    const partners = own === -1 ? crossing : crossing.slice(0, own)

    const trades: EngineTrade[] = []
    const after = (resting: number, cancelled: number, reason?: CancelReason): Submitted =>
      reason ? { trades, resting, cancelled, reason } : { trades, resting, cancelled }

    if (order.timeInForce === 'fill_or_kill' && total(partners) < order.quantity) {
      return after(0, order.quantity, 'fill_or_kill')
    }
    let left = order.quantity
    for (const partner of partners) {
      const quantity = Math.min(left, partner.quantity)
      if (quantity === 0) break
      trades.push({ maker: partner.id, taker: order.id, priceTicks: partner.priceTicks, quantity })
      this.#set(partner, partner.quantity - quantity)
      left -= quantity
    }
    if (left === 0) return after(0, 0)
    if (own !== -1) return after(0, left, 'self_trade_prevented')
    if (order.market) return after(0, left, 'no_liquidity')
    if (order.timeInForce === 'immediate_or_cancel') return after(0, left, 'immediate_or_cancel')
    this.#set(order, left)
    return after(left, 0)
  }

  cancel(id: number): number {
    const quantity = this.remaining(id)
    this.#orders = this.#orders.filter((order) => order.id !== id)
    return quantity
  }

  replace(id: number, change: Replacement): Submitted {
    const resting = this.find(id)!
    if (change.priceTicks === resting.priceTicks && change.quantity <= resting.quantity) {
      this.#set(resting, change.quantity)
      return { trades: [], resting: change.quantity, cancelled: 0 }
    }
    this.cancel(id)
    return this.submit({ ...resting, ...change })
  }

  restore(order: EngineOrder): Submitted {
    const resting = this.find(order.id)
    if (!resting) return this.submit(order)
    this.#set(resting, resting.quantity + order.quantity)
    return { trades: [], resting: order.quantity, cancelled: 0 }
  }

  find(id: number): EngineOrder | undefined {
    return this.#orders.find((order) => order.id === id)
  }

  remaining(id: number): number {
    return this.find(id)?.quantity ?? 0
  }

  best(): BestPrices {
    const { bids, asks } = this.depth(1)
    const quote = ([row]: readonly DepthRow[]) => row && { priceTicks: row[0], quantity: row[1] }
    const bid = quote(bids)
    const ask = quote(asks)
    return { ...(bid && { bid }), ...(ask && { ask }) }
  }

  depth(levels: number): Depth {
    const rows = (side: Side): DepthRow[] =>
      [...Map.groupBy(this.#queue(side), (order) => order.priceTicks)]
        .map(([priceTicks, orders]): DepthRow => [priceTicks, total(orders), orders.length])
        .slice(0, levels)
    return { bids: rows('buy'), asks: rows('sell') }
  }

  orders(): EngineOrder[] {
    return [...this.#queue('buy'), ...this.#queue('sell')]
  }

  #queue(side: Side): EngineOrder[] {
    const better = side === 'buy' ? -1 : 1
    return this.#orders
      .filter((order) => order.side === side)
      .sort((a, b) => (a.priceTicks - b.priceTicks) * better || a.priority - b.priority)
  }

  #set(order: EngineOrder, quantity: number): void {
    this.#orders = this.#orders.filter(({ id }) => id !== order.id)
    if (quantity > 0) this.#orders.push({ ...order, quantity })
  }
}
