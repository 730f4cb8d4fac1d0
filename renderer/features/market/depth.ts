import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'

export type Book = OperationOutput<'market.book'>
export type Level = Book['bids'][number]

export interface Deep {
  readonly priceMinor: bigint
  /** Shares at this price or a better one. */
  readonly sum: bigint
}

/** The best price first, as in the book. */
export function summedUp(levels: readonly Level[]): Deep[] {
  let sum = 0n
  return levels.map(({ priceMinor, quantity }) => {
    sum += quantity
    return { priceMinor, sum }
  })
}
