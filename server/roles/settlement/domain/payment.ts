import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { Decide } from './contract.ts'
import type { Evidence, PaymentEvidence } from './evidence.ts'
import { requestKey } from './holds.ts'
import { accountEvent, available, ownAccount, post } from './ledger.ts'

/** [IS2] Moves the price of a subscription to the issuer, on the strength of the subscriber's signed issue request. */
export const payIssuer: Decide<'settlement.pay', Evidence<PaymentEvidence>> = (view, command) => {
  const { sender, body, evidence, at } = command
  if (!evidence.ok) return evidence
  const { paymentId, amountMinor, currency } = body
  const { userId, payerAccount, payeeAccount } = evidence.value
  const payment = `${sender.name} ${paymentId}`
  const issueRequest = requestKey(evidence.value)
  const payer = ownAccount(view, { userId, currency, number: payerAccount })
  const known = view.get('payments', payment)
  if (known !== undefined)
    return known.issueRequest === issueRequest && known.payer === payer?.holder && known.amountMinor === amountMinor
      ? ok({ reply: { paymentId, paidAt: Number(known.paidAt) } })
      : refuse('exists_with_different_amount', 'the payment was made with another amount or for another request')
  const payee = ownAccount(view, { userId: sender.name, currency, number: payeeAccount })
  if (payer === undefined || payee === undefined) return refuse('account_unknown', 'no such account of this user')
  // The request names no price: without this, one signature could be charged any number of times ([P5]).
  if (view.where('payments', 'issueRequest', issueRequest).length > 0)
    return refuse('already_paid', 'the issue request was paid for under another payment ID')
  if (payer.holder === payee.holder) return refuse('same_account', 'payer and payee have the same account')
  if (available(payer) < amountMinor) return refuse('insufficient_funds', 'the available money does not suffice')
  post(view, { debit: payer.holder, credit: payee.holder, amountMinor, kind: 'payment', reference: paymentId, at })
  view.put('payments', { payment, issueRequest, payer: payer.holder, amountMinor, paidAt: BigInt(at) })
  return ok({
    reply: { paymentId, paidAt: at },
    events: [accountEvent(view, payer.holder, 'moved'), accountEvent(view, payee.holder, 'moved')],
  })
}
