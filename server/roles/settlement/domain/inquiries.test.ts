import { expect, test } from 'vitest'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { accountStatement, type AccountEntry } from '../../../../shared/documents/settlement.ts'
import {
  assertOk,
  AT,
  BUYER,
  EXCHANGE,
  HOUR,
  notice,
  numberOf,
  readyToSettle,
  refused,
  SELLER,
  settlementOf,
  settlementServer,
  signedOrder,
  STRANGER,
  type Server,
} from '../settlement-fixture.ts'

/** Room for the payload of a signed message of 64 KiB, less its frame. */
const MAX_PAYLOAD = 48 * 1024 - 1_024

async function withDeposits(count: number, remark?: string): Promise<Server> {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  for (let i = 1; i <= count; i += 1) {
    const body = { userId: BUYER, currency: 'JPY', amountMinor: 1n, reference: `bank-${i}`, operator: 'Mori' }
    const remarked = { ...body, ...(remark !== undefined && { remark }) }
    assertOk(await server.ask('settlement.deposit', server.operator, remarked, { at: AT + i * HOUR }))
  }
  return server
}

/** All entries, as a reader pages through them. */
async function readAll(
  server: Server,
  period: { from?: number; until?: number } = {},
): Promise<{ entries: AccountEntry[]; pages: number; largest: number }> {
  const entries: AccountEntry[] = []
  let largest = 0
  for (let pages = 1; ; pages += 1) {
    const last = entries.at(-1)?.sequence
    const page = assertOk(await server.inquire(BUYER, numberOf(BUYER), { ...period, ...(last && { after: last }) }))
    largest = Math.max(largest, Buffer.byteLength(JSON.stringify(writeMembers(accountStatement, page))))
    entries.push(...page.entries)
    if (!page.more) return { entries, pages, largest }
  }
}

test('[SE4] an inquiry shows balance, held, available, holds and entries, and only the end of the number', async () => {
  const server = await readyToSettle()
  assertOk(await server.ask('settlement.settle', EXCHANGE, settlementOf()))
  expect(assertOk(await server.inquire(BUYER, numberOf(BUYER)))).toMatchObject({
    userId: BUYER,
    accountEnding: '0001',
    currency: 'JPY',
    balanceMinor: 4_600n,
    heldMinor: 600n,
    availableMinor: 4_000n,
    holds: [
      { holdId: notice.buyHoldId, orderHash: expect.stringMatching(/^[\w-]{43}$/), amountMinor: 600n, placedAt: AT },
    ],
    entries: [{ kind: 'deposit' }, { kind: 'settlement', debitMinor: 400n, balanceMinor: 4_600n }],
    more: false,
  })
  assertOk(await server.release(notice.buyHoldId))
  expect(assertOk(await server.inquire(BUYER, numberOf(BUYER))).holds).toEqual([])
})

test('[SE4] the period has its first instant in it and its last one not', async () => {
  const server = await withDeposits(9)
  const { entries } = await readAll(server, { from: AT + 3 * HOUR, until: AT + 6 * HOUR })
  expect(entries.map(({ sequence }) => sequence)).toEqual([3n, 4n, 5n])
  expect((await readAll(server, { from: AT + 10 * HOUR })).entries).toEqual([])
  expect((await readAll(server, { until: AT + HOUR })).entries).toEqual([])
  expect((await readAll(server, { from: AT + 3 * HOUR - 1 })).entries).toHaveLength(7)
})

test.each([
  ['short', undefined, 2],
  ['long', '株'.repeat(500), 4],
])(
  '[SE4] %s entries come in pages that fit into a message, none twice and none left out',
  async (_name, remark, least) => {
    const server = await withDeposits(remark === undefined ? 250 : 60, remark)
    const { entries, pages, largest } = await readAll(server)
    expect(entries.map(({ sequence }) => Number(sequence))).toEqual(entries.map((_entry, i) => i + 1))
    expect(entries).toHaveLength(remark === undefined ? 250 : 60)
    expect(pages).toBeGreaterThanOrEqual(least)
    expect(largest).toBeLessThan(MAX_PAYLOAD)
  },
)

test('[SE4] with more holds than are shown, their sum is right and the answer fits into a message', async () => {
  const server = settlementServer()
  assertOk(await server.open(BUYER))
  assertOk(await server.deposit(BUYER, 10n ** 17n))
  for (let i = 100; i < 250; i += 1) {
    const price = { kind: 'limit', limitMinor: 10n ** 14n } as const
    const order = signedOrder({ id: `order-number-0${i}`, userId: BUYER, quantity: 1n, price })
    assertOk(await server.hold(`h${'-'.repeat(76)}${i}`, 10n ** 14n, order))
  }
  const statement = assertOk(await server.inquire(BUYER, numberOf(BUYER)))
  expect(statement.heldMinor).toBe(150n * 10n ** 14n)
  expect(statement.holds).toHaveLength(75)
  expect(Buffer.byteLength(JSON.stringify(writeMembers(accountStatement, statement)))).toBeLessThan(MAX_PAYLOAD)
})

test('[SE5] the operator reads the entries of any account, page by page', async () => {
  const server = await withDeposits(250)
  const body = { userId: BUYER, currency: 'JPY' }
  const first = assertOk(await server.ask('settlement.statement', server.operator, body))
  expect(first.more).toBe(true)
  const after = first.entries.at(-1)?.sequence ?? 0n
  const second = assertOk(await server.ask('settlement.statement', server.operator, { ...body, after }))
  expect(second.more).toBe(false)
  expect(first.entries.length + second.entries.length).toBe(250)
  const unknown = () => server.ask('settlement.statement', server.operator, { userId: SELLER, currency: 'JPY' })
  expect((await refused(server, unknown)).code).toBe('account_unknown')
})

test('[SE4] the operator pages through all accounts; those of one user stay together', async () => {
  const server = settlementServer()
  const users = Array.from({ length: 120 }, (_user, i) => `inv-00000001${String(i).padStart(2, '0')}`)
  for (const userId of users) for (const currency of ['JPY', 'USD']) assertOk(await server.open(userId, currency))
  const seen: string[] = []
  for (let after: string | undefined; ; after = seen.at(-1)) {
    const page = assertOk(
      await server.ask('settlement.accounts', server.operator, after === undefined ? {} : { after }),
    )
    for (const userId of new Set(page.accounts.map((account) => account.userId)))
      expect(page.accounts.filter((account) => account.userId === userId)).toHaveLength(2)
    seen.push(...page.accounts.map((account) => account.userId))
    if (!page.more) break
  }
  expect(new Set(seen)).toEqual(new Set(users))
  expect(seen).toHaveLength(240)
})

test('[SE4] totals are summed over the accounts, by currency', async () => {
  const server = await readyToSettle()
  assertOk(await server.open(STRANGER, 'USD'))
  expect(assertOk(await server.sums()).currencies).toEqual([
    { currency: 'JPY', depositedMinor: 5_000n, withdrawnMinor: 0n, balancesMinor: 5_000n, heldMinor: 1_000n },
    { currency: 'USD', depositedMinor: 0n, withdrawnMinor: 0n, balancesMinor: 0n, heldMinor: 0n },
  ])
})
