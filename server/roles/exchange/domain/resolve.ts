import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Command, Decision } from '../../../commit/decision.ts'
import { askSettlement, refuseTransfer } from './completion.ts'
import { conclude } from './conclude.ts'
import { askTransfer } from './trading.ts'
import { changeMatch, matchOf, startWork, type ExchangeSurroundings, type ExchangeView } from './work.ts'

/**
 * The operator's desk for what nobody else can finish or abort (DVP: no money has moved yet). A match has a reason only while it
 * stands still, so nothing is under way for it and no answer can come after the decision.
 */
export function resolveMatch(
  view: ExchangeView,
  { body, at }: Command<RequestBody<'exchange.resolve'>>,
  surroundings: ExchangeSurroundings,
): Result<Decision<ReplyBody<'exchange.resolve'>>, Refusal> {
  const { matchNumber, how } = body
  const match = view.get('matches', matchNumber)
  if (match === undefined) return refuse('match_unknown', 'there is no such match')
  const isTransfer = match.state === 'transfer_asked'
  const isStuck = match.reason !== null && (isTransfer || match.state === 'transferred')
  // Shares that moved are paid for: what the settlement server refused can be asked for again, and not undone.
  if (!isStuck || (how === 'void' && !isTransfer))
    return refuse('match_not_stuck', 'the match does not stand still in a way that this resolves', {
      state: match.state,
    })
  const work = startWork(view, at, surroundings)
  if (how === 'void') {
    refuseTransfer(work, match, { code: 'match_voided', message: 'the operator ended the match: no shares moved' })
  } else if (isTransfer) {
    askTransfer(work, { ...match, reason: null }, match.certificateId ?? '')
  } else {
    askSettlement(work, changeMatch(work, match, { state: 'settlement_asked', reason: null }))
  }
  return ok({ reply: { matchNumber, state: matchOf(work, matchNumber).state }, ...conclude(work) })
}
