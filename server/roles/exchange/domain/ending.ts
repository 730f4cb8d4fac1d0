import { refuse, type Refusal } from '../../../../shared/kernel/result.ts'
import type { OrderRow } from '../tables.ts'
import { pairKey } from './holders.ts'
import { answerLater, changeOrder, orderOf, touchPrice, type Side, type Work } from './work.ts'

export type EndState = 'cancelled' | 'expired' | 'refused'

export const isEnded = (order: OrderRow): boolean => ['cancelled', 'expired', 'refused'].includes(order.state)

/** Whether something of the order can still trade, or will when its hold is there. */
export const isStanding = (order: OrderRow): boolean => order.state === 'holding' || order.resting + order.parked > 0n

/**
 * Takes an order out of the book for good; its matches under way go on. Gives the shares that were taken out.
 * An order whose hold is still asked for is answered here: a hold that comes later is given back.
 */
export function endOrder(
  work: Work,
  reception: string,
  state: EndState,
  why: Pick<Refusal, 'code' | 'message'>,
): bigint {
  const order = orderOf(work, reception)
  if (order.resting > 0n) {
    work.books.of(order.classKey).cancel(Number(order.number))
    touchPrice(work, order.classKey, order.side as Side, Number(order.limitMinor))
  }
  const holding = order.state === 'holding'
  if (holding) {
    answerLater(work, order, refuse(why.code, why.message, { receptionNumber: reception }))
    giveBackDayUse(work, order)
  }
  changeOrder(work, reception, { state, reason: why.code, resting: 0n, parked: 0n })
  return holding ? order.quantity : order.resting + order.parked
}

/** An order that never stood does not count against the day's limit (S78-S80). */
function giveBackDayUse({ view }: Work, order: OrderRow): void {
  const use = view.get('dayUse', order.userId)
  if (use === undefined || use.day !== dayOf(Number(order.receivedAt))) return
  view.put('dayUse', { ...use, usedMinor: use.usedMinor - order.valueMinor })
}

/** The day of the limit is the UTC day: the same for everybody, whatever the closings. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Whatever of the order's certificates is not in transfer may be offered again. */
export function unlockCertificates({ view }: Work, order: OrderRow): void {
  for (const certificate of view.where('orderCertificates', 'reception', order.reception)) {
    if (certificate.state !== 'free') continue
    view.remove('orderCertificates', certificate.place)
    const holder = view.get('holders', pairKey(order.classKey, certificate.certificateId))
    if (holder?.state === 'on_offer') view.put('holders', { ...holder, state: 'listed', reception: null })
  }
}
