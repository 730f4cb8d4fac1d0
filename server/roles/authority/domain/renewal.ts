import { ok, refuse, type Refusal } from '../../../../shared/kernel/result.ts'
import { isServer, keyProblem, storeCertificate } from './admission.ts'
import type { AuthorityReadView, Decide, RenewEvidence } from './contract.ts'
import { drawDescriptor } from './publications.ts'

/** The present certificate asks, or the newest that is left: whoever got at an old key could else take the identity over. */
function standingProblem(view: AuthorityReadView, userId: string, serial: string): Refusal | undefined {
  const certificate = view.get('certificates', serial)
  if (certificate === undefined || certificate.userId !== userId)
    return refuse('certificate_unknown', 'the certificate is not one of this member').error
  if (certificate.state === 'revoked') return refuse('cert_revoked', 'the certificate was revoked').error
  const newer = view
    .where('certificates', 'userId', userId)
    .some(({ number, usage, state }) => usage === 'signing' && state !== 'revoked' && number > certificate.number)
  if (newer) return refuse('certificate_superseded', 'renewed before: ask with the present certificate').error
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
