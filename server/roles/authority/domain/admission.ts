import { writeMembers } from '../../../../shared/documents/document.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import { refuse, type Refusal } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { certificatePolicy } from '../../../../shared/protocol/catalogue/authority.ts'
import { MAX_SERVERS } from '../../../../shared/documents/market-descriptor.ts'
import type { ApplicationRow, MemberRow } from '../tables.ts'
import type { AuthorityReadView, AuthorityView, CertificateUsage, MadeCertificate, MadeMembership } from './contract.ts'
import { drawDescriptor } from './publications.ts'

/** Letting applicants in, and what may not be in the market twice. */

export const SERVER_ROLES = ['issuer', 'exchange', 'settlement'] as const

export function isServer(role: string): boolean {
  return (SERVER_ROLES as readonly string[]).includes(role)
}

export function present(view: AuthorityReadView, role: string): readonly MemberRow[] {
  return view.where('members', 'role', role).filter(({ leftAt }) => leftAt === null)
}

/** Whoever holds a key, or applies with it, is one person with one use for it. `own`: for whom and for what it may be known already. */
export function keyProblem(
  view: AuthorityReadView,
  thumbprint: string,
  own?: { readonly userId: string; readonly usage: CertificateUsage },
): Refusal | undefined {
  const certified = view.where('certificates', 'keyThumbprint', thumbprint)
  const foreign = certified.some(
    ({ userId, usage, state }) => userId !== own?.userId || usage !== own.usage || state === 'revoked',
  )
  const pending = [
    ...view.where('applications', 'keyThumbprint', thumbprint),
    ...view.where('applications', 'agreementThumbprint', thumbprint),
  ]
    // A member that asks for a wider certificate asks for the key that it has: it may be renewed meanwhile.
    .find(({ state, userId }) => state === 'pending' && userId === null)
  if (pending !== undefined)
    return refuse('key_in_use', 'the key applies already', { applicationNumber: pending.applicationNumber }).error
  return foreign ? refuse('key_in_use', 'the key was certified before').error : undefined
}

/** No security has two issuers: of one whose register is kept twice, shares would be sold twice. */
export function takenProblem(view: AuthorityReadView, securities: readonly string[]): Refusal | undefined {
  const taken = securities.find((security) => view.get('securities', security) !== undefined)
  return taken === undefined ? undefined : refuse('security_taken', `${taken} has an issuer`, { security: taken }).error
}

/** Why nobody can be admitted in this role with these securities now. */
export function admissionProblem(
  view: AuthorityReadView,
  role: string,
  securities: readonly string[],
): Refusal | undefined {
  const taken = takenProblem(view, securities)
  if (taken !== undefined) return taken
  if (!isServer(role)) return undefined
  // Money is in one place: account numbers are encrypted to, and holds asked of, the one settlement server.
  if (role === 'settlement' && present(view, role).length > 0)
    return refuse('role_taken', 'the market has a settlement server').error
  // The authority itself is one.
  const servers = SERVER_ROLES.reduce((sum, each) => sum + present(view, each).length, 1)
  return servers >= MAX_SERVERS ? refuse('market_full', `the market has ${servers} servers`).error : undefined
}

export function applicationNumber(view: AuthorityView): string {
  return `AP-${view.next('application').toString().padStart(8, '0')}`
}

/** What the holder may issue by an operator's policy, else by its application. */
export function securitiesOf(
  application: Pick<ApplicationRow, 'securities'>,
  policy: RequestBody<'authority.approve'>['policy'],
): readonly string[] {
  return policy?.mayIssue ?? (application.securities as string[])
}

/** Stores a certificate that was made for a member, in the place of the one before it (CA3, CA4). */
export function storeCertificate(view: AuthorityView, member: MemberRow, made: MadeCertificate): void {
  // Drawn at random from 158 bits; a second time is a broken source of chance and must not become a certificate [A32].
  assert(view.get('certificates', made.serial) === undefined, 'a serial number was drawn twice')
  for (const certificate of view.where('certificates', 'userId', member.userId)) {
    if (certificate.usage === made.usage && certificate.state === 'valid')
      view.put('certificates', { ...certificate, state: 'superseded' })
  }
  view.put('certificates', {
    serial: made.serial,
    number: view.next('certificate'),
    userId: member.userId,
    name: member.name,
    role: member.role,
    usage: made.usage,
    keyThumbprint: made.keyThumbprint,
    der: made.der,
    notBeforeAt: BigInt(made.notBefore),
    notAfterAt: BigInt(made.notAfter),
    state: 'valid',
    revokedAt: null,
    reason: null,
    operator: null,
  })
}

/** Makes a member of an applicant. Returns the application as approved; the caller stores it. */
export function admit(
  view: AuthorityView,
  application: ApplicationRow,
  made: MadeMembership,
  at: number,
  policy?: RequestBody<'authority.approve'>['policy'],
): ApplicationRow {
  const { userId, signing, agreement } = made
  assert(view.get('members', userId) === undefined, 'a user ID was drawn twice')
  const securities = securitiesOf(application, policy)
  const { name, role, postalAddress, url } = application
  const member: MemberRow = {
    userId,
    role,
    name,
    postalAddress,
    url,
    securities: [...securities],
    policy: policy === undefined ? null : writeMembers(certificatePolicy, policy),
    joinedAt: BigInt(at),
    leftAt: null,
  }
  view.put('members', member)
  for (const security of securities) view.put('securities', { security, userId })
  storeCertificate(view, member, signing)
  if (agreement !== null) storeCertificate(view, member, agreement)
  if (isServer(role)) drawDescriptor(view, at)
  return {
    ...application,
    state: 'approved',
    userId,
    serial: signing.serial,
    agreementSerial: agreement?.serial ?? null,
  }
}

/** The last certificate was revoked: the member's place and securities are free again. */
export function dismiss(view: AuthorityView, member: MemberRow, at: number): void {
  view.put('members', { ...member, leftAt: BigInt(at) })
  for (const security of member.securities as string[]) view.remove('securities', security)
}
