/**
 * The matching engine: the book of one security, matched by price, then time [TR3]. No I/O, clock, promise or random number: the
 * same calls give the same trades, so a book is rebuilt from its open orders and compared by the hash of its dump.
 *
 * Structure                                    why
 *   id -> slot (Map)                           cancel, replace and query by number without a search
 *   slots: one typed array a field (slots.ts)  an order that rests makes no object, so a full book costs the collector nothing
 *   side: levels sorted by price (side.ts)     the best is last; a new price is a binary search and a short move of pointers
 *   level: doubly linked queue of slots        leaves from any place in O(1), enters at the tail in O(1)
 *
 * Complexity, with L prices on a side: a trade O(1); resting O(log L), at a new price O(L) pointers moved; cancel O(1) amortised;
 * restore as resting, plus the orders of that price that came later; depth O(L); best and remaining O(1). Only results, and
 * a level when a price is new, are allocated. Prices and quantities are integers that doubles hold exactly (limits in order.ts), because
 * bigint arithmetic allocates; amounts of money are the business of the caller.
 */
import { assert } from '../../../../shared/kernel/assert.ts'
import type { BestPrices, CancelReason, Depth, EngineOrder, EngineTrade, OrderBook } from './order.ts'
import type { Replacement, Submitted } from './order.ts'
import { assertOrder, assertTerms, MAX_QUANTITY, MAX_RESTING_ORDERS } from './order.ts'
import { BookSide } from './side.ts'
import { OrderSlots } from './slots.ts'

export class MatchingEngine implements OrderBook {
  readonly #slots = new OrderSlots()
  readonly #slotOf = new Map<number, number>()
  readonly #bids = new BookSide('buy', this.#slots)
  readonly #asks = new BookSide('sell', this.#slots)
  #lastPriority = 0

  get size(): number {
    return this.#slotOf.size
  }

  submit(order: EngineOrder): Submitted {
    assertOrder(order)
    assert(!this.#slotOf.has(order.id), 'order id is new to the book')
    assert(order.priority > this.#lastPriority, 'priority is later than any before it')
    assert(this.size < MAX_RESTING_ORDERS, 'the book has room')
    return this.#enter(order)
  }

  cancel(id: number): number {
    const slot = this.#slotOf.get(id)
    if (slot === undefined) return 0
    const quantity = this.#slots.quantities[slot]!
    this.#remove(slot)
    return quantity
  }

  replace(id: number, change: Replacement): Submitted {
    assertTerms(change)
    const slot = this.#slotOf.get(id)
    assert(slot !== undefined, 'a replaced order rests in the book')
    const resting = this.#orderAt(slot)
    if (change.priceTicks === resting.priceTicks && change.quantity <= resting.quantity) {
      this.#reduce(slot, resting.quantity - change.quantity)
      return { trades: [], resting: change.quantity, cancelled: 0 }
    }
    assert(change.priority > this.#lastPriority, 'priority is later than any before it')
    this.#remove(slot)
    const { priceTicks, quantity, priority } = change
    return this.#enter({ ...resting, priceTicks, quantity, priority })
  }

  restore(order: EngineOrder): Submitted {
    assertOrder(order)
    const slot = this.#slotOf.get(order.id)
    if (slot === undefined) {
      assert(this.size < MAX_RESTING_ORDERS, 'the book has room')
      return this.#enter(order)
    }
    const { side, priceTicks, owner, priority, quantity } = this.#orderAt(slot)
    assert(side === order.side && owner === order.owner, 'a restored part is of the order that rests')
    assert(priceTicks === order.priceTicks && priority === order.priority, 'a restored part has the place of its order')
    assert(quantity + order.quantity <= MAX_QUANTITY, 'quantity is in range')
    this.#reduce(slot, -order.quantity)
    return { trades: [], resting: order.quantity, cancelled: 0 }
  }

  find(id: number): EngineOrder | undefined {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? undefined : this.#orderAt(slot)
  }

  remaining(id: number): number {
    const slot = this.#slotOf.get(id)
    return slot === undefined ? 0 : this.#slots.quantities[slot]!
  }

  best(): BestPrices {
    const bid = this.#bids.best()
    const ask = this.#asks.best()
    return { ...(bid && { bid }), ...(ask && { ask }) }
  }

  depth(levels: number): Depth {
    return { bids: this.#bids.depth(levels), asks: this.#asks.depth(levels) }
  }

  *orders(): Generator<EngineOrder> {
    for (const slot of this.#bids.queue()) yield this.#orderAt(slot)
    for (const slot of this.#asks.queue()) yield this.#orderAt(slot)
  }

  #enter(order: EngineOrder): Submitted {
    const { id, priceTicks, owner, quantity } = order
    const { ids, owners, quantities } = this.#slots
    const opposite = order.side === 'buy' ? this.#asks : this.#bids
    if (order.priority > this.#lastPriority) this.#lastPriority = order.priority
    const trades: EngineTrade[] = []
    if (order.timeInForce === 'fill_or_kill' && !opposite.fills(quantity, priceTicks, owner)) {
      return { trades, resting: 0, cancelled: quantity, reason: 'fill_or_kill' }
    }
    let left = quantity
    for (let level = opposite.reachable(priceTicks); level; level = opposite.reachable(priceTicks)) {
      const maker = level.head
      if (owners[maker] === owner) return { trades, resting: 0, cancelled: left, reason: 'self_trade_prevented' }
      const traded = Math.min(left, quantities[maker]!)
      trades.push({ maker: ids[maker]!, taker: id, priceTicks: level.priceTicks, quantity: traded })
      if (traded === quantities[maker]) this.#remove(maker)
      else this.#reduce(maker, traded)
      left -= traded
      if (left === 0) return { trades, resting: 0, cancelled: 0 }
    }
    const reason = whyNotResting(order)
    if (reason) return { trades, resting: 0, cancelled: left, reason }
    this.#rest(order, left)
    return { trades, resting: left, cancelled: 0 }
  }

  #rest(order: EngineOrder, quantity: number): void {
    const slot = this.#slots.take()
    this.#slots.ids[slot] = order.id
    this.#slots.owners[slot] = order.owner
    this.#slots.priorities[slot] = order.priority
    this.#slots.quantities[slot] = quantity
    this.#slots.goodTillDate[slot] = order.timeInForce === 'good_till_date' ? 1 : 0
    this.#slotOf.set(order.id, slot)
    const side = order.side === 'buy' ? this.#bids : this.#asks
    side.insert(slot, order.priceTicks)
  }

  #reduce(slot: number, quantity: number): void {
    this.#slots.quantities[slot]! -= quantity
    this.#slots.levels[slot]!.quantity -= quantity
  }

  #remove(slot: number): void {
    this.#slotOf.delete(this.#slots.ids[slot]!)
    this.#slots.levels[slot]!.side.remove(slot)
    this.#slots.release(slot)
  }

  #orderAt(slot: number): EngineOrder {
    const { ids, owners, priorities, quantities, goodTillDate, levels } = this.#slots
    const { side, priceTicks } = levels[slot]!
    return {
      id: ids[slot]!,
      side: side.side,
      priceTicks,
      market: false,
      quantity: quantities[slot]!,
      timeInForce: goodTillDate[slot] === 1 ? 'good_till_date' : 'day',
      owner: owners[slot]!,
      priority: priorities[slot]!,
    }
  }
}

function whyNotResting(order: EngineOrder): CancelReason | undefined {
  if (order.market) return 'no_liquidity'
  return order.timeInForce === 'immediate_or_cancel' ? 'immediate_or_cancel' : undefined
}
