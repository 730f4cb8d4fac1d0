import { Command, Option } from 'commander'
import { formatCount } from '../../shared/terminal/amount.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import type { Output } from '../../shared/terminal/output.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { Listing, OrderPrice, OrderView, TimeInForce, Wallet } from '../wallet/wallet.ts'
import { failure, granted } from './failure.ts'
import { withWallet } from './open.ts'
import {
  classOption,
  instant,
  money,
  shares,
  signingCommand,
  walletSubcommand,
  wrongUse,
  type ClassFlags,
  type WalletFlags,
} from './options.ts'
import { describeOrder, orderColumns } from './order-table.ts'

export function orderCommand(): Command {
  return new Command('order')
    .description('buy and sell on the exchange')
    .addCommand(place('buy'))
    .addCommand(
      place('sell').option('--certificate <id...>', 'certificates to sell; the fewest that cover it, if not given'),
    )
    .addCommand(cancel())
    .addCommand(replace())
    .addCommand(show())
    .addCommand(list())
}

interface PriceFlags {
  readonly limit?: string
  readonly market?: boolean
}

interface PlaceFlags extends ClassFlags, PriceFlags {
  readonly day?: boolean
  readonly until?: number
  readonly ioc?: boolean
  readonly fok?: boolean
  readonly certificate?: string[]
}

const times = ['day', 'until', 'ioc', 'fok'] as const

/** Each of them excludes the others. */
function timeOption(name: (typeof times)[number], flags: string, description: string): Option {
  return new Option(flags, description).conflicts(times.filter((other) => other !== name))
}

function priced(command: Command): Command {
  return command
    .addOption(new Option('--limit <price>', 'worst price of one share').conflicts('market'))
    .option('--market', 'at whatever the market gives')
}

function place(side: 'buy' | 'sell'): Command {
  return priced(signingCommand(side, side === 'buy' ? 'place an order to buy' : 'place an order to sell'))
    .argument('<security>', 'security, e.g. HOSHI')
    .argument('<quantity>', 'shares', shares)
    .addOption(classOption())
    .addOption(timeOption('day', '--day', 'for the day, which is what counts if nothing is given'))
    .addOption(
      timeOption('until', '--until <date>', 'until this instant; a date is its first instant in UTC').argParser(
        instant,
      ),
    )
    .addOption(timeOption('ioc', '--ioc', 'at once; what does not trade is cancelled'))
    .addOption(timeOption('fok', '--fok', 'at once and in full, or not at all'))
    .action((security: string, quantity: bigint, flags: PlaceFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { currency } = await listingOf(wallet, security, flags)
        const placed = granted(
          await wallet.placeOrder({
            side,
            security,
            shareClass: flags.class,
            price: priceFrom(flags, currency),
            quantity,
            timeInForce: timeFrom(flags),
            ...(flags.certificate !== undefined && { certificateIds: flags.certificate }),
          }),
        )
        out.result(placed, () =>
          formatFacts([
            ['order', placed.receptionNumber],
            ...placed.certificateIds.map((id) => ['on offer', id] as const),
            ...(placed.remainder > 0n
              ? [
                  [
                    'you keep',
                    `${formatCount(placed.remainder)} under a new certificate ID once all of it is sold`,
                  ] as const,
                ]
              : []),
          ]),
        )
      }),
    )
}

async function listingOf(wallet: Wallet, security: string, flags: ClassFlags): Promise<Listing> {
  const listings = granted(await wallet.listings())
  const listing = listings.find((each) => each.security === security && each.shareClass === flags.class)
  if (listing === undefined) throw failure({ code: 'not_listed', message: '' })
  return listing
}

function priceFrom({ limit, market }: PriceFlags, currency: string): OrderPrice {
  if (limit !== undefined) return { kind: 'limit', limitMinor: money(limit, currency) }
  if (market === true) return { kind: 'market' }
  throw wrongUse('Give a price: --limit PRICE, or --market for whatever the market gives.')
}

function timeFrom({ until, ioc, fok }: PlaceFlags): TimeInForce {
  if (until !== undefined) return { kind: 'good_till_date', until }
  if (ioc === true) return { kind: 'immediate_or_cancel' }
  return fok === true ? { kind: 'fill_or_kill' } : { kind: 'day' }
}

const ORDER_NUMBER = ['<number>', 'number of the order, OR-...'] as const

function cancel(): Command {
  return signingCommand('cancel', 'take out what is not traded yet')
    .argument(...ORDER_NUMBER)
    .action((receptionNumber: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { cancelled } = granted(await wallet.cancelOrder(receptionNumber))
        out.result({ receptionNumber, cancelled }, () => `${receptionNumber}: ${formatCount(cancelled)} cancelled`)
      }),
    )
}

function replace(): Command {
  return priced(signingCommand('replace', 'change the price, reduce the quantity, or both'))
    .argument(...ORDER_NUMBER)
    .option('--quantity <shares>', 'of the whole order, what has traded included; as it is, if not given', shares)
    .action((receptionNumber: string, flags: WalletFlags & PriceFlags & { quantity?: bigint }) =>
      withWallet(flags, async ({ wallet, out }) => {
        const present = granted(await wallet.orderStatus(receptionNumber))
        const samePrice = flags.limit === undefined && flags.market !== true
        if (samePrice && flags.quantity === undefined)
          throw wrongUse('Give what is to change: --limit, --market or --quantity.')
        const price = samePrice ? present.price : priceFrom(flags, present.currency)
        const quantity = flags.quantity ?? present.quantity
        const { remaining } = granted(await wallet.replaceOrder({ receptionNumber, price, quantity }))
        out.result({ receptionNumber, remaining }, () => `${receptionNumber}: ${formatCount(remaining)} left to trade`)
      }),
    )
}

function show(): Command {
  return walletSubcommand('show', 'ask the exchange how an order stands')
    .argument(...ORDER_NUMBER)
    .action((receptionNumber: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const status = granted(await wallet.orderStatus(receptionNumber))
        out.result(status, () => describeOrder(status))
      }),
    )
}

function list(): Command {
  return walletSubcommand('list', 'list your orders, the newest first')
    .option('--open', 'only those that can still trade')
    .action((flags: WalletFlags & { open?: boolean }) =>
      withWallet(flags, async ({ wallet, out }) => {
        noteAge(wallet, out)
        const orders = wallet.orders().filter((order) => flags.open !== true || isOpen(order))
        out.table(orders, orderColumns, 'No orders. See what is traded with: kabuken wallet book')
        return Promise.resolve()
      }),
    )
}

function isOpen({ status }: OrderView): boolean {
  return status === undefined || ['holding', 'open', 'partly_filled'].includes(status.state)
}

/** The list is what the wallet heard last; asking the exchange is `sync`. */
function noteAge(wallet: Wallet, out: Output): void {
  const at = wallet.lastSyncedAt()
  out.note(
    at === undefined
      ? 'Not brought up to date yet: kabuken wallet sync'
      : `As of ${minute(at)} UTC; kabuken wallet sync asks again.`,
  )
}
