import { classKey } from '../../../../shared/documents/fields.ts'
import type { ReissueRequest } from '../../../../shared/documents/reissue.ts'
import { shareCertificate } from '../../../../shared/documents/share-certificate.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { toUtf8 } from '../../../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { findClass, type IssuerSettings } from '../settings.ts'
import type { IssuerReadView } from '../tables.ts'
import type { Decide } from './contract.ts'
import { changeList } from './list.ts'
import type { CertificateFacts } from './match-transfer.ts'
import { drawNumber } from './numbers.ts'
import { certificateOf, enter, heldEntry, retire, type Entering, type Entry } from './register.ts'
import { newCertificateOf } from './transfer.ts'

/** Longest remark that a register entry can have. */
const MAX_CONDITIONS = 500
/** The new certificates are collected in one answer: 60 KiB of the 64 KiB of a message. */
const MAX_ANSWER_BYTES = 60 * 1024
/** Header and signature of one certificate. */
const ENVELOPE_BYTES = 400
/** A holder's name may get longer until the certificates are collected: 120 characters of 3 bytes. */
const NAME_BYTES = 360

/** The certificates to be reissued: those surrendered, signatures verified, or for lost ones the IDs alone. */
function surrenderedIds(
  { ground, userId }: ReissueRequest,
  surrendered: readonly CertificateFacts[],
  key: string,
): Result<readonly string[], Refusal> {
  if (surrendered.some((certificate) => certificate.userId !== userId)) {
    return refuse('not_holder', 'a certificate names somebody else')
  }
  if (surrendered.some((certificate) => classKey(certificate) !== key)) {
    return refuse('certificate_mismatch', 'a certificate is of another class')
  }
  const ids = ground.kind === 'lost' ? ground.certificateIds : surrendered.map(({ certificateId }) => certificateId)
  return new Set(ids).size === ids.length ? ok(ids) : refuse('duplicate_certificate', 'a certificate is given twice')
}

/** RE3: a consolidated certificate has the conditions of all, each once. */
function jointConditions(entries: readonly Entry[]): string {
  return [...new Set(entries.map(({ conditionsOfIssue }) => conditionsOfIssue))].join('; ')
}

type Made = Omit<Entering, 'issued' | 'enteredBy' | 'toCollect' | 'mandate'>

function madeFrom(entry: Entry): Made {
  const { holderName, postalAddress, userId, quantity, conditionsOfIssue, dividendAccount } = entry
  const acquiredAt = Number(entry.acquiredAt)
  return { holderName, postalAddress, userId, quantity, conditionsOfIssue, dividendAccount, acquiredAt }
}

/** RE2, RE3: what takes the place of these entries; quantities add up exactly. */
function successors(ground: ReissueRequest['ground'], entries: readonly Entry[]): Result<readonly Made[], Refusal> {
  const [first] = entries
  if (first === undefined) return ok([])
  const sum = entries.reduce((total, { quantity }) => total + quantity, 0n)
  if (ground.kind === 'split') {
    return ground.quantities.reduce((total, quantity) => total + quantity, 0n) === sum
      ? ok(ground.quantities.map((quantity) => ({ ...madeFrom(first), quantity })))
      : refuse('quantities_differ', 'the parts do not add up to the certificate', { quantity: sum.toString() })
  }
  if (ground.kind === 'consolidation') {
    const conditionsOfIssue = jointConditions(entries)
    if (conditionsOfIssue.length > MAX_CONDITIONS) return refuse('conditions_too_long', 'too many conditions of issue')
    const latest = entries.reduce((late, entry) => (entry.acquiredAt > late.acquiredAt ? entry : late))
    return ok([{ ...madeFrom(latest), quantity: sum, conditionsOfIssue }])
  }
  // Lost, damaged, renewed, withdrawn: one for one, the certificate number stays with the shares.
  return ok(entries.map((entry) => ({ ...madeFrom(entry), certificateNumber: entry.certificateNumber })))
}

/** A certificate's payload is base64 in its signature form, and that is base64 again in the answer's. */
function answerBytes(settings: IssuerSettings, entry: Entry, count: number): number {
  const payload = JSON.stringify(writeMembers(shareCertificate.schema, certificateOf(settings, entry)))
  return Math.ceil((count * ((toUtf8(payload).length + NAME_BYTES) * (4 / 3) + ENVELOPE_BYTES) * 4) / 3)
}

function entriesOf(view: IssuerReadView, ids: readonly string[], userId: string, key: string) {
  const entries: Entry[] = []
  for (const certificateId of ids) {
    const entry = heldEntry(view, certificateId, userId, key)
    if (!entry.ok) return entry
    entries.push(entry.value)
  }
  return ok(entries)
}

/** RE2-RE5, TF5, [0056]: the reissue request (株券再発行要求). The new certificates are collected with the reissue number. */
export const reissue: Decide<'issuer.reissue', Result<readonly CertificateFacts[], Refusal>> = (
  view,
  { body, sender, hash, at, evidence },
  surroundings,
) => {
  const { ground, userId } = body
  if (userId !== sender.name) return refuse('wrong_user', 'the user ID is not that of the signer')
  if (!evidence.ok) return evidence
  const issued = findClass(surroundings.settings, body)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  const key = classKey(body)
  const ids = surrenderedIds(body, evidence.value, key)
  if (!ids.ok) return ids
  const entries = entriesOf(view, ids.value, userId, key)
  if (!entries.ok) return entries
  const made = successors(ground, entries.value)
  if (!made.ok) return made
  const [first] = entries.value
  if (first !== undefined && answerBytes(surroundings.settings, first, made.value.length) > MAX_ANSWER_BYTES) {
    return refuse('too_many_certificates', 'so many certificates do not fit one answer')
  }
  const reissueNumber = drawNumber(view, 'RE')
  for (const entry of entries.value) retire(view, entry, reissueNumber, at, ground.kind === 'lost' ? 'lost' : 'retired')
  const certificates = made.value.map((each) =>
    enter(view, surroundings, at, { ...each, issued, enteredBy: reissueNumber, toCollect: true, mandate: null }),
  )
  view.put('reissues', {
    reissueNumber,
    classKey: key,
    userId,
    ground: ground.kind,
    retired: ids.value,
    certificates: certificates.map(({ certificateId }) => certificateId),
    requestHash: hash,
    reissuedAt: BigInt(at),
  })
  const { listSequence, messages } = changeList(view, issued, ids.value, certificates)
  return ok({
    reply: {
      reissueNumber,
      retired: [...ids.value],
      certificates: certificates.map(newCertificateOf),
      requestHash: hash,
      listSequence,
    },
    messages,
  })
}
