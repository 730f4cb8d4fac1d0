import { z } from 'zod'
import {
  allotmentNumber,
  classMembers,
  documentHash,
  offeringNumber,
  personName,
  postalAddress,
  reissueNumber,
  sealedAccount,
  shareCount,
  text,
  transferNumber,
  userId,
} from './fields.ts'

/** Why a certificate is asked for. Exactly one ground, so that no request can be read in two ways. */
export const issueGround = z.discriminatedUnion('kind', [
  /** Subscription; the terms agreed to are named by their hash ([0021]). */
  z.strictObject({ kind: z.literal('offering'), offeringNumber, termsHash: documentHash }),
  /** Fig. 20: collecting after a transfer. */
  z.strictObject({ kind: z.literal('transfer'), transferNumber }),
  z.strictObject({ kind: z.literal('allotment'), allotmentNumber }),
  z.strictObject({ kind: z.literal('reissue'), reissueNumber }),
])

/** Figs. 5 and 20: the request for a share certificate (株券発行要求). */
export const issueRequest = z.strictObject({
  userId,
  holderName: personName,
  postalAddress,
  ...classMembers,
  classTerms: text(2000).optional(),
  quantity: shareCount,
  /** Where dividends go, and whence the price of a subscription comes (SIG4). */
  dividendAccount: sealedAccount,
  ground: issueGround,
})

export type IssueRequest = z.output<typeof issueRequest>
