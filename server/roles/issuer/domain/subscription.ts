import { classKey, MAX_QUANTITY, type ShareClass } from '../../../../shared/documents/fields.ts'
import type { IssueRequest } from '../../../../shared/documents/issue-request.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import { findClass, type IssuedClass } from '../settings.ts'
import type { IssuerReadView, IssuerRow, IssuerView } from '../tables.ts'
import type { DecideReply, IssuerSurroundings } from './contract.ts'
import { certificatesOf, type IssueCommand, type IssueDecision } from './issuing.ts'
import { changeList, totalsOf } from './list.ts'
import { countIssued, enter, exceedsAuthorised, type Entry } from './register.ts'

type Offering = IssuerRow<'offerings'>
type OfferingGround = Extract<IssueRequest['ground'], { kind: 'offering' }>

/** The offering that the request agrees to, if it is open and its terms are the ones that were shown ([0021]). */
function openOffering(
  view: IssuerReadView,
  key: string,
  ground: OfferingGround,
  at: Millis,
): Result<Offering, Refusal> {
  const offering = view.get('offerings', ground.offeringNumber)
  if (offering === undefined || offering.classKey !== key) return refuse('unknown_offering', 'no such offering')
  if (offering.termsHash !== ground.termsHash) return refuse('terms_differ', 'the offering has other terms')
  if (BigInt(at) < offering.opensAt) return refuse('offering_not_open', 'the offering has not opened yet')
  if (BigInt(at) >= offering.closesAt) return refuse('offering_closed', 'the offering has closed')
  return ok(offering)
}

/** S55-57: the applicant's certificate policy. Undefined when nothing speaks against it. */
function policyRefusal(
  view: IssuerReadView,
  { sender, at }: Pick<IssueCommand, 'sender' | 'at'>,
  issued: IssuedClass,
  amountMinor: bigint,
) {
  const { policy } = sender
  assert(policy !== undefined, 'an investor has a certificate policy')
  if (policy.mayHold?.includes(issued.security) === false) {
    return refuse('security_not_permitted', 'the certificate policy does not permit this security')
  }
  if (amountMinor > 0n && policy.currency !== issued.currency) {
    return refuse('currency_not_permitted', 'the certificate policy is in another currency')
  }
  if (amountMinor > policy.orderLimitMinor) return refuse('order_limit_exceeded', 'more than one order may be worth')
  return subscribedOn(view, sender.name, at) + amountMinor > policy.dayLimitMinor
    ? refuse('day_limit_exceeded', 'the subscriptions of the day are worth more than the certificate permits')
    : undefined
}

const dayOf = (at: Millis): string => new Date(at).toISOString().slice(0, 10)

/** What a member paid, or is about to pay, for subscriptions on the UTC day: the day of the limit is the same for everybody. */
function subscribedOn(view: IssuerReadView, userId: string, at: Millis): bigint {
  return view
    .where('subscriptions', 'userId', userId)
    .filter(
      ({ state, subscribedAt }) => ['waiting', 'paid'].includes(state) && dayOf(Number(subscribedAt)) === dayOf(at),
    )
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}

/** IS2: a subscription. Free shares are issued at once; for a price they are reserved until the settlement server has answered. */
export function subscribe(
  view: IssuerView,
  command: IssueCommand,
  surroundings: IssuerSurroundings,
  issued: IssuedClass,
  ground: OfferingGround,
): Result<IssueDecision, Refusal> {
  const { body, sender, at, evidence: payee } = command
  const key = classKey(issued)
  const open = openOffering(view, key, ground, at)
  if (!open.ok) return open
  const offering = open.value
  const amountMinor = offering.priceMinor * body.quantity
  if (amountMinor > MAX_QUANTITY) return refuse('amount_too_large', 'the price of so many shares is out of bounds')
  const refusal = policyRefusal(view, command, issued, amountMinor)
  if (refusal !== undefined) return refusal
  if (offering.subscribed + body.quantity > offering.quantity) {
    return refuse('offering_exhausted', 'fewer shares are left', {
      left: (offering.quantity - offering.subscribed).toString(),
    })
  }
  if (exceedsAuthorised(view, issued, body.quantity)) {
    return refuse('exceeds_authorised', 'more shares than are authorised')
  }
  view.put('offerings', { ...offering, subscribed: offering.subscribed + body.quantity })
  const holderName = sender.displayName
  if (amountMinor === 0n) {
    const { entry, messages } = issueSubscribed(view, surroundings, at, issued, { ...body, ...ground, holderName })
    return ok({ reply: certificatesOf(surroundings.settings, [entry]), messages })
  }
  assert(payee !== null, 'the payee account was sealed before the queue')
  const totals = totalsOf(view, key)
  view.put('classTotals', { ...totals, reserved: totals.reserved + body.quantity })
  const { paymentId } = payee
  assert(view.get('subscriptions', paymentId) === undefined, 'a request pays once')
  const { userId, postalAddress, dividendAccount, quantity } = body
  view.put('subscriptions', {
    paymentId,
    offeringNumber: ground.offeringNumber,
    classKey: key,
    userId,
    requestId: command.id,
    holderName,
    postalAddress,
    dividendAccount,
    quantity,
    amountMinor,
    state: 'waiting',
    certificateId: null,
    subscribedAt: BigInt(at),
  })
  return ok({
    reply: 'later',
    messages: [
      {
        to: { role: 'settlement' },
        operation: 'settlement.pay',
        body: {
          paymentId,
          issueRequest: command.jws,
          signerCertificate: sender.certificate,
          amountMinor,
          currency: issued.currency,
          payeeAccount: payee.account,
        },
        context: { paymentId },
      },
    ],
  })
}

type Subscriber = Pick<
  IssuerRow<'subscriptions'>,
  'userId' | 'holderName' | 'postalAddress' | 'dividendAccount' | 'quantity' | 'offeringNumber'
>

/** S58-59, S61-63: numbered, entered, and told to the exchanges. */
function issueSubscribed(
  view: IssuerView,
  surroundings: IssuerSurroundings,
  at: Millis,
  issued: IssuedClass,
  subscriber: Subscriber,
) {
  const { userId, holderName, postalAddress, dividendAccount, quantity } = subscriber
  const entry: Entry = enter(view, surroundings, at, {
    issued,
    holderName,
    postalAddress,
    userId,
    quantity,
    conditionsOfIssue: subscriber.offeringNumber,
    dividendAccount,
    acquiredAt: at,
    enteredBy: subscriber.offeringNumber,
    toCollect: false,
    mandate: null,
  })
  countIssued(view, entry.classKey, quantity)
  return { entry, messages: changeList(view, issued, [], [entry]).messages }
}

/** IS2: the settlement server has paid or refused; the subscriber gets the certificate, or the code and the shares are free again. */
export const paymentAnswered: DecideReply<'settlement.pay'> = (view, reply, surroundings) => {
  const subscription = view.get('subscriptions', reply.context['paymentId'] ?? '')
  assert(subscription?.state === 'waiting', 'the answer is to a payment under way')
  const { userId: sender, requestId, quantity } = subscription
  const totals = totalsOf(view, subscription.classKey)
  view.put('classTotals', { ...totals, reserved: totals.reserved - quantity })
  const offering = view.get('offerings', subscription.offeringNumber)
  assert(offering !== undefined, 'offerings are never removed')
  if (!reply.result.ok) {
    view.put('offerings', { ...offering, subscribed: offering.subscribed - quantity })
    view.put('subscriptions', { ...subscription, state: reply.result.error.code })
    return { answers: [{ sender, requestId, result: reply.result }] }
  }
  const issued = findClass(surroundings.settings, {
    security: offering.security,
    shareClass: offering.shareClass as ShareClass,
  })
  assert(issued !== undefined, 'a class with shares under way stays configured')
  const { entry, messages } = issueSubscribed(view, surroundings, reply.at, issued, subscription)
  view.put('subscriptions', { ...subscription, state: 'paid', certificateId: entry.certificateId })
  const certificates = certificatesOf(surroundings.settings, [entry])
  return { answers: [{ sender, requestId, result: ok(certificates) }], messages }
}
