import { z } from 'zod'
import { memberRole } from '../../documents/market-descriptor.ts'
import {
  amountMinor,
  applicationNumber,
  currency,
  documentHash,
  instant,
  personName,
  postalAddress,
  remark,
  securityId,
  userId,
  x509,
} from '../../documents/fields.ts'
import { command, inquiry } from '../operation.ts'
import { outboxOperations } from './outbox.ts'
import { subscriptionOperations } from './subscription.ts'

/** Two lists of so many codes of 12 characters take 1.8 KiB of the 3 KiB that a certificate may have in a message. */
const namedSecurities = z.array(securityId).max(64)

/** The policy extension of an identity certificate (Fig. 4). */
export const certificatePolicy = z.strictObject({
  orderLimitMinor: amountMinor,
  dayLimitMinor: amountMinor,
  currency,
  shortSellingProhibited: z.boolean(),
  mayHold: namedSecurities.optional(),
  mayIssue: namedSecurities.optional(),
})

const pkcs10 = z
  .string()
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .max(4096)

/**
 * The state of an application; with `approved` come the certificates, leaf first, issuing authority after it.
 * @public by its name in docs/PROTOCOL.md
 */
export const applicationState = z.strictObject({
  applicationNumber,
  state: z.enum(['pending', 'approved', 'refused']),
  reason: remark.optional(),
  userId: userId.optional(),
  chain: z.array(x509).max(4).optional(),
  agreementChain: z.array(x509).max(4).optional(),
})

export const application = z.strictObject({
  applicationNumber,
  name: personName,
  postalAddress: postalAddress.optional(),
  role: memberRole,
  keyThumbprint: z.string().max(43),
  url: z.string().max(300).optional(),
  securities: namedSecurities.optional(),
  /** What the certificate of an issuer that asks for a wider one named when it asked; absent: an application for membership. */
  certified: namedSecurities.optional(),
  receivedAt: instant,
  state: z.enum(['pending', 'approved', 'refused']),
  reason: remark.optional(),
  userId: userId.optional(),
})

export const issuedCertificate = z.strictObject({
  serial: z.string().regex(/^[0-9a-f]{2,40}$/),
  userId,
  name: personName,
  role: memberRole,
  usage: z.enum(['signing', 'key-agreement']),
  notBefore: instant,
  notAfter: instant,
  state: z.enum(['valid', 'revoked', 'superseded']),
  revokedAt: instant.optional(),
  reason: z.string().max(40).optional(),
})

/** @public by its name in docs/PROTOCOL.md */
export const revocationReason = z.enum([
  'unspecified',
  'key_compromise',
  'affiliation_changed',
  'superseded',
  'cessation_of_operation',
])

export const authorityOperations = {
  ...subscriptionOperations,
  ...outboxOperations,
  /**
   * CA1: the PKCS#10 request is of the key that opened the session and in the name of the applicant; servers add their address,
   * issuers their securities, a settlement server a request for its key-agreement key.
   */
  enrol: command(
    ['applicant'],
    z.strictObject({
      name: personName,
      postalAddress: postalAddress.optional(),
      role: memberRole,
      request: pkcs10,
      agreementRequest: pkcs10.optional(),
      invitation: z.string().max(80).optional(),
      url: z.string().max(300).optional(),
      securities: namedSecurities.optional(),
    }),
    applicationState,
  ),
  application: inquiry(['applicant', 'issuer'], z.strictObject({ applicationNumber }), applicationState),
  /** CA4: the present certificate of the key that opened the session: for who was restored from a backup, or has a wider one by now. */
  'own-certificate': inquiry(
    ['applicant'],
    z.strictObject({}),
    z.strictObject({ userId, chain: z.array(x509).max(4) }),
  ),
  /** CA4: a new certificate for the same or a new key, signed with the present one. */
  renew: command(
    ['investor', 'issuer', 'exchange', 'settlement'],
    z.strictObject({ request: pkcs10, agreementRequest: pkcs10.optional() }),
    z.strictObject({ chain: z.array(x509).max(4), agreementChain: z.array(x509).max(4).optional() }),
  ),
  /** CA2: an issuer asks to be certified for more securities, naming all that it is to issue. Always decided by hand. */
  widen: command(['issuer'], z.strictObject({ securities: namedSecurities }), applicationState),
  applications: inquiry(
    ['operator'],
    z.strictObject({
      state: z.enum(['pending', 'approved', 'refused']).optional(),
      after: applicationNumber.optional(),
    }),
    z.strictObject({ applications: z.array(application), more: z.boolean() }),
  ),
  /** CA2: by hand. Without a policy the authority's configured one for the role is used. */
  approve: command(
    ['operator'],
    z.strictObject({ applicationNumber, policy: certificatePolicy.optional(), operator: personName }),
    applicationState,
  ),
  refuse: command(
    ['operator'],
    z.strictObject({ applicationNumber, reason: remark, operator: personName }),
    applicationState,
  ),
  /** CA2: an invitation code that approves one application for the role. */
  invite: command(
    ['operator'],
    z.strictObject({
      role: memberRole,
      validUntil: instant,
      securities: namedSecurities.optional(),
      operator: personName,
    }),
    z.strictObject({ invitation: z.string().max(80), validUntil: instant }),
  ),
  certificates: inquiry(
    ['operator'],
    z.strictObject({ userId: userId.optional(), after: z.string().max(40).optional() }),
    z.strictObject({ certificates: z.array(issuedCertificate), more: z.boolean() }),
  ),
  /** CA4: all certificates of a member, or one by its serial. */
  revoke: command(
    ['operator'],
    z.strictObject({ userId, serial: z.string().max(40).optional(), reason: revocationReason, operator: personName }),
    z.strictObject({ revoked: z.array(z.string().max(40)), crlNumber: z.string().max(20) }),
  ),
  /** Issues a new CRL; the authority does it by itself before the present one gets old. */
  crl: command(
    ['operator'],
    z.strictObject({}),
    z.strictObject({
      crlNumber: z.string().max(20),
      thisUpdate: instant,
      nextUpdate: instant,
      revoked: z.number().int(),
    }),
  ),
  /** Publishes a new market descriptor if the authority's settings changed; changes of its members do so by themselves. */
  describe: command(
    ['operator'],
    /** Hash of what the settings say in it, so that the journal replays under other settings. */
    z.strictObject({ terms: documentHash }),
    z.strictObject({ sequence: z.number().int(), issuedAt: instant }),
  ),
} as const
