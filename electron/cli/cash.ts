import { Command } from 'commander'
import type { AccountStatement } from '../../shared/documents/settlement.ts'
import { formatMoney } from '../../shared/terminal/amount.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { statementCsv } from '../../shared/terminal/statement-csv.ts'
import { formatTable } from '../../shared/terminal/table.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { failure, granted } from './failure.ts'
import { writeNew } from './files.ts'
import { withWallet } from './open.ts'
import { instant, signingCommand, walletSubcommand, type WalletFlags } from './options.ts'

interface StatementFlags extends WalletFlags {
  readonly currency?: string
  readonly from?: number
  readonly until?: number
  readonly csv?: string
}

export function cashCommand(): Command {
  return new Command('cash').description('money').addCommand(statement(), { isDefault: true }).addCommand(open())
}

function statement(): Command {
  return walletSubcommand('statement', 'show balance, what is on hold, and the entries of a period')
    .option('--currency <code>', "currency; the market's, if not given")
    .option('--from <date>', 'first instant', instant)
    .option('--until <date>', 'up to this instant', instant)
    .option('--csv <file>', 'write the entries as CSV to a file instead')
    .action((flags: StatementFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { currency, from, until, csv } = flags
        const found = granted(
          await wallet.cash({
            ...(currency !== undefined && { currency }),
            ...(from !== undefined && { from }),
            ...(until !== undefined && { until }),
          }),
        )
        if (csv === undefined) return out.result(found, () => describeStatement(found))
        writeNew(csv, statementCsv(found))
        out.result(
          { file: csv, entries: found.entries.length },
          () => `${found.entries.length} entries written to ${csv}`,
        )
      }),
    )
}

function describeStatement({
  accountEnding,
  currency,
  balanceMinor,
  heldMinor,
  availableMinor,
  entries,
}: AccountStatement): string {
  const facts = formatFacts([
    ['account', `…${accountEnding}`],
    ['balance', formatMoney(balanceMinor, currency)],
    ['on hold', formatMoney(heldMinor, currency)],
    ['available', formatMoney(availableMinor, currency)],
  ])
  if (entries.length === 0) return `${facts}\n\nNo entries.`
  const amount = (minor: bigint): string => (minor === 0n ? '' : formatMoney(minor, currency))
  const table = formatTable(
    [
      { title: 'time', value: (row) => minute(row.at) },
      { title: 'kind', value: (row) => row.kind },
      { title: 'credit', value: (row) => amount(row.creditMinor), align: 'right' },
      { title: 'debit', value: (row) => amount(row.debitMinor), align: 'right' },
      { title: 'balance', value: (row) => formatMoney(row.balanceMinor, currency), align: 'right' },
      { title: 'reference', value: (row) => row.reference },
      { title: 'remark', value: (row) => row.remark ?? '' },
    ],
    entries,
  )
  return `${facts}\n\n${table}`
}

function open(): Command {
  return signingCommand('open', 'open an account at the settlement server')
    .option('--currency <code>', "currency; the market's, if not given")
    .action((flags: WalletFlags & { currency?: string }) =>
      withWallet(flags, async ({ wallet, out }) => {
        const currency = flags.currency ?? wallet.market()?.currency
        if (currency === undefined) throw failure({ code: 'not_joined', message: '' })
        const account = granted(await wallet.openAccount({ currency }))
        out.result(account, () => `account …${account.accountEnding} in ${account.currency}: ${account.state}`)
      }),
    )
}
