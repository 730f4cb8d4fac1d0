import { z } from 'zod'
import { sequenceNumber } from '../../documents/fields.ts'
import { inquiry, type Asker } from '../operation.ts'

const anybody: readonly Asker[] = ['investor', 'issuer', 'exchange', 'settlement', 'operator']
const topic = z.string().min(1).max(120)

/**
 * Every role answers these two: the events of a topic from a position on ([TR12]). They belong to the connection, not to
 * the role's state, so they are inquiries and end with the connection.
 */
export const subscriptionOperations = {
  /**
   * The first event that follows has the sequence number after `sequence`. Resumed without loss, that is the number asked
   * for in `after`; if those events are no longer kept (`gap`), or without `after`, it is the topic's present position.
   */
  subscribe: inquiry(
    anybody,
    z.strictObject({ topic, after: sequenceNumber.optional() }),
    z.strictObject({ topic, sequence: sequenceNumber, gap: z.boolean() }),
  ),
  unsubscribe: inquiry(anybody, z.strictObject({ topic }), z.strictObject({ topic })),
} as const
