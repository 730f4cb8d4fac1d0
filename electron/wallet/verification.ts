import {
  certificateFile,
  endorsement as endorsementKind,
  endorsementFile,
  type CertificateFile,
  type Endorsement,
  type EndorsementFile,
} from '../../shared/documents/endorsement.ts'
import { readMembers, type DocumentKind, type DocumentOf } from '../../shared/documents/document.ts'
import { shareCertificate, type ShareCertificate } from '../../shared/documents/share-certificate.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { err, ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { REQUEST_WINDOW_MS } from '../../shared/protocol/limits.ts'
import { hashJws, parseJws } from '../../shared/signing/jws.ts'
import type { Check, CheckName, EndorsementReport, Outcome, VerificationReport } from './api.ts'
import { markState } from './certificates.ts'
import { holder, type WalletContext } from './context.ts'
import { formatFingerprint } from './fingerprint.ts'
import { readDocument } from './signing-summary.ts'
import { refuse } from './refuse.ts'

/** The checks of a share certificate, in the order in which they are made; after one that fails, none is made but the register's. */
const ISSUER_CHECKS = ['issuer', 'chain', 'revocation', 'signature', 'issuer_may_issue'] as const

/** Which of them a refusal of the market's trust speaks of. */
function checkOf(code: string): (typeof ISSUER_CHECKS)[number] {
  if (code === 'unknown_signer' || code === 'wrong_role') return 'issuer'
  if (code === 'cert_revoked') return 'revocation'
  if (code === 'bad_signature' || code === 'bad_alg') return 'signature'
  return code === 'not_issuer_of_class' ? 'issuer_may_issue' : 'chain'
}

function passed(check: CheckName, details?: Readonly<Record<string, string>>): Check {
  return { check, outcome: 'passed', ...(details !== undefined && { details }) }
}

function failed(check: CheckName, code: string, details?: Readonly<Record<string, string>>): Check {
  return { check, outcome: 'failed', code, ...(details !== undefined && { details }) }
}

function notChecked(check: CheckName, code: string): Check {
  return { check, outcome: 'not_checked', code }
}

export function verdictOf(checks: readonly Check[]): VerificationReport['verdict'] {
  if (checks.some(({ outcome }) => outcome === 'failed')) return 'invalid'
  return checks.some(({ outcome }) => outcome === 'not_checked') ? 'undecided' : 'valid'
}

/** One accepted byte form, of the right kind, with all members. */
function readForm<Kind extends DocumentKind>(kind: Kind, jws: string): Result<DocumentOf<Kind>, Refusal> {
  const parsed = parseJws(jws, { typ: kind.typ })
  if (!parsed.ok) return parsed
  const read = readMembers(kind.schema, parsed.value.payload)
  return read.ok ? ok(read.value as DocumentOf<Kind>) : read
}

/** Of one in the wallet, by its ID, or of a file. Refuses `certificate_unknown`, `bad_file`. */
export async function verifyCertificate(
  context: WalletContext,
  certificate: string | CertificateFile,
): Outcome<VerificationReport> {
  if (typeof certificate !== 'string') {
    const file = certificateFile.safeParse(certificate)
    if (!file.success) return refuse('bad_file', 'not the file of a share certificate')
    return ok(await reportOnCertificate(context, file.data.certificate))
  }
  const row = context.store.collections.certificates.get(certificate)
  return row === undefined
    ? refuse('certificate_unknown', 'the wallet has no such certificate', { certificateId: certificate })
    : ok(await reportOnCertificate(context, row.certificate))
}

async function reportOnCertificate(context: WalletContext, jws: string): Promise<VerificationReport> {
  const form = readForm(shareCertificate, jws)
  if (!form.ok) return { verdict: 'invalid', checks: [failed('form', form.error.code)], certificate: undefined }
  const checks = [passed('form'), ...(await checkCertificate(context, jws, form.value))]
  const fingerprint = formatFingerprint(await hashJws(jws))
  return { verdict: verdictOf(checks), checks, certificate: form.value, fingerprint }
}

async function checkCertificate(context: WalletContext, jws: string, content: ShareCertificate): Promise<Check[]> {
  return [
    ...(await checkIssuer(context, jws)),
    checkValidity(content, context.clock.now()),
    await checkRegister(context, content),
  ]
}

async function checkIssuer({ market, clock }: WalletContext, jws: string): Promise<Check[]> {
  // Fresh lists if they can be had; what the old ones list counts anyway.
  await market.fresh()
  const { trust } = market
  if (!trust.ok) return ISSUER_CHECKS.map((check) => notChecked(check, trust.error.code))
  // `unknown_signer` becomes `not_issuer_of_class` there, so the signer is looked for by itself first.
  const signed = await trust.value.verifyMember(jws, shareCertificate.typ, 'issuer')
  const verified = signed.ok ? await trust.value.verifyShareCertificate(jws) : signed
  const stale = trust.value.freshness(clock.now())
  const freshness = stale === undefined ? passed('revocation') : notChecked('revocation', stale.code)
  if (verified.ok) return ISSUER_CHECKS.map((check) => (check === 'revocation' ? freshness : passed(check)))
  const wrong = checkOf(verified.error.code)
  const at = ISSUER_CHECKS.indexOf(wrong)
  return ISSUER_CHECKS.map((check, index) => {
    if (check === wrong) return failed(check, verified.error.code)
    if (index > at) return notChecked(check, 'earlier_check_failed')
    return check === 'revocation' ? freshness : passed(check)
  })
}

function checkValidity({ validUntil }: ShareCertificate, now: Millis): Check {
  if (validUntil === undefined) return passed('validity')
  const details = { validUntil: new Date(validUntil).toISOString() }
  return validUntil > now ? passed('validity', details) : failed('validity', 'certificate_expired', details)
}

/** [TF2] [TF6] Asked now: is the ID live, and if not, since when and by what? */
async function checkRegister(context: WalletContext, content: ShareCertificate): Promise<Check> {
  const { market, requests, store } = context
  const { certificateId, security } = content
  const issuer = market.server('issuer', security)
  if (!issuer.ok) return notChecked('register', issuer.error.code)
  const asked = await requests.inquire({
    operation: 'issuer.certificate-state',
    to: issuer.value,
    body: { certificateId },
  })
  if (!asked.ok)
    return asked.error.code === 'certificate_unknown'
      ? failed('register', asked.error.code)
      : notChecked('register', asked.error.code)
  const { state, at, retiredAt, retiredBy } = asked.value
  if (store.collections.certificates.get(certificateId) !== undefined) await store.update(markState(asked.value))
  if (state === 'live') return passed('register', { at: new Date(at).toISOString() })
  return failed('register', 'certificate_not_live', {
    state,
    ...(retiredAt !== undefined && { retiredAt: new Date(retiredAt).toISOString() }),
    ...(retiredBy !== undefined && { retiredBy }),
  })
}

/** [TF2] The transferor's signature first, then the issuer's, then the register. */
export async function inspectEndorsement(context: WalletContext, file: EndorsementFile): Outcome<EndorsementReport> {
  const read = endorsementFile.safeParse(file)
  if (!read.success) return refuse('bad_file', 'not the file of an endorsement')
  const { endorsement: jws, transferorChain } = read.data
  const form = readForm(endorsementKind, jws)
  const certificate = form.ok ? readDocument(shareCertificate, form.value.certificate) : undefined
  if (!form.ok || certificate === undefined) {
    const checks = [failed('form', form.ok ? 'bad_schema' : form.error.code)]
    return ok({ verdict: 'invalid', checks, certificate: undefined, endorsement: undefined })
  }
  const given = form.value
  const transferor = await verifyTransferor(context, jws, given, transferorChain)
  const checks = [
    passed('form'),
    transferor.ok ? passed('transferor', transferor.value) : failed('transferor', transferor.error.code),
    checkEndorsed(given, certificate),
    checkTransferee(context, given),
    checkEndorsementValidity(given, context.clock.now()),
    ...(await checkCertificate(context, given.certificate, certificate)),
  ]
  const { certificateId, quantity, transferorUserId, transfereeUserId, cause, issuedAt, validUntil } = given
  const transferorName = transferor.ok ? transferor.value.name : undefined
  const parties = { transferorUserId, transferorName, transfereeUserId }
  const endorsement = { certificateId, quantity, ...parties, cause, issuedAt, validUntil }
  return ok({ verdict: verdictOf(checks), checks, certificate, endorsement })
}

async function verifyTransferor(
  { market }: WalletContext,
  jws: string,
  given: Endorsement,
  [leaf = '']: readonly string[],
): Promise<Result<{ readonly name: string; readonly userId: string }, Refusal>> {
  const trust = await market.fresh()
  if (!trust.ok) return trust
  const signed = await trust.value.verifyWith(jws, endorsementKind.typ, leaf)
  if (!signed.ok) return signed
  const { userId, name, role } = signed.value.signer
  if (role !== 'investor') return refuse('wrong_role', `signed by the role ${role}`)
  return userId === given.transferorUserId
    ? ok({ name, userId })
    : refuse('wrong_sender', 'signed by somebody else than the transferor it names')
}

function checkEndorsed(given: Endorsement, certificate: ShareCertificate): Check {
  if (given.certificateId !== certificate.certificateId) return failed('endorsement', 'certificate_mismatch')
  if (given.transferorUserId !== certificate.userId) return failed('endorsement', 'not_holder')
  if (given.quantity > certificate.quantity) return failed('endorsement', 'exceeds_holding')
  return passed('endorsement')
}

function checkTransferee({ store }: WalletContext, given: Endorsement): Check {
  const me = holder(store)
  if (!me.ok) return notChecked('transferee', me.error.code)
  return me.value.userId === given.transfereeUserId ? passed('transferee') : failed('transferee', 'not_for_me')
}

function checkEndorsementValidity({ issuedAt, validUntil }: Endorsement, now: Millis): Check {
  const details = { validUntil: new Date(validUntil).toISOString() }
  if (validUntil <= now) return failed('endorsement_validity', 'endorsement_expired', details)
  return issuedAt > now + REQUEST_WINDOW_MS
    ? failed('endorsement_validity', 'endorsement_not_yet_valid', details)
    : passed('endorsement_validity', details)
}

/** The first check that failed, as the refusal to go on. */
export function failureOf({ checks }: VerificationReport): Result<never, Refusal> | undefined {
  const wrong = checks.find(({ outcome }) => outcome === 'failed')
  if (wrong === undefined) return undefined
  const { check, code = check, details } = wrong
  return err({ code, message: `the check ${check} failed`, details: { ...details, check } })
}
