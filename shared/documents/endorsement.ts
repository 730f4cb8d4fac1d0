import { z } from 'zod'
import type { DocumentKind, DocumentOf } from './document.ts'
import { certificateId, instant, shareCount, signedDocument, userId, x509 } from './fields.ts'
import { transferCause } from './transfer.ts'

/** [0051]: the transferor signs the certificate over to one named person. Fewer shares than the certificate has divide it (TF4). */
export const endorsement = {
  typ: 'kabuken.endorsement',
  schema: z.strictObject({
    certificateId,
    certificate: signedDocument,
    quantity: shareCount,
    transferorUserId: userId,
    transfereeUserId: userId,
    cause: transferCause,
    issuedAt: instant,
    validUntil: instant,
  }),
} as const satisfies DocumentKind

export type Endorsement = DocumentOf<typeof endorsement>

/** Files that people hand over: the signed document with the certificates that its signatures need, leaf first. */
export const certificateFile = z.strictObject({
  format: z.literal('kabuken-share-certificate'),
  version: z.literal(1),
  certificate: signedDocument,
  issuerChain: z.array(x509).min(1).max(4),
})

export const endorsementFile = z.strictObject({
  format: z.literal('kabuken-endorsement'),
  version: z.literal(1),
  endorsement: signedDocument,
  transferorChain: z.array(x509).min(1).max(4),
  issuerChain: z.array(x509).min(1).max(4),
})

/** How a person tells others to whom a certificate can be endorsed: an identity without any secret. */
export const identityFile = z.strictObject({
  format: z.literal('kabuken-identity'),
  version: z.literal(1),
  market: z.string().max(120),
  chain: z.array(x509).min(1).max(4),
})

export type CertificateFile = z.output<typeof certificateFile>
export type EndorsementFile = z.output<typeof endorsementFile>
export type IdentityFile = z.output<typeof identityFile>
