import { Command } from 'commander'
import type { AccountEntry } from '../../shared/documents/settlement.ts'
import { formatMoney } from '../../shared/terminal/amount.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { allPages, deskCommand, money, outputOf, type DeskFlags } from './options.ts'
import { refuseExisting, writeNew } from './files.ts'
import { outbox } from './outbox.ts'
import { atDesk, operatorName } from './operator.ts'

interface MoneyFlags extends DeskFlags {
  readonly currency: string
  readonly reference: string
  readonly remark?: string
}

export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('operate a settlement server')
    .addCommand(accounts())
    .addCommand(move('deposit', 'credit money that arrived at the bank'))
    .addCommand(move('withdraw', 'debit money that the bank paid out'))
    .addCommand(statement())
    .addCommand(outbox('settlement'))
}

function accounts(): Command {
  return deskCommand('accounts', 'list accounts').action(async (flags: DeskFlags) => {
    const rows = await atDesk('settlement', flags, (desk) =>
      allPages<{
        userId: string
        name: string
        accountEnding: string
        currency: string
        balanceMinor: bigint
        heldMinor: bigint
      }>(async (last) => {
        const page = await desk.ask('settlement.accounts', last === undefined ? {} : { after: last.userId })
        return { rows: page.accounts, more: page.more }
      }),
    )
    outputOf(flags).table(
      rows,
      [
        { title: 'user ID', value: (row) => row.userId },
        { title: 'name', value: (row) => row.name },
        { title: 'account', value: (row) => `…${row.accountEnding}` },
        { title: 'balance', value: (row) => formatMoney(row.balanceMinor, row.currency), align: 'right' },
        { title: 'on hold', value: (row) => formatMoney(row.heldMinor, row.currency), align: 'right' },
      ],
      'No accounts yet. Members open them from their wallets.',
    )
  })
}

function move(name: 'deposit' | 'withdraw', description: string): Command {
  return deskCommand(name, description)
    .argument('<user>', 'user ID')
    .argument('<amount>', 'amount, e.g. 1,000,000 or 12.50')
    .requiredOption('--currency <code>', 'currency, e.g. JPY')
    .requiredOption('--reference <text>', "the bank's reference: the same one never counts twice")
    .option('--remark <text>', 'shown on the statement')
    .action(async (userId: string, amount: string, flags: MoneyFlags) => {
      const body = {
        userId,
        currency: flags.currency,
        amountMinor: money(amount, flags.currency),
        reference: flags.reference,
        operator: operatorName(),
        ...(flags.remark === undefined ? {} : { remark: flags.remark }),
      }
      const entry = await atDesk('settlement', flags, (desk) => desk.ask(`settlement.${name}`, body))
      outputOf(flags).result(entry, () => `${userId}: balance ${formatMoney(entry.balanceMinor, flags.currency)}`)
    })
}

function statement(): Command {
  return deskCommand('statement', 'print the entries of an account')
    .argument('<user>', 'user ID')
    .requiredOption('--currency <code>', 'currency')
    .option('--csv <file>', 'write them as CSV to a file')
    .action(async (userId: string, flags: DeskFlags & { currency: string; csv?: string }) => {
      if (flags.csv !== undefined) refuseExisting(flags.csv)
      const rows = await atDesk('settlement', flags, (desk) =>
        allPages<AccountEntry>(async (last) => {
          const after = last === undefined ? {} : { after: last.sequence }
          const page = await desk.ask('settlement.statement', { userId, currency: flags.currency, ...after })
          return { rows: page.entries, more: page.more }
        }),
      )
      if (flags.csv !== undefined) {
        const { statementCsv } = await import('../roles/settlement/statement.ts')
        writeNew(flags.csv, statementCsv(rows, flags.currency))
        outputOf(flags).note(`${rows.length} entries written to ${flags.csv}`)
        return
      }
      outputOf(flags).table(
        rows,
        [
          { title: 'time', value: (row) => minute(row.at) },
          { title: 'kind', value: (row) => row.kind },
          {
            title: 'credit',
            value: (row) => (row.creditMinor === 0n ? '' : formatMoney(row.creditMinor, flags.currency)),
            align: 'right',
          },
          {
            title: 'debit',
            value: (row) => (row.debitMinor === 0n ? '' : formatMoney(row.debitMinor, flags.currency)),
            align: 'right',
          },
          { title: 'balance', value: (row) => formatMoney(row.balanceMinor, flags.currency), align: 'right' },
          { title: 'reference', value: (row) => row.reference },
        ],
        'No entries.',
      )
    })
}
