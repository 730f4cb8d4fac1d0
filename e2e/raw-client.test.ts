import { generateKeyPairSync, randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMarket, type DemoMarket } from '../demo/market.ts'
import { canonical, hashOf, object, text, type Members } from './raw-client/jws.ts'
import { Investor, type Held } from './raw-client/investor.ts'
import { Refused } from './raw-client/session.ts'

const CLIENT = join(import.meta.dirname, 'raw-client')
/** Generous: two cores may be busy with other tests. */
const PATIENCE_MS = 120_000
const DAY_MS = 24 * 60 * 60 * 1000

describe('the client written from the document', () => {
  it('uses nothing of this program', () => {
    const imported = readdirSync(CLIENT).flatMap((file) => {
      const source = readFileSync(join(CLIENT, file), 'utf8')
      return [...source.matchAll(/(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*['"`]([^'"`\n]+)['"`]/g)].map(
        ([, name]) => name,
      )
    })
    const own = readdirSync(CLIENT).map((file) => `./${file}`)
    const foreign = new Set(imported.filter((name) => name !== undefined && !own.includes(name)))
    expect(foreign).toEqual(new Set(['jose', 'node:crypto', 'node:events', 'ws']))
  })
})

describe('the examples of the document', () => {
  const names = ['market', 'session', 'order', 'hand-over']

  it.each(names)('[SIG1] vectors/%s.json: canonical form and hash are what this client makes of them', (name) => {
    const file = readFileSync(join(import.meta.dirname, '../docs/vectors', `${name}.json`), 'utf8')
    const vectors: Members[] = []
    JSON.parse(file, (_key, value: Members) => {
      if (typeof value === 'object' && value !== null && 'canonicalPayload' in value) vectors.push(value)
      return value
    })
    expect(vectors).not.toHaveLength(0)
    for (const vector of vectors) {
      const compact = text(vector, 'compact')
      expect(canonical(object(vector, 'payload'))).toBe(vector['canonicalPayload'])
      const parts = [object(vector, 'header'), object(vector, 'payload')].map(canonical)
      const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
      expect(compact.slice(0, compact.lastIndexOf('.'))).toBe(signed)
      expect(hashOf(compact)).toBe(vector['hash'])
    }
  })
})

describe('a day of two investors with that client', { timeout: PATIENCE_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kabuken-raw-'))
  let market: DemoMarket
  let aoi: Investor
  let botan: Investor
  let shares: Held
  let remainder: Held
  let bought: Held
  let price: bigint
  let notices: { readonly sold: Members; readonly bought: Members }

  beforeAll(async () => {
    market = await openMarket(folder, false, () => {})
  }, PATIENCE_MS)

  afterAll(async () => {
    await Promise.all([aoi, botan].map((each) => each?.close()))
    await market?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, PATIENCE_MS)

  it('[CA1] joins by the fingerprint of the root and enrols, with keys of both kinds', async () => {
    aoi = await Investor.enrol(market.link, {
      name: '花田 葵',
      postalAddress: '3-1 Kawabata, Mizuho',
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      account: digits(),
    })
    botan = await Investor.enrol(market.link, {
      name: 'Botan Kisaragi',
      postalAddress: '12 Lantern Row, Ashiya',
      key: generateKeyPairSync('ed25519').privateKey,
      account: digits(),
    })
    expect(aoi.userId).toMatch(/^[a-z]{3}-[0-9a-z]{10,26}$/)
    expect(botan.userId).not.toBe(aoi.userId)
  })

  it('[SIG4] opens accounts under sealed numbers; the operator books deposits', async () => {
    for (const person of [aoi, botan]) {
      const opened = await person.openAccount('JPY')
      expect(text(opened, 'accountEnding')).toBe(person.person.account.slice(-4))
      await market.atDesk('settlement', (desk) =>
        desk.ask('settlement.deposit', {
          userId: person.userId,
          currency: 'JPY',
          amountMinor: 1_000_000n,
          reference: `opening-${person.userId}`,
          operator: 'test',
        }),
      )
      expect(await person.statement()).toMatchObject({ balanceMinor: '1000000', heldMinor: '0' })
    }
  })

  it('[IS2] subscribes, pays and gets a certificate', async () => {
    await market.atDesk('issuer', (desk) =>
      desk.ask('issuer.offer', {
        security: 'HOSHI',
        shareClass: 'common',
        terms: 'One vote a share.',
        priceMinor: 1_200n,
        quantity: 500n,
        opensAt: Date.now() - 1_000,
        closesAt: Date.now() + DAY_MS,
        operator: 'test',
      }),
    )
    shares = await aoi.subscribe('HOSHI', 100n)
    expect(shares.certificate).toMatchObject({ quantity: '100', holderName: '花田 葵', userId: aoi.userId })
    expect(await aoi.statement()).toMatchObject({ balanceMinor: '880000' })
  })

  it('[SIG3] gets the same reply again for the same bytes, and a signed refusal for others under the same ID', async () => {
    const issuer = await aoi.at('issuer')
    const request = issuer.prepare('reissue', reissueOf(shares, ['10', '20']))
    const first = await refusal(issuer.send(request))
    expect(first.code).toBe('quantities_differ')
    expect((await refusal(issuer.send(request))).details).toEqual(first.details)
    for (const quantities of [
      ['10', '20'],
      ['30', '40'],
    ]) {
      const other = issuer.prepare('reissue', reissueOf(shares, quantities), request.id)
      expect((await refusal(issuer.send(other))).code).toBe('duplicate_id')
    }
  })

  it('[SIG5] [RE1] gets the certificate signed once more: other bytes, the same certificate', async () => {
    const again = await aoi.signedAgain(shares)
    expect(again.compact).not.toBe(shares.compact)
    expect(again.certificate).toEqual(shares.certificate)
    // The sale below attaches this one, the hand-over by the buyer comes from it.
    shares = again
  })

  it('[TR4] [TR6] sells and buys: both are told of the completion and of the register', async () => {
    const { listings } = await (await aoi.at('exchange')).ask('listings', {})
    const listing = (listings as readonly Members[]).find(({ security }) => security === 'HOSHI') ?? {}
    price = BigInt(text(listing, 'referencePriceMinor'))
    const [sellerFeed, buyerFeed, registerFeed] = await Promise.all([
      aoi.at('exchange').then((session) => session.subscribe(`user:${aoi.userId}`)),
      botan.at('exchange').then((session) => session.subscribe(`user:${botan.userId}`)),
      aoi.at('issuer').then((session) => session.subscribe(`user:${aoi.userId}`)),
    ])
    const terms = {
      security: 'HOSHI',
      shareClass: 'common',
      currency: 'JPY',
      price: { kind: 'limit', limitMinor: String(price) },
      timeInForce: { kind: 'day' },
    }
    const sale = await aoi.order({ ...terms, quantity: '60' }, [shares])
    const purchase = await botan.order({ ...terms, quantity: '60' })
    const [sold, got] = await Promise.all([
      sellerFeed.next('completion').then((body) => aoi.readNotice(text(body, 'notice'))),
      buyerFeed.next('completion').then((body) => botan.readNotice(text(body, 'notice'))),
    ])
    const both = { security: 'HOSHI', quantity: '60', priceMinor: String(price), amountMinor: String(price * 60n) }
    expect(sold).toMatchObject({ ...both, side: 'sell', userId: aoi.userId, receptionNumber: sale })
    expect(got).toMatchObject({ ...both, side: 'buy', userId: botan.userId, receptionNumber: purchase })
    expect(await registerFeed.next('transfer-registered')).toMatchObject({
      certificateId: shares.certificate['certificateId'],
      remainderCertificateId: sold['remainderCertificateId'],
      matchNumber: sold['matchNumber'],
    })
    notices = { sold, bought: got }
  })

  it('[TR7] the buyer collects the certificate and the seller the remainder, nobody else', async () => {
    const transferNumber = text(notices.bought, 'transferNumber')
    bought = await botan.collect('HOSHI', 60n, transferNumber)
    expect(bought.certificate['certificateId']).toBe(notices.bought['certificateId'])
    remainder = await aoi.collect('HOSHI', 40n, transferNumber)
    expect(remainder.certificate['certificateId']).toBe(notices.sold['remainderCertificateId'])
    const chika = await Investor.enrol(market.link, {
      name: 'Chika Morinaka',
      postalAddress: '8-22 Tsukimi, Nagare',
      key: generateKeyPairSync('ed25519').privateKey,
      account: digits(),
    })
    const stranger = await refusal(chika.collect('HOSHI', 60n, transferNumber))
    const nothing = await refusal(chika.collect('HOSHI', 60n, `TR-${'9'.repeat(8)}`))
    await chika.close()
    expect(stranger.code).toBe('not_entitled')
    expect([nothing.code, nothing.details]).toEqual([stranger.code, stranger.details])
  })

  it('[TF3] [TF6] hands a part over by a file, once', async () => {
    const file = botan.endorse(bought, 25n, aoi.userId, new Date(Date.now() + DAY_MS))
    const { held, transfer } = await aoi.accept(file)
    expect(held.certificate).toMatchObject({ quantity: '25', holderName: '花田 葵' })
    const rest = await botan.collect('HOSHI', 35n, text(transfer, 'transferNumber'))
    expect(rest.certificate['certificateId']).toBe(object(transfer, 'remainder')['certificateId'])
    await expect(aoi.accept(file)).rejects.toThrow('the certificate is retired')
    const { entries } = await (await aoi.at('issuer')).ask('holdings', { userId: aoi.userId, scope: 'live' })
    const live = (entries as readonly Members[]).map(({ certificateId }) => certificateId)
    expect(new Set(live)).toEqual(new Set([remainder, held].map(({ certificate }) => certificate['certificateId'])))
  })
})

function reissueOf({ compact, certificate }: Held, quantities: readonly string[]): Members {
  const { userId, security, shareClass } = certificate
  return { userId, security, shareClass, ground: { kind: 'split', certificate: compact, quantities } }
}

async function refusal(asked: Promise<unknown>): Promise<Refused> {
  const outcome = await asked.catch((reason: unknown) => reason)
  if (outcome instanceof Refused) return outcome
  throw new Error('not refused', { cause: outcome })
}

function digits(): string {
  return Array.from({ length: 12 }, () => randomInt(10)).join('')
}
