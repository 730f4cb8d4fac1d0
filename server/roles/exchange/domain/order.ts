import { classKey } from '../../../../shared/documents/fields.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Decision, PeerReply } from '../../../commit/decision.ts'
import type { OrderRow } from '../tables.ts'
import { checkOrder, usedOn, type OrderCommand, type SoundOrder } from './checks.ts'
import { conclude } from './conclude.ts'
import { dayOf, endOrder } from './ending.ts'
import { dueKey } from './expiry.ts'
import { lockPair, pairKey } from './holders.ts'
import { engineOrder } from './memory.ts'
import { receptionNumberOf } from './numbers.ts'
import { recordSubmitted, whyNotEnter } from './trading.ts'
import {
  answerLater,
  changeOrder,
  listingOf,
  startWork,
  type ExchangeSurroundings,
  type ExchangeView,
  type Work,
} from './work.ts'

/**
 * TR1: receives an order. It gets its number and its certificates are on offer at once; its place in the queue and the receipt
 * it gets when the settlement server has put the greatest cost on hold (TR2), or has proved the account of a seller.
 */
export function placeOrder(
  view: ExchangeView,
  command: OrderCommand,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.order'>>, Refusal> {
  const sound = checkOrder(view, surroundings.memory, command)
  if (!sound.ok) return sound
  const work = startWork(view, command.at, surroundings)
  const order = receive(work, command, sound.value)
  offerCertificates(work, order, sound.value)
  view.put('dayUse', {
    userId: order.userId,
    day: dayOf(command.at),
    usedMinor: usedOn(view, order.userId, command.at) + order.valueMinor,
  })
  work.messages.push({
    to: { role: 'settlement' },
    operation: 'settlement.hold',
    body: {
      holdId: order.holdId,
      order: command.jws,
      signerCertificate: command.sender.certificate,
      amountMinor: order.heldMinor,
      currency: order.currency,
    },
    context: { receptionNumber: order.reception },
  })
  return ok({ reply: 'later', ...conclude(work) })
}

/** S87: the reception number. */
function receive(work: Work, command: OrderCommand, { limitMinor, valueMinor }: SoundOrder): OrderRow {
  const { view, at, ids } = work
  const { body, sender, jws, hash, id } = command
  const number = view.next('reception')
  const reception = receptionNumberOf(number)
  view.put('orderPapers', {
    reception,
    jws,
    signerCertificate: sender.certificate,
    settlementAccount: body.settlementAccount,
    name: body.side === 'buy' ? sender.displayName : null,
    postalAddress: body.side === 'buy' ? body.postalAddress : null,
  })
  const goodTillAt = body.timeInForce.kind === 'good_till_date' ? BigInt(body.timeInForce.until) : null
  if (goodTillAt !== null) view.put('expiries', { due: dueKey(goodTillAt, reception), reception })
  const order: OrderRow = {
    reception,
    number,
    requestId: id,
    hash,
    userId: body.userId,
    owner: ownerNumber(view, body.userId),
    classKey: classKey(body),
    side: body.side,
    priceKind: body.price.kind,
    limitMinor,
    currency: body.currency,
    quantity: body.quantity,
    timeInForce: body.timeInForce.kind,
    goodTillAt,
    matched: 0n,
    resting: 0n,
    parked: 0n,
    underWay: 0n,
    state: 'holding',
    reason: null,
    priority: 0n,
    session: view.counter('session'),
    valueMinor,
    receivedAt: BigInt(at),
    holdId: `H-${ids.next()}`,
    holdState: 'asked',
    heldMinor: body.side === 'buy' ? limitMinor * body.quantity : 0n,
    replacing: null,
  }
  view.put('orders', order)
  work.touched.add(reception)
  return order
}

function ownerNumber(view: ExchangeView, userId: string): bigint {
  const known = view.get('owners', userId)
  if (known !== undefined) return known.number
  const number = view.next('owner')
  view.put('owners', { userId, number })
  return number
}

function offerCertificates({ view }: Work, order: OrderRow, { certificates }: SoundOrder): void {
  certificates.forEach(({ certificateId, quantity }, index) => {
    const { reception } = order
    const place = `${reception}/${index}`
    const position = BigInt(index)
    view.put('orderCertificates', {
      place,
      reception,
      position,
      certificateId,
      quantity,
      unallocated: quantity,
      state: 'free',
    })
    const holder = view.get('holders', pairKey(order.classKey, certificateId))
    if (holder !== undefined) lockPair(view, holder, reception)
  })
}

/** TR2: the settlement server answered for the account. Now the order takes its place, and trades. */
export function holdAnswered(
  view: ExchangeView,
  reply: PeerReply<ReplyBody<'settlement.hold'>>,
  surroundings: ExchangeSurroundings,
): Omit<Decision<never>, 'reply'> {
  const work = startWork(view, reply.at, surroundings)
  const reception = reply.context['receptionNumber'] ?? ''
  const order = changeOrder(work, reception, { holdState: reply.result.ok ? 'held' : 'refused' })
  // What ended meanwhile was answered then; the hold is given back in the conclusion.
  if (order.state === 'holding') {
    const why = reply.result.ok ? whyNotTrade(work, order) : reply.result.error
    if (why === undefined) enterBook(work, order)
    else endOrder(work, reception, 'refused', why)
  }
  return conclude(work)
}

function whyNotTrade(work: Work, order: OrderRow): Refusal | undefined {
  return listingOf(work, order.classKey).halted
    ? refuse('halted', 'trading in the class is halted').error
    : whyNotEnter(work, order)
}

/** S88: the receipt. The place in the queue is drawn now: only what is covered can be earlier than something else. */
function enterBook(work: Work, { reception, hash }: OrderRow): void {
  const order = changeOrder(work, reception, { state: 'open', priority: work.view.next('priority') })
  answerLater(work, order, ok({ receptionNumber: reception, orderHash: hash }))
  const submitted = work.books.of(order.classKey).submit(engineOrder(order, order.quantity))
  recordSubmitted(work, reception, submitted)
}

/** An order of the sender's own; whoever asks about another's learns nothing. */
export function ownOrder(view: Work['view'], reception: string, userId: string): Result<OrderRow, Refusal> {
  const order = view.get('orders', reception)
  return order === undefined || order.userId !== userId
    ? refuse('order_unknown', 'no order of yours has this number')
    : ok(order)
}
