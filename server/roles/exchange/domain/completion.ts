import { completionNotice, type CompletionNotice } from '../../../../shared/documents/completion-notice.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import type { TransferResponse } from '../../../../shared/documents/transfer.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Refusal } from '../../../../shared/kernel/result.ts'
import type { ReplyBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { exchangeEvents } from '../../../../shared/protocol/catalogue/exchange.ts'
import type { Decision, PeerReply, Seal } from '../../../commit/decision.ts'
import type { MatchRow, OrderCertificateRow } from '../tables.ts'
import { withRemainder } from './allocation.ts'
import { conclude } from './conclude.ts'
import { endOrder, isEnded } from './ending.ts'
import { enterPair, freeReserved, listSequenceOf, lockPair, pairKey } from './holders.ts'
import { askTransfer, refuseMatches, refuseSale } from './trading.ts'
import {
  changeMatch,
  changeOrder,
  classOfKey,
  matchOf,
  orderOf,
  startWork,
  tell,
  type ExchangeSurroundings,
  type ExchangeView,
  type Work,
} from './work.ts'

type Consequences = Omit<Decision<never>, 'reply'>

/** TR6: the issuer registered the match, or refused to. */
export function transferAnswered(
  view: ExchangeView,
  reply: PeerReply<TransferResponse>,
  surroundings: ExchangeSurroundings,
): Consequences {
  const work = startWork(view, reply.at, surroundings)
  const match = matchOf(work, reply.context['matchNumber'] ?? '')
  const certificate = view.get('orderCertificates', match.place)
  assert(match.state === 'transfer_asked' && certificate !== undefined, 'a certificate stays with its transfer')
  // Registered before, with other content than was asked for again: shares moved, so this is no refusal of the certificate.
  if (!reply.result.ok && reply.result.error.code === 'duplicate_match')
    changeMatch(work, match, { reason: 'duplicate_match' })
  else if (!reply.result.ok) refuseTransfer(work, match, reply.result.error)
  else if (answers(work, match, certificate, reply.result.value)) complete(work, match, certificate, reply.result.value)
  // Shares perhaps moved, but not as asked: no money moves before an operator has looked.
  else changeMatch(work, match, { reason: 'response_mismatch' })
  return conclude(work)
}

/** S121-S124: its signature and its binding to the request are verified before; here, that it is what was asked for. */
function answers(
  work: Work,
  match: MatchRow,
  certificate: OrderCertificateRow,
  { matchNumber, transferred, remainder }: TransferResponse,
): boolean {
  const left = certificate.quantity - match.quantity
  const ids = [certificate.certificateId, transferred.certificateId, remainder?.certificateId ?? '']
  return (
    matchNumber === match.matchNumber &&
    transferred.quantity === match.quantity &&
    transferred.userId === orderOf(work, match.buy).userId &&
    (remainder?.quantity ?? 0n) === left &&
    (remainder === undefined || remainder.userId === orderOf(work, match.sell).userId) &&
    new Set(ids).size === ids.length
  )
}

/** S127-S130: the new pairs into the list, notices to both, the settlement request; the remainder goes on in its place (TR3). */
function complete(work: Work, match: MatchRow, certificate: OrderCertificateRow, response: TransferResponse): void {
  changeMatch(work, match, {
    state: 'settlement_asked',
    transferNumber: response.transferNumber,
    divides: null,
  })
  const { remainder } = response
  enterResponse(work, match, response)
  sendNotices(work, match, response)
  askSettlement(work, match)
  if (remainder === undefined) work.view.remove('orderCertificates', certificate.place)
  else continueWith(work, match, withRemainder(certificate, remainder))
  freeReserved(work.view, match.classKey, orderOf(work, match.sell).userId)
}

/**
 * The pairs of the response and the issuer's change of the list say the same and arrive in either order. What the list has
 * reached already stands in it, and may have changed again since. What it has not reached is entered ahead of it; the old ID then
 * stays as a mark, so that a whole list that is older than the transfer does not bring it back.
 */
function enterResponse(work: Work, match: MatchRow, { transferred, remainder, listSequence }: TransferResponse): void {
  const { view } = work
  const { classKey } = match
  const old = pairKey(classKey, match.certificateId ?? '')
  if (listSequenceOf(view, classKey) >= listSequence) {
    view.remove('holders', old)
    return
  }
  const holder = view.get('holders', old)
  if (holder !== undefined) view.put('holders', { ...holder, state: 'retired', reception: null, since: listSequence })
  for (const { certificateId, userId } of remainder === undefined ? [transferred] : [transferred, remainder]) {
    enterPair(view, classKey, certificateId, userId, listSequence)
  }
}

/** The remainder is on offer in its place, and goes to the match that waits longest. */
function continueWith(work: Work, match: MatchRow, certificate: OrderCertificateRow): void {
  const { view } = work
  const { place, certificateId } = certificate
  const waiting = view.where('matches', 'awaits', place).sort((a, b) => Number(a.number - b.number))
  const holder = view.get('holders', pairKey(match.classKey, certificateId))
  if (holder === undefined || !['listed', 'reserved'].includes(holder.state)) {
    // Handed over or stopped before we knew that it exists (TR11).
    view.remove('orderCertificates', place)
    withdrawOrder(work, match.sell)
    refuseMatches(work, waiting, 'certificate_superseded')
    return
  }
  lockPair(view, holder, match.sell)
  view.put('orderCertificates', certificate)
  const [next] = waiting
  if (next === undefined) return
  view.put('orderCertificates', { ...certificate, state: 'in_transfer' })
  askTransfer(work, next, certificateId)
}

/** TR11: a certificate of the order is no longer the seller's to sell. */
export function withdrawOrder(work: Work, reception: string): void {
  if (isEnded(orderOf(work, reception))) return
  endOrder(work, reception, 'cancelled', {
    code: 'certificate_withdrawn',
    message: 'a certificate on offer was transferred, stopped or reissued',
  })
}

/** Fig. 18, TR9: signed, because the seller can be paid on it. */
function sendNotices(work: Work, match: MatchRow, { transferNumber, transferred, remainder }: TransferResponse): void {
  const [buy, sell] = [orderOf(work, match.buy), orderOf(work, match.sell)]
  const { matchNumber, priceMinor, quantity, amountMinor } = match
  const both = {
    matchNumber,
    ...classOfKey(match.classKey),
    priceMinor,
    currency: buy.currency,
    quantity,
    amountMinor,
    transferNumber,
    buyHoldId: buy.holdId,
    sellHoldId: sell.holdId,
    at: work.at,
  }
  const notices: readonly CompletionNotice[] = [
    {
      ...both,
      side: 'buy',
      userId: buy.userId,
      receptionNumber: buy.reception,
      certificateId: transferred.certificateId,
    },
    {
      ...both,
      side: 'sell',
      userId: sell.userId,
      receptionNumber: sell.reception,
      certificateId: match.certificateId ?? '',
      ...(remainder !== undefined && { remainderCertificateId: remainder.certificateId }),
    },
  ]
  for (const notice of notices) {
    tell(work, notice.userId, 'completion', (seal: Seal) =>
      writeMembers(exchangeEvents.completion, { notice: seal(completionNotice, notice) }),
    )
  }
}

/** S130, Fig. 19. Also asked again where the settlement server had refused. */
export function askSettlement(work: Work, { matchNumber, amountMinor, buy, sell }: MatchRow): void {
  const { view } = work
  const [buyer, seller] = [orderOf(work, buy), orderOf(work, sell)]
  work.messages.push({
    to: { role: 'settlement' },
    operation: 'settlement.settle',
    body: {
      matchNumber,
      amountMinor,
      currency: buyer.currency,
      buyHoldId: buyer.holdId,
      sellHoldId: seller.holdId,
      buyOrder: { userId: buyer.userId, requestId: buyer.requestId },
      sellOrder: { userId: seller.userId, requestId: seller.requestId },
      buyerAccount: view.get('orderPapers', buy)?.settlementAccount ?? '',
      sellerAccount: view.get('orderPapers', sell)?.settlementAccount ?? '',
    },
    context: { matchNumber },
  })
}

/** S131, S132. The certificate stays in its owner's name as long as the issuer lists it. */
export function refuseTransfer(work: Work, match: MatchRow, why: Refusal): void {
  const { view } = work
  view.remove('orderCertificates', match.place)
  const holder = view.get('holders', pairKey(match.classKey, match.certificateId ?? ''))
  if (holder?.state === 'withdrawn') view.put('holders', { ...holder, state: 'listed', reception: null })
  if (holder?.state === 'gone') view.remove('holders', holder.pair)
  refuseSale(work, match, why)
}

/** TR8: the money moved too. A refusal leaves both holds in place: the seller can claim, and the exchange asks again at its next start. */
export function settlementAnswered(
  view: ExchangeView,
  reply: PeerReply<ReplyBody<'settlement.settle'>>,
  surroundings: ExchangeSurroundings,
): Consequences {
  const work = startWork(view, reply.at, surroundings)
  const match = matchOf(work, reply.context['matchNumber'] ?? '')
  if (!reply.result.ok) {
    changeMatch(work, match, { state: 'transferred', reason: reply.result.error.code })
  } else if (match.state !== 'settled') {
    changeMatch(work, match, { state: 'settled', reason: null })
    for (const reception of [match.buy, match.sell]) {
      changeOrder(work, reception, { underWay: orderOf(work, reception).underWay - 1n })
    }
  }
  return conclude(work)
}
