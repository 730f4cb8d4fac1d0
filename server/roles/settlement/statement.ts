import type { AccountEntry } from '../../../shared/documents/settlement.ts'
import { writeCsv } from '../../../shared/terminal/csv.ts'

const TITLES = [
  'sequence',
  'at',
  'kind',
  'credit_minor',
  'debit_minor',
  'balance_minor',
  'currency',
  'reference',
  'remark',
]

/** [SE5] The entries of one account as CSV; amounts in minor units of the currency. */
export function statementCsv(entries: readonly AccountEntry[], currency: string): string {
  const rows = entries.map((entry) => [
    entry.sequence.toString(),
    new Date(entry.at).toISOString(),
    entry.kind,
    entry.creditMinor.toString(),
    entry.debitMinor.toString(),
    entry.balanceMinor.toString(),
    currency,
    entry.reference,
    entry.remark ?? '',
  ])
  return writeCsv([TITLES, ...rows])
}
