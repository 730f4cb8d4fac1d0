import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ApplicationRow } from '../tables.ts'
import { admissionProblem, admit, securitiesOf } from './admission.ts'
import type { ApproveEvidence, AuthorityReadView, Decide, InviteEvidence } from './contract.ts'
import { stateOf } from './enrolment.ts'
import { isApplicantRole } from './form.ts'
import { widen } from './widening.ts'

/** CA2 by hand: the operator approves, refuses, invites. */

function findPending(view: AuthorityReadView, applicationNumber: string): Result<ApplicationRow, Refusal> {
  const row = view.get('applications', applicationNumber)
  if (row === undefined) return refuse('application_unknown', 'no application has the number')
  if (row.state !== 'pending') return refuse('application_decided', `the application is ${row.state}`)
  return ok(row)
}

export const decideApprove: Decide<'authority.approve', ApproveEvidence> = (view, command, { settings }) => {
  const { body, at, evidence } = command
  const found = findPending(view, body.applicationNumber)
  if (!found.ok) return found
  if (!evidence.ok) return evidence
  const made = evidence.value
  if (view.get('widenings', body.applicationNumber) !== undefined) {
    const widened = widen(view, found.value, made, at, body.policy)
    return widened.ok ? approved(widened.value) : widened
  }
  const { keyThumbprint, agreementThumbprint, role } = found.value
  const isOfRow =
    made?.signing.keyThumbprint === keyThumbprint && (made.agreement?.keyThumbprint ?? null) === agreementThumbprint
  if (made === null || !isOfRow) return refuse('changed_meanwhile', 'the application changed; ask again')
  const problem = admissionProblem(view, role, securitiesOf(found.value, body.policy))
  if (problem !== undefined) return { ok: false, error: problem }
  return approved(admit(view, found.value, made, at, body.policy))

  function approved(application: ApplicationRow) {
    const row = { ...application, operator: body.operator }
    view.put('applications', row)
    return ok({ reply: stateOf(view, row, settings.issuing) })
  }
}

export const decideRefuse: Decide<'authority.refuse'> = (view, { body }, { settings }) => {
  const found = findPending(view, body.applicationNumber)
  if (!found.ok) return found
  const refused = { ...found.value, state: 'refused', reason: body.reason, operator: body.operator }
  view.put('applications', refused)
  return ok({ reply: stateOf(view, refused, settings.issuing) })
}

/** The code is in the reply and nowhere in the tables, which hold its hash. */
export const decideInvite: Decide<'authority.invite', InviteEvidence> = (view, { body, at, evidence }) => {
  const { role, securities, validUntil, operator } = body
  if (!isApplicantRole(role)) return refuse('role_not_offered', `nobody enrols as ${role}`)
  if (securities !== undefined && (role !== 'issuer' || securities.length === 0))
    return refuse('bad_securities', 'an issuer, and nobody else, names the securities that it issues')
  if (validUntil <= at) return refuse('bad_date', 'the invitation would be over already')
  view.put('invitations', {
    hash: evidence.hash,
    role,
    securities: securities ?? null,
    validUntilAt: BigInt(validUntil),
    invitedAt: BigInt(at),
    operator,
    usedBy: null,
  })
  return ok({ reply: { invitation: evidence.code, validUntil } })
}
