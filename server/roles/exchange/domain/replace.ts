import { err, ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision, PeerReply } from '../../../commit/decision.ts'
import type { OrderRow } from '../tables.ts'
import { checkLimits, checkTerms, usedOn } from './checks.ts'
import { conclude } from './conclude.ts'
import { dayOf } from './ending.ts'
import { ownOrder } from './order.ts'
import { recordSubmitted } from './trading.ts'
import {
  answerLater,
  changeOrder,
  listingOf,
  orderOf,
  startWork,
  touchPrice,
  type ExchangeSurroundings,
  type ExchangeView,
  type Side,
  type Work,
} from './work.ts'

type Refused = { readonly ok: false; readonly error: Refusal } | undefined
type ReplaceCommand = Command<RequestBody<'exchange.replace'>>

interface Replacement {
  readonly limitMinor: bigint
  /** Of the whole order, what has traded included. */
  readonly quantity: bigint
}

/** A replacement that waits for a greater hold, as it stands in the order's row. */
interface Waiting {
  readonly requestId: string
  readonly limitMinor: string
  readonly quantity: string
}

/**
 * TR10: another limit, fewer shares, or both. A buy that may cost more is replaced when the greater hold is there and goes on
 * with its old terms until then; one that costs less is replaced at once and the hold lowered behind it, so that the hold always
 * covers what is in the book.
 */
export function replaceOrder(
  view: ExchangeView,
  command: ReplaceCommand,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.replace'>>, Refusal> {
  const { body, sender, at } = command
  const found = ownOrder(view, body.receptionNumber, sender.name)
  if (!found.ok) return found
  const order = found.value
  if (body.price.kind === 'market') return refuse('limit_required', 'what rests in the book has a limit')
  const { quantity } = body
  const refused = checkReplacement(view, command, order, { limitMinor: body.price.limitMinor, quantity })
  if (refused !== undefined) return refused
  // Where nothing is left to trade a higher limit would only make dearer what may come back.
  const isFilled = quantity <= order.matched && body.price.limitMinor > order.limitMinor
  const limitMinor = isFilled ? order.limitMinor : body.price.limitMinor
  const work = startWork(view, at, surroundings)
  const cost = order.side === 'buy' ? greatestCost(work, order, { limitMinor, quantity }) : order.heldMinor
  if (cost !== order.heldMinor) askChange(work, order, command, cost)
  if (cost > order.heldMinor) {
    const waiting: Waiting = { requestId: command.id, limitMinor: `${limitMinor}`, quantity: `${quantity}` }
    changeOrder(work, order.reception, { replacing: { ...waiting } })
    return ok({ reply: 'later', ...conclude(work) })
  }
  countValue(work, order, limitMinor * quantity)
  const remaining = applyReplacement(work, order.reception, { limitMinor, quantity })
  changeOrder(work, order.reception, { heldMinor: cost })
  return ok({ reply: { receptionNumber: order.reception, remaining }, ...conclude(work) })
}

function checkReplacement(
  view: ExchangeView,
  command: ReplaceCommand,
  order: OrderRow,
  { limitMinor, quantity }: Replacement,
): Refused {
  const refused = checkOpen({ view }, order)
  if (refused !== undefined) return refused
  if (order.replacing !== null) return refuse('replace_pending', 'an earlier replacement waits for its hold')
  if (quantity > order.quantity) return refuse('exceeds_order', 'more shares need a new order')
  const listing = listingOf({ view }, order.classKey)
  const added = limitMinor * quantity - order.valueMinor
  return (
    checkTerms(listing, quantity, limitMinor) ??
    checkLimits(view, command, limitMinor * quantity, added > 0n ? added : 0n, command.at)
  )
}

function checkOpen(work: Pick<Work, 'view'>, order: OrderRow): Refused {
  if (order.resting + order.parked === 0n) return refuse('order_not_open', 'nothing of the order is left to trade')
  return listingOf(work, order.classKey).halted ? refuse('halted', 'trading in the class is halted') : undefined
}

/** What a buy order can cost in all: what has moved, what is under way and may come back, what rests. */
function greatestCost(work: Work, order: OrderRow, { limitMinor, quantity }: Replacement): bigint {
  let cost = order.matched < quantity ? (quantity - order.matched) * limitMinor : 0n
  for (const match of work.view.where('matches', 'buy', order.reception)) {
    const mayReturn = match.state === 'matched' || match.state === 'transfer_asked'
    if (mayReturn && limitMinor > match.priceMinor) cost += match.quantity * limitMinor
    else if (match.state !== 'refused') cost += match.amountMinor
  }
  return cost
}

function askChange(work: Work, order: OrderRow, command: ReplaceCommand, amountMinor: bigint): void {
  work.messages.push({
    to: { role: 'settlement' },
    operation: 'settlement.change-hold',
    body: {
      holdId: order.holdId,
      replacement: command.jws,
      signerCertificate: command.sender.certificate,
      amountMinor,
    },
    context: { receptionNumber: order.reception, requestId: command.id, amountMinor: `${amountMinor}` },
  })
}

/** The settlement server answered for the greater cost. Answers to a lowered hold change nothing: it covers in any case. */
export function changeAnswered(
  view: ExchangeView,
  reply: PeerReply<ReplyBody<'settlement.change-hold'>>,
  surroundings: ExchangeSurroundings,
): Omit<Decision<never>, 'reply'> {
  const work = startWork(view, reply.at, surroundings)
  const { receptionNumber: reception = '', requestId = '', amountMinor = '0' } = reply.context
  const before = orderOf(work, reception)
  const waiting = before.replacing as Waiting | null
  if (waiting?.requestId !== requestId) return conclude(work)
  const order = changeOrder(work, reception, {
    replacing: null,
    ...(reply.result.ok && { heldMinor: BigInt(amountMinor) }),
  })
  const replacement = { limitMinor: BigInt(waiting.limitMinor), quantity: BigInt(waiting.quantity) }
  const why = reply.result.ok ? whyNotReplace(work, order, replacement) : reply.result.error
  if (why !== undefined) {
    answerLater(work, { userId: order.userId, requestId }, err(why))
    return conclude(work)
  }
  countValue(work, order, replacement.limitMinor * replacement.quantity)
  const remaining = applyReplacement(work, reception, replacement)
  answerLater(work, { userId: order.userId, requestId }, ok({ receptionNumber: reception, remaining }))
  return conclude(work)
}

/** What may have changed while the hold was asked for. */
function whyNotReplace(work: Work, order: OrderRow, { limitMinor, quantity }: Replacement): Refusal | undefined {
  return (checkOpen(work, order) ?? checkTerms(listingOf(work, order.classKey), quantity, limitMinor))?.error
}

/** S78-S80: what the order is worth more counts against the day. */
function countValue({ view, at }: Work, order: OrderRow, valueMinor: bigint): void {
  if (valueMinor <= order.valueMinor) return
  const usedMinor = usedOn(view, order.userId, at) + valueMinor - order.valueMinor
  view.put('dayUse', { userId: order.userId, day: dayOf(at), usedMinor })
}

/** The new terms into the book. What has traded cannot be taken back: an order that traded as much already is filled. */
function applyReplacement(work: Work, reception: string, { limitMinor, quantity }: Replacement): bigint {
  const order = orderOf(work, reception)
  const book = work.books.of(order.classKey)
  const valueMinor = limitMinor * quantity > order.valueMinor ? limitMinor * quantity : order.valueMinor
  touchPrice(work, order.classKey, order.side as Side, Number(order.limitMinor))
  const keepsPlace = limitMinor === order.limitMinor
  const priority = keepsPlace ? order.priority : work.view.next('priority')
  if (quantity <= order.matched) {
    book.cancel(Number(order.number))
    // A match under way that is refused comes back under the new limit: that is what the hold covers.
    changeOrder(work, reception, { limitMinor, priority, quantity: order.matched, resting: 0n, parked: 0n, valueMinor })
    return 0n
  }
  changeOrder(work, reception, { limitMinor, quantity, priority, valueMinor })
  const submitted = book.replace(Number(order.number), {
    priceTicks: Number(limitMinor),
    quantity: Number(quantity - order.matched),
    priority: Number(priority),
  })
  recordSubmitted(work, reception, submitted)
  return orderOf(work, reception).resting
}
