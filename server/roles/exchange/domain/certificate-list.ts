import type { CertificateList } from '../../../../shared/documents/certificate-list.ts'
import { classKey as classKeyOf } from '../../../../shared/documents/fields.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision, PeerReply } from '../../../commit/decision.ts'
import type { HolderRow, ListRow } from '../tables.ts'
import { withdrawOrder } from './completion.ts'
import { conclude } from './conclude.ts'
import { enterPair, pairKey } from './holders.ts'
import { startWork, type ExchangeSurroundings, type ExchangeView, type Work } from './work.ts'

type FullPage = Extract<CertificateList, { kind: 'full' }>
type Change = Extract<CertificateList, { kind: 'change' }>
type Pair = FullPage['pairs'][number]
type ListResult = ReplyBody<'exchange.certificate-list'>['result']

/** IS3, S61-S63: the issuer tells which certificates are live: whole in pages, then change by change. */
export function takeList(
  view: ExchangeView,
  { body, sender, at }: Command<CertificateList>,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.certificate-list'>>, Refusal> {
  if (sender.role !== 'issuer' || sender.policy?.mayIssue?.includes(body.security) !== true)
    return refuse('not_issuer_of_class', 'the sender does not issue this security')
  const classKey = classKeyOf(body)
  if (view.get('listings', classKey) === undefined) return refuse('not_listed', 'the class is not traded here')
  const work = startWork(view, at, surroundings)
  const list = listOf(view, classKey)
  const result = body.kind === 'full' ? takePage(work, list, body) : takeChange(work, list, body)
  if (result === 'applied' && body.issued !== undefined) view.put('issued', { classKey, quantity: body.issued })
  if (result === 'gap') demandAfterGap(work, body, sender.name)
  return ok({ reply: { result, sequence: listOf(view, classKey).sequence }, ...conclude(work) })
}

function listOf(view: ExchangeView, classKey: string): ListRow {
  const unknown = { classKey, sequence: 0n, received: false, demanded: false }
  return view.get('lists', classKey) ?? { ...unknown, ...NOTHING_STAGED }
}

const NOTHING_STAGED = { stagedListId: null, stagedSequence: null, stagedPages: null, stagedNext: null }

/** Pages wait until the last one is there; the first page of another list replaces what waits. */
function takePage(work: Work, list: ListRow, page: FullPage): ListResult {
  const { classKey } = list
  // A demanded list at the present position is a repair; an older one has nothing to say.
  if (list.received && (page.sequence < list.sequence || (page.sequence === list.sequence && !list.demanded))) {
    work.view.put('lists', { ...list, demanded: false })
    return 'known'
  }
  if (page.page > page.pages) return 'gap'
  if (page.page !== 1 && !isNextPage(list, page)) return 'gap'
  if (page.page === 1) clearPages(work, classKey)
  work.view.put('listPages', { page: `${classKey}/${page.page}`, classKey, pairs: page.pairs })
  if (page.page < page.pages) {
    work.view.put('lists', {
      ...list,
      stagedListId: page.listId,
      stagedSequence: page.sequence,
      stagedPages: BigInt(page.pages),
      stagedNext: BigInt(page.page + 1),
    })
    return 'applied'
  }
  const pairs = work.view.where('listPages', 'classKey', classKey).flatMap((each) => each.pairs as unknown as Pair[])
  clearPages(work, classKey)
  swapIn(work, classKey, page.sequence, pairs)
  work.view.put('lists', {
    classKey,
    sequence: page.sequence,
    received: true,
    demanded: false,
    ...NOTHING_STAGED,
  })
  return 'applied'
}

function isNextPage(list: ListRow, { listId, sequence, pages, page }: FullPage): boolean {
  const isSameList = listId === list.stagedListId && sequence === list.stagedSequence
  return isSameList && BigInt(pages) === list.stagedPages && BigInt(page) === list.stagedNext
}

function clearPages({ view }: Work, classKey: string): void {
  for (const { page } of view.where('listPages', 'classKey', classKey)) view.remove('listPages', page)
}

/** What a transfer response taught us later than this list was written stays. */
function swapIn(work: Work, classKey: string, sequence: bigint, pairs: readonly Pair[]): void {
  const live = new Map(pairs.map(({ certificateId, userId }) => [pairKey(classKey, certificateId), userId]))
  const gone = work.view
    .where('holders', 'classKey', classKey)
    .filter((holder) => holder.since <= sequence && live.get(holder.pair) !== holder.userId)
  for (const holder of gone) disappear(work, holder)
  for (const { certificateId, userId } of pairs) enterPair(work.view, classKey, certificateId, userId, sequence)
}

function takeChange(work: Work, list: ListRow, change: Change): ListResult {
  const { classKey, received, sequence } = list
  if (received && change.sequence <= sequence) return 'known'
  if (!received || change.sequence !== sequence + 1n) return 'gap'
  work.view.put('lists', { ...list, sequence: change.sequence })
  const owner = new Map(change.added.map(({ certificateId, userId }) => [certificateId, userId]))
  for (const certificateId of [...change.removed, ...owner.keys()]) {
    const holder = work.view.get('holders', pairKey(classKey, certificateId))
    if (holder === undefined || holder.since > change.sequence) continue
    if (holder.userId !== owner.get(certificateId)) disappear(work, holder)
  }
  for (const { certificateId, userId } of change.added) {
    enterPair(work.view, classKey, certificateId, userId, change.sequence)
  }
  return 'applied'
}

/** An ID is no longer live. TR11: if it was on offer, and not by our own match, the order is withdrawn at once. */
function disappear(work: Work, holder: HolderRow): void {
  const { view } = work
  if (holder.state === 'withdrawn' || holder.state === 'gone') {
    // In transfer: the issuer's answer says what became of it.
    view.put('holders', { ...holder, state: 'gone' })
    return
  }
  view.remove('holders', holder.pair)
  if (holder.state !== 'on_offer' || holder.reception === null) return
  for (const certificate of view.where('orderCertificates', 'reception', holder.reception)) {
    if (certificate.certificateId === holder.certificateId) view.remove('orderCertificates', certificate.place)
  }
  withdrawOrder(work, holder.reception)
  work.touched.add(holder.reception)
}

function demandAfterGap(work: Work, ref: CertificateList, issuer: string): void {
  const list = listOf(work.view, classKeyOf(ref))
  // The list that was demanded is on its way behind these changes.
  if (!list.demanded) demand(work, list, ref, { userId: issuer })
}

function demand(
  work: Work,
  list: ListRow,
  { security, shareClass }: Pick<CertificateList, 'security' | 'shareClass'>,
  to: { readonly userId: string } | { readonly role: 'issuer'; readonly security: string },
): void {
  work.view.put('lists', { ...list, demanded: true })
  work.messages.push({
    to,
    operation: 'issuer.list-demand',
    body: { security, shareClass },
    context: { classKey: list.classKey },
  })
}

/** At every start, and again where the issuer could not be asked: the whole list of a class. */
export function demandList(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.demand-list'>>,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.demand-list'>>, Refusal> {
  const classKey = classKeyOf(body)
  if (view.get('listings', classKey) === undefined) return refuse('not_listed', 'the class is not traded here')
  const work = startWork(view, at, surroundings)
  demand(work, listOf(view, classKey), body, { role: 'issuer', security: body.security })
  return ok({ reply: { security: body.security, shareClass: body.shareClass }, ...conclude(work) })
}

/** The list itself follows as messages of the issuer's; a refusal means that it is to be asked again. */
export function demandAnswered(
  view: ExchangeView,
  reply: PeerReply<ReplyBody<'issuer.list-demand'>>,
): Omit<Decision<never>, 'reply'> {
  const list = listOf(view, reply.context['classKey'] ?? '')
  if (!reply.result.ok) view.put('lists', { ...list, demanded: false })
  return {}
}
