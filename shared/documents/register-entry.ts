import { z } from 'zod'
import {
  certificateId,
  certificateNumber,
  classMembers,
  instant,
  personName,
  postalAddress,
  remark,
  shareCount,
  userId,
} from './fields.ts'

/** The one state word of a certificate, the same on every screen and in every answer. */
export const certificateState = z.enum(['live', 'retired', 'stopped', 'lost'])

/** Fig. 7: one record of the register of shareholders (株主名簿), as far as others may see it. */
export const registerEntry = z.strictObject({
  ...classMembers,
  certificateNumber,
  certificateId,
  holderName: personName,
  postalAddress: postalAddress.optional(),
  userId,
  quantity: shareCount,
  acquiredAt: instant,
  conditionsOfIssue: remark,
  /** Number of the offering, allotment, transfer or reissue by which the ID came into the register (RE5). */
  enteredBy: z.string().max(40),
  /** Whether a dividend account is on file; its number is readable by the settlement server only. */
  dividendAccountOnFile: z.boolean(),
  state: certificateState,
  /** When and by what the ID was retired, so that a holder of a copy sees why it is worthless (TF6). */
  retiredAt: instant.optional(),
  retiredBy: z.string().max(40).optional(),
})

export type RegisterEntry = z.output<typeof registerEntry>
export type CertificateState = z.output<typeof certificateState>
