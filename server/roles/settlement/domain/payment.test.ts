import { expect, test } from 'vitest'
import type { IssueRequest } from '../../../../shared/documents/issue-request.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import {
  assertOk,
  AT,
  BUYER,
  CERTIFICATE,
  HOUR,
  ISSUER,
  numberOf,
  refused,
  seal,
  SELLER,
  settlementServer,
  signedOrder,
  signedRequest,
  STRANGER,
  type Server,
} from '../settlement-fixture.ts'

const PAYMENT = 'payment-number-001'
const REQUEST = 'issue-request-0001'

async function funded(): Promise<Server> {
  const server = settlementServer()
  for (const userId of [BUYER, SELLER, ISSUER]) assertOk(await server.open(userId))
  assertOk(await server.deposit(BUYER, 1_000n))
  server.events.length = 0
  return server
}

interface Said {
  readonly id?: string
  readonly to?: string
  readonly from?: string
  readonly signer?: string
  readonly body?: Partial<IssueRequest>
}

function issueRequest({ id = REQUEST, to = ISSUER, from = BUYER, signer = from, body = {} }: Said = {}): string {
  const request: IssueRequest = {
    userId: BUYER,
    holderName: 'Hoshi Yuki',
    postalAddress: 'Sapporo',
    security: 'HOSHI',
    shareClass: 'common',
    quantity: 8n,
    dividendAccount: seal(numberOf(BUYER), { userId: BUYER, requestId: id }),
    ground: { kind: 'offering', offeringNumber: 'OF-000001', termsHash: 'A'.repeat(43) },
    ...body,
  }
  return signedRequest('issuer.issue', request, { id, from, to, signer })
}

function pay(server: Server, change: Partial<RequestBody<'settlement.pay'>> = {}, { issuer = ISSUER, at = AT } = {}) {
  const paymentId = change.paymentId ?? PAYMENT
  const body: RequestBody<'settlement.pay'> = {
    paymentId,
    issueRequest: issueRequest(),
    signerCertificate: CERTIFICATE,
    amountMinor: 800n,
    currency: 'JPY',
    payeeAccount: seal(numberOf(issuer), { userId: issuer, requestId: paymentId }),
    ...change,
  }
  return server.ask('settlement.pay', issuer, body, { at })
}

test('[IS2] the price of a subscription moves to the issuer at once, and both are told', async () => {
  const server = await funded()
  expect(assertOk(await pay(server))).toEqual({ paymentId: PAYMENT, paidAt: AT })
  expect(server.account(BUYER)).toEqual({ balance: 200n, held: 0n })
  expect(server.account(ISSUER)).toEqual({ balance: 800n, held: 0n })
  expect(server.events.map(({ topic }) => topic)).toEqual([`user:${BUYER}`, `user:${ISSUER}`])
})

test('[SE1] the same payment asked again is made once', async () => {
  const server = await funded()
  const first = await pay(server)
  const before = server.state()
  expect(await pay(server, {}, { at: AT + HOUR })).toEqual(first)
  expect(server.state()).toBe(before)
})

test.each([
  ['another amount', { amountMinor: 100n }],
  ['another request', { issueRequest: issueRequest({ id: 'issue-request-0002' }) }],
])('[A2] the same payment ID with %s is refused', async (_name, change) => {
  const server = await funded()
  assertOk(await pay(server))
  expect(await refused(server, () => pay(server, change))).toEqual({
    code: 'exists_with_different_amount',
    unchanged: true,
  })
})

test('[P5] one signature is charged once', async () => {
  const server = await funded()
  assertOk(await pay(server, { amountMinor: 100n }))
  const again = () => pay(server, { amountMinor: 100n, paymentId: 'payment-number-002' })
  expect(await refused(server, again)).toEqual({ code: 'already_paid', unchanged: true })
})

test('[A40] what is on hold is not paid', async () => {
  const server = await funded()
  assertOk(
    await server.hold('hold-number-00001', 300n, signedOrder({ id: 'order-number-0001', userId: BUYER, quantity: 3n })),
  )
  expect(await refused(server, () => pay(server))).toEqual({ code: 'insufficient_funds', unchanged: true })
})

const rows: readonly [string, Partial<RequestBody<'settlement.pay'>>, string][] = [
  ['[IS2] more than is there', { amountMinor: 1_001n }, 'insufficient_funds'],
  ['[IS2] in a currency without account', { currency: 'USD' }, 'account_unknown'],
  ['[IS2] to another issuer’s request', { issueRequest: issueRequest({ to: 'iss-0000000002' }) }, 'wrong_audience'],
  ['[IS2] for a forged request', { issueRequest: issueRequest({ signer: 'forger' }) }, 'bad_signature'],
  ['[IS2] for a request in another’s name', { issueRequest: issueRequest({ body: { userId: SELLER } }) }, 'wrong_user'],
  [
    '[CA1] for a request under a name that is not certified',
    { issueRequest: issueRequest({ body: { holderName: 'Mori Yuki' } }) },
    'wrong_name',
  ],
  [
    '[IS2] for the collection of a transfer',
    { issueRequest: issueRequest({ body: { ground: { kind: 'transfer', transferNumber: 'TR-00000001' } } }) },
    'wrong_typ',
  ],
  [
    '[A20] from an account that was cut out of another request',
    {
      issueRequest: issueRequest({
        body: { dividendAccount: seal(numberOf(SELLER), { userId: SELLER, requestId: REQUEST }) },
      }),
    },
    'account_not_bound_to_signer',
  ],
  [
    '[A20] to an account that was cut out of another payment',
    { payeeAccount: seal(numberOf(ISSUER), { userId: ISSUER, requestId: 'payment-number-002' }) },
    'account_not_bound_to_signer',
  ],
  [
    '[A23] from somebody else’s account',
    {
      issueRequest: issueRequest({
        body: { dividendAccount: seal(numberOf(SELLER), { userId: BUYER, requestId: REQUEST }) },
      }),
    },
    'account_unknown',
  ],
  [
    '[A23] to somebody else’s account',
    { payeeAccount: seal(numberOf(STRANGER), { userId: ISSUER, requestId: PAYMENT }) },
    'account_unknown',
  ],
]
test.each(rows)('%s: refused', async (_name, change, code) => {
  const server = await funded()
  expect(await refused(server, () => pay(server, change))).toEqual({ code, unchanged: true })
})
