import { writeMembers } from '../../../../shared/documents/document.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { certificatePolicy } from '../../../../shared/protocol/catalogue/authority.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { ApplicationRow, MemberRow } from '../tables.ts'
import { applicationNumber, keyProblem, securitiesOf, storeCertificate, takenProblem } from './admission.ts'
import type { AuthorityReadView, AuthorityView, Decide, MadeMembership, WidenEvidence } from './contract.ts'
import { stateOf } from './enrolment.ts'
import { isRepeating } from './form.ts'
import { drawDescriptor } from './publications.ts'
import { presentCertificate, standingProblem } from './renewal.ts'

/** CA2, CA4: an issuer takes on another company, so its certificate has to name more securities. */

/** What an issuer is certified for stays: share certificates are about that nobody else could renew or transfer. */
function narrowedProblem(member: MemberRow, asked: readonly string[]): Refusal | undefined {
  const missing = (member.securities as string[]).find((security) => !asked.includes(security))
  return missing === undefined
    ? undefined
    : refuse('securities_narrowed', `the issuer is certified for ${missing}`, { security: missing }).error
}

function pendingOf(view: AuthorityReadView, userId: string): string | undefined {
  return view
    .where('widenings', 'userId', userId)
    .find((row) => view.get('applications', row.applicationNumber)?.state === 'pending')?.applicationNumber
}

function addedTo({ securities }: MemberRow, asked: readonly string[]): readonly string[] {
  return asked.filter((security) => !(securities as string[]).includes(security))
}

/** Waits for the operator whatever the policy for newcomers is: nobody gets a company's register by itself. */
export const decideWiden: Decide<'authority.widen', WidenEvidence> = (view, command, { settings }) => {
  const { body, sender, at, evidence } = command
  const asked = body.securities
  const userId = sender.name
  if (isRepeating(asked)) return refuse('bad_securities', 'a security is named twice')
  const member = view.get('members', userId)
  if (member === undefined) return refuse('member_unknown', `no member ${userId}`)
  const standing = standingProblem(view, userId, evidence.signedWith)
  if (standing !== undefined) return { ok: false, error: standing }
  const pending = pendingOf(view, userId)
  if (pending !== undefined)
    return refuse('application_pending', 'an earlier application is not decided yet', { applicationNumber: pending })
  const narrowed = narrowedProblem(member, asked)
  if (narrowed !== undefined) return { ok: false, error: narrowed }
  const added = addedTo(member, asked)
  if (added.length === 0) return refuse('already_certified', 'the present certificate names all of them')
  const taken = takenProblem(view, added)
  if (taken !== undefined) return { ok: false, error: taken }
  const row: ApplicationRow = {
    applicationNumber: applicationNumber(view),
    name: member.name,
    postalAddress: member.postalAddress,
    role: member.role,
    request: '',
    agreementRequest: null,
    keyThumbprint: presentCertificate(view, userId)?.keyThumbprint ?? '',
    agreementThumbprint: null,
    url: member.url,
    securities: [...asked],
    receivedAt: BigInt(at),
    state: 'pending',
    reason: null,
    userId,
    serial: null,
    agreementSerial: null,
    invitation: null,
    operator: null,
  }
  view.put('applications', row)
  view.put('widenings', { applicationNumber: row.applicationNumber, userId, certified: member.securities })
  return ok({ reply: stateOf(view, row, settings.issuing) })
}

/** Stores the wider certificate of a member. Returns the application as approved; the caller stores it. */
export function widen(
  view: AuthorityView,
  application: ApplicationRow,
  made: MadeMembership | null,
  at: number,
  policy: RequestBody<'authority.approve'>['policy'],
): Result<ApplicationRow, Refusal> {
  const userId = application.userId ?? ''
  const member = view.get('members', userId)
  if (member === undefined || member.leftAt !== null) return refuse('member_unknown', 'the issuer has left the market')
  const { keyThumbprint } = presentCertificate(view, userId) ?? {}
  if (made === null || made.signing.keyThumbprint !== keyThumbprint)
    return refuse('changed_meanwhile', 'the application changed; ask again')
  const securities = securitiesOf(application, policy)
  const problem =
    narrowedProblem(member, securities) ??
    keyProblem(view, keyThumbprint, { userId, usage: 'signing' }) ??
    takenProblem(view, addedTo(member, securities))
  if (problem !== undefined) return { ok: false, error: problem }
  const wider: MemberRow = {
    ...member,
    securities: [...securities],
    policy: policy === undefined ? member.policy : writeMembers(certificatePolicy, policy),
  }
  view.put('members', wider)
  for (const security of securities) view.put('securities', { security, userId })
  storeCertificate(view, wider, made.signing)
  drawDescriptor(view, at)
  return ok({ ...application, state: 'approved', serial: made.signing.serial })
}
