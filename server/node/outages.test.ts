import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpOrigin } from '../../shared/market/market-link.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { silentLogger } from '../runtime/logger.ts'
import { buy, lost, sell } from './testing/bodies.ts'
import { CURRENCY, type Holding, type Investor } from './testing/cast.ts'
import { must, openTestMarket, type TestMarket } from './testing/market.ts'
import { until } from './testing/place.ts'
import { openSession } from './testing/raw-session.ts'

const OTHERS = ['issuer', 'exchange', 'settlement'] as const

let market: TestMarket
let ren: Investor
let mio: Investor

beforeAll(async () => {
  // Lists are overdue ten seconds after the authority has fallen silent.
  market = await openTestMarket({ split: true, crlPeriodSeconds: 5 })
  ren = await market.investor('Ren Amano', 1_000_000n)
  mio = await market.investor('Mio Kitano', 1_000_000n)
})

afterAll(() => market.close())

const problemOf = (role: (typeof OTHERS)[number]): string | undefined =>
  market.place(role).node.roles.get(role)?.problem()?.code

async function statement({ member }: Investor) {
  return must(await member.ask('settlement.account', async (id) => ({ account: await member.sealed(id) })))
}

describe('the authority falls silent', () => {
  function commands(holding: Holding): Promise<Result<unknown, Refusal>[]> {
    return Promise.all([
      ren.member.ask('issuer.reissue', lost(ren, holding)),
      ren.member.ask('exchange.order', sell(ren, [holding])),
      ren.member.ask('settlement.open-account', async (id) => ({
        account: await ren.member.sealed(id),
        name: ren.name,
        currency: CURRENCY,
      })),
    ])
  }

  test('[A26] with overdue revocation lists commands are refused and inquiries served, until there are fresh ones', async () => {
    const holding = await market.give(ren, 10n)
    await market.place('authority').stop()
    await until(
      'the lists are overdue',
      () => OTHERS.every((role) => problemOf(role) === 'revocation_unknown') || undefined,
    )
    const before = market.states()
    for (const result of await commands(holding))
      expect(result).toMatchObject({ ok: false, error: { code: 'revocation_unknown' } })
    const { userId } = ren.member
    expect(await ren.member.ask('issuer.holdings', { userId, scope: 'live' })).toMatchObject({ ok: true })
    expect(await ren.member.ask('exchange.listings', {})).toMatchObject({ ok: true })
    expect(await statement(ren)).toMatchObject({ balanceMinor: 1_000_000n })
    expect(market.states()).toEqual(before)
    await market.place('authority').start()
    await until('the lists are fresh', () => OTHERS.every((role) => problemOf(role) === undefined) || undefined)
    const [, order] = await commands(holding)
    expect(order?.ok === true || order?.error.code === 'certificate_superseded').toBe(true)
    await market.quiet()
  }, 60_000)
})

/** Starts a role's node so that it takes this server for its authority. */
async function startBehind(role: (typeof OTHERS)[number], between: Server, logger = silentLogger): Promise<void> {
  const place = market.place(role)
  const { loaded } = place
  const authority = `ws://127.0.0.1:${(between.address() as AddressInfo).port}/authority`
  const config = { ...loaded.config, market: { ...loaded.config.market, authority } }
  await place.start({ loaded: { ...loaded, config }, logger })
}

describe('the very first start', () => {
  test('[A25] [P13] nobody gets a session before the revocation lists are there: nobody could be told from a revoked member', async () => {
    const place = market.place('exchange')
    let asked = 0
    let withheld = true
    const between = createServer((request, response) => {
      const path = request.url ?? ''
      const isList = path.startsWith('/crl/')
      if (isList) asked += 1
      void fetch(httpOrigin(market.url('authority')) + path).then(async (answer) => {
        if (isList && withheld) response.writeHead(503)
        response.end(Buffer.from(await answer.arrayBuffer()))
      })
    })
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
    await place.stop()
    rmSync(join(place.loaded.dataFolder, 'market.json'))
    await startBehind('exchange', between)
    await until('the descriptor is known and the lists were refused', () => asked > 0 || undefined)
    const caller = { url: market.url('exchange'), role: 'exchange', trust: market.trust } as const
    expect(place.node.trust.descriptor).toBeDefined()
    expect(await openSession(caller, ren.member.identity)).toEqual({ code: 4401, reason: 'not_ready' })
    withheld = false
    await place.node.ready
    expect(await ren.member.ask('exchange.listings', {})).toMatchObject({ ok: true })
    await place.stop()
    between.close()
    await place.start()
    await place.node.ready
  }, 60_000)
})

describe('an older revocation list', () => {
  /** Passes everything on, until it gives out what it gave out at first. */
  let between: Server
  let rollBack = false
  let servedOld = 0
  const first = new Map<string, Buffer>()
  const told: (string | number | boolean | undefined)[] = []

  const logger = { ...silentLogger, warn: (fields: { code?: string }) => told.push(fields.code) }

  beforeAll(async () => {
    const origin = httpOrigin(market.url('authority'))
    between = createServer((request, response) => {
      const path = request.url ?? ''
      void fetch(origin + path).then(async (answer) => {
        const bytes = Buffer.from(await answer.arrayBuffer())
        const kept = first.get(path)
        if (kept === undefined) first.set(path, bytes)
        if (rollBack && path.startsWith('/crl/')) servedOld += 1
        response.end(rollBack && path.startsWith('/crl/') ? kept : bytes)
      })
    })
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
    await market.place('issuer').stop()
    await startBehind('issuer', between, logger)
    await market.place('issuer').node.ready
  })

  afterAll(async () => {
    between.close()
    await market.place('issuer').stop()
    await market.place('issuer').start()
    await market.place('issuer').node.ready
  })

  test('[A25] [P13] does not bring a revoked member back, neither to a running node nor over its restart', async () => {
    const kaz = await market.investor('Kaz Ueno', 0n)
    const { userId } = kaz.member
    const ask = async () => kaz.member.ask('issuer.holdings', { userId, scope: 'live' })
    expect(await ask()).toMatchObject({ ok: true })
    const authority = await market.server('authority')
    must(await authority.ask('authority.revoke', { userId, reason: 'key_compromise', operator: 'test' }))
    await until('the revocation is known', async () => ((await ask()).ok ? undefined : true))
    rollBack = true
    servedOld = 0
    await until('the older list was served', () => servedOld > 2 || undefined)
    expect(told).toContain('crl_rollback')
    const before = market.states()
    expect(await ask()).toMatchObject({ ok: false, error: { code: 'cert_revoked' } })
    expect(market.states()).toEqual(before)
    kaz.member.close()
    await market.place('issuer').stop()
    // All that it gets now is the older list; what it has seen is remembered, also when that is overdue.
    await startBehind('issuer', between, logger)
    const caller = { url: market.url('issuer'), role: 'issuer', trust: market.trust } as const
    const answer = await until('the node remembers', async () => {
      const opened = await openSession(caller, kaz.member.identity)
      return 'reason' in opened && opened.reason === 'not_ready' ? undefined : opened
    })
    expect(answer).toEqual({ code: 4401, reason: 'cert_revoked' })
  })
})

describe('a server is away in the middle of a trade', () => {
  test('[A41] [A43] the trade is pending, then completes by itself; money and shares are conserved', async () => {
    const holding = await market.give(ren, 10n)
    const cash = (await statement(ren)).balanceMinor + (await statement(mio)).balanceMinor
    const sale = must(await ren.member.ask('exchange.order', sell(ren, [holding])))
    await market.quiet()
    await market.place('issuer').stop()
    const { receptionNumber } = must(await mio.member.ask('exchange.order', buy(mio, 10n)))
    const status = async () => must(await mio.member.ask('exchange.order-status', { receptionNumber }))
    expect((await status()).matches).toMatchObject([{ state: 'transfer_asked' }])
    const operator = await market.server('exchange')
    const issuer = market.trust.find('issuer')?.userId
    const waiting = await until('the desk shows what waits, for whom and why', async () => {
      const { peers } = must(await operator.ask('exchange.outbox', {}))
      return peers.find(({ failures }) => failures > 0)
    })
    expect(waiting).toMatchObject({ userId: issuer, operation: 'issuer.match-transfer', code: 'connection_lost' })
    expect(await mio.member.ask('exchange.outbox', {})).toMatchObject({ error: { code: 'not_permitted' } })
    // The shares have not moved, so the money has not.
    expect(await statement(mio)).toMatchObject({ heldMinor: 10_000n })
    await market.place('settlement').stop()
    await market.place('issuer').start()
    await until(
      'the shares have moved',
      async () => (await status()).matches[0]?.state === 'settlement_asked' || undefined,
    )
    await market.place('settlement').start()
    await until('the money has moved', async () => (await status()).matches[0]?.state === 'settled' || undefined)
    expect(await status()).toMatchObject({ state: 'filled' })
    await market.quiet()
    expect(must(await operator.ask('exchange.outbox', {})).peers).toEqual([])
    operator.close()
    const bought = await statement(mio)
    expect(bought.heldMinor).toBe(0n)
    expect((await statement(ren)).balanceMinor + bought.balanceMinor).toBe(cash)
    const [match] = (await status()).matches
    const ground = { kind: 'transfer', transferNumber: match?.transferNumber ?? '' } as const
    expect(await market.collect(mio, 10n, ground)).toMatchObject([{ quantity: 10n }])
    const { receptionNumber: sold } = sale
    expect(must(await ren.member.ask('exchange.order-status', { receptionNumber: sold }))).toMatchObject({
      state: 'filled',
    })
  }, 60_000)
})
