import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { ok } from '../../shared/kernel/result.ts'
import type { Outcome, SyncProgress, SyncReport, SyncStep } from './api.ts'
import { holder, type WalletContext } from './context.ts'
import { enrolment, refreshIdentity } from './enrolment.ts'
import type { Following } from './events.ts'
import { refreshHoldings } from './holdings.ts'
import { collectAll } from './issue.ts'
import { refreshOrders } from './orders.ts'
import { Stopping } from './stopping.ts'

/**
 * Brings the wallet to the truth: what is unanswered is asked again, what was missed is caught up, and only then is anything
 * shown as settled. One server that is away does not keep the others from being asked.
 */
export async function sync(
  context: WalletContext,
  following: Following,
  report: (progress: SyncProgress) => void = () => {},
  signal?: AbortSignal,
): Outcome<SyncReport> {
  const { store, market, requests, clock } = context
  const faults: { step: SyncStep; refusal: Refusal }[] = []
  const stopping = new Stopping(signal)
  const step = async (name: SyncStep, tasks: readonly (() => Promise<Result<unknown, Refusal>>)[]): Promise<void> => {
    if (stopping.isStopped) return
    let done = 0
    report({ step: name, done, total: tasks.length })
    const run = async (task: () => Promise<Result<unknown, Refusal>>): Promise<void> => {
      const result = await task()
      if (stopping.isStopped) return
      if (!result.ok) faults.push({ step: name, refusal: result.error })
      done += 1
      report({ step: name, done, total: tasks.length })
    }
    await stopping.until(Promise.all(tasks.map(run)))
  }

  await step('market', [() => market.refresh()])
  await step(
    'requests',
    requests.unanswered().map((id) => () => requests.follow(id)),
  )
  if (store.read().application?.state === 'pending') await enrolment(context)
  await stopping.until(refreshIdentity(context))
  const me = holder(store)
  if (!me.ok) return me
  const { trust } = market
  if (!trust.ok) return trust
  const servers = (trust.value.descriptor?.members ?? []).filter(
    ({ role }) => role === 'issuer' || role === 'exchange' || role === 'settlement',
  )
  await step(
    'events',
    servers.map((server) => async () => ok(await following.follow(server))),
  )
  const refreshHoldingsAndOrders = async (): Promise<void> => {
    await step(
      'holdings',
      market.issuers().map((issuer) => () => refreshHoldings(context, issuer, 'live')),
    )
    await step('orders', servers.some(({ role }) => role === 'exchange') ? [() => refreshOrders(context)] : [])
  }
  await refreshHoldingsAndOrders()
  if (stopping.isStopped) return stopping.refusal
  // By now the events of the time away have come: they were asked for before the last answers were.
  await following.settled()
  if (following.takeGap()) await refreshHoldingsAndOrders()
  const before = new Set(store.collections.certificates.all().keys())
  await step('collect', store.read().toCollect.length > 0 ? [() => collectAll(context)] : [])
  if (stopping.isStopped) return stopping.refusal
  const collected = [...store.collections.certificates.all().keys()].filter((id) => !before.has(id))
  const syncedAt = clock.now()
  await store.update((draft) => void (draft.syncedAt = syncedAt))
  return ok({ syncedAt, underWay: requests.unanswered().length, collected, faults })
}
