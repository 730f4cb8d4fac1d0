import { useEffect, useRef, useState } from 'react'
import type { ClassRef } from '../../../shared/documents/fields.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { ok } from '../../../shared/kernel/result.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { Answer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'

export type Traded = OperationOutput<'market.trades'>
export type Trade = Traded['trades'][number]

/** The wallet tells nothing of other people's orders, so what is shown of the market is asked for again as long as it is seen. */
const EVERY_MS = 2_000
/** Twenty pages: what a chart of this width can show. */
const MOST_TRADES = 2_000

/** Asks again and again while the window is seen. */
export function useKeptFresh(reload: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload()
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [reload])
}

/** What was traded since then, the newest first, and at least the newest page. */
export function useTrades({ security, shareClass }: ClassRef, since: number): Answer<readonly Trade[]> {
  const [answer, setAnswer] = useState<Answer<readonly Trade[]>>({ state: 'loading' })
  const known = useRef<Traded>({ trades: [], more: true })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    const round = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        const found = await tradedSince({ security, shareClass }, since, known.current)
        if (ended) return
        if (found.ok) known.current = found.value
        setAnswer(found.ok ? { state: 'ready', value: found.value.trades } : { state: 'failed', refusal: found.error })
      }
      timer = setTimeout(() => void round(), EVERY_MS)
    }
    void round()
    return () => {
      ended = true
      clearTimeout(timer)
    }
  }, [security, shareClass, since])
  return answer
}

async function tradedSince(ref: ClassRef, since: number, known: Traded): Promise<Result<Traded, Refusal>> {
  const newest = await wallet().call('market.trades', ref)
  if (!newest.ok) return newest
  let traded = joined(newest.value, known)
  for (;;) {
    const oldest = traded.trades.at(-1)
    if (oldest === undefined || !traded.more || oldest.at < since || traded.trades.length >= MOST_TRADES) break
    const page = await wallet().call('market.trades', { ...ref, before: oldest.tradeSequence })
    if (!page.ok) return page
    traded = { trades: [...traded.trades, ...page.value.trades], more: page.value.more }
  }
  const isSame =
    traded.trades.length === known.trades.length &&
    traded.trades[0]?.tradeSequence === known.trades[0]?.tradeSequence &&
    traded.more === known.more
  return ok(isSame ? known : traded)
}

/** A page and what was known before, if they meet: trades of a class are numbered without gaps. */
export function joined(page: Traded, known: Traded): Traded {
  const oldest = page.trades.at(-1)
  const newest = known.trades[0]
  if (oldest === undefined || newest === undefined || newest.tradeSequence + 1n < oldest.tradeSequence) return page
  const older = known.trades.filter(({ tradeSequence }) => tradeSequence < oldest.tradeSequence)
  return { trades: [...page.trades, ...older], more: known.more }
}
