import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64, toUtf8 } from '../../shared/kernel/bytes.ts'
import { createRequest } from '../../shared/pki/request.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import { verifyJournal } from '../commit/journal.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { definitionForReplay } from './compose.ts'
import { webKeys } from './enrol.ts'
import { roleFolder } from './role-folder.ts'
import { buy, issue, sell, split, transfer } from './testing/bodies.ts'
import { CURRENCY, KAWA, type Investor } from './testing/cast.ts'
import { canTrace, killAt, type Call } from './testing/kill-at.ts'
import type { Member } from './testing/member.ts'
import { holdingOf, must, openTestMarket, type TestMarket } from './testing/market.ts'
import { until } from './testing/place.ts'

const OPENING_MINOR = 100_000n
const TERMS = 'One vote a share.'

/** At which of its calls to the system a role is killed, counted from the beginning of a day. */
const MOMENTS: Readonly<Record<ServerRole, readonly (readonly [Call, number])[]>> = {
  authority: [
    ['fsync', 1],
    ['fsync', 3],
    ['write', 5],
  ],
  issuer: [
    ['fsync', 1],
    ['fsync', 8],
    ['write', 3],
    ['write', 40],
  ],
  exchange: [
    ['fsync', 3],
    ['fsync', 8],
    ['write', 3],
    ['write', 40],
  ],
  settlement: [
    ['fsync', 1],
    ['fsync', 5],
    ['write', 3],
    ['write', 40],
  ],
}

const traceable = canTrace()
if (!traceable) process.stderr.write('SKIPPED: no process is killed at its writes, because strace does not work here\n')

let market: TestMarket
let operator: Readonly<Record<ServerRole, Member>>
let mio: Investor
let offeringNumber: string
let days = 0

beforeAll(async () => {
  if (!traceable) return
  market = await openTestMarket({ split: true })
  operator = {
    authority: await market.server('authority'),
    issuer: await market.server('issuer'),
    exchange: await market.server('exchange'),
    settlement: await market.server('settlement'),
  }
  mio = await market.investor('Mio Kitano', 10_000_000n)
  const offered = await operator.issuer.ask('issuer.offer', {
    ...KAWA,
    terms: TERMS,
    priceMinor: 1_000n,
    quantity: 10_000n,
    opensAt: Date.now() - 1_000,
    closesAt: Date.now() + 86_400_000,
    operator: 'test',
  })
  offeringNumber = must(offered).offeringNumber
})

afterAll(() => market?.close())

/** Everything that moves money or shares or makes an identity, one after the other, whoever falls over meanwhile. */
async function day(): Promise<readonly Member[]> {
  days += 1
  const name = `Day ${days}`
  const ren = await market.enrol(name)
  const { member } = ren
  for (const each of [member, mio.member, ...Object.values(operator)]) each.patient = true
  const { userId } = member
  const validUntil = Date.now() + 86_400_000
  must(await operator.authority.ask('authority.invite', { role: 'investor', validUntil, operator: 'test' }))
  const request = toBase64(await createRequest({ keys: await webKeys(member.keys.key), commonName: name }))
  must(await member.ask('authority.renew', { request }))
  must(
    await member.ask('settlement.open-account', async (id) => ({
      account: await member.sealed(id),
      name,
      currency: CURRENCY,
    })),
  )
  const paidIn = { userId, currency: CURRENCY, amountMinor: OPENING_MINOR, reference: name, operator: 'test' }
  must(await operator.settlement.ask('settlement.deposit', paidIn))
  const offering = { kind: 'offering', offeringNumber, termsHash: await sha256Base64Url(toUtf8(TERMS)) } as const
  const [bought = ''] = must(await member.ask('issuer.issue', issue(ren, 10n, offering))).certificates
  const sale = await until('the certificate can be sold', async () => {
    const placed = await member.ask('exchange.order', sell(ren, [holdingOf(bought)], { quantity: 4n }))
    // The exchange has not heard of it yet.
    return !placed.ok && placed.error.code === 'certificate_superseded' ? undefined : must(placed)
  })
  const purchase = must(await mio.member.ask('exchange.order', buy(mio, 4n)))
  const match = await until('the trade is settled', async () => {
    const { receptionNumber } = purchase
    const [only] = must(await mio.member.ask('exchange.order-status', { receptionNumber })).matches
    return only?.state === 'settled' ? only : undefined
  })
  expect(must(await member.ask('exchange.order-status', { receptionNumber: sale.receptionNumber })).filled).toBe(4n)
  const traded = { kind: 'transfer', transferNumber: match.transferNumber ?? '' } as const
  const [acquired] = await market.collect(mio, 4n, traded)
  const [rest] = await market.collect(ren, 6n, traded)
  if (acquired === undefined || rest === undefined) throw new Error('nothing was collected')
  must(await member.ask('issuer.transfer', transfer(mio, ren, acquired)))
  must(await member.ask('issuer.reissue', split(ren, rest)))
  return [member, mio.member, ...Object.values(operator)]
}

/** Every answer that a member got is still the answer, to the byte. */
async function expectKept(members: readonly Member[]): Promise<void> {
  let commands = 0
  for (const member of members)
    for (const { signed, reply } of member.answered) {
      // Inquiries are answered afresh.
      if (/\.(order-status|accounts?|totals|holdings)$/.test(signed.operation)) continue
      commands += 1
      expect(await member.raw(signed)).toBe(reply)
    }
  expect(commands).toBeGreaterThan(10)
  for (const member of members) member.answered.length = 0
}

async function expectConserved(): Promise<void> {
  const { classes } = must(await operator.issuer.ask('issuer.totals', {}))
  expect(classes).toMatchObject([
    { security: 'KAWA', issued: BigInt(10 * days), live: BigInt(10 * days) },
    { security: 'MORI', issued: 0n, live: 0n },
  ])
  const depositedMinor = 10_000_000n + BigInt(days) * OPENING_MINOR
  await until('nothing is on hold', async () => {
    const { currencies } = must(await operator.settlement.ask('settlement.totals', {}))
    expect(currencies).toMatchObject([{ depositedMinor, withdrawnMinor: 0n, balancesMinor: depositedMinor }])
    return currencies[0]?.heldMinor === 0n || undefined
  })
  expect(must(await operator.exchange.ask('exchange.totals', {}))).toMatchObject({ openOrders: 0, openMatches: 0 })
}

describe.skipIf(!traceable).each(Object.keys(MOMENTS) as ServerRole[])('the process of the role %s', (role) => {
  beforeAll(async () => {
    await market.place(role).stop()
    await market.place(role).spawn()
  })

  test.each(MOMENTS[role])(
    '[P1] [A41] killed at its %s no. %i: nothing acknowledged is lost, everything completes, money and shares are conserved',
    async (call, count) => {
      const place = market.place(role)
      const { child } = place
      const restarted = once(child, 'exit').then(() => place.spawn())
      const trap = await killAt(child, call, count)
      const members = await day()
      await trap.release()
      expect(child.signalCode).toBe('SIGKILL')
      await restarted
      await expectKept(members)
      await expectConserved()
    },
    90_000,
  )

  test('[P1] [P8] its journal is unbroken afterwards and gives the state that is stored', async () => {
    const place = market.place(role)
    await place.stop()
    const definition = await definitionForReplay(role, place.loaded)
    const { path, database } = roleFolder(place.loaded.dataFolder, role)
    const store = openSqliteStore({ file: database, role, tables: definition.tables })
    const again = openSqliteStore({ file: join(path, 'again.sqlite'), role, tables: definition.tables })
    expect(verifyJournal(store.journal(0n), store.journalHead())).toMatchObject({ ok: true })
    definition.replay(store.journal(0n), again)
    expect(again.stateHash()).toBe(store.stateHash())
    again.close()
    store.close()
    await place.start()
    await place.node.ready
  })
})
