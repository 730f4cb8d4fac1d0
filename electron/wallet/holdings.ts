import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { HoldingsResponse } from '../../shared/documents/reissue.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, type Refusal } from '../../shared/kernel/result.ts'
import type { Outcome } from './api.ts'
import { checked, contentOf, keepCertificates, markState, verifyIssued } from './certificates.ts'
import { collectablesOf } from './collectables.ts'
import { holder, type WalletContext } from './context.ts'
import type { Change } from './state.ts'

type HoldingsEntry = HoldingsResponse['entries'][number]

/** [RE1] All pages of what the register has in this name. */
export async function inquireHoldings(
  { store, requests }: WalletContext,
  issuer: MarketMember,
  scope: 'live' | 'all',
): Outcome<readonly HoldingsEntry[]> {
  const me = holder(store)
  if (!me.ok) return me
  const entries: HoldingsEntry[] = []
  for (;;) {
    const last = entries.at(-1)?.certificateId
    const asked = await requests.inquire({
      operation: 'issuer.holdings',
      to: issuer,
      body: { userId: me.value.userId, scope, ...(last !== undefined && { after: last }) },
    })
    if (!asked.ok) return asked
    entries.push(...asked.value.entries)
    if (!asked.value.more || asked.value.entries.length === 0) return ok(entries)
  }
}

/** What the register says of certificates that are kept, and what lies ready. Only rows that change are written. */
function adopt(issuer: string, entries: readonly HoldingsEntry[], isWhole: boolean, now: Millis): Change {
  return (draft, rows) => {
    for (const { certificateId, state, retiredAt, retiredBy } of entries) {
      const row = rows.certificates.get(certificateId)
      if (row === undefined) continue
      if (row.state === state && row.retiredBy === retiredBy && row.unchecked !== true) continue
      rows.certificates.put(certificateId, {
        ...checked(row, state, now),
        ...(retiredAt !== undefined && { retiredAt }),
        ...(retiredBy !== undefined && { retiredBy }),
      })
    }
    if (isWhole) draft.confirmedAt = { ...draft.confirmedAt, [issuer]: now }
    const elsewhere = draft.toCollect.filter((each) => each.issuer !== issuer)
    draft.toCollect = [...elsewhere, ...collectablesOf(issuer, entries)]
  }
}

interface Refreshed {
  readonly fetched: readonly string[]
  readonly faults: readonly Refusal[]
}

/**
 * Makes the wallet agree with one register: marks what is kept, notes what lies ready, and fetches live certificates that are in
 * this name but not here, be it that their file was lost or that the program died before it kept them.
 */
export async function refreshHoldings(
  context: WalletContext,
  issuer: MarketMember,
  scope: 'live' | 'all',
): Outcome<Refreshed> {
  const { store, clock } = context
  const holdings = await inquireHoldings(context, issuer, scope)
  if (!holdings.ok) return holdings
  const entries = holdings.value
  const missing = unmentioned(context, issuer, entries)
  await store.update(adopt(issuer.userId, entries, missing.length === 0, clock.now()))
  const fetched: string[] = []
  const faults: Refusal[] = []
  for (const entry of entries) {
    const { certificateId, toCollect, state } = entry
    if (state !== 'live' || toCollect !== undefined || isKept(context, certificateId)) continue
    const got = await fetchCertificate(context, issuer, entry)
    if (got.ok) fetched.push(certificateId)
    else faults.push(got.error)
  }
  for (const certificateId of missing) {
    const checked = await checkState(context, issuer, certificateId)
    if (!checked.ok) faults.push(checked.error)
  }
  return ok({ fetched, faults })
}

function isKept({ store }: WalletContext, certificateId: string): boolean {
  return store.collections.certificates.get(certificateId) !== undefined
}

/** Kept as live or stopped, of securities of this issuer, but not in its answer. */
function unmentioned(
  { store }: WalletContext,
  issuer: MarketMember,
  entries: readonly HoldingsEntry[],
): readonly string[] {
  const mentioned = new Set(entries.map(({ certificateId }) => certificateId))
  return [...store.collections.certificates.all()]
    .filter(([, row]) => row.state === 'live' || row.state === 'stopped')
    .filter(([certificateId, row]) => !mentioned.has(certificateId) && isIssuedBy(issuer, contentOf(row).security))
    .map(([certificateId]) => certificateId)
}

function isIssuedBy({ securities }: MarketMember, security: string): boolean {
  return securities?.includes(security) === true
}

async function fetchCertificate(context: WalletContext, issuer: MarketMember, entry: HoldingsEntry): Outcome<void> {
  const { requests, store, clock } = context
  const { certificateId } = entry
  const asked = await requests.inquire({ operation: 'issuer.certificate', to: issuer, body: { certificateId } })
  if (!asked.ok) return asked
  const { certificate } = asked.value
  const verified = await verifyIssued(context, [certificate], entry)
  if (!verified.ok) return verified
  await store.update(keepCertificates([certificate], verified.value, clock.now()))
  return ok(undefined)
}

/** [TF2] Asks the issuer about one kept certificate. */
async function checkState(
  { requests, store }: WalletContext,
  issuer: MarketMember,
  certificateId: string,
): Outcome<void> {
  const asked = await requests.inquire({ operation: 'issuer.certificate-state', to: issuer, body: { certificateId } })
  if (!asked.ok) return asked
  await store.update(markState(asked.value))
  return ok(undefined)
}
