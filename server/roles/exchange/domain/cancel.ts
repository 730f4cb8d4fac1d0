import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision } from '../../../commit/decision.ts'
import { conclude } from './conclude.ts'
import { endOrder, isStanding } from './ending.ts'
import { standing } from './market-day.ts'
import { ownOrder } from './order.ts'
import { classOfKey, startWork, type ExchangeSurroundings, type ExchangeView } from './work.ts'

/** TR10: takes out what is not matched yet; matches under way complete. Also while trading is halted, and before the hold is there. */
export function cancelOrder(
  view: ExchangeView,
  { body, sender, at }: Command<RequestBody<'exchange.cancel'>>,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.cancel'>>, Refusal> {
  const { receptionNumber } = body
  const order = ownOrder(view, receptionNumber, sender.name)
  if (!order.ok) return order
  if (!isStanding(order.value)) return refuse('order_not_open', 'nothing of the order is left to trade')
  const work = startWork(view, at, surroundings)
  const why = { code: 'order_cancelled', message: 'its owner cancelled the order' }
  const cancelled = endOrder(work, receptionNumber, 'cancelled', why)
  return ok({ reply: { receptionNumber, cancelled }, ...conclude(work) })
}

/** [A39] The exchange's operator takes orders out: everybody's, or those of one member, security or class. Also while trading is halted. */
export function cancelAll(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.cancel-all'>>,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.cancel-all'>>, Refusal> {
  const { userId, security, shareClass } = body
  const meant = standing(view).filter((order) => {
    const ref = classOfKey(order.classKey)
    return (
      (userId === undefined || order.userId === userId) &&
      (security === undefined || ref.security === security) &&
      (shareClass === undefined || ref.shareClass === shareClass)
    )
  })
  const work = startWork(view, at, surroundings)
  const why = { code: 'operator_cancelled', message: 'the exchange cancelled the order' }
  for (const { reception } of meant) endOrder(work, reception, 'cancelled', why)
  return ok({ reply: { cancelled: meant.length }, ...conclude(work) })
}
