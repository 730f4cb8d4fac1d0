import { classKey as classKeyOf, type ClassRef, type ShareClass } from '../../../../shared/documents/fields.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Ids, Millis } from '../../../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../../../shared/kernel/result.ts'
import { exchangeEvents } from '../../../../shared/protocol/catalogue/exchange.ts'
import type { Event, LateAnswer, Message, Sealed, Surroundings } from '../../../commit/decision.ts'
import type { View } from '../../../commit/view.ts'
import type { ExchangeSettings } from '../settings.ts'
import type { ExchangeTables, ListingRow, MatchRow, OrderRow } from '../tables.ts'
import type { Books } from './memory.ts'

export type ExchangeView = View<ExchangeTables>
export type ExchangeSurroundings = Surroundings<ExchangeSettings, Books>

/**
 * One decision while it is made. Steps change rows through it and name what follows; `conclude` then looks once at every order
 * that was touched. Nothing is refused any more when a step touches a book.
 */
export interface Work {
  readonly view: ExchangeView
  readonly books: Books
  readonly ids: Ids
  readonly at: Millis
  readonly messages: Message[]
  readonly events: Event[]
  readonly answers: LateAnswer[]
  /** Reception numbers of the orders that changed. */
  readonly touched: Set<string>
  /** Prices whose level changed, by class. */
  readonly prices: Map<string, Record<Side, Set<number>>>
}

export type Side = 'buy' | 'sell'

export function startWork(view: ExchangeView, at: Millis, { ids, memory }: ExchangeSurroundings): Work {
  return {
    view,
    books: memory,
    ids,
    at,
    messages: [],
    events: [],
    answers: [],
    touched: new Set(),
    prices: new Map(),
  }
}

export function orderOf(work: Pick<Work, 'view'>, reception: string): OrderRow {
  const order = work.view.get('orders', reception)
  assert(order !== undefined, 'orders are never removed')
  return order
}

export function matchOf(work: Pick<Work, 'view'>, matchNumber: string): MatchRow {
  const match = work.view.get('matches', matchNumber)
  assert(match !== undefined, 'matches are never removed')
  return match
}

export function listingOf(work: Pick<Work, 'view'>, classKey: string): ListingRow {
  const listing = work.view.get('listings', classKey)
  assert(listing !== undefined, 'what has orders is listed')
  return listing
}

/** Changes an order; it is concluded at the end of the decision. */
export function changeOrder(work: Work, reception: string, change: Partial<OrderRow>): OrderRow {
  const order = { ...orderOf(work, reception), ...change }
  work.view.put('orders', order)
  work.touched.add(reception)
  return order
}

export function changeMatch(work: Work, match: MatchRow, change: Partial<MatchRow>): MatchRow {
  const changed = { ...match, ...change, sinceAt: BigInt(work.at) }
  work.view.put('matches', changed)
  for (const reception of [match.buy, match.sell]) work.touched.add(reception)
  return changed
}

export function touchPrice(work: Work, classKey: string, side: Side, price: number): void {
  let sides = work.prices.get(classKey)
  if (sides === undefined) {
    sides = { buy: new Set(), sell: new Set() }
    work.prices.set(classKey, sides)
  }
  sides[side].add(price)
}

export function classOf(row: { readonly security: string; readonly shareClass: string }): ClassRef {
  return { security: row.security, shareClass: row.shareClass as ShareClass }
}

export function classOfKey(classKey: string): ClassRef {
  const [security = '', shareClass = ''] = classKey.split(':')
  return classOf({ security, shareClass })
}

/** To everybody. The counter follows the event stream of the topic, so that a picture of the book can name its place in it (TR12). */
export function publish<Kind extends 'trade' | 'book' | 'listing'>(
  work: Work,
  ref: ClassRef,
  kind: Kind,
  body: (typeof exchangeEvents)[Kind]['_output'],
): void {
  const topic = marketTopic(classKeyOf(ref))
  work.view.next(topic)
  work.events.push({ topic, kind, body: writeMembers(exchangeEvents[kind], body as never) })
}

export function marketTopic(classKey: string): string {
  return `market:${classKey}`
}

export function tell(work: Work, userId: string, kind: string, body: Sealed<unknown>): void {
  work.events.push({ topic: `user:${userId}`, kind, body })
}

export function answerLater(
  work: Work,
  to: { readonly userId: string; readonly requestId: string },
  result: Result<unknown, Refusal>,
): void {
  work.answers.push({ sender: to.userId, requestId: to.requestId, result })
}
