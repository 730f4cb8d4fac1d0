import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'

export const SORTS = ['newest', 'oldest', 'company', 'quantity'] as const
export const FILTERS = ['held', 'all', 'live', 'pending', 'stopped', 'retired', 'lost'] as const

export type Sort = (typeof SORTS)[number]
export type Filter = (typeof FILTERS)[number]

export interface Wanted {
  readonly search: string
  readonly filter: Filter
  readonly sort: Sort
}

/** Those of the list that are looked for, in the order asked for. Every word must be found somewhere. */
export function listed(certificates: readonly ListedCertificate[], { search, filter, sort }: Wanted) {
  const words = search.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean)
  const found = certificates.filter(
    (certificate) => isIn(certificate, filter) && words.every((word) => textOf(certificate).includes(word)),
  )
  return found.toSorted(ORDERS[sort])
}

function isIn({ state }: ListedCertificate, filter: Filter): boolean {
  if (filter === 'all') return true
  return filter === 'held' ? state === 'live' || state === 'pending' || state === 'stopped' : state === filter
}

function textOf({ companyName, security, certificateNumber, certificateId, label = '', note = '' }: ListedCertificate) {
  return `${companyName} ${security} ${certificateNumber} ${certificateId} ${label} ${note}`
    .normalize('NFKC')
    .toLowerCase()
}

type Order = (one: ListedCertificate, other: ListedCertificate) => number

const newest: Order = (one, other) => other.issuedAt - one.issuedAt

const ORDERS: Readonly<Record<Sort, Order>> = {
  newest,
  oldest: (one, other) => one.issuedAt - other.issuedAt,
  company: (one, other) => one.companyName.localeCompare(other.companyName) || newest(one, other),
  quantity: (one, other) =>
    one.quantity === other.quantity ? newest(one, other) : one.quantity < other.quantity ? 1 : -1,
}
