import type { OrderState, OrderStatus } from '../../../../shared/documents/order.ts'
import type { Row } from '../../../commit/tables.ts'
import type { ReadView } from '../../../commit/view.ts'
import type { ExchangeTables, MatchRow, OrderRow } from '../tables.ts'
import { classOfKey } from './work.ts'

/** Matches in one status, the newest: about 250 bytes each, so that a status stays under 64 KiB. */
const MAX_STATUS_MATCHES = 100

/** What the owner is told about an order (TR10). */
export function statusOf(view: Pick<ReadView<ExchangeTables>, 'where'>, order: OrderRow): OrderStatus {
  const side = order.side as 'buy' | 'sell'
  const matches = view.where('matches', side, order.reception).sort((a, b) => Number(b.number - a.number))
  return {
    receptionNumber: order.reception,
    orderHash: order.hash,
    ...classOfKey(order.classKey),
    side,
    userId: order.userId,
    price: order.priceKind === 'market' ? { kind: 'market' } : { kind: 'limit', limitMinor: order.limitMinor },
    currency: order.currency,
    quantity: order.quantity,
    filled: order.matched,
    remaining: order.resting + order.parked,
    timeInForce: timeInForceOf(order),
    state: order.state as OrderState,
    ...(order.reason !== null && { reason: order.reason }),
    receivedAt: Number(order.receivedAt),
    matches: matches.slice(0, MAX_STATUS_MATCHES).map(matchStatus),
  }
}

function timeInForceOf({ timeInForce, goodTillAt }: OrderRow): OrderStatus['timeInForce'] {
  return timeInForce === 'good_till_date'
    ? { kind: 'good_till_date', until: Number(goodTillAt) }
    : { kind: timeInForce as 'day' | 'immediate_or_cancel' | 'fill_or_kill' }
}

function matchStatus(match: MatchRow): OrderStatus['matches'][number] {
  const { matchNumber, quantity, priceMinor, certificateId, transferNumber, state } = match
  return {
    matchNumber,
    quantity,
    priceMinor,
    ...(certificateId !== null && { certificateId }),
    ...(transferNumber !== null && { transferNumber }),
    state: state as OrderStatus['matches'][number]['state'],
  }
}

/** The listing as everybody sees it. */
export function listingStatus(listing: Row<ExchangeTables['listings']>) {
  const { companyName, currency, tickMinor, lot, referencePriceMinor, lowerLimitMinor, upperLimitMinor } = listing
  return {
    ...classOfKey(listing.classKey),
    companyName,
    currency,
    tickMinor,
    lot,
    referencePriceMinor,
    lowerLimitMinor,
    upperLimitMinor,
    state: listing.halted ? ('halted' as const) : ('trading' as const),
  }
}
