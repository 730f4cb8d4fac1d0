import type { Decision } from '../../../commit/decision.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { ReplyBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { HoldRow, SettlementReadView, SettlementView } from '../tables.ts'
import type { Decide } from './contract.ts'
import type { ClaimEvidence, Evidence, SettlementEvidence } from './evidence.ts'
import { holdKey, putHold, requestKey, restOf } from './holds.ts'
import { accountEvent, holderName, ownAccount, post, reserve } from './ledger.ts'
import { checkTries, refuseAndCount } from './tries.ts'

type Reply = ReplyBody<'settlement.settle'>

interface Match {
  readonly exchange: string
  readonly matchNumber: string
  readonly amountMinor: bigint
  readonly currency: string
  readonly buyHoldId: string
  readonly sellHoldId: string
}

const matchKey = ({ exchange, matchNumber }: Match): string => `${exchange} ${matchNumber}`

/** The stored answer for a match that is paid already, whoever asked for it then. */
function settledBefore(view: SettlementReadView, match: Match): Result<Decision<Reply>, Refusal> | undefined {
  const settled = view.get('settlements', matchKey(match))
  if (settled === undefined) return undefined
  const same =
    settled.amountMinor === match.amountMinor &&
    settled.currency === match.currency &&
    settled.buyHold === holdKey(match.exchange, match.buyHoldId) &&
    settled.sellHold === holdKey(match.exchange, match.sellHoldId)
  return same
    ? ok({ reply: { matchNumber: match.matchNumber, settledAt: Number(settled.settledAt) } })
    : refuse('exists_with_different_amount', 'the match was settled with another amount or other holds')
}

function findHolds(view: SettlementReadView, match: Match): { buy: HoldRow; sell: HoldRow } | undefined {
  const buy = view.get('holds', holdKey(match.exchange, match.buyHoldId))
  const sell = view.get('holds', holdKey(match.exchange, match.sellHoldId))
  return buy?.side === 'buy' && sell?.side === 'sell' ? { buy, sell } : undefined
}

const holdUnknown = refuse('hold_unknown', 'no such holds of this exchange')

/** Money moves out of the buyer's hold only, so it cannot lack ([TR8]). */
function pay(
  view: SettlementView,
  match: Match,
  { buy, sell }: { buy: HoldRow; sell: HoldRow },
  asked: { readonly by: 'exchange' | 'seller'; readonly at: Millis },
): Result<Decision<Reply>, Refusal> {
  const { amountMinor, currency, matchNumber } = match
  const inCurrency = [buy, sell].every((hold) => hold.holder === holderName(hold.userId, currency))
  if (!inCurrency) return refuse('currency_mismatch', 'the holds are in another currency')
  if (buy.holder === sell.holder) return refuse('same_account', 'buyer and seller have the same account')
  if (restOf(buy) < amountMinor) return refuse('exceeds_hold', 'less than that is on hold')
  putHold(view, { ...buy, postedMinor: buy.postedMinor + amountMinor })
  reserve(view, buy.holder, -amountMinor)
  post(view, {
    debit: buy.holder,
    credit: sell.holder,
    amountMinor,
    kind: 'settlement',
    reference: matchNumber,
    at: asked.at,
  })
  view.put('settlements', {
    match: matchKey(match),
    amountMinor,
    currency,
    buyHold: buy.hold,
    sellHold: sell.hold,
    askedBy: asked.by,
    settledAt: BigInt(asked.at),
  })
  return ok({
    reply: { matchNumber, settledAt: asked.at },
    events: [accountEvent(view, buy.holder, 'moved'), accountEvent(view, sell.holder, 'moved')],
  })
}

/** [SE3], Fig. 19: the exchange asks for the money of a completed match. */
export const settle: Decide<'settlement.settle', Evidence<SettlementEvidence>> = (view, command) => {
  const { sender, body, evidence, at } = command
  if (!evidence.ok) return evidence
  const match = { ...body, exchange: sender.name }
  const before = settledBefore(view, match)
  if (before !== undefined) return before
  const holds = findHolds(view, match)
  if (holds === undefined) return holdUnknown
  const { buy, sell } = holds
  // The numbers were opened for these two requests: they must be the orders that the holds were placed for ([A20]).
  if (buy.order !== requestKey(body.buyOrder) || sell.order !== requestKey(body.sellOrder))
    return refuse('account_not_bound_to_signer', 'the account numbers are of other orders than the holds')
  const { buyerAccount, sellerAccount } = evidence.value
  if (!isNumberOf(view, buy, buyerAccount) || !isNumberOf(view, sell, sellerAccount))
    return refuse('account_unknown', 'no such account of this user')
  return pay(view, match, holds, { by: 'exchange', at })
}

function isNumberOf(view: SettlementReadView, hold: HoldRow, number: string): boolean {
  const account = view.get('accounts', hold.holder)
  assert(account !== undefined, 'a hold is on an account')
  return account.number === number
}

/** [TR9], [0033]: the seller asks for the money of a completed match, with the notice that the exchange signed. */
export const claim: Decide<'settlement.claim', Evidence<ClaimEvidence>> = (view, command, { settings }) => {
  const { sender, evidence, at } = command
  if (!evidence.ok) return evidence
  const { exchange, notice, account: number } = evidence.value
  if (notice.userId !== sender.name || notice.side !== 'sell')
    return refuse('wrong_user', 'only the seller named in the notice can claim the money')
  const tries = checkTries(view, command, settings)
  if (!tries.ok) return tries
  if (ownAccount(view, { userId: sender.name, currency: notice.currency, number }) === undefined)
    return refuseAndCount(view, command, refuse('account_unknown', 'no such account of this user'))
  const match = { ...notice, exchange }
  const before = settledBefore(view, match)
  if (before !== undefined) return before
  const holds = findHolds(view, match)
  if (holds === undefined) return holdUnknown
  if (holds.sell.userId !== sender.name) return refuse('wrong_user', 'the sale was another user’s')
  return pay(view, match, holds, { by: 'seller', at })
}
