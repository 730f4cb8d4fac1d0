import { assert } from '../../../../shared/kernel/assert.ts'
import type { ReadView } from '../../../commit/view.ts'
import { MatchingEngine } from '../engine/engine.ts'
import type { EngineOrder, OrderBook, TimeInForce } from '../engine/order.ts'
import type { ExchangeTables, OrderRow } from '../tables.ts'
import { receptionNumberOf } from './numbers.ts'

/** The books, by class. An engine's tick is one minor unit: the tick of a listing may change while orders rest. */
export interface Books {
  of(classKey: string): OrderBook
  /** In the order of the class keys. */
  all(): readonly (readonly [classKey: string, book: OrderBook])[]
}

class BooksInMemory implements Books {
  readonly #books = new Map<string, OrderBook>()

  of(classKey: string): OrderBook {
    let book = this.#books.get(classKey)
    if (book === undefined) {
      book = new MatchingEngine()
      this.#books.set(classKey, book)
    }
    return book
  }

  all(): readonly (readonly [string, OrderBook])[] {
    return [...this.#books].sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

/** The order as the engine takes it, with this many shares. */
export function engineOrder(order: OrderRow, quantity: bigint): EngineOrder {
  return {
    id: Number(order.number),
    side: order.side as 'buy' | 'sell',
    priceTicks: Number(order.limitMinor),
    market: order.priceKind === 'market',
    quantity: Number(quantity),
    timeInForce: order.timeInForce as TimeInForce,
    owner: Number(order.owner),
    priority: Number(order.priority),
  }
}

export function receptionOf(engineId: number): string {
  return receptionNumberOf(engineId)
}

/** Rebuilds the books from what rests. A resting book is uncrossed, so nothing trades in here. */
export function rememberBooks(view: ReadView<ExchangeTables>): Books {
  const books = new BooksInMemory()
  const resting = ['open', 'partly_filled']
    .flatMap((state) => view.where('orders', 'state', state))
    .filter((order) => order.resting > 0n)
    .sort((a, b) => Number(a.priority - b.priority))
  for (const order of resting) {
    const { trades } = books.of(order.classKey).restore(engineOrder(order, order.resting))
    assert(trades.length === 0, 'a resting book is not crossed')
  }
  return books
}
