import { Command, Option } from 'commander'
import type { OrderStatus } from '../../shared/documents/order.ts'
import type { ReplyBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { minute } from '../../shared/terminal/typed.ts'
import {
  allPages,
  classOption,
  deskCommand,
  outputOf,
  SHARE_CLASSES,
  type DeskFlags,
  type ShareClassName,
} from './options.ts'
import { outbox } from './outbox.ts'
import { atDesk, operatorName } from './operator.ts'

type Trade = ReplyBody<'exchange.trades'>['trades'][number]
type Match = ReplyBody<'exchange.matches'>['matches'][number]

interface ClassFlags extends DeskFlags {
  readonly class: ShareClassName
}

export function exchangeCommand(): Command {
  return new Command('exchange')
    .description('operate an exchange')
    .addCommand(switchTrading('halt', true))
    .addCommand(switchTrading('resume', false))
    .addCommand(orders())
    .addCommand(trades())
    .addCommand(cancelAll())
    .addCommand(matches())
    .addCommand(resolve())
    .addCommand(closeDay())
    .addCommand(outbox('exchange'))
}

function switchTrading(name: 'halt' | 'resume', halted: boolean): Command {
  return deskCommand(
    name,
    halted ? 'stop trading in a class: no orders, cancelling stays possible' : 'let trading go on',
  )
    .argument('<security>', 'security, e.g. HOSHI')
    .addOption(classOption())
    .requiredOption('--ground <text>', 'why, for the record')
    .action(async (security: string, flags: ClassFlags & { ground: string }) => {
      const answer = await atDesk('exchange', flags, (desk) =>
        desk.ask('exchange.halt', {
          security,
          shareClass: flags.class,
          halted,
          ground: flags.ground,
          operator: operatorName(),
        }),
      )
      outputOf(flags).result(answer, () => `${security} ${flags.class}: ${answer.state}`)
    })
}

function orders(): Command {
  return deskCommand('orders', 'list orders of everybody, the newest first')
    .option('--open', 'only open ones')
    .action(async (flags: DeskFlags & { open?: boolean }) => {
      const rows = await atDesk('exchange', flags, (desk) =>
        allPages<OrderStatus>(async (last) => {
          const page = await desk.ask('exchange.orders', {
            openOnly: flags.open === true,
            ...(last === undefined ? {} : { before: last.receptionNumber }),
          })
          return { rows: page.orders, more: page.more }
        }),
      )
      outputOf(flags).table(
        rows,
        [
          { title: 'number', value: (row) => row.receptionNumber },
          { title: 'received', value: (row) => minute(row.receivedAt) },
          { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
          { title: 'side', value: (row) => row.side },
          {
            title: 'price',
            value: (row) => (row.price.kind === 'limit' ? formatMoney(row.price.limitMinor, row.currency) : 'market'),
            align: 'right',
          },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
          { title: 'filled', value: (row) => formatCount(row.filled), align: 'right' },
          { title: 'state', value: (row) => (row.reason === undefined ? row.state : `${row.state} (${row.reason})`) },
          { title: 'user ID', value: (row) => row.userId },
        ],
        'No orders.',
      )
    })
}

function trades(): Command {
  return deskCommand('trades', 'list trades of a class, the newest first')
    .argument('<security>', 'security')
    .addOption(classOption())
    .action(async (security: string, flags: ClassFlags) => {
      const page = await atDesk('exchange', flags, async (desk) => {
        const { listings } = await desk.ask('exchange.listings', {})
        const listing = listings.find((each) => each.security === security && each.shareClass === flags.class)
        const rows = await allPages<Trade>(async (last) => {
          const before = last === undefined ? {} : { before: last.tradeSequence }
          const found = await desk.ask('exchange.trades', { security, shareClass: flags.class, ...before })
          return { rows: found.trades, more: found.more }
        })
        return { currency: listing?.currency ?? 'XXX', rows }
      })
      outputOf(flags).table(
        page.rows,
        [
          { title: 'time', value: (row) => new Date(row.at).toISOString() },
          { title: 'price', value: (row) => formatMoney(row.priceMinor, page.currency), align: 'right' },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
        ],
        'No trades yet.',
      )
    })
}

function matches(): Command {
  return deskCommand('matches', 'list matches with what each waits for')
    .option('--open', 'only those under way')
    .action(async (flags: DeskFlags & { open?: boolean }) => {
      const rows = await atDesk('exchange', flags, (desk) =>
        allPages<Match>(async (last) => {
          const before = last === undefined ? {} : { before: last.matchNumber }
          const found = await desk.ask('exchange.matches', { openOnly: flags.open === true, ...before })
          return { rows: found.matches, more: found.more }
        }),
      )
      outputOf(flags).table(
        rows,
        [
          { title: 'number', value: (row) => row.matchNumber },
          { title: 'buy', value: (row) => row.buyReceptionNumber },
          { title: 'sell', value: (row) => row.sellReceptionNumber },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
          { title: 'state', value: (row) => (row.reason === undefined ? row.state : `${row.state} (${row.reason})`) },
          { title: 'since', value: (row) => minute(row.since) },
        ],
        'Nothing is under way.',
      )
    })
}

function resolve(): Command {
  return deskCommand('resolve', 'resolve a match that stands still with a reason (see matches)')
    .argument('<match>', 'match number, MA-...')
    .addOption(
      new Option('--how <how>', 'ask the server anew, or end the match where no shares moved')
        .choices(['ask', 'void'])
        .makeOptionMandatory(),
    )
    .requiredOption('--ground <text>', 'why, for the record')
    .action(async (matchNumber: string, flags: DeskFlags & { how: 'ask' | 'void'; ground: string }) => {
      const answer = await atDesk('exchange', flags, (desk) =>
        desk.ask('exchange.resolve', {
          matchNumber,
          how: flags.how,
          ground: flags.ground,
          operator: operatorName(),
        }),
      )
      outputOf(flags).result(answer, () => `${matchNumber}: ${answer.state}`)
    })
}

interface CancelFlags extends DeskFlags {
  readonly member?: string
  readonly security?: string
  readonly class?: ShareClassName
  readonly ground: string
}

function cancelAll(): Command {
  return deskCommand(
    'cancel-all',
    'take orders out of the book: everybody’s, or those of a member, a security, a class',
  )
    .option('--member <user>', 'only this member’s')
    .option('--security <id>', 'only of this security')
    .addOption(new Option('--class <class>', 'only of this share class').choices(SHARE_CLASSES))
    .requiredOption('--ground <text>', 'why, for the record')
    .action(async (flags: CancelFlags) => {
      const answer = await atDesk('exchange', flags, (desk) =>
        desk.ask('exchange.cancel-all', {
          ...(flags.member === undefined ? {} : { userId: flags.member }),
          ...(flags.security === undefined ? {} : { security: flags.security }),
          ...(flags.class === undefined ? {} : { shareClass: flags.class }),
          ground: flags.ground,
          operator: operatorName(),
        }),
      )
      outputOf(flags).result(answer, () => `${answer.cancelled} orders cancelled`)
    })
}

function closeDay(): Command {
  return deskCommand('close-day', 'end the trading day: day orders expire').action(async (flags: DeskFlags) => {
    const answer = await atDesk('exchange', flags, (desk) =>
      desk.ask('exchange.close-day', { operator: operatorName() }),
    )
    outputOf(flags).result(answer, () => `closed; ${answer.expired} day orders expired`)
  })
}
