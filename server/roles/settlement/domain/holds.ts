import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { HoldRow, SettlementReadView, SettlementView } from '../tables.ts'
import type { Decide } from './contract.ts'
import type { Evidence, OrderEvidence, ReplacementEvidence, SignedRequest } from './evidence.ts'
import { accountEvent, available, ownAccount, reserve } from './ledger.ts'

export function holdKey(exchange: string, holdId: string): string {
  return `${exchange} ${holdId}`
}

/** Names a request of a user: IDs are unique for each sender only. */
export function requestKey({ userId, requestId }: Pick<SignedRequest, 'userId' | 'requestId'>): string {
  return `${userId}:${requestId}`
}

/** What is reserved still. */
export function restOf({ amountMinor, postedMinor, releasedAt }: HoldRow): bigint {
  return releasedAt === null ? amountMinor - postedMinor : 0n
}

export function putHold(view: SettlementView, hold: HoldRow): void {
  view.put('holds', { ...hold, reservedOn: restOf(hold) > 0n ? hold.holder : null })
}

/** A limit order costs its limit times its quantity; what a market order may cost the exchange says; a sale costs nothing. */
function isRightAmount({ side, costMinor }: OrderEvidence, amountMinor: bigint): boolean {
  if (side === 'sell') return amountMinor === 0n
  return costMinor === null ? amountMinor > 0n : amountMinor === costMinor
}

const insufficient = refuse('insufficient_funds', 'the available money does not suffice')

/** [TR2] Reserves the greatest cost of a buy order; for a sell order proves the account that will be credited. */
export const placeHold: Decide<'settlement.hold', Evidence<OrderEvidence>> = (view, { sender, body, evidence, at }) => {
  if (!evidence.ok) return evidence
  const { holdId, amountMinor, currency } = body
  const order = evidence.value
  const key = holdKey(sender.name, holdId)
  const known = view.get('holds', key)
  if (known !== undefined)
    return known.orderHash === order.hash && known.askedMinor === amountMinor
      ? ok({ reply: { holdId, amountMinor } })
      : refuse('exists_with_different_amount', 'the hold exists with another amount or order')
  if (currency !== order.currency) return refuse('currency_mismatch', 'the order is in another currency')
  const account = ownAccount(view, { userId: order.userId, currency, number: order.account })
  if (account === undefined) return refuse('account_unknown', 'no such account of this user')
  if (!isRightAmount(order, amountMinor))
    return refuse('hold_amount_wrong', 'not the greatest cost of the order that was signed')
  // Nobody holds money a second time on the strength of one signature ([P5]).
  if (view.where('holds', 'order', requestKey(order)).length > 0)
    return refuse('order_already_held', 'another hold was placed for this order')
  if (available(account) < amountMinor) return insufficient
  putHold(view, {
    hold: key,
    holdId,
    exchange: sender.name,
    side: order.side,
    holder: account.holder,
    userId: order.userId,
    order: requestKey(order),
    orderHash: order.hash,
    askedMinor: amountMinor,
    amountMinor,
    postedMinor: 0n,
    placedAt: BigInt(at),
    reservedOn: null,
    releasedAt: null,
  })
  if (amountMinor === 0n) return ok({ reply: { holdId, amountMinor } })
  reserve(view, account.holder, amountMinor)
  return ok({ reply: { holdId, amountMinor }, events: [accountEvent(view, account.holder, 'reserved')] })
}

/** Less can always be reserved, as long as it covers what was paid; more only where the buyer has signed for it. */
function checkChange(
  view: SettlementReadView,
  hold: HoldRow,
  amountMinor: bigint,
  { costMinor }: ReplacementEvidence,
): Result<void, Refusal> {
  if (amountMinor < hold.postedMinor) return refuse('below_posted', 'more than that was paid out of the hold already')
  if (amountMinor <= hold.amountMinor) return ok(undefined)
  // What was traded before the replacement may have cost more than the new limit.
  const exceeds = costMinor !== null && amountMinor > hold.postedMinor + costMinor
  if (hold.side === 'sell' || exceeds) return refuse('hold_amount_wrong', 'more than the replacement can cost')
  const account = view.get('accounts', hold.holder)
  return account !== undefined && available(account) >= amountMinor - hold.amountMinor ? ok(undefined) : insufficient
}

/** [TR10] A replaced order costs at most this much; `amountMinor` counts what was paid out of the hold already. */
export const changeHold: Decide<'settlement.change-hold', Evidence<ReplacementEvidence>> = (view, command) => {
  const { sender, body, evidence } = command
  if (!evidence.ok) return evidence
  const { holdId, amountMinor } = body
  const key = holdKey(sender.name, holdId)
  const hold = view.get('holds', key)
  if (hold === undefined) return refuse('hold_unknown', 'no such hold of this exchange')
  if (hold.userId !== evidence.value.userId) return refuse('wrong_user', 'the order is another user’s')
  const replacement = requestKey(evidence.value)
  const known = view.get('replacements', replacement)
  if (known !== undefined)
    return known.hold === key && known.amountMinor === amountMinor
      ? ok({ reply: { holdId, amountMinor } })
      : refuse('exists_with_different_amount', 'the replacement changed a hold to another amount')
  if (hold.releasedAt !== null) return refuse('hold_released', 'the hold was released')
  const checked = checkChange(view, hold, amountMinor, evidence.value)
  if (!checked.ok) return checked
  view.put('replacements', { replacement, hold: key, amountMinor })
  if (amountMinor === hold.amountMinor) return ok({ reply: { holdId, amountMinor } })
  putHold(view, { ...hold, amountMinor })
  reserve(view, hold.holder, amountMinor - hold.amountMinor)
  return ok({ reply: { holdId, amountMinor }, events: [accountEvent(view, hold.holder, 'reserved')] })
}

/** Gives back what is left of a hold, once. */
export const releaseHold: Decide<'settlement.release'> = (view, { sender, body: { holdId }, at }) => {
  const hold = view.get('holds', holdKey(sender.name, holdId))
  if (hold === undefined) return refuse('hold_unknown', 'no such hold of this exchange')
  const reply = { holdId, releasedMinor: hold.amountMinor - hold.postedMinor }
  if (hold.releasedAt !== null) return ok({ reply })
  putHold(view, { ...hold, releasedAt: BigInt(at) })
  if (reply.releasedMinor === 0n) return ok({ reply })
  reserve(view, hold.holder, -reply.releasedMinor)
  return ok({ reply, events: [accountEvent(view, hold.holder, 'reserved')] })
}
