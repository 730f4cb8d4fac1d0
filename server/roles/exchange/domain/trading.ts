import { writeMembers } from '../../../../shared/documents/document.ts'
import { MAX_QUANTITY } from '../../../../shared/documents/fields.ts'
import type { Refusal } from '../../../../shared/kernel/result.ts'
import { exchangeEvents } from '../../../../shared/protocol/catalogue/exchange.ts'
import { MAX_RESTING_ORDERS, type EngineTrade, type Submitted } from '../engine/order.ts'
import type { MatchRow, OrderRow } from '../tables.ts'
import { allocate } from './allocation.ts'
import { endOrder, isEnded, type EndState } from './ending.ts'
import { freeReserved, holderKey, pairKey } from './holders.ts'
import { engineOrder, receptionOf } from './memory.ts'
import { matchNumberOf } from './numbers.ts'
import {
  changeMatch,
  changeOrder,
  classOfKey,
  listingOf,
  orderOf,
  publish,
  tell,
  touchPrice,
  type Side,
  type Work,
} from './work.ts'

/** From the engine's answer about an incoming order to rows: the tape, the match list, what rests, what was cancelled. */
export function recordSubmitted(work: Work, taker: string, submitted: Submitted): void {
  for (const trade of submitted.trades) recordTrade(work, trade)
  const order = syncResting(work, taker)
  if (order.resting > 0n) touchPrice(work, order.classKey, order.side as Side, Number(order.limitMinor))
  if (submitted.cancelled > 0 && submitted.reason !== undefined) {
    endOrder(work, taker, 'cancelled', { code: submitted.reason, message: 'what did not trade was cancelled' })
  }
}

/** The engine knows what rests. */
function syncResting(work: Work, reception: string): OrderRow {
  const { classKey, number } = orderOf(work, reception)
  return changeOrder(work, reception, { resting: BigInt(work.books.of(classKey).remaining(Number(number))) })
}

function recordTrade(work: Work, trade: EngineTrade): void {
  const maker = syncResting(work, receptionOf(trade.maker))
  const taker = orderOf(work, receptionOf(trade.taker))
  const { classKey } = taker
  touchPrice(work, classKey, maker.side as Side, trade.priceTicks)
  const priceMinor = BigInt(trade.priceTicks)
  const quantity = BigInt(trade.quantity)
  recordTape(work, classKey, priceMinor, quantity)
  const [buy, sell] = taker.side === 'buy' ? [taker, maker] : [maker, taker]
  changeOrder(work, buy.reception, { matched: buy.matched + quantity })
  changeOrder(work, sell.reception, { matched: sell.matched + quantity })
  makeMatches(work, buy.reception, sell.reception, priceMinor, quantity)
}

function recordTape(work: Work, classKey: string, priceMinor: bigint, quantity: bigint): void {
  const sequence = work.view.next(`trades:${classKey}`)
  const trade = tradeKey(classKey, sequence)
  work.view.put('trades', { trade, classKey, sequence, priceMinor, quantity, tradedAt: BigInt(work.at) })
  const listing = listingOf(work, classKey)
  const traded = listing.tradedMinor + priceMinor * quantity
  const tradedMinor = traded > MAX_QUANTITY ? MAX_QUANTITY : traded
  work.view.put('listings', { ...listing, lastPriceMinor: priceMinor, tradedMinor })
  const ref = classOfKey(classKey)
  publish(work, ref, 'trade', { tradeSequence: sequence, ...ref, priceMinor, quantity, at: work.at })
}

export function tradeKey(classKey: string, sequence: bigint): string {
  return `${classKey}/${sequence}`
}

/** S91-94: one match entry for each certificate that the trade takes shares of (Fig. 14). */
function makeMatches(work: Work, buy: string, sell: string, priceMinor: bigint, quantity: bigint): void {
  const { view } = work
  const { classKey } = orderOf(work, sell)
  const { parts, certificates } = allocate(view.where('orderCertificates', 'reception', sell), quantity)
  for (const certificate of certificates) view.put('orderCertificates', certificate)
  for (const part of parts) {
    const number = view.next('match')
    const match: MatchRow = {
      matchNumber: matchNumberOf(number),
      number,
      classKey,
      buy,
      sell,
      place: part.place,
      certificateId: null,
      quantity: part.quantity,
      priceMinor,
      amountMinor: priceMinor * part.quantity,
      state: 'matched',
      reason: null,
      transferNumber: null,
      sinceAt: BigInt(work.at),
      awaits: part.certificateId === null ? part.place : null,
      divides: null,
    }
    view.put('matches', match)
    for (const reception of [buy, sell]) {
      changeOrder(work, reception, { underWay: orderOf(work, reception).underWay + 1n })
    }
    if (part.certificateId !== null) askTransfer(work, match, part.certificateId)
  }
}

/** S94, S95: the ID leaves the list, the issuer is asked to register the match (Fig. 15). */
export function askTransfer(work: Work, waiting: MatchRow, certificateId: string): void {
  const { view } = work
  const { buy, sell, matchNumber, quantity, classKey, place } = waiting
  const [buyer, seller] = [orderOf(work, buy), orderOf(work, sell)]
  const [buyPapers, sellPapers] = [view.get('orderPapers', buy), view.get('orderPapers', sell)]
  const divides = quantity < (view.get('orderCertificates', place)?.quantity ?? 0n)
  changeMatch(work, waiting, {
    state: 'transfer_asked',
    certificateId,
    awaits: null,
    divides: divides ? holderKey(classKey, seller.userId) : null,
  })
  const holder = view.get('holders', pairKey(classKey, certificateId))
  // Asked anew, the ID may have left the list meanwhile.
  if (holder !== undefined && holder.state !== 'gone') view.put('holders', { ...holder, state: 'withdrawn' })
  const ref = classOfKey(classKey)
  work.messages.push({
    to: { role: 'issuer', security: ref.security },
    operation: 'issuer.match-transfer',
    body: {
      matchNumber,
      ...ref,
      certificateId,
      quantity,
      buyerUserId: buyer.userId,
      sellerUserId: seller.userId,
      buyerName: buyPapers?.name ?? '',
      buyerAddress: buyPapers?.postalAddress ?? '',
      sellOrder: sellPapers?.jws ?? '',
      sellerCertificate: sellPapers?.signerCertificate ?? '',
    },
    context: { matchNumber },
  })
}

/** Ways in which an order that is not in the book may no longer enter it. */
export function whyNotEnter(work: Work, order: OrderRow): (Refusal & { readonly state: EndState }) | undefined {
  const listing = listingOf(work, order.classKey)
  const dayIsOver = order.timeInForce === 'day' && order.session < work.view.counter('session')
  const dateHasCome = order.goodTillAt !== null && order.goodTillAt <= BigInt(work.at)
  if (dayIsOver || dateHasCome) return { state: 'expired', code: 'order_expired', message: 'its time is over' }
  const outside = order.limitMinor < listing.lowerLimitMinor || order.limitMinor > listing.upperLimitMinor
  if (outside && order.priceKind === 'limit') {
    return { state: 'cancelled', code: 'price_collar', message: 'the limit is outside of the day’s limits now' }
  }
  const book = work.books.of(order.classKey)
  return book.size >= MAX_RESTING_ORDERS
    ? { state: 'cancelled', code: 'book_full', message: 'the book has no room' }
    : undefined
}

/** S131: shares of a buy order whose transfer was refused return to its place, or end where it could not stand any more. */
function returnToBook(work: Work, reception: string, quantity: bigint): void {
  const order = orderOf(work, reception)
  if (isEnded(order)) return
  const neverRests = order.priceKind === 'market' || !['day', 'good_till_date'].includes(order.timeInForce)
  if (neverRests) {
    endOrder(work, reception, 'cancelled', {
      code: 'transfer_refused',
      message: 'the seller’s certificate was refused',
    })
    return
  }
  const reason = order.resting > 0n ? undefined : whyNotEnter(work, order)
  if (reason !== undefined) {
    endOrder(work, reception, reason.state, reason)
  } else if (listingOf(work, order.classKey).halted) {
    changeOrder(work, reception, { parked: order.parked + quantity })
  } else {
    enterAgain(work, order, quantity)
  }
}

/** Into its old place, trading first with whatever came meanwhile. */
export function enterAgain(work: Work, order: OrderRow, quantity: bigint): void {
  const submitted = work.books.of(order.classKey).restore(engineOrder(order, quantity))
  recordSubmitted(work, order.reception, submitted)
}

/**
 * S131, S132: the issuer refused the certificate of a match. The sell order ends, the seller is told; the buy orders of this
 * match and of those that wait for a certificate of the same order return to the book.
 */
export function refuseSale(work: Work, match: MatchRow, why: Refusal): void {
  const { view } = work
  const sell = orderOf(work, match.sell)
  if (!isEnded(sell)) endOrder(work, sell.reception, 'refused', why)
  const waiting = view.where('matches', 'sell', sell.reception).filter(({ awaits }) => awaits !== null)
  tellInvalid(work, sell, why.code)
  refuseMatches(work, [match, ...waiting], why.code)
}

function tellInvalid(work: Work, sell: OrderRow, code: string): void {
  const { reception: receptionNumber, userId } = sell
  tell(
    work,
    userId,
    'certificate-invalid',
    writeMembers(exchangeEvents['certificate-invalid'], { receptionNumber, code: code.slice(0, 60), userId }),
  )
}

/** Closes matches that will not be delivered, then lets their buys return, the earliest first. */
export function refuseMatches(work: Work, matches: readonly MatchRow[], code: string): void {
  const back = new Map<string, bigint>()
  for (const match of matches) {
    const { buy, sell, quantity } = match
    changeMatch(work, match, { state: 'refused', reason: code, awaits: null, divides: null })
    for (const reception of [buy, sell]) {
      const order = orderOf(work, reception)
      changeOrder(work, reception, { matched: order.matched - quantity, underWay: order.underWay - 1n })
    }
    back.set(buy, (back.get(buy) ?? 0n) + quantity)
    if (match.divides !== null) freeReserved(work.view, match.classKey, orderOf(work, sell).userId)
  }
  const orders = [...back.keys()].map((reception) => orderOf(work, reception))
  for (const { reception } of orders.sort((a, b) => Number(a.priority - b.priority))) {
    returnToBook(work, reception, back.get(reception) ?? 0n)
  }
}
