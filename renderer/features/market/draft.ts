import { readMoney } from '../../../shared/terminal/amount.ts'
import { readShares } from '../../../shared/terminal/typed.ts'
import type { OperationInput, OperationOutput } from '../../../shared/wallet-api/operations.ts'

type Listing = OperationOutput<'market.listings'>[number]
export type OrderForm = OperationInput<'orders.preview'>
export type Time = OrderForm['timeInForce']['kind']

/** An order as it is being typed. */
export interface Draft {
  readonly side: 'buy' | 'sell'
  readonly kind: 'limit' | 'market'
  readonly price: string
  readonly quantity: string
  readonly time: Time
  /** A calendar date; the order is valid to its end where the person is. */
  readonly until: string
}

export const emptyDraft: Draft = { side: 'buy', kind: 'limit', price: '', quantity: '', time: 'day', until: '' }

/** A market order never rests in the book. */
export const TIMES = {
  limit: ['day', 'good_till_date', 'immediate_or_cancel', 'fill_or_kill'],
  market: ['immediate_or_cancel', 'fill_or_kill'],
} as const satisfies Record<Draft['kind'], readonly Time[]>

/** Minor units a share, if the exchange would take them: in steps of the tick, within the limits of the day. */
export function readLimit(typed: string, listing: Listing): bigint | undefined {
  const minor = readMoney(typed, listing.currency)
  if (minor === undefined || minor % listing.tickMinor !== 0n) return undefined
  return minor >= listing.lowerLimitMinor && minor <= listing.upperLimitMinor ? minor : undefined
}

export function readQuantity(typed: string, listing: Listing): bigint | undefined {
  const shares = readShares(typed.trim())
  return shares !== undefined && shares > 0n && shares % listing.lot === 0n ? shares : undefined
}

/** The end of that day, if it is still to come. */
export function readUntil(typed: string, now: number): number | undefined {
  const end = Date.parse(`${typed}T23:59:59`)
  return Number.isNaN(end) || end <= now ? undefined : end
}

/** The order, once everything in it is right. */
export function orderOf(draft: Draft, listing: Listing, now: number): OrderForm | undefined {
  const quantity = readQuantity(draft.quantity, listing)
  const price = priceOf(draft, listing)
  const timeInForce = timeOf(draft, now)
  if (quantity === undefined || price === undefined || timeInForce === undefined) return undefined
  const { security, shareClass } = listing
  return { side: draft.side, security, shareClass, quantity, price, timeInForce }
}

function priceOf({ kind, price }: Draft, listing: Listing): OrderForm['price'] | undefined {
  if (kind === 'market') return { kind }
  const limitMinor = readLimit(price, listing)
  return limitMinor === undefined ? undefined : { kind, limitMinor }
}

function timeOf({ time, until: typed }: Draft, now: number): OrderForm['timeInForce'] | undefined {
  if (time !== 'good_till_date') return { kind: time }
  const until = readUntil(typed, now)
  return until === undefined ? undefined : { kind: time, until }
}
