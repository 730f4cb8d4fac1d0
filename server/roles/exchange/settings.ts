import { z } from 'zod'
import { classKey } from '../../../shared/documents/fields.ts'
import { listingTerms, MAX_LISTINGS } from '../../../shared/protocol/catalogue/exchange.ts'

const { tickMinor, lot, limitPercent } = listingTerms.shape

/** One class of shares that this exchange trades. */
const listingSettings = listingTerms.extend({
  tickMinor: tickMinor.default(1n),
  lot: lot.default(1n),
  limitPercent: limitPercent.default(30),
})

/** What an operator configures for an exchange. Amounts are decimal strings, as on the wire. */
export const exchangeSettings = z.strictObject({
  listings: z
    .array(listingSettings)
    .max(MAX_LISTINGS)
    .default([])
    .refine((listings) => new Set(listings.map(classKey)).size === listings.length, {
      error: 'a class is listed twice',
    }),
})

export type ListingSettings = z.output<typeof listingSettings>
export type ExchangeSettings = z.output<typeof exchangeSettings>
