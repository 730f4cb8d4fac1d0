import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyJournal } from '../commit/journal.ts'
import { buy, sell } from './testing/bodies.ts'
import { REFERENCE_MINOR, type Holding, type Investor } from './testing/cast.ts'
import { must, openTestMarket, type TestMarket } from './testing/market.ts'
import { until } from './testing/place.ts'
import { FAULTS, TRADING_ROLES, Wire, type Fault, type Planned } from './testing/wire.ts'

const CASH = 1_000_000n
const SHARES = 10n
const TRADED = 4n
/** Runs at the same time: they mostly wait for the pause after which a message is sent again. */
const AT_ONCE = 8

let market: TestMarket
let ren: Investor
let mio: Investor
let holding: Holding
let runs: string
const wires: Wire[] = []

beforeAll(async () => {
  market = await openTestMarket()
  ren = await market.investor('Ren Amano', CASH)
  mio = await market.investor('Mio Kitano', CASH)
  holding = await market.give(ren, SHARES)
  await market.places[0]?.stop()
  runs = mkdtempSync(join(tmpdir(), 'kabuken-faults-'))
})

afterAll(async () => {
  for (const wire of wires) wire.close()
  rmSync(runs, { recursive: true, force: true })
  await market.close()
})

/** One trade that divides a certificate, with one fault; returns what was sent. */
async function trade(plan?: Planned): Promise<Wire['sent']> {
  const place = market.places[0]
  if (place === undefined) throw new Error('the market has a place')
  const wire = await Wire.open(place.loaded, market.trust, join(runs, `${wires.length}-${plan?.message ?? ''}`))
  wires.push(wire)
  try {
    await until('the start is over', () => wire.isQuiet || undefined)
    wire.trace(plan)
    const sale = await ren.member.sign('exchange.order', sell(ren, [holding], { quantity: TRADED }))
    await wire.ask(ren.member.identity, 'exchange', sale.jws)
    const purchase = await mio.member.sign('exchange.order', buy(mio, TRADED))
    await wire.ask(mio.member.identity, 'exchange', purchase.jws)
    await until('nothing is under way', () => wire.isQuiet || undefined)
    await conserved(wire)
    return wire.sent
  } finally {
    wire.stop()
  }
}

/** Both legs, once; nothing on hold; every journal whole. */
async function conserved(wire: Wire): Promise<void> {
  const { matches } = must(await wire.hosted('exchange').ask('exchange.matches', { openOnly: false }))
  expect(matches).toMatchObject([{ state: 'settled', quantity: TRADED }])
  const { orders } = must(await wire.hosted('exchange').ask('exchange.orders', { openOnly: false }))
  expect(orders.map(({ state }) => state)).toEqual(['filled', 'filled'])
  const { accounts } = must(await wire.hosted('settlement').ask('settlement.accounts', {}))
  const paid = TRADED * REFERENCE_MINOR
  const money = new Map(accounts.map(({ userId, balanceMinor, heldMinor }) => [userId, [balanceMinor, heldMinor]]))
  expect(money.get(ren.member.userId)).toEqual([CASH + paid, 0n])
  expect(money.get(mio.member.userId)).toEqual([CASH - paid, 0n])
  const { entries } = must(await wire.hosted('issuer').ask('issuer.register', { scope: 'live' }))
  const shares = entries.map(({ userId, quantity }) => [userId, quantity])
  expect(shares).toHaveLength(2)
  expect(Object.fromEntries(shares)).toEqual({ [mio.member.userId]: TRADED, [ren.member.userId]: SHARES - TRADED })
  expect(must(await wire.hosted('issuer').ask('issuer.history', {})).entries).toHaveLength(1)
  for (const role of TRADING_ROLES) {
    const store = wire.store(role)
    expect(verifyJournal(store.journal(0n), store.journalHead())).toMatchObject({ ok: true })
  }
}

async function allAtOnce(plans: readonly Planned[]): Promise<string[]> {
  const failed: string[] = []
  const left = [...plans]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let plan = left.shift(); plan !== undefined; plan = left.shift()) {
        try {
          await trade(plan)
        } catch (error) {
          failed.push(`${plan.message}, ${plan.fault}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }),
  )
  return failed
}

describe('[P6] [P5] [A41] one trade with every single fault ends in both legs, once, and nothing stays on hold', () => {
  let sent: Wire['sent']

  test('[P6] without a fault, these are its messages', async () => {
    sent = await trade()
    expect(sent.map(({ message }) => message).toSorted()).toEqual([
      'exchange.certificate-list 1',
      'exchange.order 1',
      'exchange.order 2',
      'issuer.match-transfer 1',
      'settlement.hold 1',
      'settlement.hold 2',
      'settlement.release 1',
      'settlement.release 2',
      'settlement.settle 1',
    ])
  })

  test.each(FAULTS)(
    '[P6] each message: %s',
    async (fault: Fault) => {
      const ofRoles = fault.startsWith('sender dies')
      const messages = sent.filter(({ from }) => !ofRoles || from !== '')
      expect(await allAtOnce(messages.map(({ message }) => ({ message, fault })))).toEqual([])
    },
    60_000,
  )
})
