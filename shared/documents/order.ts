import { z } from 'zod'
import {
  amountMinor,
  certificateId,
  classMembers,
  currency,
  documentHash,
  instant,
  matchNumber,
  personName,
  positiveAmountMinor,
  postalAddress,
  receptionNumber,
  sealedAccount,
  shareCount,
  shareTotal,
  signedDocument,
  transferNumber,
  userId,
} from './fields.ts'

/** Certificates attached to one sell order: each up to about 2 KiB signed, and the order travels on inside other messages. */
export const MAX_ATTACHED_CERTIFICATES = 8

export const orderPrice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('limit'), limitMinor: positiveAmountMinor }),
  z.strictObject({ kind: z.literal('market') }),
])

export const timeInForce = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('day') }),
  z.strictObject({ kind: z.literal('good_till_date'), until: instant }),
  z.strictObject({ kind: z.literal('immediate_or_cancel') }),
  z.strictObject({ kind: z.literal('fill_or_kill') }),
])

const common = {
  ...classMembers,
  price: orderPrice,
  currency,
  quantity: shareCount,
  timeInForce,
  userId,
  /** Where the money comes from or goes to, readable by the settlement server only (SIG4). */
  settlementAccount: sealedAccount,
}

/** Fig. 12: the order (注文要求). A sale attaches the certificates, so that nobody sells what they do not hold ([0030]). */
export const order = z.discriminatedUnion('side', [
  z.strictObject({ side: z.literal('buy'), ...common, name: personName, postalAddress }),
  z.strictObject({
    side: z.literal('sell'),
    ...common,
    certificateIds: z.array(certificateId).min(1).max(MAX_ATTACHED_CERTIFICATES),
    certificates: z.array(signedDocument).min(1).max(MAX_ATTACHED_CERTIFICATES),
  }),
])

/** Fig. 13: the order receipt (注文受付応答). The hash proves which order was received. */
export const orderReceipt = z.strictObject({ receptionNumber, orderHash: documentHash })

export const orderState = z.enum(['holding', 'open', 'partly_filled', 'filled', 'cancelled', 'expired', 'refused'])

/** What the exchange answers about one order (TR10). */
export const orderStatus = z.strictObject({
  receptionNumber,
  orderHash: documentHash,
  ...classMembers,
  side: z.enum(['buy', 'sell']),
  userId,
  price: orderPrice,
  currency,
  quantity: shareCount,
  filled: shareTotal,
  remaining: shareTotal,
  timeInForce,
  state: orderState,
  /** Why it ended early, as a code. */
  reason: z.string().max(60).optional(),
  receivedAt: instant,
  matches: z.array(
    z.strictObject({
      matchNumber,
      quantity: shareCount,
      priceMinor: positiveAmountMinor,
      certificateId: certificateId.optional(),
      transferNumber: transferNumber.optional(),
      /** The seller's remainder of a divided certificate, to be collected with the transfer number. */
      state: z.enum(['matched', 'transfer_asked', 'transferred', 'settlement_asked', 'settled', 'refused']),
    }),
  ),
})

/** Fig. 14: the match entry (注文突き合わせ): one trade, one certificate. */
export const matchEntry = z.strictObject({
  matchNumber,
  buyReceptionNumber: receptionNumber,
  sellReceptionNumber: receptionNumber,
  certificateId: certificateId.optional(),
  quantity: shareCount,
  priceMinor: positiveAmountMinor,
  amountMinor,
})

export type Order = z.output<typeof order>
export type OrderStatus = z.output<typeof orderStatus>
export type OrderState = z.output<typeof orderState>
export type MatchEntry = z.output<typeof matchEntry>
