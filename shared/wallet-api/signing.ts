import { z } from 'zod'
import { amountMinor, certificateId, classMembers, currency, instant, shareCount } from '../documents/fields.ts'
import { orderPrice, timeInForce } from '../documents/order.ts'
import { transferCause } from '../documents/transfer.ts'
import { list, serverOperation } from './members.ts'

const namedCertificate = z.strictObject({
  certificateId,
  companyName: z.string(),
  ...classMembers,
  quantity: shareCount,
})

const request = {
  /** User ID of the server that is asked. */
  to: z.string(),
  toName: z.string().optional(),
  requestId: z.string(),
  at: instant,
}

/** What a signature says or is about to say, read back from the signed bytes. */
export const signingSummary = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('enrolment'),
    name: z.string(),
    postalAddress: z.string().optional(),
    ...request,
  }),
  z.strictObject({ kind: z.literal('renewal'), ...request }),
  z.strictObject({ kind: z.literal('account_opening'), name: z.string(), currency, ...request }),
  z.strictObject({
    kind: z.literal('subscription'),
    ...classMembers,
    quantity: shareCount,
    offeringNumber: z.string(),
    termsHash: z.string(),
    holderName: z.string(),
    ...request,
  }),
  z.strictObject({
    kind: z.literal('collection'),
    ...classMembers,
    quantity: shareCount,
    number: z.string(),
    ...request,
  }),
  z.strictObject({
    kind: z.literal('order'),
    side: z.enum(['buy', 'sell']),
    ...classMembers,
    price: orderPrice,
    currency,
    quantity: shareCount,
    timeInForce,
    certificates: list(namedCertificate),
    /** Buy: what it costs at most; sale: what it brings at least. A product of two members may be longer than either. */
    limitAmountMinor: z
      .codec(z.string().regex(/^\d{1,36}$/), z.bigint(), { decode: (text) => BigInt(text), encode: String })
      .optional(),
    ...request,
  }),
  z.strictObject({ kind: z.literal('cancellation'), receptionNumber: z.string(), ...request }),
  z.strictObject({
    kind: z.literal('replacement'),
    receptionNumber: z.string(),
    price: orderPrice,
    quantity: shareCount,
    ...request,
  }),
  z.strictObject({
    kind: z.literal('transfer'),
    certificate: namedCertificate,
    quantity: shareCount,
    transferorUserId: z.string(),
    /** As the authority certified it; known where the person's file was verified. */
    transferorName: z.string().optional(),
    cause: transferCause,
    ...request,
  }),
  z.strictObject({
    kind: z.literal('reissue'),
    ground: z.enum(['lost', 'split', 'consolidation', 'damaged', 'renewal', 'withdrawal']),
    certificateIds: list(certificateId),
    certificates: list(namedCertificate),
    /** Split: into these. */
    quantities: list(shareCount),
    ...request,
  }),
  z.strictObject({ kind: z.literal('claim'), matchNumber: z.string(), amountMinor, currency, ...request }),
  z.strictObject({ kind: z.literal('inquiry'), operation: serverOperation, ...request }),
  z.strictObject({
    kind: z.literal('endorsement'),
    certificate: namedCertificate,
    quantity: shareCount,
    transfereeUserId: z.string(),
    transfereeName: z.string().optional(),
    cause: transferCause,
    at: instant,
    validUntil: instant,
  }),
])
