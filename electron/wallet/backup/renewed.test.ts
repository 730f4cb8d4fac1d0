import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { KAWA } from '../../../server/node/testing/cast.ts'
import { must, openTestMarket, type TestMarket } from '../../../server/node/testing/market.ts'
import { writeMarketLink } from '../../../shared/market/market-link.ts'
import type { OperationName, ReplyBody, RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { systemPorts } from '../../host/system-ports.ts'
import { memoryKeychain } from '../keychain/testing/memory-keychain.ts'
import { openBackup, openWallet, type Confirmable, type Wallet } from '../wallet.ts'

/** Backups from before a renewal, at a real node. */

const DAY_MS = 86_400_000
const CERTIFICATE_DAYS = 30
const PASSPHRASE = 'a long passphrase of a backup'
const OPERATOR = 'test'

let market: TestMarket
let machines = 0
let signed: Confirmable[] = []
let patienceMs = 20_000
const opened = new Set<Wallet>()
/** How far this test has moved on: every clock of the process reads the system's. */
let moved = 0
const reallyNow = Date.now.bind(Date)

beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => reallyNow() + moved)
  market = await openTestMarket()
  const { config } = market.place('authority')
  const admission = '[roles.authority.admission.investor]'
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(admission, `${admission}\ncertificateDays = ${CERTIFICATE_DAYS}`),
  )
  await later(0)
})

afterEach(async () => {
  for (const wallet of opened) await wallet.close()
  opened.clear()
})

afterAll(async () => {
  await market.close()
  vi.restoreAllMocks()
})

/** The node is stopped over the days. */
async function later(days: number): Promise<void> {
  const place = market.place('authority')
  await place.stop()
  moved += days * DAY_MS
  await place.start()
  await place.node.ready
  await market.refresh()
}

async function open(): Promise<Wallet> {
  machines += 1
  const folder = join(market.folder, `machine-${machines}`)
  const wallet = await openWallet({
    ...systemPorts(),
    folder,
    keychain: memoryKeychain(),
    confirm: (summary) => {
      signed.push(summary)
      return Promise.resolve(true)
    },
    get patienceMs() {
      return patienceMs
    },
  })
  opened.add(wallet)
  return wallet
}

/** As the operator of one of the roles. */
async function ask<Name extends OperationName>(operation: Name, body: RequestBody<Name>): Promise<ReplyBody<Name>> {
  const role = operation.split('.')[0] as 'authority' | 'issuer' | 'settlement'
  const answered = await market.place(role).node.roles.get(role)?.ask(operation, body)
  if (answered === undefined) throw new Error(`${role} does not run here`)
  return must(answered)
}

async function shareholder(name: string): Promise<Wallet> {
  const wallet = await open()
  must(await wallet.join(writeMarketLink(market.place('authority').loaded.config.market)))
  must(await wallet.createKey())
  must(await wallet.enrol({ name, postalAddress: '3-1 Kawabata, Mizuho' }))
  must(await wallet.openAccount({ currency: 'JPY' }))
  const userId = wallet.identity()?.userId ?? ''
  const allotment = { ...KAWA, holderName: name, userId, quantity: 10n, conditionsOfIssue: 'paid in full' }
  await ask('issuer.allot', { allotments: [allotment], operator: OPERATOR })
  // Told of it by an event, it collects what lies ready.
  must(await wallet.sync())
  must(await wallet.collectAll())
  expect(wallet.certificates()).toMatchObject([{ state: 'live', quantity: 10n }])
  return wallet
}

async function backupOf(wallet: Wallet): Promise<string> {
  return must(await wallet.makeBackup({ passphrase: PASSPHRASE, beside: null })).text
}

/** On another machine; the first one is gone. */
async function restored(backup: string): Promise<Wallet> {
  for (const lost of opened) await lost.close()
  opened.clear()
  signed = []
  const wallet = await open()
  must(await wallet.restoreBackup(must(await openBackup(backup, PASSPHRASE))))
  return wallet
}

async function expectUsable(wallet: Wallet): Promise<void> {
  expect(wallet.certificates().map(({ state, quantity }) => [state, quantity])).toEqual([['live', 10n]])
  const [certificate] = wallet.certificates()
  const parts = must(await wallet.split(certificate?.certificateId ?? '', [4n, 6n]))
  const offered = parts.find(({ quantity }) => quantity === 4n)
  must(
    await wallet.placeOrder({
      side: 'sell',
      ...KAWA,
      price: { kind: 'limit', limitMinor: 1_000n },
      quantity: 4n,
      timeInForce: { kind: 'day' },
      certificateIds: [offered?.certificateId ?? ''],
    }),
  )
  must(await wallet.renew())
}

describe('a wallet that is restored from a backup from before its renewal', () => {
  it('[CA4] [RE1] has its present identity when it is up to date, and all its certificates', async () => {
    const wallet = await shareholder('Ren Amano')
    const backup = await backupOf(wallet)
    const before = wallet.identity()
    const renewed = must(await wallet.renew())
    const again = await restored(backup)
    expect(again.identity()?.chain).toEqual(before?.chain)
    must(await again.sync())
    expect(again.identity()).toEqual(renewed)
    // Nothing was signed that a person would be asked about.
    expect(signed).toEqual([])
    await expectUsable(again)
  })

  it('[CA4] gets it when it asks for a renewal instead, and renews the next time', async () => {
    const wallet = await shareholder('Mio Kitano')
    const backup = await backupOf(wallet)
    const renewed = must(await wallet.renew())
    const again = await restored(backup)
    expect(must(await again.renew())).toEqual(renewed)
    expect(must(await again.renew()).chain[0]).not.toBe(renewed.chain[0])
    must(await again.sync())
    await expectUsable(again)
  })

  it('[CA4] [SIG3] has its answer first, if a request was under way: that is signed with the certificate of then', async () => {
    const wallet = await shareholder('Jun Nagata')
    await market.place('authority').stop()
    patienceMs = 500
    const [certificate] = wallet.certificates()
    expect(await wallet.split(certificate?.certificateId ?? '', [1n, 9n])).toMatchObject({
      error: { code: 'under_way' },
    })
    patienceMs = 20_000
    const backup = await backupOf(wallet)
    await market.place('authority').start()
    await market.place('authority').node.ready
    must(await wallet.sync())
    const renewed = must(await wallet.renew())
    const again = await restored(backup)
    must(await again.sync())
    expect(again.underWay()).toEqual([])
    expect(again.identity()).toEqual(renewed)
    const states = again.certificates().filter(({ state }) => state === 'live')
    expect(states.map(({ quantity }) => quantity).toSorted((a, b) => Number(a - b))).toEqual([1n, 9n])
  })

  it('[CA4] with a certificate in it that has ended is as good', async () => {
    const wallet = await shareholder('Aoi Hanada')
    const backup = await backupOf(wallet)
    await wallet.close()
    opened.delete(wallet)
    await later(CERTIFICATE_DAYS - 5)
    const survivor = await restored(backup)
    must(await survivor.sync())
    const renewed = must(await survivor.renew())
    await later(10)
    const again = await restored(backup)
    must(await again.refreshMarket())
    expect(await again.standing()).toMatchObject({ code: 'cert_expired' })
    must(await again.sync())
    expect(await again.standing()).toBeUndefined()
    expect(again.identity()).toEqual(renewed)
    await expectUsable(again)
  })

  it('[CA4] [A25] gets nothing for an identity that was revoked', async () => {
    const wallet = await shareholder('Rin Aoyama')
    const backup = await backupOf(wallet)
    const before = wallet.identity()
    must(await wallet.renew())
    const userId = before?.userId ?? ''
    await ask('authority.revoke', { userId, reason: 'key_compromise', operator: OPERATOR })
    const again = await restored(backup)
    // Nobody but the authority opens a connection for it.
    patienceMs = 2_000
    await again.sync()
    expect(again.identity()).toEqual(before)
    expect(await again.standing()).toMatchObject({ code: 'cert_revoked' })
    expect(await again.renew()).toMatchObject({ ok: false })
    expect(again.identity()).toEqual(before)
  })
})
