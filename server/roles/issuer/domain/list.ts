import type { Message } from '../../../commit/decision.ts'
import { LIST_PAGE_PAIRS, type CertificateList } from '../../../../shared/documents/certificate-list.ts'
import { classKey, type ClassRef } from '../../../../shared/documents/fields.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import { findClass } from '../settings.ts'
import type { IssuerReadView, IssuerRow, IssuerView } from '../tables.ts'
import type { Decide } from './contract.ts'

/** Sums of a class; all 0 before its first share. */
export function totalsOf(view: IssuerReadView, key: string): IssuerRow<'classTotals'> {
  return view.get('classTotals', key) ?? { classKey: key, issued: 0n, reserved: 0n, listSequence: 0n }
}

function send(userId: string, list: CertificateList): Message {
  return { to: { userId }, operation: 'exchange.certificate-list', body: list, context: {} }
}

const listId = (key: string, sequence: bigint): string => `${key}:${sequence}`

interface Pair {
  readonly certificateId: string
  readonly userId: string
}

const pairOf = ({ certificateId, userId }: Pair): Pair => ({ certificateId, userId })

/** IS3, S61-63: one change of the certificate ID list, told to every exchange that follows the class. */
export function changeList(
  view: IssuerView,
  ref: ClassRef,
  removed: readonly string[],
  added: readonly Pair[],
): { readonly listSequence: bigint; readonly messages: readonly Message[] } {
  const key = classKey(ref)
  const totals = totalsOf(view, key)
  const sequence = totals.listSequence + 1n
  view.put('classTotals', { ...totals, listSequence: sequence })
  const change: CertificateList = {
    kind: 'change',
    listId: listId(key, sequence),
    security: ref.security,
    shareClass: ref.shareClass,
    sequence,
    issued: totals.issued,
    removed: [...removed],
    added: added.map(pairOf),
  }
  const messages = view.where('listSubscribers', 'classKey', key).map(({ userId }) => send(userId, change))
  return { listSequence: sequence, messages }
}

/** The whole list at its present position, in pages; a list of nobody is one empty page. Stopped certificates are left out. */
function wholeList(view: IssuerReadView, ref: ClassRef): CertificateList[] {
  const key = classKey(ref)
  const { listSequence: sequence, issued } = totalsOf(view, key)
  const pairs = view
    .where('register', 'currentClass', key)
    .filter(({ state }) => state === 'live')
    .map(pairOf)
  const pages = Math.max(1, Math.ceil(pairs.length / LIST_PAGE_PAIRS))
  return Array.from({ length: pages }, (_, index) => ({
    kind: 'full',
    listId: listId(key, sequence),
    security: ref.security,
    shareClass: ref.shareClass,
    sequence,
    page: index + 1,
    pages,
    issued,
    pairs: pairs.slice(index * LIST_PAGE_PAIRS, (index + 1) * LIST_PAGE_PAIRS),
  }))
}

/** IS3: an exchange asks for the whole list of a class and follows it from now on. */
export const demandList: Decide<'issuer.list-demand'> = (view, { body, sender }, { settings }) => {
  if (findClass(settings, body) === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  const key = classKey(body)
  view.put('listSubscribers', { subscriber: `${key}/${sender.name}`, classKey: key, userId: sender.name })
  return ok({
    reply: { security: body.security, shareClass: body.shareClass, sequence: totalsOf(view, key).listSequence },
    messages: wholeList(view, body).map((list) => send(sender.name, list)),
  })
}
