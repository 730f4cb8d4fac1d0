import { expect, test } from 'vitest'
import { MAX_QUANTITY } from '../../../../shared/documents/fields.ts'
import {
  assertOk,
  AT,
  BUYER,
  HOUR,
  refused,
  SELLER,
  settlementServer,
  signedOrder,
  STRANGER,
  type Server,
} from '../settlement-fixture.ts'

async function opened(): Promise<Server> {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  assertOk(await server.open(SELLER))
  return server
}

test('[SE2] a deposit is credited and a withdrawal debited, each once by its reference', async () => {
  const server = await opened()
  const deposit = await server.deposit(BUYER, 1_000n, 'bank-1')
  expect(assertOk(deposit)).toEqual({
    sequence: 1n,
    at: AT,
    kind: 'deposit',
    creditMinor: 1_000n,
    debitMinor: 0n,
    balanceMinor: 1_000n,
    reference: 'bank-1',
  })
  const withdrawal = await server.withdraw(BUYER, 300n, 'bank-2')
  expect(assertOk(withdrawal)).toMatchObject({ kind: 'withdrawal', debitMinor: 300n, balanceMinor: 700n })
  const before = server.state()
  expect(await server.deposit(BUYER, 1_000n, 'bank-1', AT + HOUR)).toEqual(deposit)
  expect(await server.withdraw(BUYER, 300n, 'bank-2')).toEqual(withdrawal)
  expect(server.state()).toBe(before)
  expect(assertOk(await server.sums()).currencies).toEqual([
    { currency: 'JPY', depositedMinor: 1_000n, withdrawnMinor: 300n, balancesMinor: 700n, heldMinor: 0n },
  ])
})

test.each([
  ['another amount', (server: Server) => server.deposit(BUYER, 1_001n, 'bank-1')],
  ['another user', (server: Server) => server.deposit(SELLER, 1_000n, 'bank-1')],
  ['a withdrawal', (server: Server) => server.withdraw(BUYER, 1_000n, 'bank-1')],
])('[A2] a reference that was used, with %s, is refused', async (_name, act) => {
  const server = await opened()
  assertOk(await server.deposit(BUYER, 1_000n, 'bank-1'))
  expect(await refused(server, () => act(server))).toEqual({ code: 'exists_with_different_amount', unchanged: true })
})

const rows: readonly [string, string, (server: Server) => ReturnType<Server['withdraw']>, string][] = [
  ['[SE2]', 'a deposit to nobody’s account', (server) => server.deposit(STRANGER, 1n), 'account_unknown'],
  ['[SE2]', 'a withdrawal from nobody’s account', (server) => server.withdraw(STRANGER, 1n), 'account_unknown'],
  ['[SE1]', 'more than the balance', (server) => server.withdraw(BUYER, 1_001n), 'insufficient_funds'],
  ['[A40]', 'what a buy order reserves', (server) => server.withdraw(BUYER, 501n), 'reserved'],
  ['[SE1]', 'a sum of deposits too large', (server) => server.deposit(SELLER, MAX_QUANTITY - 999n), 'exceeds_limits'],
]
test.each(rows)('%s %s is refused', async (_rule, _name, act, code) => {
  const server = await opened()
  assertOk(await server.deposit(BUYER, 1_000n))
  assertOk(
    await server.hold('hold-number-00001', 500n, signedOrder({ id: 'order-number-0001', userId: BUYER, quantity: 5n })),
  )
  expect(await refused(server, () => act(server))).toEqual({ code, unchanged: true })
  assertOk(await server.withdraw(BUYER, 500n))
  expect(server.account(BUYER)).toEqual({ balance: 500n, held: 500n })
})

test('[SE1] the largest sum of deposits is kept exactly', async () => {
  const server = await opened()
  assertOk(await server.deposit(BUYER, MAX_QUANTITY - 1n))
  assertOk(await server.deposit(SELLER, 1n))
  expect(assertOk(await server.sums()).currencies[0]?.balancesMinor).toBe(MAX_QUANTITY)
})
