import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Message } from '../../../commit/decision.ts'
import { findClass, type IssuedClass } from '../settings.ts'
import type { IssuerView } from '../tables.ts'
import type { Decide, IssuerSurroundings } from './contract.ts'
import { changeList } from './list.ts'
import { drawNumber } from './numbers.ts'
import { countIssued, enter, exceedsAuthorised, type Entry } from './register.ts'
import { toCollect } from './transfer.ts'

type Allotment = RequestBody<'issuer.allot'>['allotments'][number]
type Allotted = ReplyBody<'issuer.allot'>['allotments'][number]

interface Placed {
  readonly entry: Entry
  readonly issued: IssuedClass
  readonly reply: Allotted
}

/** One holder of an existing register; `index` names the line in a refusal. */
function place(
  view: IssuerView,
  surroundings: IssuerSurroundings,
  at: number,
  operator: string,
  allotment: Allotment,
  index: number,
): Result<Placed, Refusal> {
  const details = { index: index.toString() }
  const issued = findClass(surroundings.settings, allotment)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here', details)
  const acquiredAt = allotment.acquiredAt ?? at
  if (acquiredAt > at) return refuse('acquired_in_future', 'acquired in the future', details)
  const source = allotment.sourceId === undefined ? undefined : `${allotment.security}/${allotment.sourceId}`
  if (source !== undefined && view.get('sources', source) !== undefined) {
    return refuse('duplicate_source', 'this was imported before', details)
  }
  if (exceedsAuthorised(view, issued, allotment.quantity)) {
    return refuse('exceeds_authorised', 'more shares than are authorised', details)
  }
  const { holderName, userId, quantity, conditionsOfIssue } = allotment
  const allotmentNumber = drawNumber(view, 'AL')
  const entry = enter(view, surroundings, at, {
    issued,
    holderName,
    postalAddress: allotment.postalAddress ?? null,
    userId,
    quantity,
    conditionsOfIssue,
    dividendAccount: null,
    acquiredAt,
    enteredBy: allotmentNumber,
    toCollect: true,
    mandate: null,
  })
  const { certificateId, certificateNumber } = entry
  countIssued(view, entry.classKey, quantity)
  if (source !== undefined) view.put('sources', { source, allotmentNumber })
  view.put('allotments', {
    allotmentNumber,
    classKey: entry.classKey,
    userId,
    certificateId,
    quantity,
    sourceId: allotment.sourceId ?? null,
    operator,
    allottedAt: BigInt(at),
  })
  return ok({ entry, issued, reply: { allotmentNumber, userId, certificateId, certificateNumber, quantity } })
}

/** One change of the list for each class among the entries. */
function changeLists(view: IssuerView, placed: readonly Placed[]): Message[] {
  return [...Map.groupBy(placed, ({ issued }) => issued)].flatMap(
    ([issued, of]) =>
      changeList(
        view,
        issued,
        [],
        of.map(({ entry }) => entry),
      ).messages,
  )
}

/** IS5: shares to named holders, all or none. */
export const allot: Decide<'issuer.allot'> = (view, { body, at }, surroundings) => {
  const placed: Placed[] = []
  for (const [index, allotment] of body.allotments.entries()) {
    const each = place(view, surroundings, at, body.operator, allotment, index)
    if (!each.ok) return each
    placed.push(each.value)
  }
  return ok({
    reply: { allotments: placed.map(({ reply }) => reply) },
    messages: changeLists(view, placed),
    events: placed.map(({ entry }) => toCollect(entry)),
  })
}
