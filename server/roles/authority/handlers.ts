import type { CommandHandler, InquiryHandler } from '../../commit/decision.ts'
import type { Role } from '../../commit/role.ts'
import { decideApprove, decideInvite, decideRefuse } from './domain/approval.ts'
import type { ApproveEvidence, EnrolEvidence, InviteEvidence, RenewEvidence, WidenEvidence } from './domain/contract.ts'
import { answerApplication, decideEnrol } from './domain/enrolment.ts'
import { answerApplications, answerCertificates } from './domain/inquiries.ts'
import { decideCrl, decideDescribe } from './domain/publications.ts'
import { answerOwnCertificate, decideRenew } from './domain/renewal.ts'
import { decideRevoke } from './domain/revocation.ts'
import { decideWiden } from './domain/widening.ts'
import { prepareApprove, prepareEnrol, prepareInvite, prepareRenew, prepareWiden, type Office } from './prepare.ts'
import type { AuthorityTerms } from './settings.ts'
import type { AuthorityTables } from './tables.ts'

export function authorityOperations(
  office: Office,
): Role<'authority', AuthorityTables, AuthorityTerms, undefined>['operations'] {
  return {
    'authority.enrol': {
      prepare: (body, request) => prepareEnrol(body, request, office),
      decide: decideEnrol,
    } satisfies CommandHandler<AuthorityTables, AuthorityTerms, undefined, 'authority.enrol', EnrolEvidence>,
    'authority.application': { answer: answerApplication } satisfies InquiryHandler<
      AuthorityTables,
      AuthorityTerms,
      undefined,
      'authority.application'
    >,
    'authority.renew': {
      prepare: (body, request) => prepareRenew(body, request, office),
      decide: decideRenew,
    } satisfies CommandHandler<AuthorityTables, AuthorityTerms, undefined, 'authority.renew', RenewEvidence>,
    'authority.own-certificate': { answer: answerOwnCertificate },
    'authority.widen': {
      prepare: (_, { sender }) => prepareWiden(sender),
      decide: decideWiden,
    } satisfies CommandHandler<AuthorityTables, AuthorityTerms, undefined, 'authority.widen', WidenEvidence>,
    'authority.applications': { answer: answerApplications },
    'authority.approve': {
      prepare: (body, request) => prepareApprove(body, request, office),
      decide: decideApprove,
    } satisfies CommandHandler<AuthorityTables, AuthorityTerms, undefined, 'authority.approve', ApproveEvidence>,
    'authority.refuse': { decide: decideRefuse },
    'authority.invite': {
      prepare: () => prepareInvite(office),
      decide: decideInvite,
    } satisfies CommandHandler<AuthorityTables, AuthorityTerms, undefined, 'authority.invite', InviteEvidence>,
    'authority.certificates': { answer: answerCertificates },
    'authority.revoke': { decide: decideRevoke },
    'authority.crl': { decide: decideCrl },
    'authority.describe': { decide: decideDescribe },
  }
}
