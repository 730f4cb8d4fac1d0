import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Refusal, Result } from '../../../../shared/kernel/result.ts'
import {
  assertOk,
  BUYER,
  CERTIFICATE,
  EXCHANGE,
  ISSUER,
  numberOf,
  OTHER_EXCHANGE,
  seal,
  SELLER,
  settlementServer,
  signedNotice,
  signedOrder,
  signedRequest,
  STRANGER,
  type Server,
} from '../settlement-fixture.ts'

/**
 * Commands in any order, each of them possibly repeated under other request IDs: few names for many commands, so that they
 * meet. What one name did is compared with what the rules allow it to do: once.
 */
const USERS = [BUYER, SELLER, STRANGER] as const

const exchange = fc.constantFrom(EXCHANGE, EXCHANGE, EXCHANGE, OTHER_EXCHANGE)
const name = fc.integer({ min: 1, max: 4 })
const match = fc.integer({ min: 1, max: 9 })
const amount = fc.bigInt({ min: 1n, max: 120n })
const deposited = fc.bigInt({ min: 1n, max: 2_000n })
const limit = fc.bigInt({ min: 1n, max: 40n })
/** Mostly each name has its own user, sometimes another. */
const stray = fc.constantFrom(0, 0, 0, 0, 0, 1)

const settling = { exchange, stray, buy: name, sell: name, amount, name: match }

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deposit'), stray, amount: deposited, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('withdraw', 'pay'), stray, amount, name }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('hold', 'prove'), exchange, stray, name, limit }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('change'), exchange, stray, name, limit, amount }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('release', 'release-proof'), exchange, name }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('settle', 'claim'), ...settling }) },
)

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never
type Settling = Extract<Command, { readonly kind: 'settle' | 'claim' }>

const userOf = (number: number, stray = 0): string => USERS[(number + stray) % USERS.length] ?? BUYER
const holdIdOf = (number: number): string => `hold-number-0000${number}`
const proofIdOf = (number: number): string => `proof-number-000${number}`
const orderIdOf = (side: string, number: number): string => `${side}-order-number-${number}`
const matchOf = (number: number): string => `MA-0000000${number}`

function settle(server: Server, { exchange, amount, stray, buy, sell, name }: Settling) {
  const buyOrder = { userId: userOf(buy, stray), requestId: orderIdOf('buy', buy) }
  const sellOrder = { userId: userOf(sell + 1), requestId: orderIdOf('sell', sell) }
  return server.ask('settlement.settle', exchange, {
    matchNumber: matchOf(name),
    amountMinor: amount,
    currency: 'JPY',
    buyHoldId: holdIdOf(buy),
    sellHoldId: proofIdOf(sell),
    buyOrder,
    sellOrder,
    buyerAccount: seal(numberOf(buyOrder.userId), buyOrder),
    sellerAccount: seal(numberOf(sellOrder.userId), sellOrder),
  })
}

function claim(server: Server, { exchange, amount, stray, buy, sell, name }: Settling) {
  const userId = userOf(sell + 1, stray)
  const holds = { buyHoldId: holdIdOf(buy), sellHoldId: proofIdOf(sell) }
  const jws = signedNotice({ matchNumber: matchOf(name), amountMinor: amount, userId, ...holds }, exchange)
  return server.claim(userId, { jws })
}

function pay(server: Server, { amount, stray, name }: { amount: bigint; stray: number; name: number }) {
  const userId = userOf(name, stray)
  const requestId = `issue-request-000${name}`
  const body = {
    userId,
    holderName: 'Hoshi Yuki',
    postalAddress: 'Sapporo',
    security: 'HOSHI',
    shareClass: 'common',
    quantity: 1n,
    dividendAccount: seal(numberOf(userId), { userId, requestId }),
    ground: { kind: 'offering', offeringNumber: 'OF-000001', termsHash: 'A'.repeat(43) },
  } as const
  // Two requests share a payment ID: the second of them meets a payment that was made.
  const paymentId = `payment-number-00${Math.ceil(name / 2)}`
  return server.ask('settlement.pay', ISSUER, {
    paymentId,
    issueRequest: signedRequest('issuer.issue', body, { id: requestId, from: userId, to: ISSUER }),
    signerCertificate: CERTIFICATE,
    amountMinor: amount,
    currency: 'JPY',
    payeeAccount: seal(numberOf(ISSUER), { userId: ISSUER, requestId: paymentId }),
  })
}

function act(server: Server, c: Command): Promise<Result<unknown, Refusal>> {
  switch (c.kind) {
    case 'deposit':
      return server.deposit(userOf(c.name, c.stray), c.amount, `deposit-${c.name}`)
    case 'withdraw':
      return server.withdraw(userOf(c.name, c.stray), c.amount, `withdrawal-${c.name}`)
    case 'pay':
      return pay(server, c)
    case 'hold': {
      const price = { kind: 'limit', limitMinor: c.limit } as const
      const terms = { id: orderIdOf('buy', c.name), userId: userOf(c.name, c.stray), price, to: c.exchange }
      return server.hold(holdIdOf(c.name), c.limit * 10n, signedOrder(terms), { exchange: c.exchange })
    }
    case 'prove': {
      const terms = { id: orderIdOf('sell', c.name), userId: userOf(c.name + 1), side: 'sell', to: c.exchange } as const
      return server.hold(proofIdOf(c.name), 0n, signedOrder(terms), { exchange: c.exchange })
    }
    case 'change': {
      const price = { kind: 'limit', limitMinor: c.limit } as const
      const body = { receptionNumber: 'OR-00000001', price, quantity: 10n } as const
      const said = { id: `replacement-0000${c.name}`, from: userOf(c.name, c.stray), to: c.exchange }
      return server.change(holdIdOf(c.name), c.amount, signedRequest('exchange.replace', body, said), c.exchange)
    }
    case 'release':
      return server.release(holdIdOf(c.name), c.exchange)
    case 'release-proof':
      return server.release(proofIdOf(c.name), c.exchange)
    case 'settle':
      return settle(server, c)
    case 'claim':
      return claim(server, c)
  }
}

/** What a movement is named by, so that a second one of the same name shows. */
function nameOf(c: Command): string | undefined {
  if (c.kind === 'settle' || c.kind === 'claim') return `${c.exchange} ${matchOf(c.name)}`
  if (c.kind === 'pay') return `pay ${Math.ceil(c.name / 2)}`
  return c.kind === 'deposit' || c.kind === 'withdraw' ? `${c.kind} ${c.name}` : undefined
}

interface Moved {
  readonly amount: bigint
  readonly kind: Command['kind']
}

/** The tables as they are, against what was accepted: every name once, with the amount of the first. */
function check(server: Server, moved: ReadonlyMap<string, Moved>): void {
  const { view } = server
  const accounts = view.range('accounts', '', 100)
  const holds = view.range('holds', '', 100)
  const postings = view.range('postings', '', 1_000)
  const total = (kind: string): bigint =>
    [...moved.values()].filter((each) => each.kind === kind).reduce((sum, each) => sum + each.amount, 0n)
  const balances = accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n)
  expect(balances).toBe(total('deposit') - total('withdraw'))
  expect(postings).toHaveLength(moved.size)
  for (const { holder, balanceMinor, heldMinor, entryCount } of accounts) {
    const open = holds.filter((hold) => hold.holder === holder && hold.releasedAt === null)
    expect(heldMinor).toBe(open.reduce((sum, hold) => sum + hold.amountMinor - hold.postedMinor, 0n))
    expect(heldMinor >= 0n && heldMinor <= balanceMinor).toBe(true)
    const own = postings.filter(({ debit, credit }) => debit === holder || credit === holder)
    const change = own.map(({ credit, amountMinor }) => (credit === holder ? amountMinor : -amountMinor))
    expect(balanceMinor).toBe(change.reduce((sum, each) => sum + each, 0n))
    expect(entryCount).toBe(BigInt(own.length))
  }
  for (const { hold, amountMinor, postedMinor } of holds) {
    expect(postedMinor <= amountMinor).toBe(true)
    const paid = view.range('settlements', '', 100).filter(({ buyHold }) => buyHold === hold)
    expect(postedMinor).toBe(paid.reduce((sum, settled) => sum + settled.amountMinor, 0n))
  }
}

async function run(commands: readonly Command[]): Promise<Record<string, number>> {
  const server = settlementServer()
  for (const userId of [...USERS, ISSUER]) assertOk(await server.open(userId))
  const moved = new Map<string, Moved>()
  const accepted: Record<string, number> = {}
  for (const each of commands) {
    const before = server.state()
    const result = await act(server, each)
    const key = nameOf(each)
    if (result.ok) {
      accepted[each.kind] = (accepted[each.kind] ?? 0) + 1
      if (key !== undefined && 'amount' in each) {
        const first = moved.get(key)
        if (first !== undefined) expect(each.amount).toBe(first.amount)
        else moved.set(key, each)
      }
      // The same again, under another request ID: the same answer and no effect.
      const after = server.state()
      expect(await act(server, each)).toEqual(result)
      expect(server.state()).toBe(after)
    } else {
      expect(server.state()).toBe(before)
    }
    check(server, moved)
  }
  return accepted
}

test('[P4] [P5] money is conserved, nothing overdrawn, and each ID takes effect once, whatever comes in whatever order', async () => {
  const accepted: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 60, maxLength: 200, size: 'max' }), async (commands) => {
      for (const [kind, count] of Object.entries(await run(commands))) accepted[kind] = (accepted[kind] ?? 0) + count
    }),
    { numRuns: 30, seed: 2_000_148_837 },
  )
  // The commands really met: every kind took effect often.
  const kinds = ['deposit', 'withdraw', 'hold', 'prove', 'change', 'release', 'settle', 'claim', 'pay']
  for (const kind of kinds) expect([kind, (accepted[kind] ?? 0) >= 10]).toEqual([kind, true])
}, 120_000)
