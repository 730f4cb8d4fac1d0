import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IdentityFile } from '../../shared/documents/endorsement.ts'
import { readBooks, violations } from '../conservation.ts'
import { granted, until } from '../expect.ts'
import { openOwnMarket, type DemoMarket } from '../market.ts'
import { live } from '../people.ts'
import { COMPANIES } from './cast.ts'
import { Newcomers } from './newcomers.ts'
import { Population } from './population.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const OPERATOR = 'demonstration'
const OFFERED_FOR_MS = 30 * DAY_MS
/** Of what a company may issue: the rest is for later. */
const OFFERED_SHARE = { numerator: 4n, denominator: 5n }
/** In a kept folder: how often the market was opened. */
const DAYS_FILE = 'days.json'

export interface LivingMarketOptions {
  /** Of the servers and the simulated investors; made if need be, gone on from if it holds a market. */
  readonly folder: string
  /** The same seed: the same decisions. */
  readonly seed: string
  /** At most {@link MAX_INVESTORS}. */
  readonly investors: number
  /** How many times faster than usual they act; 1 is a trade every second or two. */
  readonly pace?: number
  /** What failed without being anybody's wish. */
  readonly onFault: (fault: unknown) => void
}

/** Two files for somebody: a certificate that a simulated person made over to them, and who that is. */
export interface HandedOver {
  readonly from: string
  readonly endorsement: string
  readonly identity: string
}

/** A demonstration market in which simulated investors trade, over the same sockets as everybody. */
export interface LivingMarket {
  readonly link: string
  readonly market: DemoMarket
  readonly population: Population
  /** Pays whoever has opened an account meanwhile; once the market is open that happens by itself. */
  readonly welcome: () => Promise<void>
  /** Lets the simulated investors come. Before that there are only servers and offerings. */
  readonly open: () => void
  /** Waits until somebody can spare a certificate, and has it endorsed to the person. */
  readonly handOver: (to: IdentityFile) => Promise<HandedOver>
  /** Ends trading and the day, waits until everything is settled, and says what is wrong: nothing, if all is well. */
  readonly closeAndCheck: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

/** Opens a market with servers and offerings; investors come after `open`. */
export async function openLivingMarket(options: LivingMarketOptions): Promise<LivingMarket> {
  const { folder, pace = 1 } = options
  mkdirSync(folder, { recursive: true })
  const market = await openOwnMarket(folder, COMPANIES)
  const day = nextDay(folder)
  const [offeringOf, last] = await Promise.all([offerShares(market), lastPrices(market)])
  const newcomers = await Newcomers.watch(market)
  const population = new Population({ ...options, pace, market, seed: `${options.seed}/${day}`, offeringOf, last })
  return {
    link: market.link,
    market,
    population,
    welcome: () => newcomers.welcome(),
    open: () => {
      population.start()
      newcomers.start(options.onFault)
    },
    handOver: (to) => handOver(population, to),
    async closeAndCheck() {
      await population.stopTrading()
      await market.atDesk('exchange', (desk) => desk.ask('exchange.close-day', { operator: OPERATOR }))
      await until('every match is settled', async () => {
        const { openMatches, openOrders } = await market.atDesk('exchange', (desk) => desk.ask('exchange.totals', {}))
        return openMatches === 0 && openOrders === 0 ? true : undefined
      })
      for (const { name, wallet } of population.present) await granted(`${name} synchronises`, wallet.sync())
      return violations(await readBooks(market), population.present)
    },
    async stop() {
      await newcomers.stop()
      await population.close()
      await market.stop()
    },
  }
}

/** 1 in a new folder. */
function nextDay(folder: string): number {
  const file = join(folder, DAYS_FILE)
  const day = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { day: number }).day + 1 : 1
  writeFileSync(file, `${JSON.stringify({ day })}\n`)
  return day
}

/** By security, the number of its offering: at the reference price, for a month, made where there is none. */
async function offerShares(market: DemoMarket): Promise<ReadonlyMap<string, string>> {
  return market.atDesk('issuer', async (desk) => {
    const { offerings } = await desk.ask('issuer.offerings', {})
    const numbers = new Map(offerings.map(({ security, offeringNumber }) => [security, offeringNumber]))
    for (const { security, terms, authorised, referencePriceMinor } of COMPANIES) {
      if (numbers.has(security)) continue
      const { offeringNumber } = await desk.ask('issuer.offer', {
        security,
        shareClass: 'common',
        terms,
        priceMinor: referencePriceMinor,
        quantity: (authorised * OFFERED_SHARE.numerator) / OFFERED_SHARE.denominator,
        opensAt: Date.now() - 1_000,
        closesAt: Date.now() + OFFERED_FOR_MS,
        operator: OPERATOR,
      })
      numbers.set(security, offeringNumber)
    }
    return numbers
  })
}

async function lastPrices(market: DemoMarket): Promise<ReadonlyMap<string, bigint>> {
  return market.atDesk('exchange', async (desk) => {
    const last = new Map<string, bigint>()
    for (const { security } of COMPANIES) {
      const { lastPriceMinor } = await desk.ask('exchange.book', { security, shareClass: 'common', levels: 1 })
      if (lastPriceMinor !== undefined) last.set(security, lastPriceMinor)
    }
    return last
  })
}

async function handOver({ present }: Population, transferee: IdentityFile): Promise<HandedOver> {
  return until('somebody can spare a certificate', async () => {
    for (const giver of present) {
      const company = giver.watches[0]
      const [, spare] = live(giver, company.security)
      const identity = giver.wallet.identityFile()
      if (spare === undefined || !identity.ok) continue
      const endorsed = await giver.wallet.endorse({
        certificateId: spare.certificateId,
        ...(spare.quantity > company.usual ? { quantity: company.usual } : {}),
        transferee,
        cause: 'gift',
        validUntil: Date.now() + OFFERED_FOR_MS,
      })
      // Offered for sale a moment ago: the next one then.
      if (!endorsed.ok) continue
      return { from: giver.name, endorsement: asFile(endorsed.value), identity: asFile(identity.value) }
    }
    return undefined
  })
}

function asFile(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`
}
