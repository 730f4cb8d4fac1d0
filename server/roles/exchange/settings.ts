import { z } from 'zod'
import { classKey, classMembers, currency, positiveAmountMinor, shareCount } from '../../../shared/documents/fields.ts'

/** One class of shares that this exchange trades. */
const listingSettings = z.strictObject({
  ...classMembers,
  companyName: z.string().min(1).max(120),
  /** ISO 4217; every order of the class is in it. */
  currency,
  /** Prices are multiples of this many minor units. */
  tickMinor: positiveAmountMinor.default(1n),
  /** Quantities are multiples of this many shares. */
  lot: shareCount.default(1n),
  /** Until the first closing; from then on the last price of the day before. */
  referencePriceMinor: positiveAmountMinor,
  /** How far from the reference price an order may be, in percent of it. */
  limitPercent: z.number().int().min(1).max(1000).default(30),
})

/** What an operator configures for an exchange. */
export const exchangeSettings = z.strictObject({
  listings: z
    .array(listingSettings)
    .max(1000)
    .default([])
    .refine((listings) => new Set(listings.map(classKey)).size === listings.length, {
      error: 'a class is listed twice',
    }),
})

export type ListingSettings = z.output<typeof listingSettings>
export type ExchangeSettings = z.output<typeof exchangeSettings>
