import { expect, test } from 'vitest'
import {
  AT,
  BUYER,
  HOUR,
  ISSUER,
  NAME,
  SELLER,
  assertOk,
  numberOf,
  refused,
  seal,
  settlementServer,
  STRANGER,
} from '../settlement-fixture.ts'

test('[SE1] an account is opened under the number that its holder chose, and starts empty', async () => {
  const server = settlementServer()
  expect(assertOk(await server.open(BUYER))).toEqual({ accountEnding: '0001', currency: 'JPY', openedAt: AT })
  expect(server.account(BUYER)).toEqual({ balance: 0n, held: 0n })
})

test('[SE1] a user has one account in each currency', async () => {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  expect(await refused(server, () => server.open(BUYER, 'JPY', '7111111111'))).toEqual({
    code: 'account_exists',
    unchanged: true,
  })
  assertOk(await server.open(BUYER, 'USD'))
  expect(server.account(BUYER, 'USD')).toEqual({ balance: 0n, held: 0n })
})

test.each([
  ['too short', '123456789', 'account_number_malformed'],
  ['too long', '12345678901234567', 'account_number_malformed'],
  ['not of digits', '12345678９0', 'account_number_malformed'],
])('[SE1] an account number that is %s is refused', async (_name, number, code) => {
  const server = settlementServer()
  expect(await refused(server, () => server.open(BUYER, 'JPY', number))).toEqual({ code, unchanged: true })
})

test('[SE1] an account in a currency that is not kept is refused', async () => {
  const server = settlementServer({ currencies: ['JPY'] })
  expect(await refused(server, () => server.open(BUYER, 'USD'))).toEqual({
    code: 'currency_not_permitted',
    unchanged: true,
  })
})

test('[CA1] an account is opened in the name that the identity certificate has, and in no other', async () => {
  const server = settlementServer()
  const id = 'open-account-named'
  const named = (name: string) => () => {
    const account = seal(numberOf(BUYER), { userId: BUYER, requestId: id })
    return server.ask('settlement.open-account', BUYER, { account, name, currency: 'JPY' }, { id })
  }
  expect(await refused(server, named('Mori Yuki'))).toEqual({ code: 'wrong_name', unchanged: true })
  assertOk(await named(NAME)())
  expect(server.view.get('accounts', `${BUYER}:JPY`)?.name).toBe(NAME)
})

test('[A20] a number sealed for somebody else opens no account', async () => {
  const server = settlementServer()
  const id = 'open-account-copied'
  const body = { account: seal('7111111111', { userId: SELLER, requestId: id }), name: NAME, currency: 'JPY' }
  expect(await refused(server, () => server.ask('settlement.open-account', BUYER, body, { id }))).toEqual({
    code: 'account_not_bound_to_signer',
    unchanged: true,
  })
})

test('[A23] whoever asks for numbers in use is told nothing after five of them, until the hour is over', async () => {
  const server = settlementServer()
  assertOk(await server.open(SELLER))
  const taken = () => server.open(BUYER, 'JPY', numberOf(SELLER))
  for (let i = 0; i < 5; i += 1) {
    const tried = await taken()
    expect(tried.ok ? '' : tried.error.code).toBe('account_number_taken')
  }
  expect(server.account(BUYER)).toBeUndefined()
  // The count is stored, so that no restart forgets it.
  server.restart()
  expect(await refused(server, taken)).toEqual({ code: 'too_many_tries', unchanged: true })
  expect((await refused(server, () => server.open(BUYER))).code).toBe('too_many_tries')
  const id = 'an-hour-after-the-first'
  const body = { account: seal('7111111111', { userId: BUYER, requestId: id }), name: NAME, currency: 'JPY' }
  assertOk(await server.ask('settlement.open-account', BUYER, body, { id, at: AT + HOUR }))
})

test.each([
  ['unknown', '7999999999'],
  ['somebody else’s', numberOf(SELLER)],
  ['of no right form', 'abc'],
])('[A23] an inquiry for a number that is %s gets the one constant answer', async (_name, number) => {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  assertOk(await server.open(SELLER))
  const asked = await server.inquire(BUYER, number)
  expect(asked).toEqual({ ok: false, error: { code: 'account_unknown', message: 'no such account of this user' } })
})

test('[A23] 10,000 probes by inquiry learn nothing after the fifth, not even about the right number', async () => {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  assertOk(await server.open(SELLER))
  const codes = new Map<string, number>()
  for (let i = 0; i < 10_000; i += 1) {
    const { code } = await refused(server, () => server.inquire(BUYER, `${7_000_000_000 + i}`))
    codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  expect(Object.fromEntries(codes)).toEqual({ account_unknown: 5, rate_limited: 9_995 })
  expect((await refused(server, () => server.inquire(BUYER, numberOf(BUYER)))).code).toBe('rate_limited')
  // Nobody else is slowed down, and the hour ends.
  assertOk(await server.inquire(SELLER, numberOf(SELLER)))
  assertOk(await server.inquire(BUYER, numberOf(BUYER), {}, AT + HOUR))
})

test('[A23] who was wrong an hour ago is no longer remembered when the next one is wrong', async () => {
  const server = settlementServer({ wrongTriesPerHour: 1 })
  for (const userId of [BUYER, SELLER, ISSUER]) assertOk(await server.open(userId))
  for (const userId of [BUYER, SELLER]) await server.inquire(userId, '7999999999')
  await server.inquire(STRANGER, '7999999999', {}, AT + HOUR)
  expect((await server.inquire(BUYER, numberOf(BUYER))).ok).toBe(true)
})
