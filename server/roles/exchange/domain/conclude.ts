import { writeMembers } from '../../../../shared/documents/document.ts'
import { exchangeEvents } from '../../../../shared/protocol/catalogue/exchange.ts'
import type { Decision } from '../../../commit/decision.ts'
import type { OrderBook } from '../engine/order.ts'
import type { OrderRow } from '../tables.ts'
import { isEnded, isStanding, unlockCertificates } from './ending.ts'
import { dueKey } from './expiry.ts'
import { statusOf } from './status.ts'
import { classOfKey, orderOf, publish, tell, type Side, type Work } from './work.ts'

type Consequences = Required<Omit<Decision<never>, 'reply'>>

/** The last step of every decision: looks once at each order that changed, and tells the market which levels did. */
export function conclude(work: Work): Consequences {
  for (const reception of work.touched) concludeOrder(work, orderOf(work, reception))
  for (const [classKey, prices] of work.prices) publishLevels(work, classKey, prices)
  const { messages, events, answers } = work
  return { messages, events, answers }
}

function concludeOrder(work: Work, before: OrderRow): void {
  const order = released(work, { ...before, state: stateOf(before) })
  work.view.put('orders', order)
  if (!isStanding(order)) {
    unlockCertificates(work, order)
    if (order.goodTillAt !== null) work.view.remove('expiries', dueKey(order.goodTillAt, order.reception))
  }
  tell(work, order.userId, 'order', writeMembers(exchangeEvents.order, statusOf(work.view, order)))
}

function stateOf(order: OrderRow): string {
  if (order.state === 'holding' || isEnded(order)) return order.state
  if (order.resting + order.parked === 0n) return 'filled'
  return order.matched > 0n ? 'partly_filled' : 'open'
}

/** What is left of a hold is given back once: when nothing can trade any more and every match is settled or refused. */
function released(work: Work, order: OrderRow): OrderRow {
  const over = !isStanding(order) && order.underWay === 0n && order.replacing === null
  if (!over || order.holdState !== 'held') return order
  work.messages.push({
    to: { role: 'settlement' },
    operation: 'settlement.release',
    body: { holdId: order.holdId },
    context: {},
  })
  return { ...order, holdState: 'released' }
}

/** TR12: the levels that changed; quantity 0 removes one. */
function publishLevels(work: Work, classKey: string, prices: Record<Side, ReadonlySet<number>>): void {
  const book = work.books.of(classKey)
  const ref = classOfKey(classKey)
  publish(work, ref, 'book', {
    ...ref,
    bids: levelsAt(book, 'bids', prices.buy),
    asks: levelsAt(book, 'asks', prices.sell),
  })
}

/** Looks only as deep as the worst of the prices: trading happens at the top. */
function levelsAt(book: OrderBook, side: 'bids' | 'asks', prices: ReadonlySet<number>) {
  if (prices.size === 0) return []
  const sign = side === 'bids' ? -1 : 1
  const worst = Math.max(...[...prices].map((price) => price * sign))
  let rows = book.depth(16)[side]
  for (let levels = 16; rows.length === levels && rows[levels - 1]![0] * sign < worst;) {
    levels *= 4
    rows = book.depth(levels)[side]
  }
  const found = new Map(rows.map((row) => [row[0], row]))
  return [...prices]
    .sort((a, b) => (a - b) * sign)
    .map((price) => {
      const [, quantity, orders] = found.get(price) ?? [price, 0, 0]
      return { priceMinor: BigInt(price), quantity: BigInt(quantity), orders }
    })
}
