import type { Trade } from '../../api/market.ts'

const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far back, and how long a candle is. */
export const RANGES = {
  hour: { lengthMs: HOUR_MS, stepMs: MINUTE_MS },
  day: { lengthMs: DAY_MS, stepMs: 15 * MINUTE_MS },
  month: { lengthMs: 30 * DAY_MS, stepMs: 6 * HOUR_MS },
  year: { lengthMs: 365 * DAY_MS, stepMs: DAY_MS },
} as const
export type Range = keyof typeof RANGES

/** What is shown until somebody chooses: a market that is younger than an hour would fill a corner of the day only. */
export function firstRange(trades: readonly Trade[], openedAt: number): Range {
  return trades.length > 0 && trades.every(({ at }) => at >= openedAt - HOUR_MS) ? 'hour' : 'day'
}
