import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import { ok, type Refusal } from '../../shared/kernel/result.ts'
import type { Outcome, RestoreReport, SyncProgress } from './api.ts'
import { holder, type WalletContext } from './context.ts'
import { refreshIdentity } from './enrolment.ts'
import { refreshHoldings } from './holdings.ts'
import { collectAll } from './issue.ts'
import { Stopping } from './stopping.ts'

/** [RE1] A wallet that lost its certificates, or found them damaged, gets everything back that is in its name. */
export async function restore(
  context: WalletContext,
  progress: (progress: SyncProgress) => void = () => {},
  signal?: AbortSignal,
): Outcome<RestoreReport> {
  const { market, store } = context
  const me = holder(store)
  if (!me.ok) return me
  const { trust } = market
  if (!trust.ok) return trust
  const fetched: string[] = []
  const faults: Refusal[] = []
  const stopping = new Stopping(signal)
  await stopping.until(refreshIdentity(context))
  if (stopping.isStopped) return stopping.refusal
  const ask = async (issuer: MarketMember): Promise<void> => {
    const refreshed = await refreshHoldings(context, issuer, 'all')
    if (refreshed.ok) {
      fetched.push(...refreshed.value.fetched)
      faults.push(...refreshed.value.faults)
    } else faults.push(refreshed.error)
  }
  const fetchRest = async (): Promise<void> => {
    const collected = await collectAll(context)
    if (collected.ok) fetched.push(...collected.value.map(({ certificateId }) => certificateId))
    else faults.push(collected.error)
  }
  const issuers = market.issuers()
  for (const [done, issuer] of issuers.entries()) {
    progress({ step: 'holdings', done, total: issuers.length })
    await stopping.until(ask(issuer))
    if (stopping.isStopped) return stopping.refusal
  }
  progress({ step: 'collect', done: 0, total: 1 })
  await stopping.until(fetchRest())
  if (stopping.isStopped) return stopping.refusal
  const rows = [...store.collections.certificates.all().values()]
  return ok({ fetched, live: rows.filter(({ state }) => state === 'live').length, faults })
}
