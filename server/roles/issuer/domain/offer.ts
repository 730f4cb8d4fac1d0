import { classKey, type ShareClass } from '../../../../shared/documents/fields.ts'
import type { Offering as PublishedOffering } from '../../../../shared/documents/offering.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import { findClass, type IssuedClass } from '../settings.ts'
import type { IssuerRow } from '../tables.ts'
import type { Decide } from './contract.ts'
import { drawNumber } from './numbers.ts'
import { exceedsAuthorised } from './register.ts'

/** How long terms may be, in UTF-8: an offering travels whole, in one message, signed. */
const MAX_TERMS_BYTES = 24 * 1024

/** Found out before the queue: a hash needs the platform's cryptography. */
export interface Terms {
  readonly hash: string
  readonly bytes: number
}

/** IS1: the offering as it is published. */
export function publishedOffering(issued: IssuedClass, offering: IssuerRow<'offerings'>): PublishedOffering {
  return {
    offeringNumber: offering.offeringNumber,
    companyName: issued.companyName,
    security: offering.security,
    shareClass: offering.shareClass as ShareClass,
    ...(issued.classTerms !== undefined && { classTerms: issued.classTerms }),
    terms: offering.terms,
    termsHash: offering.termsHash,
    priceMinor: offering.priceMinor,
    currency: issued.currency,
    quantity: offering.quantity,
    subscribed: offering.subscribed,
    opensAt: Number(offering.opensAt),
    closesAt: Number(offering.closesAt),
  }
}

/** IS1: the operator offers shares for subscription. */
export const offer: Decide<'issuer.offer', Terms> = (view, { body, at, evidence }, { settings }) => {
  const issued = findClass(settings, body)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  if (body.opensAt >= body.closesAt || body.closesAt <= at) {
    return refuse('bad_period', 'the offering ends before it begins, or has ended')
  }
  if (evidence.bytes > MAX_TERMS_BYTES) return refuse('terms_too_long', `terms take at most ${MAX_TERMS_BYTES} bytes`)
  if (exceedsAuthorised(view, issued, body.quantity)) {
    return refuse('exceeds_authorised', 'more shares than are authorised')
  }
  const { security, shareClass, terms, priceMinor, quantity, operator } = body
  const offering: IssuerRow<'offerings'> = {
    offeringNumber: drawNumber(view, 'OF'),
    classKey: classKey(body),
    security,
    shareClass,
    terms,
    termsHash: evidence.hash,
    priceMinor,
    quantity,
    subscribed: 0n,
    opensAt: BigInt(body.opensAt),
    closesAt: BigInt(body.closesAt),
    operator,
    offeredAt: BigInt(at),
  }
  view.put('offerings', offering)
  return ok({ reply: publishedOffering(issued, offering) })
}
