import { useEffect, useState } from 'react'
import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import { ok, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { Answer } from '../../api/answers.ts'
import type { Trade, Traded } from '../../api/market.ts'
import { wallet } from '../../api/wallet.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** How far back a value is compared; `close` is the market's own reference price, the last one of the day before. */
export const PERIODS = { close: undefined, week: 7 * DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS } as const
export type Period = keyof typeof PERIODS

/** The newest trades of a class before a sequence number, the newest first. */
type Page = (before?: bigint) => Promise<Result<Traded, Refusal>>

/**
 * The last trade at or before a moment; undefined where nothing was traded until then. Trades are numbered in the order of time and
 * without gaps ([TR12]): the interval in which it must be is halved, one page a step, instead of reading everything since.
 */
export async function lastTradeAt(page: Page, at: number): Promise<Result<Trade | undefined, Refusal>> {
  const newest = await page()
  if (!newest.ok) return newest
  let { trades, more } = newest.value
  let found = trades.find((trade) => trade.at <= at)
  if (found !== undefined || !more) return ok(found)
  // Every trade from `after` on is later than the moment; none before `least` needs to be looked at.
  let after = trades.at(-1)?.tradeSequence ?? 0n
  let least = 0n
  while (least + 1n < after) {
    const middle = (least + after) / 2n
    const halved = await page(middle + 1n)
    if (!halved.ok) return halved
    ;({ trades, more } = halved.value)
    const index = trades.findIndex((trade) => trade.at <= at)
    if (index > 0) return ok(trades[index])
    if (index === 0) found = trades[0]
    if (index === 0 || trades.length === 0) least = middle
    else if (!more) return ok(found)
    else after = trades.at(-1)?.tradeSequence ?? 0n
  }
  return ok(found)
}

/** What each class was last traded at by then, by {@link classKey}; a class that had no price yet is not in it. */
export function usePricesThen(
  refs: readonly ClassRef[],
  since: number | undefined,
): Answer<ReadonlyMap<string, bigint>> {
  const [answer, setAnswer] = useState<{ readonly of: string; readonly answer: Answer<ReadonlyMap<string, bigint>> }>()
  // Their order follows their value and says nothing here.
  const asked = `${since} ${refs.map(classKey).toSorted().join(' ')}`
  useEffect(() => {
    if (since === undefined) return
    let ended = false
    const settle = (told: Answer<ReadonlyMap<string, bigint>>): void => {
      if (!ended) setAnswer({ of: asked, answer: told })
    }
    void (async () => {
      const prices = new Map<string, bigint>()
      // One after the other: the exchange counts what is asked of it.
      for (const { security, shareClass } of refs) {
        const last = await lastTradeAt(
          (before) => wallet().call('market.trades', { security, shareClass, ...(before !== undefined && { before }) }),
          since,
        )
        if (ended) return
        if (!last.ok) return settle({ state: 'failed', refusal: last.error })
        if (last.value !== undefined) prices.set(classKey({ security, shareClass }), last.value.priceMinor)
      }
      settle({ state: 'ready', value: prices })
    })()
    return () => {
      ended = true
    }
    // `asked` stands for the classes and the moment.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [asked])
  return answer?.of === asked ? answer.answer : { state: 'loading' }
}
