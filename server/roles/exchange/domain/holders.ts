import type { ExchangeTables, HolderRow } from '../tables.ts'
import type { ReadView, View } from '../../../commit/view.ts'

type Lists = View<ExchangeTables>

/** The certificate ID list 21: which IDs are live, whose they are, and what happens to them here. */
export function pairKey(classKey: string, certificateId: string): string {
  return `${classKey}/${certificateId}`
}

/** One text for a user's certificates of a class. */
export function holderKey(classKey: string, userId: string): string {
  return `${classKey}/${userId}`
}

export function listSequenceOf(view: Pick<ReadView<ExchangeTables>, 'get'>, classKey: string): bigint {
  return view.get('lists', classKey)?.sequence ?? 0n
}

/**
 * Enters a pair that became known at a list sequence. While the issuer divides a certificate of the same user, a new ID
 * may be the remainder, whose transfer response is still on its way: it is reserved until then, or the holder could offer it a second time.
 */
export function enterPair(view: Lists, classKey: string, certificateId: string, userId: string, since: bigint): void {
  const pair = pairKey(classKey, certificateId)
  const known = view.get('holders', pair)
  if (known !== undefined && known.userId === userId) {
    const state = known.state === 'gone' ? 'withdrawn' : known.state
    if (known.since < since) view.put('holders', { ...known, state, since })
    return
  }
  const holder = holderKey(classKey, userId)
  const state = view.where('matches', 'divides', holder).length > 0 ? 'reserved' : 'listed'
  view.put('holders', { pair, classKey, certificateId, userId, holder, state, reception: null, since })
}

/** No division of this user's certificates is under way any more: what is new to the list is simply theirs. */
export function freeReserved(view: Lists, classKey: string, userId: string): void {
  const holder = holderKey(classKey, userId)
  if (view.where('matches', 'divides', holder).length > 0) return
  for (const row of view.where('holders', 'holder', holder)) {
    if (row.state === 'reserved') view.put('holders', { ...row, state: 'listed' })
  }
}

export function lockPair(view: Lists, holder: HolderRow, reception: string): void {
  view.put('holders', { ...holder, state: 'on_offer', reception })
}
