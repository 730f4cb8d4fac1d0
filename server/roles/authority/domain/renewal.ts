import { ok, refuse, type Refusal } from '../../../../shared/kernel/result.ts'
import { isServer, keyProblem, storeCertificate } from './admission.ts'
import type { CertificateRow } from '../tables.ts'
import type { Answer, AuthorityReadView, Decide, RenewEvidence } from './contract.ts'
import { drawDescriptor } from './publications.ts'

/** With which a member signs: the newest that was not revoked. */
export function presentCertificate(view: AuthorityReadView, userId: string): CertificateRow | undefined {
  return view
    .where('certificates', 'userId', userId)
    .filter(({ usage, state }) => usage === 'signing' && state !== 'revoked')
    .reduce<CertificateRow | undefined>(
      (newest, row) => (newest === undefined || row.number > newest.number ? row : newest),
      undefined,
    )
}

/** The present certificate asks, or the newest that is left: whoever got at an old key could else take the identity over. */
export function standingProblem(view: AuthorityReadView, userId: string, serial: string): Refusal | undefined {
  const certificate = view.get('certificates', serial)
  if (certificate === undefined || certificate.userId !== userId)
    return refuse('certificate_unknown', 'the certificate is not one of this member').error
  if (certificate.state === 'revoked') return refuse('cert_revoked', 'the certificate was revoked').error
  if ((presentCertificate(view, userId)?.number ?? 0n) > certificate.number)
    return refuse('certificate_superseded', 'renewed before: ask with the present certificate').error
  return undefined
}

/** CA4: a new certificate for the same or a new key. The one before stays valid until it expires. */
export const decideRenew: Decide<'authority.renew', RenewEvidence> = (view, command, { settings }) => {
  const { sender, at, evidence } = command
  if (!evidence.ok) return evidence
  const { signedWith, signing, agreement } = evidence.value
  const userId = sender.name
  const member = view.get('members', userId)
  if (member === undefined) return refuse('member_unknown', `no member ${userId}`)
  const problem =
    standingProblem(view, userId, signedWith) ??
    keyProblem(view, signing.keyThumbprint, { userId, usage: 'signing' }) ??
    (agreement === null ? undefined : keyProblem(view, agreement.keyThumbprint, { userId, usage: 'key-agreement' }))
  if (problem !== undefined) return { ok: false, error: problem }
  storeCertificate(view, member, signing)
  if (agreement !== null) storeCertificate(view, member, agreement)
  if (isServer(member.role)) drawDescriptor(view, at)
  const chain = [signing.der, settings.issuing]
  return ok({
    reply: agreement === null ? { chain } : { chain, agreementChain: [agreement.der, settings.issuing] },
  })
}

/**
 * CA4: whoever was restored from a backup has an older certificate of the key that its present one is for. The key opened the
 * session, so its holder is told; the certificate is public. A key that was revoked once, or renewed away, gets nothing.
 */
export const answerOwnCertificate: Answer<'authority.own-certificate'> = (view, { sender }, { settings }) => {
  const thumbprint = sender.name.slice('applicant:'.length)
  const certified = view.where('certificates', 'keyThumbprint', thumbprint).filter(({ usage }) => usage === 'signing')
  const [one] = certified
  if (one === undefined) return refuse('certificate_unknown', 'the key was never certified')
  if (certified.some(({ state }) => state === 'revoked')) return refuse('cert_revoked', 'the certificate was revoked')
  const present = presentCertificate(view, one.userId)
  if (present?.keyThumbprint !== thumbprint) return refuse('certificate_superseded', 'renewed since, with another key')
  return ok({ userId: one.userId, chain: [present.der, settings.issuing] })
}
