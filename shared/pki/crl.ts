import type { Bytes } from '../kernel/bytes.ts'
import { equalBytes } from '../kernel/bytes.ts'
import type { Millis } from '../kernel/ports.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Certificate, Signature } from './certificate.ts'
import { demandSameAlgorithm, readSerial, readSigned } from './certificate.ts'
import type { PkiCode } from './codes.ts'
import { attempt, Refused } from './codes.ts'
import type { DerReader } from './der.ts'
import { DerError, DerReader as Reader, listOf, readInteger, readTime, TAG } from './der.ts'
import type { Extension } from './extensions.ts'
import { readAuthorityKeyId, readExtensions } from './extensions.ts'
import type { Name } from './name.ts'
import { readName } from './name.ts'
import { OID } from './oids.ts'
import { verifySignature } from './signature.ts'

/** Certificate revocation lists (RFC 5280 section 5): only complete ones by the issuer of the certificates itself. */

/** CRLReason (section 5.3.1); removeFromCRL belongs to delta lists only, number 7 is not used. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

export type RevocationReason = keyof typeof REVOCATION_REASONS

export interface RevokedEntry {
  readonly at: Millis
  readonly reason: RevocationReason
}

export interface RevocationList {
  readonly der: Bytes
  readonly issuer: Name
  readonly authorityKeyId: Bytes
  readonly number: bigint
  readonly thisUpdate: Millis
  readonly nextUpdate: Millis
  /** By serial number in lower-case hex. */
  readonly revoked: ReadonlyMap<string, RevokedEntry>
  readonly signature: Signature
}

/** About 40 octets an entry: room for 100,000 revocations. */
export const MAX_CRL_BYTES = 4 * 1024 * 1024

/** How far the authority's clock may run ahead of ours. */
export const MAX_CLOCK_LEAD_MS = 5 * 60 * 1000

function readReason(value: Bytes): RevocationReason {
  const outer = new Reader(value)
  const number = readInteger(outer.expect(TAG.enumerated).content)
  outer.end()
  for (const [reason, known] of Object.entries(REVOCATION_REASONS)) {
    if (number === BigInt(known)) return reason as RevocationReason
  }
  throw new DerError('unknown revocation reason')
}

function readEntry(list: DerReader): readonly [string, RevokedEntry] {
  const fields = list.inside(TAG.sequence)
  const serial = readSerial(fields)
  const at = readTime(fields)
  const extensions = fields.done ? [] : readExtensions(fields)
  fields.end()
  // A critical one is certificateIssuer, the mark of an indirect list (section 5.3.3), or unknown.
  if (extensions.some(({ critical }) => critical))
    throw new Refused('crl_unsupported', 'critical extension of an entry')
  const reason = extensions.find(({ oid }) => oid === OID.crlReason)
  return [serial, { at, reason: reason === undefined ? 'unspecified' : readReason(reason.value) }]
}

function readNumber(value: Bytes): bigint {
  const outer = new Reader(value)
  const { content } = outer.expect(TAG.integer)
  outer.end()
  const number = readInteger(content)
  if (number < 0n || content.length > 20) throw new DerError('list number')
  return number
}

/** Section 5.2: a number and the issuer's key identifier are required, and a critical extension makes it another kind of list. */
function readListExtensions(extensions: readonly Extension[]): { number: bigint; authorityKeyId: Bytes } {
  const critical = extensions.find((extension) => extension.critical)
  // Delta lists (section 5.2.4) and partitioned or indirect ones (section 5.2.5) say so in a critical extension.
  if (critical !== undefined) throw new Refused('crl_unsupported', `critical list extension ${critical.oid}`)
  const value = (oid: string): Bytes | undefined => extensions.find((extension) => extension.oid === oid)?.value
  const [number, keyId] = [value(OID.crlNumber), value(OID.authorityKeyId)]
  if (number === undefined || keyId === undefined) throw new DerError('list without number or authority key identifier')
  const authorityKeyId = readAuthorityKeyId(keyId)
  if (authorityKeyId === undefined) throw new DerError('authority key identifier without identifier')
  return { number: readNumber(number), authorityKeyId }
}

function read(der: Bytes): RevocationList {
  const { body, outer, signature } = readSigned(der)
  if (readInteger(body.expect(TAG.integer).content) !== 1n) throw new DerError('only version 2 carries extensions')
  demandSameAlgorithm(body.expect(TAG.sequence).der, outer)
  const issuer = readName(body)
  const thisUpdate = readTime(body)
  const nextUpdate = readTime(body)
  const list = body.optionalInside(TAG.sequence)
  const entries = list === undefined ? [] : listOf(list, readEntry)
  const extensions = body.inside(0xa0)
  const properties = readListExtensions(readExtensions(extensions))
  extensions.end()
  body.end()
  const revoked = new Map(entries)
  if (revoked.size < entries.length) throw new DerError('a serial number stands there twice')
  return { der, issuer, ...properties, thisUpdate, nextUpdate, revoked, signature }
}

/** Reads a revocation list strictly. Refuses with `crl_malformed`, or `crl_unsupported` for delta and indirect lists. */
export async function parseCrl(der: Bytes): Promise<Result<RevocationList, Refusal<PkiCode>>> {
  if (der.length > MAX_CRL_BYTES) return refuse('crl_malformed', 'larger than any revocation list here')
  const result = await attempt('crl_malformed', () => read(der.slice()))
  // The readers shared with certificates name a certificate's fault.
  return !result.ok && result.error.code.startsWith('cert_') ? refuse('crl_malformed', result.error.message) : result
}

/** Is it by this issuer, whose certificate the caller trusts? Refuses `crl_wrong_issuer` or `crl_bad_signature`. */
export async function authenticateCrl(
  crl: RevocationList,
  issuer: Certificate,
): Promise<Result<RevocationList, Refusal<PkiCode>>> {
  if (crl.issuer.key !== issuer.subject.key) return refuse('crl_wrong_issuer', 'the list names another issuer')
  if (issuer.subjectKeyId === undefined || !equalBytes(issuer.subjectKeyId, crl.authorityKeyId))
    return refuse('crl_wrong_issuer', 'the list names another key of the issuer')
  // Section 6.3.3 (f).
  if (issuer.keyUsage?.has('cRLSign') === false) return refuse('crl_wrong_issuer', 'the issuer may not sign lists')
  const { algorithm, signed, value } = crl.signature
  if (!(await verifySignature(issuer.publicKey, algorithm, signed, value)))
    return refuse('crl_bad_signature', 'the signature of the list is wrong')
  return ok(crl)
}

/** `crl_stale` after nextUpdate, `crl_not_yet_valid` when from further ahead than clocks differ. */
export function crlTimeProblem(crl: RevocationList, at: Millis): Refusal<PkiCode> | undefined {
  if (at > crl.nextUpdate) return { code: 'crl_stale', message: 'the next list is overdue' }
  if (crl.thisUpdate > at + MAX_CLOCK_LEAD_MS)
    return { code: 'crl_not_yet_valid', message: 'the list is from the future' }
  return undefined
}

export interface CrlCheck {
  /** A certificate that is itself trusted. */
  readonly issuer: Certificate
  readonly at: Millis
  /** The highest number seen of this issuer; undefined when this is the first list. */
  readonly highestNumber?: bigint
}

/**
 * May this list replace the one in use? Authentic, fresh at `at`, and not older than what was seen before: an attacker who
 * can replay an old list would otherwise undo a revocation (`crl_rollback`).
 */
export async function verifyCrl(
  crl: RevocationList,
  { issuer, at, highestNumber }: CrlCheck,
): Promise<Result<RevocationList, Refusal<PkiCode>>> {
  const authentic = await authenticateCrl(crl, issuer)
  if (!authentic.ok) return authentic
  if (highestNumber !== undefined && crl.number < highestNumber)
    return refuse('crl_rollback', 'a newer list was seen', { number: `${crl.number}`, seen: `${highestNumber}` })
  const problem = crlTimeProblem(crl, at)
  return problem === undefined ? ok(crl) : { ok: false, error: problem }
}
