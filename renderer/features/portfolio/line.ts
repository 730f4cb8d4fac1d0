import type { Trade } from '../../api/market.ts'

export const WIDTH = 96
export const HEIGHT = 28
/** So that the line's own width stays within the picture. */
const EDGE = 1.5

/**
 * The path of a small line of prices since then, the lowest at the bottom, a point for each unit of the width;
 * nothing of fewer than two trades. `trades` are the newest first.
 */
export function lineOf(trades: readonly Trade[], since: number): string | undefined {
  const drawn = trades.filter(({ at }) => at >= since).toReversed()
  const [first, last] = [drawn[0], drawn.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  const prices = drawn.map(({ priceMinor }) => Number(priceMinor))
  const lowest = Math.min(...prices)
  const spread = Math.max(...prices) - lowest
  const points = new Map<number, number>()
  for (const [i, { at }] of drawn.entries()) {
    // Where all came in one moment, they stand in their order.
    const along = last.at === first.at ? i / (drawn.length - 1) : (at - first.at) / (last.at - first.at)
    const up = spread === 0 ? 0.5 : ((prices[i] ?? lowest) - lowest) / spread
    points.set(Math.round(EDGE + along * (WIDTH - 2 * EDGE)), HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE))
  }
  return `M${[...points].map(([x, y]) => `${x} ${Math.round(y * 10) / 10}`).join('L')}`
}
