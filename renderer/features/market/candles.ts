import { MOST_TRADES, type Trade } from '../../api/market.ts'

export interface Candle {
  /** Beginning of the interval. */
  readonly at: number
  readonly openMinor: bigint
  readonly highMinor: bigint
  readonly lowMinor: bigint
  readonly closeMinor: bigint
  readonly quantity: bigint
}

/** One candle for each interval that has trades, the oldest first. `trades` are the newest first. */
export function candlesOf(trades: readonly Trade[], stepMs: number): Candle[] {
  const candles = new Map<number, Candle>()
  for (const { at, priceMinor, quantity } of trades.toReversed()) {
    const begin = Math.floor(at / stepMs) * stepMs
    const before = candles.get(begin)
    candles.set(begin, {
      at: begin,
      openMinor: before?.openMinor ?? priceMinor,
      highMinor: before === undefined || priceMinor > before.highMinor ? priceMinor : before.highMinor,
      lowMinor: before === undefined || priceMinor < before.lowMinor ? priceMinor : before.lowMinor,
      closeMinor: priceMinor,
      quantity: (before?.quantity ?? 0n) + quantity,
    })
  }
  return [...candles.values()]
}

/** More was traded than is kept here: what is drawn begins later than its range. `trades` are the newest first. */
export function isCutOff(trades: readonly Trade[], since: number): boolean {
  return trades.length >= MOST_TRADES && (trades.at(-1)?.at ?? since) > since
}
