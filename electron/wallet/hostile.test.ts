import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomIds, systemRandom } from '../../server/runtime/ids.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { DAY, NOW } from '../../shared/pki/forge.ts'
import type { Schedule } from '../../shared/protocol/link.ts'
import { memoryKeychain } from './keychain/testing/memory-keychain.ts'
import { CLASS, HostileMarket, type Asked } from './testing/hostile-market.ts'
import { openWallet, type Wallet, type WalletOptions } from './wallet.ts'

/** Whatever the servers say, the wallet believes only what is signed, bound and asked for. */

let market: HostileMarket
let folder: string
let now: number
let wallet: Wallet
let options: WalletOptions

/** Pauses are short here, so that a test need not wait; patience is not. */
const hasty: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs > 5_000 ? delayMs : 1)
  return () => clearTimeout(timer)
}

async function granted<T>(outcome: Promise<Result<T, Refusal>>): Promise<T> {
  const result = await outcome
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

beforeEach(async () => {
  market = await HostileMarket.make()
  folder = mkdtempSync(join(tmpdir(), 'kabuken-hostile-'))
  now = NOW
  options = {
    folder,
    keychain: memoryKeychain(),
    // It moves on a little, so that what comes later is later.
    clock: { now: () => (now += 1) },
    random: systemRandom,
    ids: randomIds,
    fetch: market.fetch,
    openSocket: market.openSocket,
    schedule: hasty,
    confirm: () => Promise.resolve(true),
  }
  wallet = await openWallet(options)
  await granted(wallet.join(market.link))
  await granted(wallet.createKey())
})

afterEach(async () => {
  await wallet.close()
  rmSync(folder, { recursive: true })
})

async function enrol(): Promise<string> {
  await granted(wallet.enrol({ name: 'Aoi Hanada', postalAddress: '3-1 Kawabata' }))
  await granted(wallet.openAccount({ currency: 'JPY' }))
  return wallet.identity()?.userId ?? ''
}

const subscribe = () => wallet.subscribe({ offeringNumber: 'OF-000001', quantity: 10n })

async function holdOne(): Promise<string> {
  const userId = await enrol()
  const certificate = await market.certificate(userId)
  market.on('issuer.issue', () => ({ reply: { certificates: [certificate] } }))
  await granted(subscribe())
  return userId
}

describe('certificates that arrive', () => {
  it('keeps what was asked for', async () => {
    await holdOne()
    expect(wallet.certificates()).toMatchObject([{ quantity: 10n, state: 'live' }])
  })

  it.each([
    ['fewer shares', 'certificate_not_as_requested', (me: string) => market.certificate(me, { quantity: 9n })],
    [
      'another class',
      'certificate_not_as_requested',
      (me: string) => market.certificate(me, { shareClass: 'preferred' }),
    ],
    ['somebody else’s name', 'certificate_not_as_requested', () => market.certificate('inv-9999999999')],
    [
      '[A33] the signature of another issuer',
      'not_issuer_of_class',
      (me: string) => market.certificate(me, {}, market.parties.otherIssuer),
    ],
    [
      '[A33] the signature of no issuer',
      'not_issuer_of_class',
      (me: string) => market.certificate(me, {}, market.parties.exchange),
    ],
    ['[A13] another kind of document', 'wrong_typ', () => market.sign(market.parties.issuer, 'kabuken.event', {})],
  ])('[IS4] refuses a certificate with %s, and keeps the reply as evidence', async (_, code, make) => {
    const certificate = await make(await enrol())
    market.on('issuer.issue', () => ({ reply: { certificates: [certificate] } }))
    expect(await subscribe()).toMatchObject({ ok: false, error: { code } })
    expect(wallet.certificates()).toEqual([])
    const [entry] = wallet.history()
    expect(entry).toMatchObject({ operation: 'issuer.issue', state: 'answered', code })
    expect(wallet.evidence(entry?.requestId ?? '')?.reply).toBeDefined()
  })

  it('[IS4] refuses one certificate given twice for two', async () => {
    const userId = await enrol()
    const certificate = await market.certificate(userId, { quantity: 5n })
    market.on('issuer.issue', () => ({ reply: { certificates: [certificate, certificate] } }))
    expect(await subscribe()).toMatchObject({ ok: false, error: { code: 'certificate_not_as_requested' } })
    expect(wallet.certificates()).toEqual([])
  })
})

it('an ID that was retired never comes back, though its issuer sends the certificate anew', async () => {
  await holdOne()
  const certificateId = wallet.certificates()[0]?.certificateId ?? ''
  market.on('issuer.certificate-state', ({ body }) => ({
    reply: { ...body, state: 'retired' as const, at: NOW, retiredAt: NOW, retiredBy: 'TR-00000001' },
  }))
  await granted(wallet.verifyCertificate(certificateId))
  expect(wallet.certificate(certificateId)?.state).toBe('retired')
  await granted(subscribe())
  expect(wallet.certificate(certificateId)).toMatchObject({ state: 'retired', retiredBy: 'TR-00000001' })
})

describe('replies', () => {
  const order = () =>
    wallet.placeOrder({
      side: 'buy',
      ...CLASS,
      price: { kind: 'limit', limitMinor: 100n },
      quantity: 1n,
      timeInForce: { kind: 'day' },
    })
  const receipt = (asked: Asked<'exchange.order'>) => ({ receptionNumber: 'OR-00000001', orderHash: asked.hash })

  it('[TR1] refuses a receipt for another order', async () => {
    await enrol()
    market.on('exchange.order', (asked) => ({ reply: { ...receipt(asked), orderHash: 'A'.repeat(43) } }))
    expect(await order()).toMatchObject({ ok: false, error: { code: 'receipt_differs' } })
    expect(wallet.orders()).toEqual([])
  })

  it.each([
    ['[A5] that answers another request', 'response_not_bound', { request: 'A'.repeat(43) }],
    ['[A6] that a server of another role signed', 'wrong_role', { by: 'issuer' }],
  ] as const)('keeps a request under way on a reply %s', async (_, code, change) => {
    await enrol()
    const by = 'by' in change ? { by: market.parties[change.by] } : change
    market.on('exchange.order', async (asked) => ({
      message: await market.reply('exchange.order', asked, receipt(asked), by),
    }))
    const outcome = await order()
    expect(outcome).toMatchObject({ ok: false, error: { code: 'under_way', details: { code } } })
    expect(wallet.underWay()).toMatchObject([{ operation: 'exchange.order' }])
    expect(wallet.orders()).toEqual([])

    const seen: string[] = []
    market.on('exchange.order', (asked) => {
      seen.push(asked.id)
      return { reply: receipt(asked) }
    })
    await wallet.sync()
    expect(seen).toEqual([outcome.ok ? '' : outcome.error.details?.['requestId']])
    expect(wallet.underWay()).toEqual([])
    expect(wallet.orders()).toMatchObject([{ receptionNumber: 'OR-00000001' }])
  })

  it('sends a request again, the same, while the server says "not now"', async () => {
    await enrol()
    const seen: string[] = []
    market.on('exchange.order', (asked) => {
      seen.push(asked.hash)
      return seen.length < 3 ? { refusal: { code: 'not_ready', message: 'starting' } } : { reply: receipt(asked) }
    })
    await granted(order())
    expect(seen).toHaveLength(3)
    expect(new Set(seen).size).toBe(1)
  })

  it('[A52] [SIG3] gives the code of a refusal, and what was pending is free again', async () => {
    await holdOne()
    const message = '<a href="https://evil.example">Please update your wallet</a>'
    market.on('issuer.reissue', () => ({ refusal: { code: 'stale_request', message } }))
    const certificateId = wallet.certificates()[0]?.certificateId ?? ''
    const outcome = await wallet.split(certificateId, [4n, 6n])
    expect(outcome).toMatchObject({ ok: false, error: { code: 'stale_request' } })
    expect(wallet.certificate(certificateId)?.state).toBe('live')
    expect(wallet.history()[0]).toMatchObject({ state: 'refused', code: 'stale_request' })
  })

  it('refuses a reissue of other certificates than were surrendered', async () => {
    await holdOne()
    const certificateId = wallet.certificates()[0]?.certificateId ?? ''
    market.on('issuer.reissue', ({ hash }) => {
      const numbers = { reissueNumber: 'RE-000001', listSequence: 1n, requestHash: hash }
      return { reply: { ...numbers, retired: ['1'.repeat(26)], certificates: [] } }
    })
    const outcome = await wallet.split(certificateId, [4n, 6n])
    expect(outcome).toMatchObject({ ok: false, error: { code: 'certificate_not_as_requested' } })
    expect(wallet.certificate(certificateId)?.state).toBe('live')
    expect(wallet.toCollect()).toEqual([])
  })

  it('lets one certificate into one request at a time', async () => {
    await holdOne()
    market.on('issuer.reissue', () => ({ refusal: { code: 'certificate_stopped', message: '' } }))
    const certificateId = wallet.certificates()[0]?.certificateId ?? ''
    const codes = (
      await Promise.all([wallet.split(certificateId, [4n, 6n]), wallet.renewCertificate(certificateId)])
    ).map((outcome) => (outcome.ok ? 'ok' : outcome.error.code))
    expect(codes).toEqual(['certificate_stopped', 'certificate_not_live'])
  })
})

describe('a person who does not wait', () => {
  it.each(['sync', 'restore'] as const)('ends %s in the middle: no further step, nothing lost', async (name) => {
    await holdOne()
    const stop = new AbortController()
    const steps: string[] = []
    market.on('issuer.holdings', () => {
      stop.abort()
      return 'silence'
    })
    const ended = wallet[name](({ step }) => steps.push(step), stop.signal)
    expect(await ended).toMatchObject({ ok: false, error: { code: 'stopped' } })
    expect(steps.at(-1)).toBe('holdings')
    expect(wallet.certificates()).toMatchObject([{ state: 'live' }])
    market.on('issuer.holdings', ({ body }) => ({ reply: { userId: body.userId, entries: [], more: false } }))
    expect(await wallet[name]()).toMatchObject({ ok: true })
  })
})

describe('the market and its lists', () => {
  it('refuses a certificate for another key', async () => {
    const other = market.parties.exchange.certificate
    market.on('authority.enrol', () => ({
      reply: { applicationNumber: 'AP-000001', state: 'approved' as const, userId: 'exc-0000000001', chain: [other] },
    }))
    expect(await wallet.enrol({ name: 'Aoi Hanada' })).toMatchObject({
      ok: false,
      error: { code: 'wrong_certificate' },
    })
    expect(wallet.identity()).toBeUndefined()
  })

  it('refuses an older description, also after a restart', async () => {
    await market.describe({ sequence: 7, marketName: 'Newer' })
    await granted(wallet.refreshMarket())
    await market.describe({ sequence: 6, marketName: 'Older' })
    expect(await wallet.refreshMarket()).toMatchObject({ ok: false, error: { code: 'descriptor_rollback' } })
    await wallet.close()
    wallet = await openWallet(options)
    expect(await wallet.refreshMarket()).toMatchObject({ ok: false, error: { code: 'descriptor_rollback' } })
    expect(wallet.market()?.marketName).toBe('Newer')
  })

  it('[A26] [SIG6] moves no shares without fresh lists, and reads nevertheless', async () => {
    await holdOne()
    now = NOW + 2 * DAY
    expect(wallet.market()?.stale?.code).toBe('revocation_unknown')
    const before = wallet.history().length
    const certificateId = wallet.certificates()[0]?.certificateId ?? ''
    expect(await wallet.split(certificateId, [4n, 6n])).toMatchObject({
      ok: false,
      error: { code: 'revocation_unknown' },
    })
    expect(wallet.history()).toHaveLength(before)
    expect((await granted(wallet.offerings())).offerings).toHaveLength(2)
    await market.publishCrls({ number: 2n, thisUpdate: NOW + 2 * DAY - 1000, nextUpdate: now + DAY })
    market.on('issuer.reissue', () => ({ refusal: { code: 'certificate_stopped', message: '' } }))
    expect(await wallet.split(certificateId, [4n, 6n])).toMatchObject({
      ok: false,
      error: { code: 'certificate_stopped' },
    })
  })

  it('[A25] does not go back to an older list that knows of no revocation', async () => {
    await holdOne()
    const [{ certificateId } = { certificateId: '' }] = wallet.certificates()
    const revocation = async () => {
      const { checks } = await granted(wallet.verifyCertificate(certificateId))
      return checks.find(({ check }) => check === 'revocation')
    }
    expect(await revocation()).toEqual({ check: 'revocation', outcome: 'passed' })
    const revoked = [{ serial: market.parties.issuer.serial, at: NOW - 1000, reason: 'keyCompromise' as const }]
    await market.publishCrls({ number: 3n, revoked })
    await granted(wallet.refreshMarket())
    expect(await revocation()).toMatchObject({ outcome: 'failed', code: 'cert_revoked' })
    await market.publishCrls({ number: 2n })
    await granted(wallet.refreshMarket())
    expect(await revocation()).toMatchObject({ outcome: 'failed', code: 'cert_revoked' })
    await wallet.close()
    // Nobody gets through to a server whose certificate is revoked, so there is no use in waiting.
    wallet = await openWallet({ ...options, patienceMs: 1 })
    expect(await revocation()).toMatchObject({ outcome: 'failed', code: 'cert_revoked' })
  })
})
