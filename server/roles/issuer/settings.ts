import { z } from 'zod'
import {
  amountMinor,
  calendarDate,
  classKey,
  classMembers,
  currency,
  shareCount,
  text,
  userId,
  type ClassRef,
} from '../../../shared/documents/fields.ts'
import { transferRestriction } from '../../../shared/documents/share-certificate.ts'
import { toUtf8 } from '../../../shared/kernel/bytes.ts'

/** The terms of all classes travel in one answer with the offerings: 16 KiB of the 48 KiB that a signed message has for its payload. */
const MAX_CLASSES_BYTES = 16 * 1024

/** One class of shares of one company whose register is kept here (Fig. 6). */
export const issuedClass = z.strictObject({
  companyName: text(120),
  /** Date of incorporation, as printed on every certificate. */
  incorporatedOn: calendarDate,
  ...classMembers,
  /** For convertible shares: into what, when, at which rate. */
  classTerms: text(2000).optional(),
  /** Shares that may be issued at most, counting subscriptions under way (articles of incorporation). */
  authorised: shareCount,
  /** Minor units of `currency`; absent for shares without par value. */
  parValueMinor: amountMinor.optional(),
  /** ISO 4217; subscriptions are paid in it. */
  currency,
  /** Who may get the shares by transfer. */
  transferRestriction: transferRestriction.default('none'),
  /** Certificates end so many days after their issue and are renewed before; absent: they do not end. */
  certificateValidityDays: z.number().int().min(1).max(36_500).optional(),
})

/** What the operator of an issuing agent configures. */
export const issuerSettings = z.strictObject({
  /** Printed on every certificate; `userId` is the one of the issuer's own identity certificate. */
  agent: z.strictObject({
    userId,
    name: text(120),
    /** Where holders reach the issuing agent, e.g. `wss://issuer.example/issuer`. */
    url: z.string().min(1).max(300),
    /** Algorithm of the key that signs the certificates. */
    signatureAlgorithm: z.enum(['ES256', 'EdDSA']).default('ES256'),
  }),
  /** Number of the issuer's account at the settlement server, which receives the price of subscriptions. */
  account: z
    .string()
    .regex(/^\d{10,16}$/)
    .optional(),
  classes: z
    .array(issuedClass)
    .min(1)
    .superRefine((classes, context) => {
      if (new Set(classes.map(classKey)).size !== classes.length)
        context.addIssue('a class of a security is given twice')
      const bytes = classes.reduce((sum, { classTerms, companyName }) => {
        return sum + 400 + toUtf8(companyName).length + toUtf8(classTerms ?? '').length
      }, 0)
      if (bytes > MAX_CLASSES_BYTES) context.addIssue('the terms of all classes together are too long for one message')
    }),
})

export type IssuedClass = z.output<typeof issuedClass>
export type IssuerSettings = z.output<typeof issuerSettings>

/** Undefined when this issuer does not keep the register of the class. */
export function findClass(settings: IssuerSettings, ref: ClassRef): IssuedClass | undefined {
  return settings.classes.find((each) => each.security === ref.security && each.shareClass === ref.shareClass)
}
