import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import type { Holding } from '../../../shared/wallet-api/views.ts'

/** What a class of shares was worth at last, per share. */
export interface Priced extends ClassRef {
  readonly currency: string
  readonly referencePriceMinor: bigint
}

export interface ValuedHolding {
  readonly holding: Holding
  readonly shares: bigint
  /** Absent where the shares have no price in this currency. */
  readonly valueMinor?: bigint
}

/** Holdings with what they are worth at reference prices, the greatest first; those without a price last. */
export function valued(
  holdings: readonly Holding[],
  prices: readonly Priced[],
  currency: string,
): readonly ValuedHolding[] {
  const byClass = new Map(
    prices.filter((price) => price.currency === currency).map((price) => [classKey(price), price.referencePriceMinor]),
  )
  return holdings
    .map((holding) => {
      const shares = holding.live + holding.pending
      const price = byClass.get(classKey(holding))
      return { holding, shares, ...(price !== undefined && { valueMinor: shares * price }) }
    })
    .toSorted((one, other) => compare(other.valueMinor ?? -1n, one.valueMinor ?? -1n))
}

export function sumOf(holdings: readonly ValuedHolding[]): bigint {
  return holdings.reduce((sum, { valueMinor = 0n }) => sum + valueMinor, 0n)
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
