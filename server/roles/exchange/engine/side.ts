import type { DepthRow, Quote, Side } from './order.ts'
import type { OrderSlots } from './slots.ts'
import { NONE } from './slots.ts'

/** One price: the queue of its orders, the earliest at `head`, with their number and sum kept up to date. */
export class Level {
  readonly side: BookSide
  readonly priceTicks: number
  quantity = 0
  orders = 0
  head = NONE
  tail = NONE

  constructor(side: BookSide, priceTicks: number) {
    this.side = side
    this.priceTicks = priceTicks
  }
}

/**
 * The bids or the asks. Levels are sorted from the worst price to the best, so the best one leaves by a pop. A level that runs
 * empty elsewhere stays until half of the levels are empty: a cancel is O(1) amortised, and a price that comes back finds its level.
 */
export class BookSide {
  readonly side: Side
  readonly #slots: OrderSlots
  /** Makes a greater `priceTicks * #towardsBest` the better price. */
  readonly #towardsBest: 1 | -1
  #levels: Level[] = []
  #emptyLevels = 0

  constructor(side: Side, slots: OrderSlots) {
    this.side = side
    this.#slots = slots
    this.#towardsBest = side === 'buy' ? 1 : -1
  }

  /** The best level, when an order from the other side with this limit may trade with it. Never an empty one. */
  reachable(limitTicks: number): Level | undefined {
    const level = this.#levels[this.#levels.length - 1]
    return level !== undefined && (level.priceTicks - limitTicks) * this.#towardsBest >= 0 ? level : undefined
  }

  /** Whether an order of `owner` would find `quantity` within its limit before it meets an order of its own. */
  fills(quantity: number, limitTicks: number, owner: number): boolean {
    const { owners, quantities, next } = this.#slots
    let missing = quantity
    for (let at = this.#levels.length - 1; at >= 0; at--) {
      const level = this.#levels[at]!
      if ((level.priceTicks - limitTicks) * this.#towardsBest < 0) return false
      for (let slot = level.head; slot !== NONE; slot = next[slot]!) {
        if (owners[slot] === owner) return false
        missing -= quantities[slot]!
        if (missing <= 0) return true
      }
    }
    return false
  }

  /** Queues the slot at its price by its priority. The scan starts at the tail: an order that just came in is already there. */
  insert(slot: number, priceTicks: number): void {
    const { previous, next, priorities, quantities, levels } = this.#slots
    const level = this.#levelAt(priceTicks)
    const priority = priorities[slot]!
    let before = level.tail
    while (before !== NONE && priorities[before]! > priority) before = previous[before]!
    const after = before === NONE ? level.head : next[before]!
    previous[slot] = before
    next[slot] = after
    if (before === NONE) level.head = slot
    else next[before] = slot
    if (after === NONE) level.tail = slot
    else previous[after] = slot
    levels[slot] = level
    if (level.orders++ === 0) this.#emptyLevels--
    level.quantity += quantities[slot]!
  }

  remove(slot: number): void {
    const { previous, next, quantities } = this.#slots
    const level = this.#slots.levels[slot]!
    const before = previous[slot]!
    const after = next[slot]!
    if (before === NONE) level.head = after
    else next[before] = after
    if (after === NONE) level.tail = before
    else previous[after] = before
    level.quantity -= quantities[slot]!
    if (--level.orders === 0) this.#emptied()
  }

  best(): Quote | undefined {
    const level = this.#levels[this.#levels.length - 1]
    return level && { priceTicks: level.priceTicks, quantity: level.quantity }
  }

  depth(levels: number): DepthRow[] {
    const rows: DepthRow[] = []
    for (let at = this.#levels.length - 1; at >= 0 && rows.length < levels; at--) {
      const { priceTicks, quantity, orders } = this.#levels[at]!
      if (orders > 0) rows.push([priceTicks, quantity, orders])
    }
    return rows
  }

  *queue(): Generator<number> {
    for (let at = this.#levels.length - 1; at >= 0; at--) {
      for (let slot = this.#levels[at]!.head; slot !== NONE; slot = this.#slots.next[slot]!) yield slot
    }
  }

  #levelAt(priceTicks: number): Level {
    let low = 0
    let high = this.#levels.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#levels[middle]!.priceTicks - priceTicks) * this.#towardsBest < 0) low = middle + 1
      else high = middle
    }
    const found = this.#levels[low]
    if (found?.priceTicks === priceTicks) return found
    const level = new Level(this, priceTicks)
    this.#levels.splice(low, 0, level)
    this.#emptyLevels++
    return level
  }

  #emptied(): void {
    this.#emptyLevels++
    while (this.#levels.length > 0 && this.#levels[this.#levels.length - 1]!.orders === 0) {
      this.#levels.pop()
      this.#emptyLevels--
    }
    if (this.#emptyLevels * 2 > this.#levels.length) {
      this.#levels = this.#levels.filter((level) => level.orders > 0)
      this.#emptyLevels = 0
    }
  }
}
