import type { CommandHandler, InquiryHandler } from '../../../commit/decision.ts'
import type { ReadView, View } from '../../../commit/view.ts'
import type { Refusal, Result } from '../../../../shared/kernel/result.ts'
import type { OperationName } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { AuthorityTerms } from '../settings.ts'
import type { AuthorityTables } from '../tables.ts'

/** The contract of a role's decisions, for this role. The authority keeps nothing in memory. */
export type Decide<Name extends OperationName, Evidence = undefined> = CommandHandler<
  AuthorityTables,
  AuthorityTerms,
  undefined,
  Name,
  Evidence
>['decide']

export type Answer<Name extends OperationName> = InquiryHandler<
  AuthorityTables,
  AuthorityTerms,
  undefined,
  Name
>['answer']

export type AuthorityView = View<AuthorityTables>
export type AuthorityReadView = ReadView<AuthorityTables>

/*
 * Evidence. Signing a certificate waits and is random, a decision does neither: so certificates are made before the queue,
 * for the decision to store or to drop. One that is not stored was never given to anybody.
 */

export type CertificateUsage = 'signing' | 'key-agreement'

export interface MadeCertificate {
  readonly serial: string
  readonly usage: CertificateUsage
  readonly keyThumbprint: string
  /** DER in base64. */
  readonly der: string
  /** Milliseconds. */
  readonly notBefore: number
  readonly notAfter: number
}

/** A user ID drawn for the applicant and the certificates that name it. */
export interface MadeMembership {
  readonly userId: string
  readonly signing: MadeCertificate
  readonly agreement: MadeCertificate | null
}

export type EnrolEvidence = Result<
  {
    readonly keyThumbprint: string
    readonly agreementThumbprint: string | null
    /** SHA-256 of the code in base64url. */
    readonly invitation: string | null
    /** Null when the application did not look as if it would be approved at once. */
    readonly membership: MadeMembership | null
  },
  Refusal
>

/** Null when there was no pending application of the number. */
export type ApproveEvidence = Result<MadeMembership | null, Refusal>

export type RenewEvidence = Result<
  {
    /** Of the certificate that signed the request. */
    readonly signedWith: string
    readonly signing: MadeCertificate
    readonly agreement: MadeCertificate | null
  },
  Refusal
>

export interface WidenEvidence {
  /** Of the certificate that signed the request. */
  readonly signedWith: string
}

export interface InviteEvidence {
  readonly code: string
  readonly hash: string
}
