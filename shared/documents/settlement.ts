import { z } from 'zod'
import {
  amountMinor,
  currency,
  documentHash,
  instant,
  matchNumber,
  positiveAmountMinor,
  remark,
  requestId,
  sealedAccount,
  sequenceNumber,
  signedDocument,
  userId,
  x509,
} from './fields.ts'

/**
 * TR2: the exchange puts the greatest cost of a buy order on hold, on the strength of the buyer's signed order.
 * For a sell order the amount is 0: it proves that the account to be credited exists and is the seller's.
 */
export const holdRequest = z.strictObject({
  holdId: requestId,
  order: signedDocument,
  signerCertificate: x509,
  amountMinor,
  currency,
})

/**
 * A replaced buy order costs at most this much now, in all: what was settled from the hold already is part of it. Evidence
 * is the signed replacement (TR10).
 */
export const holdChange = z.strictObject({
  holdId: requestId,
  replacement: signedDocument,
  signerCertificate: x509,
  amountMinor,
})

/** Gives back what is left of a hold when its order has ended and its matches are settled. */
export const holdRelease = z.strictObject({ holdId: requestId })

/** Whose order an account number was sealed for: without it the settlement server could not check the binding (SIG4). */
const orderBinding = z.strictObject({ userId, requestId })

/** Fig. 19: the settlement request (決済要求). */
export const settlementRequest = z.strictObject({
  matchNumber,
  amountMinor: positiveAmountMinor,
  currency,
  buyHoldId: requestId,
  sellHoldId: requestId,
  buyOrder: orderBinding,
  sellOrder: orderBinding,
  buyerAccount: sealedAccount,
  sellerAccount: sealedAccount,
})

/** IS2: the issuer takes the price of a subscription, on the strength of the signed issue request. */
export const paymentRequest = z.strictObject({
  paymentId: requestId,
  issueRequest: signedDocument,
  signerCertificate: x509,
  amountMinor: positiveAmountMinor,
  currency,
  payeeAccount: sealedAccount,
})

/** TR9, [0033]: the seller claims the money for a completed match. */
export const claimRequest = z.strictObject({
  completionNotice: signedDocument,
  exchangeCertificate: x509,
  account: sealedAccount,
})

export const entryKind = z.enum(['deposit', 'withdrawal', 'settlement', 'payment'])

/** One movement of an account: credit and debit exclude each other, the balance is the one after it. */
export const accountEntry = z.strictObject({
  sequence: sequenceNumber,
  at: instant,
  kind: entryKind,
  creditMinor: amountMinor,
  debitMinor: amountMinor,
  balanceMinor: amountMinor,
  /** What moved the money: match number, payment ID, operator's reference. */
  reference: z.string().max(80),
  remark: remark.optional(),
})

export const accountHold = z.strictObject({
  holdId: requestId,
  /** Of the order that it is for, as its receipt and its state have it. */
  orderHash: documentHash,
  amountMinor,
  placedAt: instant,
})

/** [0011] [0014]: the account inquiry (口座照会) and its response. */
export const accountInquiry = z.strictObject({
  account: sealedAccount,
  from: instant.optional(),
  until: instant.optional(),
  /** Entries after this one; a page holds at most 200. */
  after: sequenceNumber.optional(),
})

export const accountStatement = z.strictObject({
  userId,
  /** Only the last four digits: the number itself travels encrypted to the settlement server and never back. */
  accountEnding: z.string().regex(/^\d{4}$/),
  currency,
  balanceMinor: amountMinor,
  heldMinor: amountMinor,
  availableMinor: amountMinor,
  holds: z.array(accountHold),
  entries: z.array(accountEntry),
  /** More entries follow after the last one given. */
  more: z.boolean(),
})

export const settlementResult = z.strictObject({ matchNumber, settledAt: instant })

export type AccountEntry = z.output<typeof accountEntry>
export type AccountStatement = z.output<typeof accountStatement>
