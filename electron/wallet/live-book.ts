import type { ReplyBody } from '../../shared/protocol/catalogue/catalogue.ts'

type Book = ReplyBody<'exchange.book'>
type Level = Book['bids'][number]
type Side = 'bids' | 'asks'

/** The most that an exchange tells of a side at once. */
export const BOOK_DEPTH = 50
/** With fewer levels than these of a side that goes on below them, it is asked for anew. */
const LEAST_DEPTH = BOOK_DEPTH / 2

/** The best levels of both sides at one position of the market's events (TR12). */
export interface LiveBook {
  readonly book: Book
  /** Whether a side has no levels but those. */
  readonly isWhole: Readonly<Record<Side, boolean>>
}

/** `book`: as the exchange answered for {@link BOOK_DEPTH} levels. */
export function startBook(book: Book): LiveBook {
  const { bids, asks } = book
  return { book, isWhole: { bids: bids.length < BOOK_DEPTH, asks: asks.length < BOOK_DEPTH } }
}

/** After the event that follows: levels that changed, quantity 0 removes one. */
export function changeBook({ book, isWhole }: LiveBook, change: Readonly<Record<Side, readonly Level[]>>): LiveBook {
  const bids = changeSide(book.bids, isWhole.bids, change.bids, -1n)
  const asks = changeSide(book.asks, isWhole.asks, change.asks, 1n)
  return {
    book: { ...book, bids: bids.levels, asks: asks.levels },
    isWhole: { bids: bids.isWhole, asks: asks.isWhole },
  }
}

/** What lay below the known levels has come close to the top, and is not known. */
export function isTooShallow({ book, isWhole }: LiveBook): boolean {
  return (['bids', 'asks'] as const).some((side) => !isWhole[side] && book[side].length < LEAST_DEPTH)
}

/** `sign`: 1 where the lowest price is the best. Below the last known level nothing is known, unless the side is whole. */
function changeSide(levels: readonly Level[], isWhole: boolean, changes: readonly Level[], sign: bigint) {
  const last = levels.at(-1)
  const isKnown = ({ priceMinor }: Level): boolean =>
    isWhole || (last !== undefined && sign * priceMinor <= sign * last.priceMinor)
  const byPrice = new Map(levels.map((level) => [level.priceMinor, level]))
  for (const level of changes.filter(isKnown)) {
    if (level.quantity === 0n) byPrice.delete(level.priceMinor)
    else byPrice.set(level.priceMinor, level)
  }
  const sorted = [...byPrice.values()].sort((a, b) => Number(sign * (a.priceMinor - b.priceMinor)))
  return { levels: sorted.slice(0, BOOK_DEPTH), isWhole: isWhole && sorted.length <= BOOK_DEPTH }
}
