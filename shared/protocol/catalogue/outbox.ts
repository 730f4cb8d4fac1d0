import { z } from 'zod'
import { instant, userId } from '../../documents/fields.ts'
import { inquiry } from '../operation.ts'

/** Every role answers this one itself: it is about what waits on its connections to peers, not about its state. */
export const outboxOperations = {
  /** What was decided and has not been answered by the peer that it is for; the longest wait first. */
  outbox: inquiry(
    ['operator'],
    z.strictObject({}),
    z.strictObject({
      peers: z.array(
        z.strictObject({
          userId,
          messages: z.number().int(),
          /** Of the oldest message. */
          operation: z.string().max(60),
          since: instant,
          /** Attempts since the peer answered last, or since the node started. */
          failures: z.number().int(),
          /** Of the last attempt that failed. */
          code: z.string().max(60).optional(),
        }),
      ),
    }),
  ),
} as const
