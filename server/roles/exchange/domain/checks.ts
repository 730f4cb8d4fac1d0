import { classKey, isCertifiedName, MAX_QUANTITY as MAX_AMOUNT } from '../../../../shared/documents/fields.ts'
import type { Order } from '../../../../shared/documents/order.ts'
import type { ShareCertificate } from '../../../../shared/documents/share-certificate.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { Command } from '../../../commit/decision.ts'
import type { ReadView } from '../../../commit/view.ts'
import { MAX_QUANTITY, MAX_RESTING_ORDERS, MAX_TICKS } from '../engine/order.ts'
import type { ExchangeTables, HolderRow, ListingRow } from '../tables.ts'
import { dayOf } from './ending.ts'
import { pairKey } from './holders.ts'
import type { Books } from './memory.ts'

/** The certificates attached to an order, their signatures verified, in the order's sequence. */
export type OrderEvidence = readonly Result<ShareCertificate, Refusal>[]
export type OrderCommand = Command<Order, OrderEvidence>

type Refused = { readonly ok: false; readonly error: Refusal } | undefined
type State = Pick<ReadView<ExchangeTables>, 'get' | 'where' | 'counter'>

/** An order that may be received. */
export interface SoundOrder {
  readonly listing: ListingRow
  /** The limit, or the edge of the collar for a market order. */
  readonly limitMinor: bigint
  /** What counts against the limits of the signer's policy. */
  readonly valueMinor: bigint
  readonly certificates: readonly ShareCertificate[]
}

/** TR1, S71-S86 and the rules of the market: everything that can refuse an order, the first failure answered. */
export function checkOrder(view: State, books: Books, command: OrderCommand): Result<SoundOrder, Refusal> {
  const { body, sender, evidence, at } = command
  // S71, S72: the signature of the order is verified before; it must be the signature of the person the order speaks of.
  if (body.userId !== sender.name) return refuse('wrong_user', 'the order is signed by somebody else')
  // The register will have this name: the issuer sees no certificate of the buyer's when the match is registered.
  if (body.side === 'buy' && !isCertifiedName(body.name, sender.displayName))
    return refuse('wrong_name', 'the name is not that of the signer’s identity certificate')
  const certificates: ShareCertificate[] = []
  for (const certificate of evidence) {
    if (!certificate.ok) return certificate // S73, S74
    certificates.push(certificate.value)
  }
  const listing = view.get('listings', classKey(body))
  const limitMinor = limitOf(body, listing)
  const valueMinor = (body.price.kind === 'limit' ? limitMinor : (listing?.upperLimitMinor ?? 0n)) * body.quantity
  const refused =
    checkValidity(certificates, at) ??
    checkPolicy(view, command, valueMinor) ??
    checkHolder(certificates, sender.name) ??
    checkList(view, certificates) ??
    checkMarket(listing, body.currency) ??
    checkTerms(listing, body.quantity, body.price.kind === 'limit' ? limitMinor : undefined) ??
    checkAmount(listing, body.quantity) ??
    checkIssued(view, body) ??
    checkAttached(body, certificates) ??
    checkTime(body, at) ??
    checkRoom(books, body)
  if (refused !== undefined) return refused
  assert(listing !== undefined, 'checked above')
  return ok({ listing, limitMinor, valueMinor, certificates })
}

function limitOf(body: Order, listing: ListingRow | undefined): bigint {
  if (body.price.kind === 'limit') return body.price.limitMinor
  return (body.side === 'buy' ? listing?.upperLimitMinor : listing?.lowerLimitMinor) ?? 0n
}

/** S75-S77: validity period and transfer restriction. */
function checkValidity(certificates: readonly ShareCertificate[], at: number): Refused {
  for (const { certificateId, validUntil, transferRestriction } of certificates) {
    if (validUntil !== undefined && validUntil <= at)
      return refuse('certificate_expired', 'the certificate is no longer valid', { certificateId })
    if (transferRestriction === 'not_transferable')
      return refuse('not_transferable', 'the shares cannot be transferred', { certificateId })
    // Nobody knows the buyer beforehand, so the company cannot have approved one.
    if (transferRestriction === 'company_approval')
      return refuse('transfer_restricted', 'the company approves each transfer', { certificateId })
  }
  return undefined
}

/** S78-S80: the limits of the certificate policy. A market order counts with the highest price it could have. */
function checkPolicy(view: State, command: OrderCommand, valueMinor: bigint): Refused {
  const { body, sender, at } = command
  const { policy } = sender
  assert(policy !== undefined, 'an investor has a policy')
  if (policy.currency !== body.currency)
    return refuse('currency_not_permitted', `the limits of the certificate are in ${policy.currency}`)
  if (body.side === 'buy' && policy.mayHold !== undefined && !policy.mayHold.includes(body.security))
    return refuse('security_not_permitted', 'the certificate does not permit to hold this security')
  return checkLimits(view, command, valueMinor, valueMinor, at)
}

/** Also for a replacement, which adds to the day what it is worth more. */
export function checkLimits(
  view: State,
  { sender }: Pick<OrderCommand, 'sender'>,
  valueMinor: bigint,
  addedMinor: bigint,
  at: number,
): Refused {
  const { policy } = sender
  assert(policy !== undefined, 'an investor has a policy')
  if (valueMinor > policy.orderLimitMinor)
    return refuse('order_limit_exceeded', 'the order is worth more than the certificate permits')
  return usedOn(view, sender.name, at) + addedMinor > policy.dayLimitMinor
    ? refuse('day_limit_exceeded', 'the orders of the day are worth more than the certificate permits')
    : undefined
}

export function usedOn(view: State, userId: string, at: number): bigint {
  const use = view.get('dayUse', userId)
  return use?.day === dayOf(at) ? use.usedMinor : 0n
}

/** S81-S83: one sells one's own. */
function checkHolder(certificates: readonly ShareCertificate[], userId: string): Refused {
  const foreign = certificates.find((certificate) => certificate.userId !== userId)
  return foreign && refuse('not_holder', 'the certificate is in another name', { certificateId: foreign.certificateId })
}

/** S84-S86: the pair is in the certificate ID list and not on offer already. */
function checkList(view: State, certificates: readonly ShareCertificate[]): Refused {
  for (const certificate of certificates) {
    const { certificateId, userId } = certificate
    const holder = view.get('holders', pairKey(classKey(certificate), certificateId))
    if (holder === undefined || holder.userId !== userId || isPast(holder))
      return refuse('certificate_superseded', 'the certificate ID is not live', { certificateId })
    if (holder.state !== 'listed')
      return refuse('certificate_locked', 'the certificate is on offer already', { certificateId })
  }
  return undefined
}

const isPast = ({ state }: HolderRow): boolean => state === 'gone' || state === 'retired'

function checkMarket(listing: ListingRow | undefined, currency: string): Refused {
  if (listing === undefined) return refuse('not_listed', 'the class is not traded here')
  if (listing.halted) return refuse('halted', 'trading in the class is halted')
  return listing.currency === currency
    ? undefined
    : refuse('wrong_currency', `the class is traded in ${listing.currency}`)
}

/** Tick, lot and the day's limits of the price; also for a replacement. */
export function checkTerms(listing: ListingRow | undefined, quantity: bigint, limitMinor: bigint | undefined): Refused {
  if (listing === undefined) return undefined
  const { tickMinor, lot, lowerLimitMinor, upperLimitMinor } = listing
  if (limitMinor !== undefined && limitMinor % tickMinor !== 0n)
    return refuse('bad_tick', 'the price is no multiple of the tick', { tickMinor: tickMinor.toString() })
  if (quantity % lot !== 0n) return refuse('bad_lot', 'the quantity is no multiple of the lot', { lot: lot.toString() })
  if (limitMinor !== undefined && (limitMinor < lowerLimitMinor || limitMinor > upperLimitMinor)) {
    const limits = { lowerLimitMinor: lowerLimitMinor.toString(), upperLimitMinor: upperLimitMinor.toString() }
    return refuse('price_collar', 'the price is outside of the day’s limits', limits)
  }
  return undefined
}

/** The engine counts in doubles, the database in 64 bits: what does not fit both is refused here. */
function checkAmount(listing: ListingRow | undefined, quantity: bigint): Refused {
  if (listing === undefined) return undefined
  const { upperLimitMinor } = listing
  const fits =
    quantity <= BigInt(MAX_QUANTITY) && upperLimitMinor <= BigInt(MAX_TICKS) && quantity * upperLimitMinor <= MAX_AMOUNT
  return fits ? undefined : refuse('exceeds_limits', 'the order is larger than the exchange can count')
}

/** More shares than there are is a slip of the finger ([A36]). Before the first list of the class nobody knows how many there are. */
function checkIssued(view: State, body: Order): Refused {
  const issued = view.get('issued', classKey(body))?.quantity
  return issued !== undefined && body.quantity > issued
    ? refuse('exceeds_issued', 'there are fewer shares of the class', { issued: issued.toString() })
    : undefined
}

/** What is attached is what is named, once, of the class that is sold, and enough. */
function checkAttached(body: Order, certificates: readonly ShareCertificate[]): Refused {
  if (body.side === 'buy') return undefined
  const { certificateIds } = body
  if (new Set(certificateIds).size !== certificateIds.length)
    return refuse('duplicate_certificate', 'a certificate is named twice')
  const agrees =
    certificates.length === certificateIds.length &&
    certificates.every(
      (certificate, at) => certificate.certificateId === certificateIds[at] && classKey(certificate) === classKey(body),
    )
  if (!agrees) return refuse('certificate_mismatch', 'the certificates are not those that the order names')
  const held = certificates.reduce((sum, certificate) => sum + certificate.quantity, 0n)
  return body.quantity > held
    ? refuse('exceeds_holding', 'more shares than the certificates have', { held: held.toString() })
    : undefined
}

function checkTime({ timeInForce }: Order, at: number): Refused {
  return timeInForce.kind === 'good_till_date' && timeInForce.until <= at
    ? refuse('date_passed', 'the order would have ended already')
    : undefined
}

function checkRoom(books: Books, body: Order): Refused {
  return books.of(classKey(body)).size >= MAX_RESTING_ORDERS ? refuse('book_full', 'the book has no room') : undefined
}
