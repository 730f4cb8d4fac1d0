import { z } from 'zod'
import {
  allotmentNumber,
  amountMinor,
  certificateId,
  certificateNumber,
  classMembers,
  currency,
  instant,
  offeringNumber,
  personName,
  postalAddress,
  remark,
  securityId,
  sequenceNumber,
  shareCount,
  shareTotal,
  signedDocument,
  text,
  transferNumber,
  userId,
} from '../../documents/fields.ts'
import { issueRequest } from '../../documents/issue-request.ts'
import { offering, shareClassTerms } from '../../documents/offering.ts'
import { certificateState, registerEntry } from '../../documents/register-entry.ts'
import { holdingsInquiry, holdingsResponse, reissueRequest, reissueResponse } from '../../documents/reissue.ts'
import {
  endorsedTransferRequest,
  matchTransferRequest,
  transferHistoryEntry,
  transferResponse,
} from '../../documents/transfer.ts'
import { command, inquiry } from '../operation.ts'
import { outboxOperations } from './outbox.ts'
import { subscriptionOperations } from './subscription.ts'

/** One holder of an existing register, to be imported, by the user ID that the holder enrolled with. */
export const allotment = z.strictObject({
  ...classMembers,
  holderName: personName,
  postalAddress: postalAddress.optional(),
  userId,
  quantity: shareCount,
  conditionsOfIssue: remark,
  /** When the holder acquired the shares, where an existing register says so; the present when absent. */
  acquiredAt: instant.optional(),
  /** The identifier in the register that it comes from, e.g. an Open Cap Format `security_id`; importing it twice is refused. */
  sourceId: z.string().max(80).optional(),
})

export const issuerOperations = {
  ...subscriptionOperations,
  ...outboxOperations,
  offerings: inquiry(
    ['investor', 'issuer', 'exchange', 'settlement', 'operator'],
    z.strictObject({ after: offeringNumber.optional() }),
    z.strictObject({ offerings: z.array(offering), classes: z.array(shareClassTerms), more: z.boolean() }),
  ),
  /** IS2, TR7, IS5, RE: the certificates that the ground entitles to, signed. A subscription is answered when it is paid. */
  issue: command(['investor'], issueRequest, z.strictObject({ certificates: z.array(signedDocument).min(1) })),
  /** TR5: from an exchange, for a match. */
  'match-transfer': command(['exchange'], matchTransferRequest, transferResponse),
  /** TF3: from the transferee, with the endorsed certificate. */
  transfer: command(['investor'], endorsedTransferRequest, transferResponse),
  reissue: command(['investor'], reissueRequest, reissueResponse),
  /** RE1: one's own entries. */
  holdings: inquiry(['investor'], holdingsInquiry, holdingsResponse),
  /** RE1: the signed certificate of one's own live entry once more, for a machine that lost its file; the ID does not change. */
  certificate: inquiry(
    ['investor'],
    z.strictObject({ certificateId }),
    z.strictObject({ certificate: signedDocument }),
  ),
  /** TF2, TF6: is an ID live? Anybody who knows the ID holds a copy of the certificate. Says when and by what it was retired. */
  'certificate-state': inquiry(
    ['investor', 'exchange', 'operator'],
    z.strictObject({ certificateId }),
    z.strictObject({
      certificateId,
      state: certificateState,
      at: instant,
      retiredAt: instant.optional(),
      retiredBy: z.string().max(40).optional(),
    }),
  ),
  /** IS3: an exchange asks for the whole certificate ID list of a class; it follows page by page, then every change. */
  'list-demand': command(
    ['exchange'],
    z.strictObject({ ...classMembers }),
    z.strictObject({ ...classMembers, sequence: sequenceNumber }),
  ),
  /** IS1 */
  offer: command(
    ['operator'],
    z.strictObject({
      ...classMembers,
      terms: text(20_000),
      priceMinor: amountMinor,
      quantity: shareCount,
      opensAt: instant,
      closesAt: instant,
      operator: personName,
    }),
    offering,
  ),
  /** IS5: up to 50 holders at once, all or none. */
  allot: command(
    ['operator'],
    z.strictObject({ allotments: z.array(allotment).min(1).max(50), operator: personName }),
    z.strictObject({
      allotments: z.array(
        z.strictObject({ allotmentNumber, userId, certificateId, certificateNumber, quantity: shareCount }),
      ),
    }),
  ),
  /** Stops a certificate (theft report, court order) or releases it, with the ground on record. */
  stop: command(
    ['operator'],
    z.strictObject({ certificateId, stopped: z.boolean(), ground: remark, operator: personName }),
    z.strictObject({ certificateId, state: certificateState }),
  ),
  /** TF3: approves the acquirer of a certificate of restricted shares, or takes the approval back. It ends with the certificate ID. */
  approve: command(
    ['operator'],
    z.strictObject({ certificateId, userId, approved: z.boolean(), ground: remark, operator: personName }),
    z.strictObject({ certificateId, userId, approved: z.boolean() }),
  ),
  /** Art. 121: the register, now or as of an instant, in pages of 100. */
  register: inquiry(
    ['operator'],
    z.strictObject({
      security: securityId.optional(),
      asOf: instant.optional(),
      scope: z.enum(['live', 'all']),
      after: certificateId.optional(),
    }),
    z.strictObject({ entries: z.array(registerEntry), more: z.boolean() }),
  ),
  history: inquiry(
    ['operator'],
    z.strictObject({ security: securityId.optional(), after: transferNumber.optional() }),
    z.strictObject({ entries: z.array(transferHistoryEntry), more: z.boolean() }),
  ),
  /** Sums for the rules that must always hold: per class authorised, issued and live. */
  totals: inquiry(
    ['operator'],
    z.strictObject({}),
    z.strictObject({
      classes: z.array(
        z.strictObject({ ...classMembers, authorised: shareCount, issued: shareTotal, live: shareTotal, currency }),
      ),
    }),
  ),
} as const

/** Bodies of the events that an issuer publishes, all to `user:<user ID>`. */
export const issuerEvents = {
  /** To the transferor: the certificate is somebody else's now (TF6), its file worthless. Does not tell whose: trading is anonymous. */
  'transfer-registered': transferHistoryEntry
    .omit({ newCertificateId: true, buyerUserId: true, sellerUserId: true })
    .extend({ userId }),
  /** A certificate lies ready for its holder: allotted, acquired, or left over from a division. `number` collects it. */
  'to-collect': z.strictObject({ ...classMembers, number: z.string().max(20), certificateId, quantity: shareCount }),
  /** The certificate was stopped or released. */
  'certificate-stopped': z.strictObject({ certificateId, stopped: z.boolean(), ground: remark, at: instant }),
} as const
