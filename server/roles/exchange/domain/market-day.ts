import { classKey as classKeyOf } from '../../../../shared/documents/fields.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision } from '../../../commit/decision.ts'
import type { ReadView } from '../../../commit/view.ts'
import type { ExchangeTables, ListingRow, OrderRow } from '../tables.ts'
import { askSettlement } from './completion.ts'
import { conclude } from './conclude.ts'
import { endOrder, isStanding } from './ending.ts'
import { dueInstant } from './expiry.ts'
import { listingStatus } from './status.ts'
import { enterAgain } from './trading.ts'
import {
  changeMatch,
  classOf,
  orderOf,
  publish,
  startWork,
  type ExchangeSurroundings,
  type ExchangeView,
  type Work,
} from './work.ts'

/** Orders that one command expires: a bound on the size of a transaction. The timer asks again while there are more. */
const EXPIRED_AT_ONCE = 500

type Reply<Name extends 'list' | 'halt' | 'close-day' | 'expire' | 'open'> = Result<
  Decision<ReplyBody<`exchange.${Name}`>>,
  Refusal
>

const OVER = { code: 'order_expired', message: 'the time of the order is over' }

/** Lowest and highest price of the day: whole ticks within so many percent of the reference price, and never nothing. */
export function collar(
  listing: Pick<ListingRow, 'referencePriceMinor' | 'tickMinor' | 'limitPercent'>,
): Pick<ListingRow, 'lowerLimitMinor' | 'upperLimitMinor'> {
  const { referencePriceMinor, tickMinor, limitPercent } = listing
  const reach = (referencePriceMinor * limitPercent) / 100n
  const lowest = referencePriceMinor - reach
  const lowerLimitMinor = lowest <= tickMinor ? tickMinor : ((lowest + tickMinor - 1n) / tickMinor) * tickMinor
  const highest = ((referencePriceMinor + reach) / tickMinor) * tickMinor
  return { lowerLimitMinor, upperLimitMinor: highest < lowerLimitMinor ? lowerLimitMinor : highest }
}

/** At every start: the terms of a class that is configured. Prices and halts of an earlier day stay. */
export function listClass(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.list'>>,
  surroundings: ExchangeSurroundings,
): Reply<'list'> {
  const work = startWork(view, at, surroundings)
  const classKey = classKeyOf(body)
  const known = view.get('listings', classKey)
  const prices = {
    referencePriceMinor: known?.referencePriceMinor ?? body.referencePriceMinor,
    tickMinor: body.tickMinor,
    limitPercent: BigInt(body.limitPercent),
  }
  const listing = {
    classKey,
    ...body,
    ...prices,
    ...collar(prices),
    lastPriceMinor: known?.lastPriceMinor ?? null,
    tradedMinor: known?.tradedMinor ?? 0n,
    halted: known?.halted ?? false,
  }
  putListing(work, listing)
  return ok({ reply: listingStatus(listing), ...conclude(work) })
}

/** At every start: what is no longer configured takes no orders, those that rest can be cancelled; refused settlements are asked for again. */
export function openMarket(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.open'>>,
  surroundings: ExchangeSurroundings,
): Reply<'open'> {
  const work = startWork(view, at, surroundings)
  const configured = new Set(body.classes.map(classKeyOf))
  const others = allListings(view).filter(({ classKey, halted }) => !configured.has(classKey) && !halted)
  for (const listing of others) putListing(work, { ...listing, halted: true })
  for (const match of view.where('matches', 'state', 'transferred')) {
    askSettlement(work, changeMatch(work, match, { state: 'settlement_asked', reason: null }))
  }
  return ok({ reply: { halted: others.length }, ...conclude(work) })
}

function putListing(work: Work, listing: ListingRow): void {
  work.view.put('listings', listing)
  publish(work, classOf(listing), 'listing', listingStatus(listing))
}

export function allListings(view: ReadView<ExchangeTables>): ListingRow[] {
  const listings: ListingRow[] = []
  for (let page = view.range('listings', '', 100); page.length > 0;) {
    listings.push(...page)
    page = view.range('listings', page.at(-1)?.classKey ?? '', 100)
  }
  return listings
}

function inBook(view: ReadView<ExchangeTables>): OrderRow[] {
  return [...view.where('orders', 'state', 'open'), ...view.where('orders', 'state', 'partly_filled')].sort((a, b) =>
    Number(a.priority - b.priority),
  )
}

/** Everything that can still trade, or will when its hold is there. */
export function standing(view: ReadView<ExchangeTables>): OrderRow[] {
  return [...inBook(view), ...view.where('orders', 'state', 'holding')]
}

/** Stops or resumes trading in a class. What came back during the halt enters the book when trading resumes. */
export function haltTrading(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.halt'>>,
  surroundings: ExchangeSurroundings,
): Reply<'halt'> {
  const classKey = classKeyOf(body)
  const listing = view.get('listings', classKey)
  if (listing === undefined) return refuse('not_listed', 'the class is not traded here')
  const work = startWork(view, at, surroundings)
  const changed = { ...listing, halted: body.halted }
  putListing(work, changed)
  if (!body.halted) {
    for (const { reception } of inBook(view).filter((order) => order.classKey === classKey && order.parked > 0n)) {
      const order = orderOf(work, reception)
      const waiting = { ...order, parked: 0n }
      view.put('orders', waiting)
      enterAgain(work, waiting, order.parked)
    }
  }
  return ok({ reply: listingStatus(changed), ...conclude(work) })
}

/** Ends the day: day orders expire, the last price becomes the reference, and what it leaves outside of the limits ends too. */
export function closeDay(
  view: ExchangeView,
  { at }: Command<RequestBody<'exchange.close-day'>>,
  surroundings: ExchangeSurroundings,
): Reply<'close-day'> {
  const work = startWork(view, at, surroundings)
  view.next('session')
  for (const listing of allListings(view)) {
    const closed = { ...listing, referencePriceMinor: listing.lastPriceMinor ?? listing.referencePriceMinor }
    putListing(work, { ...closed, ...collar(closed) })
  }
  let expired = 0
  for (const order of standing(view)) {
    const why = order.timeInForce === 'day' ? OVER : outside(view, order)
    if (why === undefined) continue
    endOrder(work, order.reception, 'expired', why)
    expired += 1
  }
  return ok({ reply: { expired }, ...conclude(work) })
}

function outside(view: ExchangeView, { classKey, limitMinor, priceKind }: OrderRow) {
  const listing = view.get('listings', classKey)
  if (listing === undefined || priceKind === 'market') return undefined
  return limitMinor < listing.lowerLimitMinor || limitMinor > listing.upperLimitMinor
    ? { code: 'price_collar', message: 'the limit is outside of the next day’s limits' }
    : undefined
}

/** Whether an order's date has come. */
export function expiryDue(view: ReadView<ExchangeTables>, now: number): boolean {
  const [next] = view.range('expiries', '', 1)
  return next !== undefined && dueInstant(next.due) <= now
}

export function expireOrders(
  view: ExchangeView,
  { at }: Command<RequestBody<'exchange.expire'>>,
  surroundings: ExchangeSurroundings,
): Reply<'expire'> {
  const work = startWork(view, at, surroundings)
  const due = view.range('expiries', '', EXPIRED_AT_ONCE).filter((each) => dueInstant(each.due) <= at)
  for (const { due: key, reception } of due) {
    view.remove('expiries', key)
    if (isStanding(orderOf(work, reception))) endOrder(work, reception, 'expired', OVER)
  }
  return ok({ reply: { expired: due.length }, ...conclude(work) })
}
