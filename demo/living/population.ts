import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Listing } from '../../electron/wallet/wallet.ts'
import { CURRENCY } from '../cast.ts'
import { granted } from '../expect.ts'
import type { DemoMarket } from '../market.ts'
import { COMPANIES } from './cast.ts'
import { chanceFrom, type Chance } from './chance.ts'
import { Investor, type Acted } from './investor.ts'
import { Worth } from './worth.ts'

/** From one look of anybody at the market to the next, on average. */
const BEAT_MS = 1_000
/** Until everybody has come and the book has filled, things go faster. */
const FIRST_BEAT_MS = 120
const FIRST_BEATS_EACH = 5
/** The first few make a market; the others come one by one, so that a machine has time for its person. */
const FIRST_ARRIVALS = 8
const BETWEEN_ARRIVALS_MS = 500
/** As many investors act at the same time; one never does two things at once. */
const AT_ONCE = 3
const DEPOSIT_MINOR = 20_000_000n
const OPERATOR = 'demonstration'

export interface PopulationOptions {
  readonly market: DemoMarket
  readonly folder: string
  readonly seed: string
  readonly investors: number
  /** How many times faster than usual. */
  readonly pace: number
  readonly offeringOf: ReadonlyMap<string, string>
  /** Prices paid on earlier days, in minor units, by security. */
  readonly last: ReadonlyMap<string, bigint>
  readonly onFault: (fault: unknown) => void
}

/** The simulated investors: they arrive one after the other, and from the second on they trade. */
export class Population {
  readonly #options: PopulationOptions
  readonly #chance: Chance
  readonly #worth: Worth
  readonly #present: Investor[] = []
  readonly #busy = new Map<Investor, Promise<void>>()
  readonly #ending = new AbortController()
  readonly #listings = new Map<string, Listing>()
  #running: Promise<unknown> = Promise.resolve()
  #beats = 0
  #pace: number

  constructor(options: PopulationOptions) {
    this.#options = options
    this.#pace = options.pace
    this.#chance = chanceFrom(`${options.seed}/market`)
    this.#worth = new Worth(COMPANIES, chanceFrom(`${options.seed}/worth`), options.last)
  }

  /** Those who have arrived. */
  get present(): readonly Investor[] {
    return this.#present
  }

  /** Counts of what was done and, by its code, of what was refused. */
  readonly tally = new Map<string, number>()

  set pace(times: number) {
    this.#pace = times
  }

  start(): void {
    this.#running = Promise.all([this.#arrivals(), this.#days()]).catch((fault: unknown) => {
      if (!this.#ending.signal.aborted) this.#options.onFault(fault)
    })
  }

  /** Nobody begins anything new; resolves when what was begun is done. The wallets stay open. */
  async stopTrading(): Promise<void> {
    this.#ending.abort()
    await this.#running
    await Promise.all(this.#busy.values())
  }

  async close(): Promise<void> {
    await this.stopTrading()
    await Promise.all(this.#present.map(({ wallet }) => wallet.close()))
  }

  async #arrivals(): Promise<void> {
    const { market, folder, seed, investors, offeringOf } = this.#options
    for (let index = 0; index < investors && !this.#ending.signal.aborted; index++) {
      const investor = await Investor.open(index, join(folder, 'investors'), seed)
      try {
        const { userId, isNew } = await investor.settleIn(market.link)
        if (isNew) {
          await payIn(market, userId, DEPOSIT_MINOR)
          await investor.subscribe(offeringOf)
        }
        if (index === 0) {
          const listings = await granted('the listings', investor.wallet.listings())
          for (const listing of listings) this.#listings.set(listing.security, listing)
        }
      } catch (error) {
        await investor.wallet.close()
        throw error
      }
      this.#present.push(investor)
      if (index >= FIRST_ARRIVALS) await this.#wait(BETWEEN_ARRIVALS_MS)
    }
  }

  async #days(): Promise<void> {
    const settled = this.#options.investors * FIRST_BEATS_EACH
    while (!this.#ending.signal.aborted) {
      await this.#wait((this.#beats < settled ? FIRST_BEAT_MS : BEAT_MS) * (0.5 + this.#chance.unit()))
      this.#beat()
    }
  }

  /** Shorter at a quicker pace; until the end at the longest. */
  async #wait(usualMs: number): Promise<void> {
    await pause(usualMs / this.#pace, undefined, { signal: this.#ending.signal }).catch(() => {})
  }

  #beat(): void {
    const [first, ...others] = this.#present
      .filter((each) => !this.#busy.has(each))
      .flatMap((each) => Array.from({ length: each.temperament.attention }, () => each))
    if (this.#ending.signal.aborted || first === undefined || this.#busy.size >= AT_ONCE) return
    this.#beats += 1
    this.#worth.step()
    const chosen = this.#chance.pick([first, ...others])
    const acting = chosen
      .act(this.#listings, (security) => this.#worth.of(security))
      .then((acted) => this.#count(acted), this.#options.onFault)
      .finally(() => this.#busy.delete(chosen))
    this.#busy.set(chosen, acting)
  }

  #count({ kind, refusal }: Acted): void {
    const what = refusal === undefined ? kind : `${kind} refused: ${refusal.code}`
    this.tally.set(what, (this.tally.get(what) ?? 0) + 1)
  }
}

/** The bank's side, once for each person: the reference makes it so. */
export async function payIn(market: DemoMarket, userId: string, amountMinor: bigint): Promise<void> {
  await market.atDesk('settlement', (desk) =>
    desk.ask('settlement.deposit', {
      userId,
      currency: CURRENCY,
      amountMinor,
      reference: `opening-${userId}`,
      operator: OPERATOR,
    }),
  )
}
