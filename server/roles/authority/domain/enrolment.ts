import { assert } from '../../../../shared/kernel/assert.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { AuthorityTerms } from '../settings.ts'
import type { ApplicationRow, AuthorityTables } from '../tables.ts'
import type { Row } from '../../../commit/tables.ts'
import { admissionProblem, admit, applicationNumber, keyProblem } from './admission.ts'
import type { Answer, AuthorityReadView, Decide, EnrolEvidence } from './contract.ts'
import { isApplicantRole } from './form.ts'

type Invitation = Row<AuthorityTables['invitations']>

/** CA2: whether an invitation stands for this application. One answer for every reason, so that codes cannot be probed for. */
function findInvitation(
  view: AuthorityReadView,
  hash: string,
  body: Pick<RequestBody<'authority.enrol'>, 'role' | 'securities'>,
  at: number,
): Result<Invitation, Refusal> {
  const row = view.get('invitations', hash)
  const allowed = row?.securities as string[] | null | undefined
  const stands =
    row !== undefined &&
    row.usedBy === null &&
    BigInt(at) <= row.validUntilAt &&
    row.role === body.role &&
    (allowed === null || (body.securities ?? []).every((security) => allowed?.includes(security) === true))
  return stands ? ok(row) : refuse('invitation_invalid', 'not an invitation for this, or not any more')
}

/** CA2: whether the policy approves at once, leaves it to the operator, or wants an invitation that is not there. */
export function vet(
  view: AuthorityReadView,
  body: RequestBody<'authority.enrol'>,
  invitation: string | null,
  at: number,
  terms: AuthorityTerms,
): Result<{ readonly approved: boolean; readonly invitation: Invitation | null }, Refusal> {
  if (invitation !== null) {
    const found = findInvitation(view, invitation, body, at)
    return found.ok ? ok({ approved: true, invitation: found.value }) : found
  }
  const { role } = body
  assert(isApplicantRole(role), 'the form was checked')
  const { approval } = terms.admission[role]
  if (approval === 'invitation') return refuse('invitation_required', `the role ${role} is by invitation only`)
  return ok({ approved: approval === 'automatic', invitation: null })
}

/** The state of an application as its applicant sees it, with the chain once there is one (CA3). */
export function stateOf(
  view: AuthorityReadView,
  row: ApplicationRow,
  issuing: string,
): ReplyBody<'authority.application'> {
  const chain = (serial: string | null): string[] | undefined => {
    const certificate = serial === null ? undefined : view.get('certificates', serial)
    return certificate === undefined ? undefined : [certificate.der, issuing]
  }
  return {
    applicationNumber: row.applicationNumber,
    state: row.state as 'pending' | 'approved' | 'refused',
    reason: row.reason ?? undefined,
    userId: row.userId ?? undefined,
    chain: chain(row.serial),
    agreementChain: chain(row.agreementSerial),
  }
}

/** [0020]: an application with proof of possession; approved at once where the policy or an invitation says so. */
export const decideEnrol: Decide<'authority.enrol', EnrolEvidence> = (view, { body, at, evidence }, { settings }) => {
  if (!evidence.ok) return evidence
  const { keyThumbprint, agreementThumbprint, invitation, membership } = evidence.value
  const known =
    keyProblem(view, keyThumbprint) ??
    (agreementThumbprint === null ? undefined : keyProblem(view, agreementThumbprint))
  if (known !== undefined) return { ok: false, error: known }
  const vetted = vet(view, body, invitation, at, settings)
  if (!vetted.ok) return vetted
  const securities = body.securities ?? []
  const problem = admissionProblem(view, body.role, securities)
  if (problem !== undefined) return { ok: false, error: problem }
  const pending: ApplicationRow = {
    applicationNumber: applicationNumber(view),
    name: body.name,
    postalAddress: body.postalAddress ?? null,
    role: body.role,
    request: body.request,
    agreementRequest: body.agreementRequest ?? null,
    keyThumbprint,
    agreementThumbprint,
    url: body.url ?? null,
    securities,
    receivedAt: BigInt(at),
    state: 'pending',
    reason: null,
    userId: null,
    serial: null,
    agreementSerial: null,
    invitation: null,
    operator: null,
  }
  if (!vetted.value.approved) {
    view.put('applications', pending)
    return ok({ reply: stateOf(view, pending, settings.issuing) })
  }
  if (membership === null) return refuse('changed_meanwhile', 'approvable only since a moment ago; ask again')
  const approved = { ...admit(view, pending, membership, at), invitation }
  view.put('applications', approved)
  if (vetted.value.invitation !== null)
    view.put('invitations', { ...vetted.value.invitation, usedBy: approved.applicationNumber })
  return ok({ reply: stateOf(view, approved, settings.issuing) })
}

/** Only for the key that applied, and for the member that asked for more; for any other there is no such application. */
export const answerApplication: Answer<'authority.application'> = (view, { body, sender }, { settings }) => {
  const row = view.get('applications', body.applicationNumber)
  const asker = view.get('widenings', body.applicationNumber)?.userId ?? `applicant:${row?.keyThumbprint}`
  if (row === undefined || sender.name !== asker)
    return refuse('application_unknown', 'no application of this key has the number')
  return ok(stateOf(view, row, settings.issuing))
}
