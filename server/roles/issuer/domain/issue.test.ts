import { describe, expect, test } from 'vitest'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  ACCOUNT,
  ALICE,
  AT,
  BOB,
  CAROL,
  certificateIn,
  COMMON,
  DAY,
  investor,
  issueBody,
  Issuer,
  matchOf,
  OPERATOR,
  saleOf,
  settingsWith,
  EXCHANGE,
} from '../issuer-fixture.ts'

type Offer = RequestBody<'issuer.offer'>
type Issue = RequestBody<'issuer.issue'>

async function offered(issuer: Issuer, change: Partial<Offer> = {}) {
  const { reply } = await issuer.done('issuer.offer', OPERATOR, {
    ...COMMON,
    terms: 'Hoshi Kogyo offers 400 shares.',
    priceMinor: 1200n,
    quantity: 400n,
    opensAt: AT,
    closesAt: AT + DAY,
    operator: 'Olga',
    ...change,
  })
  return { kind: 'offering', offeringNumber: reply.offeringNumber, termsHash: reply.termsHash } as const
}

interface Row {
  readonly title: string
  readonly code: string
  readonly body?: (body: Issue) => Issue
  readonly sender?: Sender
  readonly offer?: Partial<Offer>
  readonly authorised?: string
  readonly later?: number
}

const subscriptionRows: readonly Row[] = [
  { title: '[IS2] S55: the user ID is the signer', code: 'wrong_user', sender: BOB },
  {
    title: '[CA1] S55: the name is the one that the identity certificate has',
    code: 'wrong_name',
    body: (body) => ({ ...body, holderName: 'Somebody Else' }),
  },
  {
    title: '[IS2] S55: the class is one whose register is kept here',
    code: 'unknown_class',
    body: (body) => ({ ...body, security: 'OTHER' }),
  },
  {
    title: '[IS2] S55: the terms of the class are the ones agreed to',
    code: 'class_terms_differ',
    body: (body) => ({ ...body, classTerms: 'convertible at will' }),
  },
  {
    title: '[IS2] S55: the offering exists',
    code: 'unknown_offering',
    body: (body) => ({ ...body, ground: { kind: 'offering', offeringNumber: 'OF-999999', termsHash: 'x'.repeat(43) } }),
  },
  {
    title: '[IS2] S55: the offering is of this class',
    code: 'unknown_offering',
    body: (body) => ({ ...body, shareClass: 'preferred' }),
  },
  {
    title: '[IS2] S55: the terms agreed to are those offered',
    code: 'terms_differ',
    body: (body) => ({ ...body, ground: { ...body.ground, termsHash: 'x'.repeat(43) } as never }),
  },
  { title: '[IS1] not before it opens', code: 'offering_not_open', offer: { opensAt: AT + 1 } },
  { title: '[IS1] not after it closes', code: 'offering_closed', later: DAY },
  {
    title: '[IS2] the price stays within bounds',
    code: 'amount_too_large',
    offer: { priceMinor: 999_999_999_999_999_999n },
  },
  {
    title: '[IS2] S56: the policy permits the security',
    code: 'security_not_permitted',
    sender: investor(ALICE.name, { mayHold: ['KASEI'] }),
  },
  {
    title: '[IS2] S56: the policy is in the currency of the price',
    code: 'currency_not_permitted',
    sender: investor(ALICE.name, { currency: 'USD' }),
  },
  {
    title: '[IS2] S56: the policy limits the value of one order',
    code: 'order_limit_exceeded',
    sender: investor(ALICE.name, { orderLimitMinor: 119_999n }),
  },
  {
    title: '[IS2] S56: the policy limits the value of a day',
    code: 'day_limit_exceeded',
    sender: investor(ALICE.name, { dayLimitMinor: 119_999n }),
  },
  { title: '[IS2] no more than is offered', code: 'offering_exhausted', offer: { quantity: 99n } },
]

describe('subscription', () => {
  test('[IS2] S56: a day’s subscriptions count together, not those that were refused, nor those of other days', async () => {
    const issuer = new Issuer()
    const ground = await offered(issuer, { closesAt: AT + 2 * DAY })
    const alice = investor(ALICE.name, { dayLimitMinor: 36_000n })
    const subscribe = (quantity: bigint) => issuer.ask('issuer.issue', alice, issueBody(ALICE, quantity, ground))
    const first = await subscribe(20n)
    const [payment] = first.ok ? first.value.messages : []
    expect(payment).toMatchObject({ operation: 'settlement.pay' })
    expect(await subscribe(11n)).toMatchObject({ ok: false, error: { code: 'day_limit_exceeded' } })
    if (payment !== undefined) issuer.paid(payment, refuse('insufficient_funds', ''))
    expect((await subscribe(30n)).ok).toBe(true)
    expect(await subscribe(1n)).toMatchObject({ ok: false, error: { code: 'day_limit_exceeded' } })
    issuer.at += DAY
    expect((await subscribe(30n)).ok).toBe(true)
  })

  test.each(subscriptionRows)('$title: $code', async ({ code, body, sender, offer, later }) => {
    const issuer = new Issuer()
    const ground = await offered(issuer, offer)
    issuer.at += later ?? 0
    const request = issueBody(ALICE, 100n, ground)
    expect(await issuer.code('issuer.issue', sender ?? ALICE, body?.(request) ?? request)).toBe(code)
  })

  test('[IS2] the shares are reserved until they are paid for, then numbered, entered and signed', async () => {
    const issuer = new Issuer()
    const outcome = await issuer.ask('issuer.issue', ALICE, issueBody(ALICE, 100n, await offered(issuer)))
    expect(outcome).toMatchObject({ ok: true, value: { reply: 'later' } })
    const [pay] = outcome.ok ? outcome.value.messages : []
    expect(pay).toMatchObject({
      to: { role: 'settlement' },
      operation: 'settlement.pay',
      body: { amountMinor: 120_000n, currency: 'JPY', signerCertificate: ALICE.certificate },
    })
    const body = (pay as { body: RequestBody<'settlement.pay'> }).body
    expect(body.paymentId).toMatch(/^pay-[\w-]{43}$/)
    expect(body.payeeAccount.startsWith(body.paymentId)).toBe(true)
    expect(issuer.entries()).toEqual([])
    issuer.at += 1000
    const { answer, reply } = issuer.paid(pay!, ok({ paymentId: body.paymentId, paidAt: issuer.at }))
    expect(answer).toMatchObject({ sender: ALICE.name, requestId: expect.stringMatching(/^request-/) })
    const certificate = certificateIn(reply?.certificates[0] ?? '')
    expect(certificate).toMatchObject({
      ...COMMON,
      companyName: 'Hoshi Kogyo',
      incorporatedOn: '1987-05-01',
      certificateNumber: '00000001',
      quantity: 100n,
      currency: 'JPY',
      issuedAt: issuer.at,
      holderName: ALICE.name,
      userId: ALICE.name,
      transferRestriction: 'none',
      signatureAlgorithm: 'ES256',
    })
    expect(issuer.entry(certificate.certificateId)).toMatchObject({
      state: 'live',
      dividendAccount: ACCOUNT,
      collectWith: null,
      enteredBy: 'OF-000001',
    })
    expect(await issuer.totals()).toMatchObject([{ issued: 100n, live: 100n }, {}])
  })

  test('[IS2] a refused payment answers with its code and frees the shares', async () => {
    const issuer = new Issuer()
    const ground = await offered(issuer, { quantity: 100n })
    const outcome = await issuer.ask('issuer.issue', ALICE, issueBody(ALICE, 100n, ground))
    const [pay] = outcome.ok ? outcome.value.messages : []
    expect(await issuer.code('issuer.issue', BOB, issueBody(BOB, 1n, ground))).toBe('offering_exhausted')
    const { answer } = issuer.paid(pay!, refuse('insufficient_funds', 'not enough'))
    expect(answer.result).toMatchObject({ ok: false, error: { code: 'insufficient_funds' } })
    expect(issuer.entries()).toEqual([])
    expect(issuer.view.get('classTotals', 'HOSHI:common')).toMatchObject({ issued: 0n, reserved: 0n })
    expect(await issuer.ask('issuer.issue', BOB, issueBody(BOB, 100n, ground))).toMatchObject({ ok: true })
  })

  test('[IS2] subscriptions under way count against the authorised number of shares', async () => {
    const issuer = new Issuer(settingsWith({ authorised: '150' }))
    const one = await offered(issuer, { quantity: 150n })
    const other = await offered(issuer, { quantity: 150n, priceMinor: 0n })
    expect(await issuer.ask('issuer.issue', ALICE, issueBody(ALICE, 100n, one))).toMatchObject({ ok: true })
    expect(await issuer.code('issuer.issue', BOB, issueBody(BOB, 51n, other))).toBe('exceeds_authorised')
    expect(await issuer.code('issuer.issue', BOB, issueBody(BOB, 50n, other))).toBeUndefined()
    const allotment = { ...COMMON, holderName: 'Carol', userId: CAROL.name, quantity: 1n, conditionsOfIssue: 'x' }
    expect(await issuer.code('issuer.allot', OPERATOR, { allotments: [allotment], operator: 'Olga' })).toBe(
      'exceeds_authorised',
    )
  })

  test('[IS2] free shares are issued at once, whatever the currency of the policy', async () => {
    const issuer = new Issuer(settingsWith({ certificateValidityDays: 30, parValueMinor: '50', classTerms: 'votes' }))
    const ground = await offered(issuer, { priceMinor: 0n })
    const dollars = investor(ALICE.name, { currency: 'USD', orderLimitMinor: 0n })
    const { reply, messages } = await issuer.done('issuer.issue', dollars, {
      ...issueBody(ALICE, 100n, ground),
      classTerms: 'votes',
    })
    expect(messages).toEqual([])
    expect(certificateIn(reply.certificates[0] ?? '')).toMatchObject({
      validUntil: AT + 30 * DAY,
      parValueMinor: 50n,
      classTerms: 'votes',
    })
    const { reply: page } = await issuer.done('issuer.offerings', BOB, {})
    expect(page.offerings).toMatchObject([{ quantity: 400n, subscribed: 100n, termsHash: ground.termsHash }])
    expect(page.classes).toMatchObject([{ issued: 100n, authorised: 1000n }, { issued: 0n }])
  })
})

describe('collecting', () => {
  const traded = async (issuer: Issuer) => {
    const held = await issuer.give(ALICE, 100n)
    const { reply } = await issuer.done(
      'issuer.match-transfer',
      EXCHANGE,
      matchOf(saleOf(ALICE, [held]), held.certificateId, 60n),
    )
    return { reply, ground: { kind: 'transfer', transferNumber: reply.transferNumber } as const }
  }

  test('[TR7] S145-150: the buyer collects with the transfer number; the register gets address and dividend account', async () => {
    const issuer = new Issuer()
    const { reply, ground } = await traded(issuer)
    const before = issuer.entry(reply.transferred.certificateId)
    expect(before).toMatchObject({ dividendAccount: null, collectWith: reply.transferNumber, holderName: 'Bob' })
    const collected = await issuer.collect(BOB, 60n, ground)
    expect(collected).toMatchObject({ certificateId: reply.transferred.certificateId, userId: BOB.name, quantity: 60n })
    expect(issuer.entry(collected.certificateId)).toMatchObject({
      dividendAccount: ACCOUNT,
      collectWith: null,
      postalAddress: '1-1 Marunouchi, Tokyo',
    })
  })

  test('[TR7] the seller collects the remainder in the same way', async () => {
    const issuer = new Issuer()
    const { reply, ground } = await traded(issuer)
    const rest = await issuer.collect(ALICE, 40n, ground)
    expect(rest).toMatchObject({ certificateId: reply.remainder?.certificateId, userId: ALICE.name })
  })

  test('[TR7] collecting twice gives the same certificate and changes nothing', async () => {
    const issuer = new Issuer()
    const { ground } = await traded(issuer)
    const first = await issuer.collect(BOB, 60n, ground)
    const before = issuer.stored()
    expect(await issuer.collect(BOB, 60n, ground)).toEqual(first)
    expect(issuer.stored()).toBe(before)
  })

  test.each([
    ['somebody else', CAROL, 'TR-0000000001', 60n, 'not_entitled'],
    ['a number that does not exist', BOB, 'TR-0000000002', 60n, 'not_entitled'],
    ['another quantity', BOB, 'TR-0000000001', 61n, 'quantity_differs'],
    ['the quantity of the remainder', BOB, 'TR-0000000001', 40n, 'quantity_differs'],
  ])('[TR7] S146-147: refused to %s', async (_, sender, transferNumber, quantity, code) => {
    const issuer = new Issuer()
    await traded(issuer)
    const body = issueBody(sender, quantity, { kind: 'transfer', transferNumber })
    expect(await issuer.code('issuer.issue', sender, body)).toBe(code)
  })

  test('[TR7] S146: the same answer for a number of another class', async () => {
    const issuer = new Issuer()
    const { ground } = await traded(issuer)
    const body = { ...issueBody(BOB, 60n, ground), shareClass: 'preferred' as const }
    expect(await issuer.code('issuer.issue', BOB, body)).toBe('not_entitled')
  })

  test('[TF6] what moved on before it was collected is superseded', async () => {
    const issuer = new Issuer()
    const { reply, ground } = await traded(issuer)
    const certificateIds = [reply.remainder?.certificateId ?? '']
    await issuer.done('issuer.reissue', ALICE, {
      userId: ALICE.name,
      ...COMMON,
      ground: { kind: 'lost', certificateIds },
    })
    expect(await issuer.ask('issuer.issue', ALICE, issueBody(ALICE, 40n, ground))).toMatchObject({
      ok: false,
      error: { code: 'certificate_superseded', details: { retiredBy: 'RE-00000001' } },
    })
  })

  test('[IS5] an allotment is collected by the named holder alone', async () => {
    const issuer = new Issuer()
    const held = await issuer.give(ALICE, 100n)
    const ground = { kind: 'allotment', allotmentNumber: 'AL-00000001' } as const
    expect(held).toMatchObject({ userId: ALICE.name, quantity: 100n })
    expect(await issuer.code('issuer.issue', BOB, issueBody(BOB, 100n, ground))).toBe('not_entitled')
    const unknown = { kind: 'allotment', allotmentNumber: 'AL-00000009' } as const
    expect(await issuer.code('issuer.issue', ALICE, issueBody(ALICE, 100n, unknown))).toBe('not_entitled')
  })
})
