import { shareCertificate } from '../../../../shared/documents/share-certificate.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision, Seal } from '../../../commit/decision.ts'
import type { IssuerSettings } from '../settings.ts'
import { certificateOf, type Entry } from './register.ts'

/** Where a subscription's price goes, sealed for the settlement server before the queue; null for other grounds. */
export interface Payee {
  readonly paymentId: string
  readonly account: string
}

export type IssueCommand = Command<RequestBody<'issuer.issue'>, Payee | null>
export type IssueDecision = Decision<ReplyBody<'issuer.issue'>>

/** S60, S150: the certificates of these entries, signed at commit. */
export function certificatesOf(settings: IssuerSettings, entries: readonly Entry[]) {
  return (seal: Seal): ReplyBody<'issuer.issue'> => ({
    certificates: entries.map((entry) => seal(shareCertificate, certificateOf(settings, entry))),
  })
}
