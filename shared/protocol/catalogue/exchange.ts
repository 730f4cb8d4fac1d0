import { z } from 'zod'
import { certificateList } from '../../documents/certificate-list.ts'
import {
  amountMinor,
  classMembers,
  currency,
  instant,
  matchNumber,
  personName,
  positiveAmountMinor,
  receptionNumber,
  remark,
  sequenceNumber,
  shareCount,
  shareTotal,
  userId,
} from '../../documents/fields.ts'
import { matchEntry, order, orderPrice, orderReceipt, orderStatus } from '../../documents/order.ts'
import { command, inquiry, type Asker } from '../operation.ts'
import { outboxOperations } from './outbox.ts'
import { subscriptionOperations } from './subscription.ts'

const anybody: readonly Asker[] = ['investor', 'issuer', 'exchange', 'settlement', 'operator']

/** All classes of an exchange are named in one message: about 60 bytes each. */
export const MAX_LISTINGS = 500

/** What an operator decides about a class. */
export const listingTerms = z.strictObject({
  ...classMembers,
  companyName: z.string().min(1).max(120),
  /** ISO 4217; every order of the class is in it. */
  currency,
  /** Prices are multiples of this many minor units. */
  tickMinor: positiveAmountMinor,
  /** Quantities are multiples of this many shares. */
  lot: shareCount,
  /** Until the first closing; from then on the last price of the day before. */
  referencePriceMinor: positiveAmountMinor,
  /** How far from the reference price an order may be, in percent of it. */
  limitPercent: z.number().int().min(1).max(1000),
})

/** What may be traded and how: prices are multiples of the tick, quantities of the lot, limits within the collar. */
export const listing = z.strictObject({
  ...classMembers,
  companyName: z.string().max(120),
  currency,
  tickMinor: positiveAmountMinor,
  lot: shareCount,
  referencePriceMinor: positiveAmountMinor,
  lowerLimitMinor: positiveAmountMinor,
  upperLimitMinor: positiveAmountMinor,
  state: z.enum(['trading', 'halted']),
})

/** @public by its name in docs/PROTOCOL.md */
export const priceLevel = z.strictObject({
  priceMinor: positiveAmountMinor,
  quantity: shareTotal,
  orders: z.number().int(),
})

export const trade = z.strictObject({
  tradeSequence: sequenceNumber,
  ...classMembers,
  priceMinor: positiveAmountMinor,
  quantity: shareCount,
  at: instant,
})

export const exchangeOperations = {
  ...subscriptionOperations,
  ...outboxOperations,
  /** TR1, TR2: the receipt comes when the settlement server has answered for the account. */
  order: command(['investor'], order, orderReceipt),
  /** TR10: what is not matched yet is taken out. Matches under way complete. */
  cancel: command(
    ['investor'],
    z.strictObject({ receptionNumber }),
    z.strictObject({ receptionNumber, cancelled: shareTotal }),
  ),
  /**
   * TR10: another limit, a smaller quantity, or both. `quantity` is that of the whole order, what has traded included. More
   * shares need a new order: the certificates are attached to this one.
   */
  replace: command(
    ['investor'],
    z.strictObject({ receptionNumber, price: orderPrice, quantity: shareCount }),
    z.strictObject({ receptionNumber, remaining: shareTotal }),
  ),
  /** TR10: by reception number; the owner only. */
  'order-status': inquiry(['investor', 'operator'], z.strictObject({ receptionNumber }), orderStatus),
  /** One's own orders, the newest first, 50 a page; an operator sees everybody's. */
  orders: inquiry(
    ['investor', 'operator'],
    z.strictObject({ openOnly: z.boolean(), before: receptionNumber.optional() }),
    z.strictObject({ orders: z.array(orderStatus), more: z.boolean() }),
  ),
  listings: inquiry(anybody, z.strictObject({}), z.strictObject({ listings: z.array(listing) })),
  book: inquiry(
    anybody,
    z.strictObject({ ...classMembers, levels: z.number().int().min(1).max(50) }),
    z.strictObject({
      ...classMembers,
      bids: z.array(priceLevel),
      asks: z.array(priceLevel),
      lastPriceMinor: positiveAmountMinor.optional(),
      /** Position in the market's event stream that this picture belongs to. */
      sequence: sequenceNumber,
    }),
  ),
  trades: inquiry(
    anybody,
    z.strictObject({ ...classMembers, before: sequenceNumber.optional() }),
    z.strictObject({ trades: z.array(trade), more: z.boolean() }),
  ),
  /** IS3: from the issuer. `gap` asks for the whole list. */
  'certificate-list': command(
    ['issuer'],
    certificateList,
    z.strictObject({ result: z.enum(['applied', 'known', 'gap']), sequence: sequenceNumber }),
  ),
  matches: inquiry(
    ['operator'],
    z.strictObject({ openOnly: z.boolean(), before: matchNumber.optional() }),
    z.strictObject({
      matches: z.array(
        matchEntry.extend({
          state: z.string().max(30),
          since: instant,
          /** Why it was refused, or why it stands still and needs a look. */
          reason: z.string().max(60).optional(),
        }),
      ),
      more: z.boolean(),
    }),
  ),
  /**
   * A match that stands still: because the issuer's response was not what was asked for, or because the settlement server refused.
   * `ask` asks that server anew; `void`, where no shares moved, ends it as if the issuer had refused (S131, S132).
   */
  resolve: command(
    ['operator'],
    z.strictObject({ matchNumber, how: z.enum(['ask', 'void']), ground: remark, operator: personName }),
    z.strictObject({ matchNumber, state: z.string().max(30) }),
  ),
  /** Takes out what is not matched yet of every order, or of those of a member, of a security, of a class. Matches under way complete. */
  'cancel-all': command(
    ['operator'],
    z.strictObject({
      userId: userId.optional(),
      security: classMembers.security.optional(),
      shareClass: classMembers.shareClass.optional(),
      ground: remark,
      operator: personName,
    }),
    z.strictObject({ cancelled: z.number().int() }),
  ),
  halt: command(
    ['operator'],
    z.strictObject({ ...classMembers, halted: z.boolean(), ground: remark, operator: personName }),
    listing,
  ),
  /** Ends the day: day orders expire, the reference price becomes the last one. */
  'close-day': command(
    ['operator'],
    z.strictObject({ operator: personName }),
    z.strictObject({ expired: z.number().int() }),
  ),
  /** Expires orders whose date has come; the exchange asks itself. */
  expire: command(['operator'], z.strictObject({}), z.strictObject({ expired: z.number().int() })),
  /** At every start, for each class that is configured. The terms stand in the request, so that the journal replays without the configuration. */
  list: command(['operator'], listingTerms, listing),
  /** At every start, after the listings: halts what is no longer configured, asks again for settlements that were refused. */
  open: command(
    ['operator'],
    z.strictObject({ classes: z.array(z.strictObject(classMembers)).max(MAX_LISTINGS) }),
    z.strictObject({ halted: z.number().int() }),
  ),
  /** At every start, and until it can be asked: demands the certificate ID list of a listed class from its issuer (IS3). */
  'demand-list': command(['operator'], z.strictObject({ ...classMembers }), z.strictObject({ ...classMembers })),
  totals: inquiry(
    ['operator'],
    z.strictObject({}),
    z.strictObject({
      openOrders: z.number().int(),
      openMatches: z.number().int(),
      tradedMinor: amountMinor,
      bookHash: z.string().max(64),
    }),
  ),
} as const

/** Bodies of the events that an exchange publishes. `market:<class>` is public, `user:<user ID>` its owner's. */
export const exchangeEvents = {
  trade,
  book: z.strictObject({
    ...classMembers,
    /** Levels that changed; quantity 0 removes the level. */
    bids: z.array(priceLevel),
    asks: z.array(priceLevel),
  }),
  listing,
  /** Completion notice, Fig. 18, as a document of its own. */
  completion: z.strictObject({ notice: z.string() }),
  order: orderStatus,
  /** S132: the issuer refused the seller's certificate. */
  'certificate-invalid': z.strictObject({ receptionNumber, code: z.string().max(60), userId }),
} as const
