import { createHash } from 'node:crypto'
import { classKey as classKeyOf, MAX_QUANTITY } from '../../../shared/documents/fields.ts'
import type { OrderStatus } from '../../../shared/documents/order.ts'
import { ok, refuse } from '../../../shared/kernel/result.ts'
import type { OperationName } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { InquiryHandler } from '../../commit/decision.ts'
import type { ReadView } from '../../commit/view.ts'
import type { Books } from './domain/memory.ts'
import { digitsOf, matchNumberOf, receptionNumberOf } from './domain/numbers.ts'
import { listingStatus, statusOf } from './domain/status.ts'
import { allListings } from './domain/market-day.ts'
import { tradeKey } from './domain/trading.ts'
import { classOf, classOfKey, marketTopic } from './domain/work.ts'
import { dumpOrders, type DepthRow } from './engine/order.ts'
import type { ExchangeSettings } from './settings.ts'
import type { ExchangeTables, MatchRow, OrderRow } from './tables.ts'

type Answer<Name extends OperationName> = InquiryHandler<ExchangeTables, ExchangeSettings, Books, Name>['answer']
type Tables = ReadView<ExchangeTables>

/** Orders of one page, about 600 bytes each without their matches. */
const ORDERS_A_PAGE = 50
/** Matches in the statuses of one page: with them a page stays under 64 KiB as well. */
const MATCHES_A_PAGE = 60
const MATCHES_LISTED = 100
const TRADES_A_PAGE = 100
const OPEN_ORDERS = ['holding', 'open', 'partly_filled']
const OPEN_MATCHES = ['matched', 'transfer_asked', 'transferred', 'settlement_asked']

/** TR10: the owner's own, or any to the operator of the exchange. */
export const orderStatus: Answer<'exchange.order-status'> = (view, { body, sender }) => {
  const order = view.get('orders', body.receptionNumber)
  if (order === undefined || (sender.role === 'investor' && order.userId !== sender.name))
    return refuse('order_unknown', 'no order of yours has this number')
  return ok(statusOf(view, order))
}

export const orders: Answer<'exchange.orders'> = (view, { body, sender }) => {
  const before = body.before === undefined ? undefined : digitsOf(body.before)
  const found = sender.role === 'investor' ? ordersOf(view, sender.name, body.openOnly) : everyOrder(view, body, before)
  const earlier = [...found].filter(({ number }) => before === undefined || number < before)
  const page: OrderStatus[] = []
  let matches = 0
  for (const order of earlier.sort((a, b) => Number(b.number - a.number))) {
    const status = statusOf(view, order)
    matches += status.matches.length
    if (page.length === ORDERS_A_PAGE || (page.length > 0 && matches > MATCHES_A_PAGE)) break
    page.push(status)
  }
  return ok({ orders: page, more: page.length < earlier.length })
}

function ordersOf(view: Tables, userId: string, openOnly: boolean): OrderRow[] {
  return view.where('orders', 'userId', userId).filter(({ state }) => !openOnly || OPEN_ORDERS.includes(state))
}

/** Numbers have no gaps, so the newest are found by counting down. */
function everyOrder(view: Tables, { openOnly }: { openOnly: boolean }, before: bigint | undefined): OrderRow[] {
  if (openOnly) return OPEN_ORDERS.flatMap((state) => view.where('orders', 'state', state))
  return countDown(before ?? view.counter('reception') + 1n, ORDERS_A_PAGE + 1, (number) =>
    view.get('orders', receptionNumberOf(number)),
  )
}

function countDown<Item>(before: bigint, limit: number, get: (number: bigint) => Item | undefined): Item[] {
  const found: Item[] = []
  for (let number = before - 1n; number > 0n && found.length < limit; number -= 1n) {
    const item = get(number)
    if (item !== undefined) found.push(item)
  }
  return found
}

export const listings: Answer<'exchange.listings'> = (view) => ok({ listings: allListings(view).map(listingStatus) })

/** TR12: the best prices of both sides. */
export const book: Answer<'exchange.book'> = (view, { body }, { memory }) => {
  const classKey = classKeyOf(body)
  const listing = view.get('listings', classKey)
  if (listing === undefined) return refuse('not_listed', 'the class is not traded here')
  const { bids, asks } = memory.of(classKey).depth(body.levels)
  return ok({
    ...classOf(listing),
    bids: bids.map(levelOf),
    asks: asks.map(levelOf),
    ...(listing.lastPriceMinor !== null && { lastPriceMinor: listing.lastPriceMinor }),
    sequence: view.counter(marketTopic(classKey)),
  })
}

function levelOf([price, quantity, count]: DepthRow) {
  return { priceMinor: BigInt(price), quantity: BigInt(quantity), orders: count }
}

export const trades: Answer<'exchange.trades'> = (view, { body }) => {
  const classKey = classKeyOf(body)
  if (view.get('listings', classKey) === undefined) return refuse('not_listed', 'the class is not traded here')
  const before = body.before ?? view.counter(`trades:${classKey}`) + 1n
  const found = countDown(before, TRADES_A_PAGE + 1, (sequence) => view.get('trades', tradeKey(classKey, sequence)))
  return ok({
    trades: found.slice(0, TRADES_A_PAGE).map(({ sequence, priceMinor, quantity, tradedAt }) => ({
      tradeSequence: sequence,
      ...classOfKey(classKey),
      priceMinor,
      quantity,
      at: Number(tradedAt),
    })),
    more: found.length > TRADES_A_PAGE,
  })
}

export const matches: Answer<'exchange.matches'> = (view, { body }) => {
  const before = body.before === undefined ? view.counter('match') + 1n : digitsOf(body.before)
  const found = body.openOnly
    ? OPEN_MATCHES.flatMap((state) => view.where('matches', 'state', state))
        .filter(({ number }) => number < before)
        .sort((a, b) => Number(b.number - a.number))
    : countDown(before, MATCHES_LISTED + 1, (number) => view.get('matches', matchNumberOf(number)))
  return ok({ matches: found.slice(0, MATCHES_LISTED).map(entryOf), more: found.length > MATCHES_LISTED })
}

function entryOf(match: MatchRow) {
  const { matchNumber, certificateId, quantity, priceMinor, amountMinor, state } = match
  return {
    matchNumber,
    buyReceptionNumber: match.buy,
    sellReceptionNumber: match.sell,
    ...(certificateId !== null && { certificateId }),
    quantity,
    priceMinor,
    amountMinor,
    state,
    since: Number(match.sinceAt),
    ...(match.reason !== null && { reason: match.reason }),
  }
}

/** The hash of the state and the place in the journal are those of the store, which fills them in. */
export const totals: Answer<'exchange.totals'> = (view, _inquiry, { memory }) => {
  const traded = allListings(view).reduce((sum, { tradedMinor }) => sum + tradedMinor, 0n)
  const count = (table: 'orders' | 'matches', states: readonly string[]): number =>
    states.reduce((sum, state) => sum + view.where(table, 'state', state).length, 0)
  return ok({
    openOrders: count('orders', OPEN_ORDERS),
    openMatches: count('matches', OPEN_MATCHES),
    tradedMinor: traded > MAX_QUANTITY ? MAX_QUANTITY : traded,
    bookHash: bookHash(memory),
  })
}

/** SHA-256 over all books: the same before and after a restart. */
export function bookHash(books: Books): string {
  const hash = createHash('sha256')
  for (const [classKey, each] of books.all()) {
    if (each.size > 0) hash.update(`${classKey}\n${dumpOrders(each.orders())}`)
  }
  return hash.digest('hex')
}
