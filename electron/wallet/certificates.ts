import { endorsement, type CertificateFile } from '../../shared/documents/endorsement.ts'
import { readMembers } from '../../shared/documents/document.ts'
import { orderStatus } from '../../shared/documents/order.ts'
import type { ReplyBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { shareCertificate, type ShareCertificate } from '../../shared/documents/share-certificate.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { OperationName } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import type { CertificateWord, HeldCertificate, Outcome, PendingCause } from './api.ts'
import type { EffectContext } from './effect.ts'
import { readDocument } from './signing-summary.ts'
import type { CertificateRow, Change, Store } from './state.ts'
import { refuse } from './refuse.ts'

/** Order states in which the shares are still on offer. */
const OPEN_ORDERS: ReadonlySet<string> = new Set(['holding', 'open', 'partly_filled'])

/** Rows never change in place, so what one says is read once. */
const contents = new WeakMap<Pick<CertificateRow, 'certificate'>, ShareCertificate>()

/** What a kept certificate says; it was verified before it was kept. */
export function contentOf(row: Pick<CertificateRow, 'certificate'>): ShareCertificate {
  const content = contents.get(row) ?? readDocument(shareCertificate, row.certificate)
  assert(content !== undefined, 'only certificates are kept')
  contents.set(row, content)
  return content
}

/** The one state word: what the register said, unless the shares are already promised to somebody. */
export function wordOf(registered: CertificateRow['state'], pending: PendingCause | undefined): CertificateWord {
  return registered === 'live' && pending !== undefined ? 'pending' : registered
}

/** By certificate ID, why it is pending: on offer, endorsed, in a request without an answer, or restored and not asked about. */
function pendingCauses(store: Store, now: Millis): ReadonlyMap<string, PendingCause> {
  const causes = new Map<string, PendingCause>()
  for (const [certificateId, { endorsed }] of store.collections.certificates.all()) {
    const given = endorsed === undefined ? undefined : readDocument(endorsement, endorsed.endorsement)
    if (endorsed === undefined || given === undefined || given.validUntil <= now) continue
    const { transfereeUserId, quantity, validUntil } = given
    const { transfereeName } = endorsed
    causes.set(certificateId, { kind: 'endorsed', transfereeUserId, transfereeName, quantity, validUntil })
  }
  for (const [receptionNumber, order] of store.collections.orders.all()) {
    const status = order.status === undefined ? undefined : readMembers(orderStatus, order.status as Json)
    if (status?.ok === true && !OPEN_ORDERS.has(status.value.state)) continue
    for (const certificateId of order.certificateIds) causes.set(certificateId, { kind: 'offered', receptionNumber })
  }
  for (const [requestId, { state, operation, certificateIds }] of store.collections.requests.all()) {
    if (state !== 'under_way') continue
    for (const certificateId of certificateIds)
      causes.set(certificateId, { kind: 'request', requestId, operation: operation as OperationName })
  }
  for (const [certificateId, { unchecked }] of store.collections.certificates.all())
    if (unchecked) causes.set(certificateId, { kind: 'unchecked' })
  return causes
}

function view(store: Store, row: CertificateRow, pending: PendingCause | undefined): HeldCertificate {
  const content = contentOf(row)
  const { certificateId, certificateNumber, companyName, security, shareClass, quantity, holderName } = content
  const state = wordOf(row.state, pending)
  return {
    certificateId,
    certificateNumber,
    companyName,
    security,
    shareClass,
    quantity,
    holderName,
    issuedAt: content.issuedAt,
    validUntil: content.validUntil,
    transferRestriction: content.transferRestriction,
    state,
    pending: state === 'pending' ? pending : undefined,
    retiredAt: row.retiredAt,
    retiredBy: row.retiredBy,
    checkedAt: Math.max(row.checkedAt, confirmedAt(store, row, content)),
  }
}

/** When the whole register was last found to agree; what has ended, or comes from a backup, is not part of that. */
function confirmedAt(store: Store, { state, unchecked }: CertificateRow, { issuingAgent }: ShareCertificate): Millis {
  const isMeant = (state === 'live' || state === 'stopped') && unchecked !== true
  return isMeant ? (store.read().confirmedAt?.[issuingAgent.userId] ?? 0) : 0
}

export function listCertificates(store: Store, now: Millis): readonly HeldCertificate[] {
  const causes = pendingCauses(store, now)
  return [...store.collections.certificates.all()]
    .map(([certificateId, row]) => view(store, row, causes.get(certificateId)))
    .sort((a, b) => b.issuedAt - a.issuedAt || (a.certificateId < b.certificateId ? -1 : 1))
}

/** {@link listCertificates}, the very same list until something that it is made from changes. */
export function certificateLister(store: Store): (now: Millis) => readonly HeldCertificate[] {
  let made: { from: readonly unknown[]; until: Millis; list: readonly HeldCertificate[] } | undefined
  return (now) => {
    const { certificates, orders, requests } = store.collections
    const from = [certificates.all(), orders.all(), requests.all(), JSON.stringify(store.read().confirmedAt)]
    if (made === undefined || now >= made.until || from.some((each, index) => each !== made?.from[index])) {
      const list = listCertificates(store, now)
      const until = list.reduce(
        (soonest, { pending }) => (pending?.kind === 'endorsed' ? Math.min(soonest, pending.validUntil) : soonest),
        Number.POSITIVE_INFINITY,
      )
      made = { from, until, list }
    }
    return made.list
  }
}

export function findCertificate(store: Store, certificateId: string, now: Millis): HeldCertificate | undefined {
  const row = store.collections.certificates.get(certificateId)
  return row === undefined ? undefined : view(store, row, pendingCauses(store, now).get(certificateId))
}

/** What is listed under these IDs and is kept. */
export function heldAmong(store: Store, certificateIds: readonly string[], now: Millis): readonly HeldCertificate[] {
  return listCertificates(store, now).filter(({ certificateId }) => certificateIds.includes(certificateId))
}

/** A certificate that can be sold, handed over or surrendered now. */
export function liveCertificate(
  { store, clock }: EffectContext,
  certificateId: string,
): Result<{ readonly held: HeldCertificate; readonly row: CertificateRow }, Refusal> {
  const held = findCertificate(store, certificateId, clock.now())
  const row = store.collections.certificates.get(certificateId)
  if (held === undefined || row === undefined)
    return refuse('certificate_unknown', 'the wallet has no such certificate', { certificateId })
  return held.state === 'live'
    ? ok({ held, row })
    : refuse('certificate_not_live', `the certificate is ${held.state}`, { certificateId, state: held.state })
}

/** What a certificate must be to be the one that was asked for. */
export interface Wanted {
  readonly security: string
  readonly shareClass: string
  readonly userId: string
  /** Of all certificates together. */
  readonly quantity: bigint
}

/** [IS4] Verifies certificates before they are kept: signature, chain, issuer, and that they are what was asked for. */
export async function verifyIssued(
  { market }: EffectContext,
  certificates: readonly string[],
  wanted: Wanted,
): Promise<Result<readonly ShareCertificate[], Refusal>> {
  const { trust } = market
  if (!trust.ok) return trust
  const verified: ShareCertificate[] = []
  for (const jws of certificates) {
    const read = await trust.value.verifyShareCertificate(jws)
    if (!read.ok) return read
    verified.push(read.value)
  }
  const { security, shareClass, userId, quantity } = wanted
  const isWanted = verified.every(
    (each) => each.security === security && each.shareClass === shareClass && each.userId === userId,
  )
  const sum = verified.reduce((shares, each) => shares + each.quantity, 0n)
  const areDistinct = new Set(verified.map(({ certificateId }) => certificateId)).size === verified.length
  return isWanted && areDistinct && sum === quantity
    ? ok(verified)
    : refuse('certificate_not_as_requested', 'the issuer sent other certificates than were asked for')
}

/** The row after its issuer was asked. */
export function checked(row: Readonly<CertificateRow>, state: CertificateRow['state'], at: Millis): CertificateRow {
  const { unchecked: _, ...known } = row
  return { ...known, state, checkedAt: at }
}

/**
 * Keeps verified certificates as live. One that is known to be retired or lost stays so: an ID never comes back. `isOld`: the
 * issuer may have said so long ago, and is asked again before they count.
 */
export function keepCertificates(
  certificates: readonly string[],
  contents: readonly ShareCertificate[],
  now: Millis,
  isOld = false,
): Change {
  return (_, rows) => {
    for (const [index, { certificateId }] of contents.entries()) {
      const known = rows.certificates.get(certificateId)
      if (known?.state === 'retired' || known?.state === 'lost') continue
      const certificate = certificates[index] ?? ''
      const kept = checked({ ...known, certificate, state: 'live', checkedAt: now }, 'live', now)
      rows.certificates.put(certificateId, isOld ? { ...kept, unchecked: true } : kept)
    }
  }
}

/** The issuer's answer about one ID. */
export function markState(answer: ReplyBody<'issuer.certificate-state'>): Change {
  return (_, rows) => {
    const row = rows.certificates.get(answer.certificateId)
    if (row === undefined || row.state === 'retired' || row.state === 'lost') return
    const { state, at, retiredAt, retiredBy } = answer
    rows.certificates.put(answer.certificateId, {
      ...checked(row, state, at),
      ...(retiredAt !== undefined && { retiredAt }),
      ...(retiredBy !== undefined && { retiredBy }),
    })
  }
}

/** These IDs were retired, or given up as lost. */
export function markRetired(
  certificateIds: readonly string[],
  retired: { readonly by: string; readonly at: Millis; readonly state?: 'retired' | 'lost' },
): Change {
  return (_, rows) => {
    for (const certificateId of certificateIds) {
      const row = rows.certificates.get(certificateId)
      if (row === undefined || row.state === 'retired' || row.state === 'lost') continue
      const { by, at, state = 'retired' } = retired
      rows.certificates.put(certificateId, { ...row, state, checkedAt: at, retiredAt: at, retiredBy: by })
    }
  }
}

/** The certificate with what others need to verify it. */
export async function exportCertificate(
  { store, market }: EffectContext,
  certificateId: string,
): Outcome<CertificateFile> {
  const row = store.collections.certificates.get(certificateId)
  if (row === undefined) return refuse('certificate_unknown', 'the wallet has no such certificate', { certificateId })
  const issuerChain = await issuerChainOf({ market }, row.certificate)
  return issuerChain.ok
    ? ok({
        format: 'kabuken-share-certificate',
        version: 1,
        certificate: row.certificate,
        issuerChain: issuerChain.value,
      })
    : issuerChain
}

/** The chain of whoever signed a share certificate, leaf first, from the market's description. */
export async function issuerChainOf({ market }: Pick<EffectContext, 'market'>, jws: string): Outcome<string[]> {
  const parsed = parseJws(jws, { typ: shareCertificate.typ })
  if (!parsed.ok) return parsed
  const { trust } = market
  if (!trust.ok) return trust
  const leaf = await market.certificate(parsed.value.header['x5t#S256'])
  return leaf === undefined
    ? refuse('unknown_signer', 'not signed by an issuer of this market')
    : ok([leaf, ...trust.value.issuingChain])
}
