import type { AccountStatement } from '../documents/settlement.ts'
import { formatPlainMoney } from './amount.ts'
import { writeCsv } from './csv.ts'

/** For a spreadsheet: amounts as plain decimal numbers, instants as RFC 3339. */
export function statementCsv({ currency, entries }: Pick<AccountStatement, 'currency' | 'entries'>): string {
  const amount = (minor: bigint): string => formatPlainMoney(minor, currency)
  return writeCsv([
    ['sequence', 'at', 'kind', 'credit', 'debit', 'balance', 'currency', 'reference', 'remark'],
    ...entries.map((entry) => [
      entry.sequence.toString(),
      new Date(entry.at).toISOString(),
      entry.kind,
      amount(entry.creditMinor),
      amount(entry.debitMinor),
      amount(entry.balanceMinor),
      currency,
      entry.reference,
      entry.remark ?? '',
    ]),
  ])
}
