import { classKey, type ClassRef } from '../../shared/documents/fields.ts'
import { shareCertificate } from '../../shared/documents/share-certificate.ts'
import { ok } from '../../shared/kernel/result.ts'
import type { RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import type { HeldCertificate, Outcome } from './api.ts'
import { contentOf, liveCertificate, markRetired } from './certificates.ts'
import { addCollectable } from './collectables.ts'
import { holder, type WalletContext } from './context.ts'
import type { Effect } from './effect.ts'
import { inquireHoldings } from './holdings.ts'
import { collect } from './issue.ts'
import { readDocument } from './signing-summary.ts'
import { refuse } from './refuse.ts'

type Ground = RequestBody<'issuer.reissue'>['ground']
type Held = { readonly held: HeldCertificate; readonly row: { readonly certificate: string } }

/** Asks for the reissue and collects what comes of it. */
async function reissue(
  context: WalletContext,
  ref: ClassRef,
  ground: Ground,
  certificateIds: readonly string[],
): Outcome<readonly HeldCertificate[]> {
  const { store, market, requests } = context
  const me = holder(store)
  if (!me.ok) return me
  const issuer = market.server('issuer', ref.security)
  if (!issuer.ok) return issuer
  const { security, shareClass } = ref
  const asked = await requests.command({
    operation: 'issuer.reissue',
    to: issuer.value,
    body: { userId: me.value.userId, security, shareClass, ground },
    certificateIds,
  })
  return asked.ok ? collect(context, asked.value.reissueNumber) : asked
}

/** [RE2] The files are gone or in wrong hands: whatever is pending with them, the IDs are made worthless. */
export async function reissueLost(
  context: WalletContext,
  certificateIds: readonly string[],
): Outcome<readonly HeldCertificate[]> {
  const refs = new Map<string, ClassRef>()
  for (const certificateId of certificateIds) {
    const ref = await classOf(context, certificateId)
    if (!ref.ok) return ref
    refs.set(classKey(ref.value), ref.value)
  }
  const [ref, ...others] = refs.values()
  if (ref === undefined || others.length > 0)
    return refuse('bad_input', 'certificates of one class at a time', { member: 'certificateIds' })
  return reissue(context, ref, { kind: 'lost', certificateIds: [...new Set(certificateIds)] }, certificateIds)
}

/** Of a certificate that is kept, or of one that only the register knows. */
async function classOf(context: WalletContext, certificateId: string): Outcome<ClassRef> {
  const row = context.store.collections.certificates.get(certificateId)
  if (row !== undefined) return ok(contentOf(row))
  for (const issuer of context.market.issuers()) {
    const holdings = await inquireHoldings(context, issuer, 'live')
    if (!holdings.ok) return holdings
    const entry = holdings.value.find((each) => each.certificateId === certificateId)
    if (entry !== undefined) return ok(entry)
  }
  return refuse('certificate_unknown', 'no register has this certificate in this name', { certificateId })
}

/** [RE3] */
export async function split(
  context: WalletContext,
  certificateId: string,
  quantities: readonly bigint[],
): Outcome<readonly HeldCertificate[]> {
  const live = liveCertificate(context, certificateId)
  if (!live.ok) return live
  const { held, row } = live.value
  const sum = quantities.reduce((shares, quantity) => shares + quantity, 0n)
  if (sum !== held.quantity || quantities.length < 2 || quantities.some((quantity) => quantity < 1n))
    return refuse('quantities_differ', 'the parts add up to the whole', { quantity: held.quantity.toString() })
  const ground: Ground = { kind: 'split', certificate: row.certificate, quantities: [...quantities] }
  return reissue(context, held, ground, [certificateId])
}

/** [RE3] */
export async function consolidate(
  context: WalletContext,
  certificateIds: readonly string[],
): Outcome<readonly HeldCertificate[]> {
  const found: Held[] = []
  for (const certificateId of new Set(certificateIds)) {
    const live = liveCertificate(context, certificateId)
    if (!live.ok) return live
    found.push(live.value)
  }
  const [first] = found
  if (first === undefined || found.length < 2 || found.some(({ held }) => classKey(held) !== classKey(first.held)))
    return refuse('bad_input', 'two or more certificates of one class', { member: 'certificateIds' })
  const certificates = found.map(({ row }) => row.certificate)
  const surrendered = found.map(({ held }) => held.certificateId)
  return reissue(context, first.held, { kind: 'consolidation', certificates }, surrendered)
}

/** Before a certificate with an end of validity reaches it, or afterwards. */
export async function renewCertificate(
  context: WalletContext,
  certificateId: string,
): Outcome<readonly HeldCertificate[]> {
  const live = liveCertificate(context, certificateId)
  if (!live.ok) return live
  const { held, row } = live.value
  return reissue(context, held, { kind: 'renewal', certificates: [row.certificate] }, [certificateId])
}

/** [TF5] Retires the endorsed ID, so that the file that was given out is worthless. */
export async function withdrawEndorsement(
  context: WalletContext,
  certificateId: string,
): Outcome<readonly HeldCertificate[]> {
  const row = context.store.collections.certificates.get(certificateId)
  if (row?.endorsed === undefined || row.state !== 'live')
    return refuse('not_endorsed', 'the certificate is not endorsed, or not live any more', { certificateId })
  return reissue(context, contentOf(row), { kind: 'withdrawal', certificate: row.certificate }, [certificateId])
}

/** [RE5] The surrendered IDs are retired; the new certificates are collected by the number. */
export const reissued: Effect<'issuer.reissue'> = {
  replied: async ({ clock }, { row, body }, reply) => {
    const { reissueNumber, certificates, requestHash } = reply
    const surrendered = surrenderedBy(body.ground)
    const isAsked =
      requestHash === row.hash &&
      certificates.every(({ userId }) => userId === body.userId) &&
      surrendered.toSorted().join() === reply.retired.toSorted().join()
    if (!isAsked) return refuse('certificate_not_as_requested', 'another reissue was made than was asked for')
    const state = body.ground.kind === 'lost' ? 'lost' : 'retired'
    const mark = markRetired(surrendered, { by: reissueNumber, at: clock.now(), state })
    const quantity = certificates.reduce((shares, each) => shares + each.quantity, 0n).toString()
    const { security, shareClass } = body
    return ok((draft, rows) => {
      mark(draft, rows)
      addCollectable(draft, { number: reissueNumber, issuer: row.to, security, shareClass, quantity })
    })
  },
}

function surrenderedBy(ground: Ground): readonly string[] {
  if (ground.kind === 'lost') return ground.certificateIds
  const certificates = 'certificate' in ground ? [ground.certificate] : ground.certificates
  return certificates.map((jws) => readDocument(shareCertificate, jws)?.certificateId ?? '')
}
