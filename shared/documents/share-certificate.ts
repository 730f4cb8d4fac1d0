import { z } from 'zod'
import type { DocumentKind, DocumentOf } from './document.ts'
import {
  amountMinor,
  calendarDate,
  certificateId,
  certificateNumber,
  classMembers,
  currency,
  instant,
  personName,
  shareCount,
  text,
  userId,
} from './fields.ts'

/** Who may get the shares: anybody, or only persons whom the company approves (Companies Act art. 107, 136-145). */
export const transferRestriction = z.enum(['none', 'company_approval', 'not_transferable'])

/**
 * Fig. 6: the share certificate (電子株券), signed by the issuing agent for the company.
 * The certificate number stays with the shares; the certificate ID changes with every hand-over ([0025]).
 */
export const shareCertificate = {
  typ: 'kabuken.share-certificate',
  schema: z.strictObject({
    companyName: text(120),
    incorporatedOn: calendarDate,
    certificateNumber,
    certificateId,
    ...classMembers,
    /** For convertible shares: into what, when, at which rate. */
    classTerms: text(2000).optional(),
    quantity: shareCount,
    parValueMinor: amountMinor.optional(),
    currency,
    issuedAt: instant,
    validUntil: instant.optional(),
    holderName: personName,
    userId,
    transferRestriction,
    signatureAlgorithm: z.enum(['ES256', 'EdDSA']),
    issuingAgent: z.strictObject({ userId, name: text(120), url: z.string().max(300) }),
  }),
} as const satisfies DocumentKind

export type ShareCertificate = DocumentOf<typeof shareCertificate>
