import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { newPrivateKey, writeKeyFile } from '../runtime/key-file.ts'
import { silentLogger } from '../runtime/logger.ts'
import { definitionForReplay } from './compose.ts'
import { requestFor } from './enrol.ts'
import { renewAuthority, renewRoles, renewRootList } from './renewal.ts'
import { loadIdentity, roleFolder } from './role-folder.ts'
import { buy, sell } from './testing/bodies.ts'
import type { Investor } from './testing/cast.ts'
import { must, openTestMarket, SERVER_ROLES, type TestMarket } from './testing/market.ts'
import { until, type Place } from './testing/place.ts'

const DAY_MS = 86_400_000

let market: TestMarket
let place: Place
let path: string
/** The root's key, out of the machine but for the moments in which it is needed. */
let safe: string
/** How far this test has moved on: every clock of the process reads the system's. */
let moved = 0
const reallyNow = Date.now.bind(Date)

beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => reallyNow() + moved)
  market = await openTestMarket()
  place = market.place('authority')
  path = roleFolder(place.loaded.dataFolder, 'authority').path
  safe = join(market.folder, 'safe.pem')
  renameSync(join(path, 'root.pem'), safe)
})

afterAll(async () => {
  await market.close()
  vi.restoreAllMocks()
})

/** The node is stopped over the years; nobody is connected when it comes back. */
async function yearsLater(days: number, investors: readonly Investor[], logger = silentLogger): Promise<void> {
  await place.stop()
  for (const { member } of investors) member.close()
  moved += days * DAY_MS
  await place.start({ logger })
}

async function renewed({ member, name }: Investor): Promise<Investor> {
  const { chain } = must(await member.ask('authority.renew', { request: await requestFor(member.keys.key, name) }))
  const again = await market.member(member.userId, member.keys, chain)
  Object.assign(again, { account: member.account })
  return { member: again, name }
}

async function trade(seller: Investor, buyer: Investor): Promise<void> {
  const holding = await market.give(seller, 10n)
  must(await seller.member.ask('exchange.order', sell(seller, [holding])))
  const { receptionNumber } = must(await buyer.member.ask('exchange.order', buy(buyer, 10n)))
  await until('the trade is settled', async () => {
    const { matches } = must(await buyer.member.ask('exchange.order-status', { receptionNumber }))
    return matches[0]?.state === 'settled' || undefined
  })
}

const readiness = async (): Promise<unknown> =>
  (await fetch(market.url('authority').replace('ws', 'http').replace('/authority', '/readyz'))).json()

test('[CA5] [SIG6] a market goes on over the years, as long as the root gives its list and certificates are renewed', async () => {
  let ren = await market.investor('Ren Amano', 1_000_000n)
  let mio = await market.investor('Mio Kitano', 1_000_000n)
  const identities = () => SERVER_ROLES.map((role) => loadIdentity(roleFolder(place.loaded.dataFolder, role)))
  const before = identities()
  await trade(ren, mio)

  // A month before its end everybody is told, and everything goes on.
  const told: (string | number | boolean | undefined)[] = []
  await yearsLater(340, [ren, mio], { ...silentLogger, warn: (fields) => told.push(fields['code']) })
  await place.node.ready
  expect(told).toContain('root_list_ends_soon')
  expect(await readiness()).toMatchObject({
    ready: true,
    roles: { exchange: { ready: true, warning: 'root_list_ends_soon' } },
  })
  const offered = await market.give(ren, 10n)

  // After it: nothing moves, and what there is can be read.
  await yearsLater(26, [ren, mio])
  await until('the lists are known', () => place.node.trust.isListed || undefined)
  expect(await ren.member.ask('exchange.order', sell(ren, [offered]))).toMatchObject({
    ok: false,
    error: { code: 'revocation_unknown' },
  })
  expect(await readiness()).toMatchObject({ ready: false, roles: { issuer: { reason: 'revocation_unknown' } } })
  const own = { userId: ren.member.userId, scope: 'live' } as const
  expect(must(await ren.member.ask('issuer.holdings', own)).entries).toHaveLength(1)

  // The root gives its list; the running node takes it over.
  const list = await renewRootList({ loaded: place.loaded, passphrase: undefined, rootKey: safe })
  expect(list).toEqual({ number: 2n, nextUpdate: expect.any(Number) as number })
  await place.node.ready
  await market.refresh()
  must(await ren.member.ask('exchange.order', sell(ren, [offered])))

  // Certificates end a month later: those of members, servers and the authority itself.
  ren = await renewed(ren)
  mio = await renewed(mio)
  await renewRoles({ loaded: place.loaded, passphrase: undefined })
  const authority = await renewAuthority({ loaded: place.loaded, passphrase: undefined, rootKey: safe })
  expect(authority.issuingNotAfter - authority.notAfter).toBeGreaterThan(3 * 365 * DAY_MS)
  await yearsLater(200, [ren, mio])
  await place.node.ready
  await market.refresh()
  identities().forEach((identity, index) => expect(identity.chain[0]).not.toBe(before[index]?.chain[0]))
  expect(market.trust.find('authority')?.certificates).toEqual([identities()[0]?.chain[0], before[0]?.chain[0]])
  await trade(ren, mio)
  expect(existsSync(join(path, 'root.pem'))).toBe(false)

  // The journals of before replay under the certificates of now.
  await place.stop()
  for (const role of SERVER_ROLES) {
    const definition = await definitionForReplay(role, place.loaded)
    const folder = roleFolder(place.loaded.dataFolder, role)
    const store = openSqliteStore({ file: folder.database, role, tables: definition.tables })
    const again = openSqliteStore({ file: join(folder.path, 'again.sqlite'), role, tables: definition.tables })
    definition.replay(store.journal(0n), again)
    expect(again.stateHash()).toBe(store.stateHash())
    for (const each of [store, again]) each.close()
  }
  await place.start()
  await place.node.ready
}, 60_000)

test('[CA5] another key than the root’s issues nothing', async () => {
  const other = join(market.folder, 'other.pem')
  writeKeyFile(other, newPrivateKey(), undefined)
  const files = ['root.crl', 'issuing.crt', 'identity.json'].map((name) => join(path, name))
  const before = files.map((file) => readFileSync(file))
  const options = { loaded: place.loaded, passphrase: undefined, rootKey: other }
  await expect(renewRootList(options)).rejects.toMatchObject({ code: 'wrong_key' })
  await expect(renewAuthority(options)).rejects.toMatchObject({ code: 'wrong_key' })
  expect(files.map((file) => readFileSync(file))).toEqual(before)
})
