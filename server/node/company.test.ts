import { appendFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toUtf8 } from '../../shared/kernel/bytes.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import { silentLogger } from '../runtime/logger.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { definitionForReplay } from './compose.ts'
import { renewRoles } from './renewal.ts'
import { loadIdentity, roleFolder, saveIdentity } from './role-folder.ts'
import { buy, issue, sell } from './testing/bodies.ts'
import { CURRENCY, KAWA, MORI, REFERENCE_MINOR, type Holding, type Investor } from './testing/cast.ts'
import { holdingOf, must, openTestMarket, SERVER_ROLES, type TestMarket } from './testing/market.ts'
import { until } from './testing/place.ts'
import { widenIssuer, type Widening } from './widening.ts'

const OPERATOR = 'test'
const SORA = { security: 'SORA', shareClass: 'common' } as const
const TERMS = 'One vote a share.'

let market: TestMarket
let ren: Investor
let mio: Investor

beforeAll(async () => {
  market = await openTestMarket({ split: true })
  ren = await market.investor('Ren Amano', 1_000_000n)
  mio = await market.investor('Mio Kitano', 1_000_000n)
})

afterAll(() => market.close())

const widen = (): Promise<Widening> => widenIssuer({ loaded: market.place('issuer').loaded, passphrase: undefined })

async function restart(role: (typeof SERVER_ROLES)[number], logger = silentLogger): Promise<void> {
  await market.place(role).stop()
  await market.place(role).start({ logger })
  await market.place(role).node.ready
}

/** As when the machine fails: nothing is told, nothing is finished. */
async function killAuthority(): Promise<void> {
  const { child } = market.place('authority')
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  await market.place('authority').spawn()
}

async function trade(holding: Holding, change: Partial<typeof KAWA | typeof SORA> = {}): Promise<string> {
  must(await ren.member.ask('exchange.order', sell(ren, [holding], change)))
  const bought = must(await mio.member.ask('exchange.order', buy(mio, holding.quantity, change)))
  return until('the trade is settled', async () => {
    const { receptionNumber } = bought
    const [only] = must(await mio.member.ask('exchange.order-status', { receptionNumber })).matches
    return only?.state === 'settled' ? only.transferNumber : undefined
  })
}

/** The shares, which the holder collects, while the exchange hears of them or not. */
async function allot(quantity: bigint): Promise<Holding> {
  const issuer = await market.server('issuer')
  const { member, name } = ren
  const allotment = { ...KAWA, holderName: name, userId: member.userId, quantity, conditionsOfIssue: 'paid in full' }
  const { allotments } = must(await issuer.ask('issuer.allot', { allotments: [allotment], operator: OPERATOR }))
  issuer.close()
  const ground = { kind: 'allotment', allotmentNumber: allotments[0]?.allotmentNumber ?? '' } as const
  const [holding] = await market.collect(ren, quantity, ground)
  if (holding === undefined) throw new Error('nothing was collected')
  return holding
}

const readiness = async (role: (typeof SERVER_ROLES)[number]): Promise<unknown> =>
  (await fetch(market.url(role).replace('ws', 'http').replace(`/${role}`, '/readyz'))).json()

test('[CA2] [CA4] [IS1] [TR5] a company is added to a market that exists, and its shares are subscribed and traded', async () => {
  const before = [await market.give(ren, 10n), await market.give(ren, 10n)] as const
  const old = loadIdentity(roleFolder(market.place('issuer').loaded.dataFolder, 'issuer')).chain[0]

  // What the operators write into their configurations.
  appendFileSync(
    market.place('issuer').config,
    `\n[[roles.issuer.classes]]\ncompanyName = "Sora Works"\nincorporatedOn = "2020-04-01"\nsecurity = "SORA"\nshareClass = "common"\nauthorised = "1000"\ncurrency = "${CURRENCY}"\n`,
  )
  appendFileSync(
    market.place('exchange').config,
    `\n[[roles.exchange.listings]]\nsecurity = "SORA"\nshareClass = "common"\ncompanyName = "Sora Works"\ncurrency = "${CURRENCY}"\nreferencePriceMinor = "${REFERENCE_MINOR}"\n`,
  )

  // Whoever restarts too early goes on with the companies that were there.
  const told: unknown[] = []
  await restart('exchange')
  await restart('issuer', { ...silentLogger, warn: (fields) => told.push([fields['code'], fields['securities']]) })
  expect(told).toContainEqual(['security_not_certified', 'SORA'])
  expect(await readiness('issuer')).toMatchObject({
    ready: true,
    roles: { issuer: { ready: true, warning: 'security_not_certified' } },
  })
  expect(await readiness('exchange')).toMatchObject({ ready: true })
  await trade(before[0])
  const offer = {
    ...SORA,
    terms: TERMS,
    priceMinor: 100n,
    quantity: 100n,
    opensAt: Date.now() - 1_000,
    closesAt: Date.now() + 86_400_000,
    operator: OPERATOR,
  }
  const issuer = await market.server('issuer')
  expect(await issuer.ask('issuer.offer', offer)).toMatchObject({ ok: false, error: { code: 'unknown_class' } })

  // The issuer asks; the authority falls over before it is decided upon, and after it.
  await market.place('authority').stop()
  await market.place('authority').spawn()
  const asked = await widen()
  expect(asked).toMatchObject({ state: 'pending', securities: ['SORA'] })
  await killAuthority()
  expect(await widen()).toEqual(asked)
  const applicationNumber = asked.state === 'pending' ? asked.applicationNumber : ''
  const authority = await market.server('authority')
  const { applications } = must(await authority.ask('authority.applications', { state: 'pending' }))
  expect(applications).toMatchObject([
    { applicationNumber, securities: ['KAWA', 'MORI', 'SORA'], certified: ['KAWA', 'MORI'] },
  ])
  expect(market.trust.find('issuer', 'SORA')).toBeUndefined()
  must(await authority.ask('authority.approve', { applicationNumber, operator: OPERATOR }))
  await killAuthority()
  await market.refresh()
  expect(market.trust.find('issuer')?.certificates).toContain(old)

  // With the exchange away, something waits that is signed under the certificate before.
  await market.place('exchange').stop()
  const waited = await allot(5n)
  expect(await widen()).toEqual({ state: 'certified', securities: ['KAWA', 'MORI', 'SORA'] })
  const chain = loadIdentity(roleFolder(market.place('issuer').loaded.dataFolder, 'issuer')).chain
  expect(market.trust.find('issuer', 'SORA')?.certificates).toEqual([chain[0], old])
  issuer.close()
  await restart('issuer')
  expect(await readiness('issuer')).toEqual({ ready: true, roles: { issuer: { ready: true } } })
  await market.place('exchange').start()
  await market.place('exchange').node.ready
  await market.quiet()

  // The new company's shares: offered, subscribed, traded, collected.
  const again = await market.server('issuer')
  const { offeringNumber } = must(await again.ask('issuer.offer', offer))
  const ground = { kind: 'offering', offeringNumber, termsHash: await sha256Base64Url(toUtf8(TERMS)) } as const
  const [subscribed = ''] = must(await ren.member.ask('issuer.issue', issue(ren, 20n, ground, SORA))).certificates
  await market.quiet()
  const transferNumber = await trade(holdingOf(subscribed), SORA)
  const [bought = ''] = must(
    await mio.member.ask('issuer.issue', issue(mio, 20n, { kind: 'transfer', transferNumber }, SORA)),
  ).certificates
  expect(await market.trust.verifyShareCertificate(bought)).toMatchObject({
    ok: true,
    value: { security: 'SORA', userId: mio.member.userId },
  })

  // Certificates of before are worth what they were: to wallets, exchange, issuer and settlement server.
  for (const { certificate } of [before[1], waited])
    expect(await market.trust.verifyShareCertificate(certificate)).toMatchObject({ ok: true })
  await trade(before[1])
  await trade(waited)
  const { classes } = must(await again.ask('issuer.totals', {}))
  expect(classes).toMatchObject([
    { ...KAWA, issued: 25n, live: 25n },
    { ...MORI, issued: 0n },
    { ...SORA, issued: 20n, live: 20n },
  ])
  again.close()
  authority.close()
}, 120_000)

test('[CA2] what was refused is told once with the reason, and can be asked for anew', async () => {
  const issuer = market.place('issuer')
  appendFileSync(
    issuer.config,
    `\n[[roles.issuer.classes]]\ncompanyName = "Umi Works"\nincorporatedOn = "2020-04-01"\nsecurity = "UMI"\nshareClass = "common"\nauthorised = "1000"\ncurrency = "${CURRENCY}"\n`,
  )
  const asked = await widen()
  if (asked.state !== 'pending') throw new Error('nothing was asked for')
  const authority = await market.server('authority')
  // The number was lost with the machine: the authority tells it.
  const folder = roleFolder(issuer.loaded.dataFolder, 'issuer')
  const { application, ...identity } = loadIdentity(folder)
  expect(application).toBe(asked.applicationNumber)
  saveIdentity(folder, identity)
  expect(await widen()).toEqual(asked)
  const { applicationNumber } = asked
  must(await authority.ask('authority.refuse', { applicationNumber, reason: 'No such company.', operator: OPERATOR }))
  await expect(widen()).rejects.toMatchObject({
    code: 'application_refused',
    message: expect.stringContaining('No such company.') as string,
  })
  expect(await widen()).toMatchObject({ state: 'pending', securities: ['UMI'] })
  authority.close()
}, 60_000)

test('[CA4] [TR8] what a server had still to deliver when its certificate was renewed is delivered', async () => {
  const holding = await market.give(ren, 10n)
  const { receptionNumber } = must(await mio.member.ask('exchange.order', buy(mio, 10n)))
  const state = async (): Promise<string | undefined> =>
    must(await mio.member.ask('exchange.order-status', { receptionNumber })).matches[0]?.state
  await market.place('issuer').stop()
  must(await ren.member.ask('exchange.order', sell(ren, [holding])))
  await market.place('settlement').stop()
  await market.place('issuer').start()
  await until('the shares have moved', async () => ((await state()) === 'settlement_asked' ? true : undefined))
  await renewRoles({ loaded: market.place('exchange').loaded, passphrase: undefined })
  await restart('exchange')
  await market.refresh()
  await market.place('settlement').start()
  await until('the trade is settled', async () => ((await state()) === 'settled' ? true : undefined))
  expect(must(await mio.member.ask('exchange.order-status', { receptionNumber }))).toMatchObject({ state: 'filled' })
}, 60_000)

test('[CA4] a server whose folder was restored from before a renewal is renewed all the same', async () => {
  const { loaded } = market.place('exchange')
  const folder = roleFolder(loaded.dataFolder, 'exchange')
  const before = loadIdentity(folder)
  await renewRoles({ loaded, passphrase: undefined })
  saveIdentity(folder, before)
  await renewRoles({ loaded, passphrase: undefined })
  await market.refresh()
  expect(market.trust.find('exchange')?.certificates).toHaveLength(4)
  expect(market.trust.find('exchange')?.certificates[0]).toBe(loadIdentity(folder).chain[0])
}, 60_000)

test('[P8] the journals replay, what was refused before the company was there included', async () => {
  for (const role of SERVER_ROLES) {
    const place = market.place(role)
    await place.stop()
    const definition = await definitionForReplay(role, place.loaded)
    const folder = roleFolder(place.loaded.dataFolder, role)
    const store = openSqliteStore({ file: folder.database, role, tables: definition.tables })
    const again = openSqliteStore({ file: join(folder.path, 'again.sqlite'), role, tables: definition.tables })
    definition.replay(store.journal(0n), again)
    expect([role, again.stateHash()]).toEqual([role, store.stateHash()])
    for (const each of [store, again]) each.close()
  }
}, 60_000)
