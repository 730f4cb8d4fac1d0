import { InvalidArgumentError, type Command } from 'commander'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { formatTable } from '../../shared/terminal/table.ts'
import type { Book, Listing } from '../wallet/wallet.ts'
import { failure, granted } from './failure.ts'
import { withWallet, type Session } from './open.ts'
import { classOption, walletSubcommand, type ClassFlags } from './options.ts'

const MOST_LEVELS = 50

interface BookFlags extends ClassFlags {
  readonly levels: number
}

export function bookCommand(): Command {
  return walletSubcommand('book', 'show what is traded, or the book of one security')
    .argument('[security]', 'security, e.g. HOSHI; everything that is traded, if not given')
    .addOption(classOption())
    .option('--levels <number>', 'price levels of each side, 1 to 50', levels, 10)
    .action((security: string | undefined, flags: BookFlags) =>
      withWallet(flags, async (session) => {
        const listings = granted(await session.wallet.listings())
        if (security === undefined) showListings(session, listings)
        else await showBook(session, listings, security, flags)
      }),
    )
}

function levels(typed: string): number {
  const count = Number(typed)
  if (!Number.isInteger(count) || count < 1 || count > MOST_LEVELS) throw new InvalidArgumentError('1 to 50')
  return count
}

function showListings({ out }: Session, listings: readonly Listing[]): void {
  out.table(
    listings,
    [
      { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
      { title: 'company', value: (row) => row.companyName },
      { title: 'reference price', value: (row) => formatMoney(row.referencePriceMinor, row.currency), align: 'right' },
      { title: 'lowest', value: (row) => formatMoney(row.lowerLimitMinor, row.currency), align: 'right' },
      { title: 'highest', value: (row) => formatMoney(row.upperLimitMinor, row.currency), align: 'right' },
      { title: 'tick', value: (row) => formatMoney(row.tickMinor, row.currency), align: 'right' },
      { title: 'lot', value: (row) => formatCount(row.lot), align: 'right' },
      { title: 'state', value: (row) => row.state },
    ],
    'Nothing is traded here.',
  )
}

async function showBook(
  { wallet, out }: Session,
  listings: readonly Listing[],
  security: string,
  flags: BookFlags,
): Promise<void> {
  const listing = listings.find((each) => each.security === security && each.shareClass === flags.class)
  if (listing === undefined) throw failure({ code: 'not_listed', message: '' })
  const book = granted(await wallet.book({ security, shareClass: flags.class, levels: flags.levels }))
  out.result({ ...book, listing }, () => describeBook(book, listing))
}

function describeBook(book: Book, { currency, state }: Listing): string {
  const last = book.lastPriceMinor === undefined ? 'no trade yet' : formatMoney(book.lastPriceMinor, currency)
  // As on a trading screen: the dearest offer on top, the best of both sides next to each other in the middle.
  const sides = [
    ...book.asks.map((level) => ({ side: 'sell', ...level })).toReversed(),
    ...book.bids.map((level) => ({ side: 'buy', ...level })),
  ]
  const table = formatTable(
    [
      { title: 'side', value: (row) => row.side },
      { title: 'price', value: (row) => formatMoney(row.priceMinor, currency), align: 'right' },
      { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
      { title: 'orders', value: (row) => String(row.orders), align: 'right' },
    ],
    sides,
  )
  return `${book.security} ${book.shareClass}: ${state}, last price ${last}\n\n${sides.length === 0 ? 'The book is empty.' : table}`
}
