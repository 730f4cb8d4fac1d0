import { classKey, type ShareClass } from '../../../../shared/documents/fields.ts'
import type { CertificateState, RegisterEntry } from '../../../../shared/documents/register-entry.ts'
import type { ShareCertificate } from '../../../../shared/documents/share-certificate.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { findClass, type IssuedClass, type IssuerSettings } from '../settings.ts'
import type { IssuerReadView, IssuerRow, IssuerView } from '../tables.ts'
import type { IssuerSurroundings } from './contract.ts'
import { totalsOf } from './list.ts'
import { drawCertificateNumber } from './numbers.ts'

export type Entry = IssuerRow<'register'>

const DAY_MS = 24 * 60 * 60 * 1000

/** What a new entry says; the rest follows from when it is entered. */
export interface Entering {
  readonly issued: IssuedClass
  readonly holderName: string
  readonly postalAddress: string | null
  readonly userId: string
  readonly quantity: bigint
  readonly conditionsOfIssue: string
  readonly dividendAccount: string | null
  readonly acquiredAt: Millis
  /** Stays with the shares where they stay together; drawn when absent. */
  readonly certificateNumber?: string
  /** Number of the offering, allotment, transfer or reissue. */
  readonly enteredBy: string
  /** Whether the certificate lies ready under that number, or goes to its holder at once. */
  readonly toCollect: boolean
  readonly mandate: string | null
}

/** S58-59, S115-116: gives the shares a certificate ID that never was before and enters them. */
export function enter(view: IssuerView, { ids }: IssuerSurroundings, at: Millis, entering: Entering): Entry {
  const { issued, certificateNumber, acquiredAt, toCollect, ...facts } = entering
  const key = classKey(issued)
  const certificateId = ids.next()
  assert(view.get('register', certificateId) === undefined, 'a certificate ID was drawn twice')
  const entry: Entry = {
    ...facts,
    certificateId,
    classKey: key,
    security: issued.security,
    shareClass: issued.shareClass,
    certificateNumber: certificateNumber ?? drawCertificateNumber(view, key),
    state: 'live',
    acquiredAt: BigInt(acquiredAt),
    enteredAt: BigInt(at),
    collectWith: toCollect ? facts.enteredBy : null,
    retiredAt: null,
    retiredBy: null,
    currentClass: key,
    currentHolder: facts.userId,
  }
  view.put('register', entry)
  return entry
}

/** S114: the ID is worthless from now on; the record stays as evidence. */
export function retire(
  view: IssuerView,
  entry: Entry,
  by: string,
  at: Millis,
  state: 'retired' | 'lost' = 'retired',
): void {
  view.put('register', {
    ...entry,
    state,
    retiredAt: BigInt(at),
    retiredBy: by,
    collectWith: null,
    currentClass: null,
    currentHolder: null,
  })
}

/** Why an ID that was retired is worthless: when and by what (TF6). */
export function superseded(entry: Entry): { readonly ok: false; readonly error: Refusal } {
  assert(entry.retiredAt !== null && entry.retiredBy !== null, 'only a retired entry is superseded')
  return refuse('certificate_superseded', 'the certificate was transferred or reissued', {
    retiredAt: new Date(Number(entry.retiredAt)).toISOString(),
    retiredBy: entry.retiredBy,
  })
}

/** The entry behind an ID if shares can move by it now: live, neither retired nor stopped. */
export function liveEntry(view: IssuerReadView, certificateId: string): Result<Entry, Refusal> {
  const entry = view.get('register', certificateId)
  if (entry === undefined) return refuse('certificate_unknown', 'the register has no such certificate ID')
  if (entry.state === 'stopped') return refuse('certificate_stopped', 'the certificate is stopped')
  return entry.state === 'live' ? ok(entry) : superseded(entry)
}

/** S111-113: certificate ID and user ID agree with the register, and the class too. */
export function heldEntry(
  view: IssuerReadView,
  certificateId: string,
  userId: string,
  key: string,
): Result<Entry, Refusal> {
  const entry = liveEntry(view, certificateId)
  if (!entry.ok) return entry
  if (entry.value.userId !== userId) return refuse('not_holder', 'the certificate is registered to somebody else')
  if (entry.value.classKey !== key) return refuse('certificate_mismatch', 'the certificate is of another class')
  return entry
}

/** More shares of the class come into being. The caller has checked the authorised number. */
export function countIssued(view: IssuerView, key: string, quantity: bigint): void {
  const totals = totalsOf(view, key)
  view.put('classTotals', { ...totals, issued: totals.issued + quantity })
}

/** IS2: never more than the authorised number, subscriptions under way included. */
export function exceedsAuthorised(view: IssuerReadView, issued: IssuedClass, quantity: bigint): boolean {
  const totals = totalsOf(view, classKey(issued))
  return totals.issued + totals.reserved + quantity > issued.authorised
}

export function classOf(settings: IssuerSettings, entry: Entry): IssuedClass {
  const issued = findClass(settings, { security: entry.security, shareClass: entry.shareClass as ShareClass })
  assert(issued !== undefined, `the register has shares of ${entry.classKey}, which is not configured`)
  return issued
}

/** End of validity of the certificate, undefined when it has none. */
export function validUntil(settings: IssuerSettings, entry: Entry): Millis | undefined {
  const days = classOf(settings, entry).certificateValidityDays
  return days === undefined ? undefined : Number(entry.enteredAt) + days * DAY_MS
}

/** S149: the certificate is made from the register, the same each time; it is known by its ID, not by its bytes (SIG5). */
export function certificateOf(settings: IssuerSettings, entry: Entry): ShareCertificate {
  const { agent } = settings
  const { companyName, incorporatedOn, classTerms, parValueMinor, currency, transferRestriction } = classOf(
    settings,
    entry,
  )
  const until = validUntil(settings, entry)
  return {
    companyName,
    incorporatedOn,
    certificateNumber: entry.certificateNumber,
    certificateId: entry.certificateId,
    security: entry.security,
    shareClass: entry.shareClass as ShareClass,
    ...(classTerms !== undefined && { classTerms }),
    quantity: entry.quantity,
    ...(parValueMinor !== undefined && { parValueMinor }),
    currency,
    issuedAt: Number(entry.enteredAt),
    ...(until !== undefined && { validUntil: until }),
    holderName: entry.holderName,
    userId: entry.userId,
    transferRestriction,
    signatureAlgorithm: agent.signatureAlgorithm,
    issuingAgent: { userId: agent.userId, name: agent.name, url: agent.url },
  }
}

/** Fig. 7 as others may see it. */
export function registerEntryOf(
  entry: Entry,
  state: CertificateState = entry.state as CertificateState,
): RegisterEntry {
  const gone = state === 'retired' || state === 'lost'
  return {
    security: entry.security,
    shareClass: entry.shareClass as ShareClass,
    certificateNumber: entry.certificateNumber,
    certificateId: entry.certificateId,
    holderName: entry.holderName,
    ...(entry.postalAddress !== null && { postalAddress: entry.postalAddress }),
    userId: entry.userId,
    quantity: entry.quantity,
    acquiredAt: Number(entry.acquiredAt),
    conditionsOfIssue: entry.conditionsOfIssue,
    enteredBy: entry.enteredBy,
    dividendAccountOnFile: entry.dividendAccount !== null,
    state,
    ...(gone && entry.retiredAt !== null && { retiredAt: Number(entry.retiredAt) }),
    ...(gone && entry.retiredBy !== null && { retiredBy: entry.retiredBy }),
  }
}
