import { describe, expect, test } from 'vitest'
import { catalogue } from '../../../shared/protocol/catalogue/catalogue.ts'
import { CODES } from '../../../shared/protocol/codes.ts'
import { ok, refuse } from '../../../shared/kernel/result.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { Prepared } from '../../commit/decision.ts'
import { buyOrder, certificate, HOSHI, investor, sellOrder, SETTINGS } from './exchange-fixture.ts'
import { exchangeRole } from './role.ts'
import { exchangeSettings } from './settings.ts'

const MINE = certificate(1, 'anna', 50n)
const FORGED = certificate(2, 'anna', 50n)
const forged = refuse('not_issuer_of_class', 'signed by somebody else')

/** Knows one certificate; everything else is forged. */
const trust: DocumentTrust = {
  verifyWith: () => Promise.resolve(forged),
  verifyMember: () => Promise.resolve(forged),
  verifyShareCertificate: (jws) => Promise.resolve(jws.includes(MINE.certificateId) ? ok(MINE) : forged),
}
const role = exchangeRole(SETTINGS, trust)

describe('the role', () => {
  test('[TR1] S73, S74: the certificates of a sale are verified before the queue, those of a buy there are none', async () => {
    const prepare = role.operations['exchange.order'].prepare
    const request: Prepared = { sender: investor('anna'), jws: '', id: '', at: 0 }
    expect(await prepare?.(sellOrder('anna', 1n, 100n, [MINE, FORGED]), request)).toEqual([ok(MINE), forged])
    expect(await prepare?.(buyOrder('anna', 1n, 100n), request)).toEqual([])
  })

  test('[TR12] every operation of the catalogue is bound, commands to decisions and inquiries to answers', () => {
    for (const [name, { kind }] of Object.entries(catalogue.exchange)) {
      if (['subscribe', 'unsubscribe', 'outbox'].includes(name)) continue
      const handler = role.operations[`exchange.${name}` as keyof typeof role.operations]
      expect([name, kind === 'command' ? 'decide' in handler : 'answer' in handler]).toEqual([name, true])
    }
  })

  test('[IS3] at every start the market opens, then each list is demanded apart', () => {
    expect(role.atStart).toEqual([
      { operation: 'exchange.list', body: SETTINGS.listings[0] },
      { operation: 'exchange.open', body: { classes: [HOSHI] } },
      { operation: 'exchange.demand-list', body: HOSHI },
    ])
  })

  test('no code of the exchange is named twice', () => {
    expect(new Set(CODES.exchange).size).toBe(CODES.exchange.length)
  })
})

describe('settings', () => {
  const listing = { ...HOSHI, companyName: 'Hoshi Brewing', currency: 'JPY', referencePriceMinor: '100' }

  test('have sane defaults', () => {
    expect(exchangeSettings.decode({ listings: [listing] }).listings).toEqual([
      { ...listing, referencePriceMinor: 100n, tickMinor: 1n, lot: 1n, limitPercent: 30 },
    ])
    expect(exchangeSettings.decode({})).toEqual({ listings: [] })
  })

  test.each([
    ['a class listed twice', { listings: [listing, listing] }, ['listings']],
    ['a tick of nothing', { listings: [{ ...listing, tickMinor: '0' }] }, ['listings', 0, 'tickMinor']],
    ['an unknown member', { listings: [{ ...listing, ticks: '1' }] }, ['listings', 0]],
  ])('%s is refused, the member named', (_, settings, path) => {
    expect(exchangeSettings.safeParse(settings).error?.issues[0]?.path).toEqual(path)
  })
})
