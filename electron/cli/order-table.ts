import type { OrderStatus } from '../../shared/documents/order.ts'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { formatTable, type Column } from '../../shared/terminal/table.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { OrderView } from '../wallet/wallet.ts'
import { priceOf, timeOf } from './signing.ts'
import { hasWords, wordsFor } from './words.ts'

/** A column of what the exchange said; empty while it has said nothing. */
function said(
  title: string,
  value: (status: OrderStatus) => string,
  align: 'left' | 'right' = 'left',
): Column<OrderView> {
  return { title, align, value: ({ status }) => (status === undefined ? '' : value(status)) }
}

export const orderColumns: readonly Column<OrderView>[] = [
  { title: 'number', value: (row) => row.receptionNumber },
  said('received', (status) => minute(status.receivedAt)),
  said('security', (status) => `${status.security} ${status.shareClass}`),
  said('side', (status) => status.side),
  said('price', (status) => priceOf(status.price, status.currency), 'right'),
  said('quantity', (status) => formatCount(status.quantity), 'right'),
  said('filled', (status) => formatCount(status.filled), 'right'),
  { title: 'state', value: ({ status }) => status?.state ?? 'not known yet' },
]

export function describeOrder(status: OrderStatus): string {
  const { reason, matches, currency } = status
  const facts = formatFacts([
    ['order', status.receptionNumber],
    ['received', `${minute(status.receivedAt)} UTC`],
    [status.side, `${formatCount(status.quantity)} ${status.security} ${status.shareClass}`],
    ['price', priceOf(status.price, currency)],
    ['counts', timeOf(status.timeInForce)],
    ['filled', formatCount(status.filled)],
    ['left to trade', formatCount(status.remaining)],
    ['state', status.state],
    ...(reason === undefined ? [] : [['because', hasWords(reason) ? wordsFor({ code: reason }) : reason] as const]),
  ])
  if (matches.length === 0) return facts
  const table = formatTable(
    [
      { title: 'match', value: (row) => row.matchNumber },
      { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
      { title: 'price', value: (row) => formatMoney(row.priceMinor, currency), align: 'right' },
      { title: 'state', value: (row) => row.state },
      { title: 'transfer', value: (row) => row.transferNumber ?? '' },
    ],
    matches,
  )
  return `${facts}\n\n${table}`
}
