import type { Prepared, Sender } from '../../commit/decision.ts'
import type { ReadView } from '../../commit/view.ts'
import { readMembers } from '../../../shared/documents/document.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { fromBase64 } from '../../../shared/kernel/bytes.ts'
import { err, ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { parseCertificate, type Certificate } from '../../../shared/pki/certificate.ts'
import type { CertificatePolicy } from '../../../shared/pki/profile.ts'
import { readRequest } from '../../../shared/pki/request.ts'
import { certificatePolicy } from '../../../shared/protocol/catalogue/authority.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { keyThumbprint, verificationKey } from '../../../shared/signing/keys.ts'
import { securitiesOf } from './domain/admission.ts'
import type {
  ApproveEvidence,
  EnrolEvidence,
  InviteEvidence,
  MadeMembership,
  RenewEvidence,
  WidenEvidence,
} from './domain/contract.ts'
import { vet } from './domain/enrolment.ts'
import { formProblem, isApplicantRole, policyProblem } from './domain/form.ts'
import { presentCertificate } from './domain/renewal.ts'
import {
  hashInvitation,
  makeCertificate,
  makeMembership,
  policyFor,
  type IssuingDesk,
  type ProvedKey,
} from './issuing.ts'
import type { AuthorityTerms } from './settings.ts'
import type { ApplicationRow, AuthorityTables, MemberRow } from './tables.ts'

/**
 * What comes before the queue: reading certification requests, and making the certificates that a decision may then store.
 * What is read here of the state may be older than the decision, which looks again.
 */

/** Committed rows, as of the call. */
export type Committed = () => ReadView<AuthorityTables>

/** The key of a request for a certificate in this name, its possession proved (CA1). */
async function readKey(request: string, name: string): Promise<Result<ProvedKey, Refusal>> {
  const der = fromBase64(request)
  if (der === undefined) return refuse('request_malformed', 'not base64')
  const read = await readRequest(der)
  if (!read.ok) return read
  const { commonName, subjectPublicKeySpki: spki } = read.value
  if (commonName !== name) return refuse('request_mismatch', 'the certification request is in another name')
  const key = verificationKey(spki)
  return key === undefined
    ? refuse('cert_profile.public_key', 'the key cannot sign here')
    : ok({ spki, thumbprint: await keyThumbprint(key) })
}

interface ProvedKeys {
  readonly signing: ProvedKey
  readonly agreement: ProvedKey | null
}

async function readKeys(
  { request, agreementRequest }: { readonly request: string; readonly agreementRequest?: string | null | undefined },
  name: string,
): Promise<Result<ProvedKeys, Refusal>> {
  const signing = await readKey(request, name)
  if (!signing.ok) return signing
  if (agreementRequest === undefined || agreementRequest === null)
    return ok({ signing: signing.value, agreement: null })
  const agreement = await readKey(agreementRequest, name)
  if (!agreement.ok) return agreement
  // One key never signs and decrypts; ECDH-ES is on P-256.
  const fit = verificationKey(agreement.value.spki)?.algorithm === 'ES256'
  return fit && agreement.value.thumbprint !== signing.value.thumbprint
    ? ok({ signing: signing.value, agreement: agreement.value })
    : refuse('bad_agreement_request', 'key agreement needs a P-256 key of its own')
}

export async function prepareEnrol(
  body: RequestBody<'authority.enrol'>,
  { sender, at }: Pick<Prepared, 'sender' | 'at'>,
  { desk, terms, committed }: Office,
): Promise<EnrolEvidence> {
  const problem = formProblem(body)
  if (problem !== undefined) return err(problem)
  const { role, name } = body
  assert(isApplicantRole(role), 'the form was checked')
  const keys = await readKeys(body, name)
  if (!keys.ok) return keys
  const { signing, agreement } = keys.value
  if (sender.name !== `applicant:${signing.thumbprint}`)
    return refuse('request_mismatch', 'the certification request is of another key than the session')
  const invitation = body.invitation === undefined ? null : await hashInvitation(body.invitation)
  const vetted = vet(committed(), body, invitation, at, terms)
  const policy = policyFor(role, body.securities ?? [], terms)
  const membership =
    vetted.ok && vetted.value.approved
      ? await makeMembership(desk, terms, { name, role, policy }, keys.value, at)
      : null
  return ok({
    keyThumbprint: signing.thumbprint,
    agreementThumbprint: agreement?.thumbprint ?? null,
    invitation,
    membership,
  })
}

export async function prepareApprove(
  { applicationNumber, policy }: RequestBody<'authority.approve'>,
  { at }: Pick<Prepared, 'at'>,
  { desk, terms, committed }: Office,
): Promise<ApproveEvidence> {
  const row = committed().get('applications', applicationNumber)
  if (row === undefined || row.state !== 'pending') return ok(null)
  const { name, role } = row
  assert(isApplicantRole(role), 'nobody else can apply')
  const problem = policy === undefined ? undefined : policyProblem(policy, role)
  if (problem !== undefined) return err(problem)
  const view = committed()
  if (view.get('widenings', applicationNumber) !== undefined)
    return ok(await widerCertificate(view, row, policy, at, { desk, terms }))
  const keys = await readKeys(row, name)
  assert(keys.ok, 'the requests were read when they came')
  const chosen = chosenPolicy(policy, role === 'issuer' ? securitiesOf(row, policy) : undefined)
  const subject = { name, role, policy: chosen ?? policyFor(role, row.securities as string[], terms) }
  return ok(await makeMembership(desk, terms, subject, keys.value, at))
}

/** For the key that the member has, which signed what it asked. Null when it has none any more. */
async function widerCertificate(
  view: ReadView<AuthorityTables>,
  application: ApplicationRow,
  policy: RequestBody<'authority.approve'>['policy'],
  at: number,
  { desk, terms }: Pick<Office, 'desk' | 'terms'>,
): Promise<MadeMembership | null> {
  const member = view.get('members', application.userId ?? '')
  const present = presentCertificate(view, application.userId ?? '')
  if (member === undefined || present === undefined) return null
  const { spki } = (await read(present.der)).publicKey
  const securities = securitiesOf(application, policy)
  const subject = {
    userId: member.userId,
    name: member.name,
    role: 'issuer' as const,
    policy: chosenPolicy(policy ?? approvedPolicy(member), securities) ?? policyFor('issuer', securities, terms),
  }
  const key = { spki, thumbprint: present.keyThumbprint }
  const signing = await makeCertificate(desk, terms, subject, key, 'signing', at)
  return { userId: member.userId, signing, agreement: null }
}

export async function prepareRenew(
  body: RequestBody<'authority.renew'>,
  { sender, at }: Pick<Prepared, 'sender' | 'at'>,
  { desk, terms, committed }: Office,
): Promise<RenewEvidence> {
  const member = committed().get('members', sender.name)
  if (member === undefined) return refuse('member_unknown', `no member ${sender.name}`)
  const { userId, name, role } = member
  assert(isApplicantRole(role), 'nobody else can be a member')
  if (body.agreementRequest !== undefined && role !== 'settlement')
    return refuse('bad_agreement_request', 'only a settlement server has a key-agreement key')
  const keys = await readKeys(body, name)
  if (!keys.ok) return keys
  const { signing, agreement } = keys.value
  const securities = member.securities as string[]
  const chosen = chosenPolicy(approvedPolicy(member), role === 'issuer' ? securities : undefined)
  const subject = { userId, name, role, policy: chosen ?? policyFor(role, securities, terms) }
  return ok({
    signedWith: (await read(sender.certificate)).serial,
    signing: await makeCertificate(desk, terms, subject, signing, 'signing', at),
    agreement: agreement === null ? null : await makeCertificate(desk, terms, subject, agreement, 'key-agreement', at),
  })
}

export async function prepareWiden({ certificate }: Pick<Sender, 'certificate'>): Promise<WidenEvidence> {
  return { signedWith: (await read(certificate)).serial }
}

export async function prepareInvite({ desk }: Office): Promise<InviteEvidence> {
  const code = desk.ids.next()
  return { code, hash: await hashInvitation(code) }
}

/** Where certificates are made, by which rules, with which rows in view. */
export interface Office {
  readonly desk: IssuingDesk
  readonly terms: AuthorityTerms
  readonly committed: Committed
}

/** An operator's own policy, with the securities filled in that it leaves to the application. */
function chosenPolicy(
  policy: RequestBody<'authority.approve'>['policy'],
  mayIssue: readonly string[] | undefined,
): CertificatePolicy | undefined {
  if (policy === undefined) return undefined
  const { mayHold, orderLimitMinor, dayLimitMinor, currency, shortSellingProhibited } = policy
  return {
    orderLimitMinor,
    dayLimitMinor,
    currency,
    shortSellingProhibited,
    ...(mayHold !== undefined && { mayHold }),
    ...(mayIssue !== undefined && { mayIssue }),
  }
}

function approvedPolicy({ policy }: MemberRow): RequestBody<'authority.approve'>['policy'] {
  if (policy === null) return undefined
  const read = readMembers(certificatePolicy, policy)
  assert(read.ok, 'the policy was written by its schema')
  return read.value
}

/** A certificate of the authority's own. */
async function read(certificate: string): Promise<Certificate> {
  const der = fromBase64(certificate)
  assert(der !== undefined, 'what was issued can be read')
  const parsed = await parseCertificate(der)
  assert(parsed.ok, 'what was issued can be read')
  return parsed.value
}
