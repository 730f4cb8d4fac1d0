import { z } from 'zod'
import { classMembers, instant } from '../documents/fields.ts'
import { exchangeOperations, listing, trade } from '../protocol/catalogue/exchange.ts'
import { list, refusal } from './members.ts'

/** A class that is watched: everything known of it at first, then what has changed, at most five times a second. */
export const marketUpdate = z.strictObject({
  ...classMembers,
  /** Until when everything was heard of it, while the exchange is not heard; absent while it is. What is shown may be old then. */
  staleSince: instant.optional(),
  /** The whole picture, the best 50 levels of each side. */
  book: exchangeOperations.book.reply.optional(),
  /** Another state, reference price or limits. */
  listing: listing.optional(),
  /** Those that came, the newest first. */
  trades: list(trade),
  /** Events were missed: what was traded has to be asked for anew. */
  missed: z.boolean(),
  /** Why there is no picture; it is tried again by itself. */
  refusal: refusal.optional(),
})
