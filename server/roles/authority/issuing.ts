import { toBase64, toHex, type Bytes } from '../../../shared/kernel/bytes.ts'
import type { Ids, Millis, Random } from '../../../shared/kernel/ports.ts'
import { issueIdentityCertificate, type Issuer } from '../../../shared/pki/issue.ts'
import type { CertificatePolicy } from '../../../shared/pki/profile.ts'
import { sha256Base64Url } from '../../../shared/signing/keys.ts'
import { toUtf8 } from '../../../shared/kernel/bytes.ts'
import type { CertificateUsage, MadeCertificate, MadeMembership } from './domain/contract.ts'
import { userIdFor } from './domain/form.ts'
import type { ApplicantRole, AuthorityTerms } from './settings.ts'

/** What makes certificates: the issuing authority's key, and chance. */
export interface IssuingDesk {
  readonly issuer: Issuer
  readonly random: Random
  readonly ids: Ids
}

/** A key whose possession was proved, or which a proved key named. */
export interface ProvedKey {
  readonly spki: Bytes
  readonly thumbprint: string
}

/** Whom a certificate is for. */
export interface Subject {
  readonly userId: string
  readonly name: string
  readonly role: ApplicantRole
  readonly policy: CertificatePolicy
}

const DAY_MS = 24 * 60 * 60 * 1000
/** Clocks of others may run behind ours by as much as a request's may. */
export const BACKDATED_MS = 5 * 60 * 1000

/** RFC 5280 section 4.1.2.2: positive and at most 20 octets. The first two bits are fixed, so it has always 20; 158 are random. */
export function drawSerial(random: Random): string {
  const [first = 0, ...rest] = random.bytes(20)
  return toHex(Uint8Array.of((first & 0x3f) | 0x40, ...rest))
}

/** Limits by the settings, as long as the operator gives no others. */
export function policyFor(
  role: ApplicantRole,
  securities: readonly string[],
  terms: AuthorityTerms,
): CertificatePolicy {
  const { orderLimitMinor, dayLimitMinor } = terms.admission[role]
  return {
    orderLimitMinor,
    dayLimitMinor,
    currency: terms.currency,
    shortSellingProhibited: true,
    ...(role === 'issuer' && { mayIssue: securities }),
  }
}

export async function makeCertificate(
  desk: IssuingDesk,
  terms: AuthorityTerms,
  subject: Subject,
  key: ProvedKey,
  usage: CertificateUsage,
  at: Millis,
): Promise<MadeCertificate> {
  const serial = drawSerial(desk.random)
  const notBefore = at - BACKDATED_MS
  const end = at + terms.admission[subject.role].certificateDays * DAY_MS
  const notAfter = Math.min(end, desk.issuer.certificate.notAfter)
  const der = await issueIdentityCertificate({
    issuer: desk.issuer,
    serial,
    notBefore,
    notAfter,
    subjectPublicKeySpki: key.spki,
    commonName: subject.name,
    userId: subject.userId,
    role: subject.role,
    policy: subject.policy,
    usage,
  })
  return { serial, usage, keyThumbprint: key.thumbprint, der: toBase64(der), notBefore, notAfter }
}

/** Certificates for somebody who is no member yet. */
export async function makeMembership(
  desk: IssuingDesk,
  terms: AuthorityTerms,
  applicant: Omit<Subject, 'userId'>,
  keys: { readonly signing: ProvedKey; readonly agreement: ProvedKey | null },
  at: Millis,
): Promise<MadeMembership> {
  const subject = { ...applicant, userId: userIdFor(applicant.role, desk.ids.next()) }
  const make = (key: ProvedKey, usage: CertificateUsage): Promise<MadeCertificate> =>
    makeCertificate(desk, terms, subject, key, usage, at)
  const [signing, agreement] = await Promise.all([
    make(keys.signing, 'signing'),
    keys.agreement === null ? null : make(keys.agreement, 'key-agreement'),
  ])
  return { userId: subject.userId, signing, agreement }
}

/** People type codes: case, spaces and hyphens do not count. */
export function hashInvitation(code: string): Promise<string> {
  return sha256Base64Url(toUtf8(code.toUpperCase().replaceAll(/[\s-]/g, '')))
}
