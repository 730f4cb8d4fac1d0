import { assert } from '../../shared/kernel/assert.ts'
import { toUtf8 } from '../../shared/kernel/bytes.ts'
import type { OperationName } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Evidence, HistoryEntry } from './api.ts'
import { summarise } from './signing-summary.ts'
import type { RequestRow, Store } from './state.ts'

type NameOf = (userId: string) => string | undefined

export function historyEntry(requestId: string, row: RequestRow, nameOf: NameOf): HistoryEntry {
  const signed = row.request.slice(0, row.request.lastIndexOf('.'))
  const summary = summarise(toUtf8(signed), nameOf)
  assert(summary !== undefined, 'nothing was signed that could not be read')
  const { at, state, answeredAt, code, certificateIds } = row
  const operation = row.operation as OperationName
  return { requestId, operation, at, state, answeredAt, code, summary, certificateIds }
}

/** The newest first. */
export function listHistory(store: Store, nameOf: NameOf): readonly HistoryEntry[] {
  return [...store.collections.requests.all()]
    .map(([requestId, row]) => historyEntry(requestId, row, nameOf))
    .sort((a, b) => b.at - a.at || (a.requestId < b.requestId ? 1 : -1))
}

export function findEvidence(store: Store, requestId: string, nameOf: NameOf): Evidence | undefined {
  const row = store.collections.requests.get(requestId)
  if (row === undefined) return undefined
  const told = historyEntry(requestId, row, nameOf)
  return { ...told, request: row.request, reply: row.reply, proves: proofOf(told) }
}

const PROOFS: { readonly [Name in OperationName]?: string } = {
  'authority.enrol': 'The authority decided upon this application as its reply says.',
  'authority.renew': 'The authority issued the certificate in its reply for this request.',
  'settlement.open-account': 'The settlement server opened the account whose number is sealed in this request.',
  'settlement.claim': 'The settlement server paid this match at the time in its reply.',
  'issuer.issue': 'The issuer issued the certificates in its reply to this holder.',
  'issuer.transfer': 'The issuer registered this transfer under the number in its reply.',
  'issuer.reissue':
    'The issuer retired the surrendered certificates and made the new ones under the number in its reply.',
  'exchange.order': 'The exchange received this very order: its receipt quotes the hash of it.',
  'exchange.cancel': 'The exchange took the rest of this order out of the book.',
  'exchange.replace': 'The exchange replaced the terms of this order.',
}

function proofOf({ operation, state, code }: HistoryEntry): string {
  if (state === 'under_way') return 'The request was signed; nobody has answered for it yet.'
  if (state === 'refused') return 'The server signed that it refused this request, so nothing came of it.'
  if (code !== undefined) return 'The server signed a reply that is not what was asked for.'
  return PROOFS[operation] ?? 'The server signed its reply to this request.'
}
