import { z } from 'zod'
import {
  certificateId,
  classMembers,
  documentHash,
  reissueNumber,
  sequenceNumber,
  shareCount,
  signedDocument,
  userId,
} from './fields.ts'
import { registerEntry } from './register-entry.ts'
import { newCertificate } from './transfer.ts'

/** Certificates in one reissue, in either direction: bounded by the message size. */
export const MAX_REISSUED = 20

const surrendered = z.array(signedDocument).min(1).max(MAX_REISSUED)

/** Fig. 29, RE2, RE3: why and into what certificates are reissued. Quantities add up exactly. */
export const reissueGround = z.discriminatedUnion('kind', [
  /** The file is gone: the register knows the shares, nothing can be surrendered. */
  z.strictObject({ kind: z.literal('lost'), certificateIds: z.array(certificateId).min(1).max(MAX_REISSUED) }),
  z.strictObject({
    kind: z.literal('split'),
    certificate: signedDocument,
    quantities: z.array(shareCount).min(2).max(MAX_REISSUED),
  }),
  z.strictObject({ kind: z.literal('consolidation'), certificates: surrendered.min(2) }),
  z.strictObject({ kind: z.literal('damaged'), certificates: surrendered }),
  /** Before a certificate with an end of validity expires. */
  z.strictObject({ kind: z.literal('renewal'), certificates: surrendered }),
  /** TF5: an endorsement that was not accepted yet is made worthless by retiring the endorsed ID. */
  z.strictObject({ kind: z.literal('withdrawal'), certificate: signedDocument }),
])

export const reissueRequest = z.strictObject({ userId, ...classMembers, ground: reissueGround })

export const reissueResponse = z.strictObject({
  reissueNumber,
  retired: z.array(certificateId),
  certificates: z.array(newCertificate),
  requestHash: documentHash,
  listSequence: sequenceNumber,
})

/** [0055]: the holdings inquiry (保有株照会). A page holds at most 100 entries. */
export const holdingsInquiry = z.strictObject({
  userId,
  scope: z.enum(['live', 'all']),
  security: classMembers.security.optional(),
  after: certificateId.optional(),
})

export const holdingsResponse = z.strictObject({
  userId,
  entries: z.array(
    registerEntry.extend({
      /** The number with which the holder collects the certificate, if it was never collected. */
      toCollect: z.string().max(20).optional(),
    }),
  ),
  more: z.boolean(),
})

export type ReissueRequest = z.output<typeof reissueRequest>
export type ReissueGround = z.output<typeof reissueGround>
export type ReissueResponse = z.output<typeof reissueResponse>
export type HoldingsResponse = z.output<typeof holdingsResponse>
