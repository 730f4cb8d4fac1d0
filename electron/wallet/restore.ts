import { ok, type Refusal } from '../../shared/kernel/result.ts'
import type { Outcome, RestoreReport } from './api.ts'
import { holder, type WalletContext } from './context.ts'
import { refreshHoldings } from './holdings.ts'
import { collectAll } from './issue.ts'

/** [RE1] A wallet that lost its certificates, or found them damaged, gets everything back that is in its name. */
export async function restore(context: WalletContext): Outcome<RestoreReport> {
  const { market, store } = context
  const me = holder(store)
  if (!me.ok) return me
  const { trust } = market
  if (!trust.ok) return trust
  const fetched: string[] = []
  const faults: Refusal[] = []
  for (const issuer of market.issuers()) {
    const refreshed = await refreshHoldings(context, issuer, 'all')
    if (refreshed.ok) {
      fetched.push(...refreshed.value.fetched)
      faults.push(...refreshed.value.faults)
    } else faults.push(refreshed.error)
  }
  const collected = await collectAll(context)
  if (collected.ok) fetched.push(...collected.value.map(({ certificateId }) => certificateId))
  else faults.push(collected.error)
  const rows = [...store.collections.certificates.all().values()]
  return ok({ fetched, live: rows.filter(({ state }) => state === 'live').length, faults })
}
