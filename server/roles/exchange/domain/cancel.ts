import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision } from '../../../commit/decision.ts'
import { conclude } from './conclude.ts'
import { endOrder, isStanding } from './ending.ts'
import { ownOrder } from './order.ts'
import { startWork, type ExchangeSurroundings, type ExchangeView } from './work.ts'

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
