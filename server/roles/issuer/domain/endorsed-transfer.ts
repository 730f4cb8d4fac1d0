import type { Endorsement } from '../../../../shared/documents/endorsement.ts'
import { classKey, isCertifiedName } from '../../../../shared/documents/fields.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { findClass } from '../settings.ts'
import type { Decide } from './contract.ts'
import type { CertificateFacts } from './match-transfer.ts'
import { registerTransfer, transferable } from './transfer.ts'

/** The endorsement and the certificate in it, both signatures verified. */
export interface Endorsed {
  readonly signer: string
  readonly endorsement: Omit<Endorsement, 'certificate'>
  readonly certificate: CertificateFacts
}

/** Clock difference that an endorsement's time of issue may show. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000

function periodRefusal({ issuedAt, validUntil }: Endorsed['endorsement'], at: Millis) {
  if (issuedAt > at + CLOCK_DIFFERENCE_MS) return refuse('endorsement_not_yet_valid', 'endorsed in the future')
  if (validUntil <= issuedAt) return refuse('endorsement_expired', 'the endorsement ends before it begins')
  return at > validUntil ? refuse('endorsement_expired', 'the endorsement has run out') : undefined
}

/** TF3, [0052]: the transferee asks for the registration of what was handed over (名義書換要求, Fig. 27). */
export const endorsedTransfer: Decide<'issuer.transfer', Result<Endorsed, Refusal>> = (
  view,
  { body, sender, hash, at, evidence },
  surroundings,
) => {
  if (body.userId !== sender.name) return refuse('wrong_user', 'the user ID is not that of the signer')
  if (!isCertifiedName(body.name, sender.displayName))
    return refuse('wrong_name', 'the name is not that of the signer’s identity certificate')
  if (!evidence.ok) return evidence
  const { signer, endorsement, certificate } = evidence.value
  if (endorsement.transfereeUserId !== sender.name) return refuse('not_transferee', 'endorsed to somebody else')
  if (endorsement.transferorUserId !== signer || certificate.userId !== signer) {
    return refuse('not_holder', 'endorsed by somebody who is not the holder')
  }
  const { certificateId } = certificate
  if (body.certificateId !== certificateId || endorsement.certificateId !== certificateId) {
    return refuse('certificate_mismatch', 'the endorsement is of another certificate')
  }
  const period = periodRefusal(endorsement, at)
  if (period !== undefined) return period
  if (endorsement.quantity > certificate.quantity)
    return refuse('exceeds_holding', 'more shares than the certificate has')
  const issued = findClass(surroundings.settings, certificate)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  if (sender.policy?.mayHold?.includes(issued.security) === false) {
    return refuse('security_not_permitted', 'the certificate policy does not permit this security')
  }
  const claim = {
    certificateId,
    quantity: endorsement.quantity,
    transferorUserId: signer,
    acquirerUserId: sender.name,
    cause: endorsement.cause,
  }
  const old = transferable(view, surroundings.settings, issued, classKey(issued), claim, at)
  if (!old.ok) return old
  const { response, messages, events } = registerTransfer(view, surroundings, at, old.value, {
    ...claim,
    issued,
    acquirerName: sender.displayName,
    acquirerAddress: body.postalAddress,
    dividendAccount: body.dividendAccount,
    mandate: null,
  })
  return ok({ reply: { ...response, requestHash: hash }, messages, events })
}
