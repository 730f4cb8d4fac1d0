import { z } from 'zod'
import { certificateId, classMembers, sequenceNumber, shareTotal, userId } from './fields.ts'

/** Pairs in one message: 26 + 30 characters and their quotes, about 80 bytes, so that 400 stay under 64 KiB with room. */
export const LIST_PAGE_PAIRS = 400

const pair = z.strictObject({ certificateId, userId })

/** Shares of the class that exist at this sequence number: no order is for more. */
const issued = shareTotal.optional()

/**
 * Fig. 8: the certificate ID list (株券IDリスト): which certificate IDs are live and whose they are.
 * Whole, in pages, at a sequence number; or one change that follows the sequence number before it (IS3).
 */
export const certificateList = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('full'),
    listId: z.string().max(80),
    ...classMembers,
    sequence: sequenceNumber,
    page: z.number().int().min(1),
    pages: z.number().int().min(1),
    issued,
    pairs: z.array(pair).max(LIST_PAGE_PAIRS),
  }),
  z.strictObject({
    kind: z.literal('change'),
    listId: z.string().max(80),
    ...classMembers,
    sequence: sequenceNumber,
    issued,
    removed: z.array(certificateId).max(LIST_PAGE_PAIRS),
    added: z.array(pair).max(LIST_PAGE_PAIRS),
  }),
])

export type CertificateList = z.output<typeof certificateList>
