import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import type { Holding } from '../../../shared/wallet-api/views.ts'

/** What a class of shares is worth, per share. */
export interface Priced extends ClassRef {
  readonly currency: string
  readonly referencePriceMinor: bigint
  /** Of the last trade; absent where nothing was traded, or nothing is known of it. */
  readonly lastPriceMinor?: bigint | undefined
}

export interface ValuedHolding {
  readonly holding: Holding
  readonly shares: bigint
  /** Absent where the shares have no price in this currency. */
  readonly value?: {
    readonly price: Priced
    /** At the last price, or else at the reference price. */
    readonly minor: bigint
    readonly atReferenceMinor: bigint
  }
}

/** Holdings with what they are worth, the greatest first; those without a price last. */
export function valued(
  holdings: readonly Holding[],
  prices: readonly Priced[],
  currency: string,
): readonly ValuedHolding[] {
  const byClass = new Map(
    prices.filter((price) => price.currency === currency).map((price) => [classKey(price), price]),
  )
  return holdings
    .map((holding) => {
      const shares = holding.live + holding.pending
      const price = byClass.get(classKey(holding))
      if (price === undefined) return { holding, shares }
      const { referencePriceMinor, lastPriceMinor = referencePriceMinor } = price
      const value = { price, minor: shares * lastPriceMinor, atReferenceMinor: shares * referencePriceMinor }
      return { holding, shares, value }
    })
    .toSorted((one, other) => compare(other.value?.minor ?? -1n, one.value?.minor ?? -1n))
}

/** What all of them are worth, and what they would be at the reference prices. */
export function sumOf(holdings: readonly ValuedHolding[]): {
  readonly minor: bigint
  readonly atReferenceMinor: bigint
} {
  return holdings.reduce(
    (sum, { value }) => ({
      minor: sum.minor + (value?.minor ?? 0n),
      atReferenceMinor: sum.atReferenceMinor + (value?.atReferenceMinor ?? 0n),
    }),
    { minor: 0n, atReferenceMinor: 0n },
  )
}

export interface ChangeSince {
  /** What the shares are worth that had a price then, now and at that price. */
  readonly minor: bigint
  readonly thenMinor: bigint
  /** The companies whose shares had none: they are not in the two sums. */
  readonly without: readonly string[]
}

/** What is held now, at the prices of then (by {@link classKey}) or, without them, at the reference prices. */
export function changeSince(
  holdings: readonly ValuedHolding[],
  thenMinor: ReadonlyMap<string, bigint> | undefined,
): ChangeSince {
  return holdings.reduce<ChangeSince>(
    (sum, { holding, shares, value }) => {
      if (value === undefined) return sum
      const price = thenMinor === undefined ? value.price.referencePriceMinor : thenMinor.get(classKey(holding))
      return price === undefined
        ? { ...sum, without: [...sum.without, holding.companyName] }
        : { ...sum, minor: sum.minor + value.minor, thenMinor: sum.thenMinor + shares * price }
    },
    { minor: 0n, thenMinor: 0n, without: [] },
  )
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
