import { endorsement } from '../../shared/documents/endorsement.ts'
import { fromBase64Url, fromUtf8 } from '../../shared/kernel/bytes.ts'
import type { LifeEvent } from './api.ts'
import { contentOf } from './certificates.ts'
import { historyEntry } from './history.ts'
import { listCompletions } from './orders.ts'
import { bodyOf } from './request-body.ts'
import { numberOf } from './collectables.ts'
import { readDocument } from './signing-summary.ts'
import type { CertificateRow, RequestRow, Store } from './state.ts'

/**
 * What the wallet has evidence of in one certificate's life, the oldest first; undefined if it never held it. Requests and matches
 * belong to it by the numbers that tie them together: the one it was collected with, and the one that retired it.
 */
export function lifeOf(
  store: Store,
  certificateId: string,
  nameOf: (userId: string) => string | undefined,
): readonly LifeEvent[] | undefined {
  const row = store.collections.certificates.get(certificateId)
  if (row === undefined) return undefined
  const requests = [...store.collections.requests.all()].map(([requestId, request]) => ({
    requestId,
    request,
    replied: sayingOf(request.reply),
  }))
  const collections = requests.filter(
    ({ request, replied }) => request.operation === 'issuer.issue' && replied.includes(row.certificate),
  )
  const grounds = collections.map(({ request }) => numberOf(bodyOf('issuer.issue', request.request).ground))
  const numbers = new Set([...grounds, row.retiredBy].filter((number) => number !== undefined))
  const matches = listCompletions(store).filter(({ transferNumber }) => numbers.has(transferNumber))
  for (const { matchNumber, receptionNumber } of matches) numbers.add(matchNumber).add(receptionNumber)
  const isOfIt = ({ request, replied }: (typeof requests)[number]): boolean =>
    request.certificateIds.includes(certificateId) ||
    replied.includes(row.certificate) ||
    [...numbers].some((number) => replied.includes(`"${number}"`))
  return [
    { kind: 'issued' as const, at: contentOf(row).issuedAt, holderName: contentOf(row).holderName },
    ...requests.filter(isOfIt).map(({ requestId, request }) => ({
      kind: 'request' as const,
      at: request.at,
      entry: historyEntry(requestId, request, nameOf),
    })),
    ...matches.map((completion) => ({ kind: 'match' as const, at: completion.at, completion })),
    ...endorsed(row),
    ...(row.retiredAt === undefined
      ? []
      : [
          {
            kind: 'retired' as const,
            at: row.retiredAt,
            state: row.state === 'lost' ? ('lost' as const) : ('retired' as const),
            by: row.retiredBy,
          },
        ]),
  ].toSorted((one, other) => one.at - other.at)
}

/** The text of a reply's payload; it was verified before it was kept. */
function sayingOf(reply: RequestRow['reply']): string {
  const bytes = fromBase64Url(reply?.split('.')[1] ?? '')
  return (bytes === undefined ? undefined : fromUtf8(bytes)) ?? ''
}

function endorsed(row: CertificateRow): readonly LifeEvent[] {
  const given = row.endorsed === undefined ? undefined : readDocument(endorsement, row.endorsed.endorsement)
  if (row.endorsed === undefined || given === undefined) return []
  const { issuedAt, quantity, validUntil } = given
  return [{ kind: 'endorsed', at: issuedAt, transfereeName: row.endorsed.transfereeName, quantity, validUntil }]
}
