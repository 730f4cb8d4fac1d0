import { z } from 'zod'
import type { DocumentKind, DocumentOf } from './document.ts'
import {
  amountMinor,
  certificateId,
  classMembers,
  currency,
  instant,
  matchNumber,
  positiveAmountMinor,
  receptionNumber,
  requestId,
  shareCount,
  transferNumber,
  userId,
} from './fields.ts'

/**
 * Fig. 18: the completion notice (取引完了通知), signed by the exchange, one for each side.
 * The seller can present it to the settlement server and be paid although the exchange never asked for it ([0033], TR9),
 * therefore it names the holds that the exchange placed there.
 */
export const completionNotice = {
  typ: 'kabuken.completion-notice',
  schema: z.strictObject({
    matchNumber,
    ...classMembers,
    priceMinor: positiveAmountMinor,
    currency,
    quantity: shareCount,
    amountMinor,
    side: z.enum(['buy', 'sell']),
    userId,
    receptionNumber,
    transferNumber,
    /** To the buyer the new certificate's; to the seller the sold one's, which is worthless now. */
    certificateId,
    remainderCertificateId: certificateId.optional(),
    buyHoldId: requestId,
    sellHoldId: requestId,
    at: instant,
  }),
} as const satisfies DocumentKind

export type CompletionNotice = DocumentOf<typeof completionNotice>
