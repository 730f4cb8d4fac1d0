import { z } from 'zod'
import { transferRestriction } from './share-certificate.ts'
import {
  amountMinor,
  calendarDate,
  classMembers,
  currency,
  documentHash,
  instant,
  offeringNumber,
  shareCount,
  shareTotal,
  text,
} from './fields.ts'

/** IS1: an offering of shares as the issuer publishes it. Subscribing names the hash of the terms that were shown. */
export const offering = z.strictObject({
  offeringNumber,
  companyName: text(120),
  ...classMembers,
  classTerms: text(2000).optional(),
  terms: text(20_000),
  /** SHA-256 over the UTF-8 of `terms`, base64url. */
  termsHash: documentHash,
  priceMinor: amountMinor,
  currency,
  quantity: shareCount,
  subscribed: shareTotal,
  opensAt: instant,
  closesAt: instant,
})

/** One class of shares that this issuer keeps the register of. */
export const shareClassTerms = z.strictObject({
  companyName: text(120),
  incorporatedOn: calendarDate,
  ...classMembers,
  classTerms: text(2000).optional(),
  authorised: shareCount,
  issued: shareTotal,
  parValueMinor: amountMinor.optional(),
  currency,
  transferRestriction,
})

export type Offering = z.output<typeof offering>
export type ShareClassTerms = z.output<typeof shareClassTerms>
