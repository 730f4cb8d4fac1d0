import { setTimeout as pause } from 'node:timers/promises'
import { allPages } from '../../server/cli/options.ts'
import type { DemoMarket } from '../market.ts'
import { COMPANIES, investorNamed, MAX_INVESTORS } from './cast.ts'
import { payIn } from './population.ts'

const LOOK_EVERY_MS = 2_000
const WELCOME_MINOR = 3_000_000n
const OPERATOR = 'demonstration'
/** Which company's old paper register everybody turns out to be in, and with how many usual lots. */
const INHERITED = COMPANIES[4]
const INHERITED_LOTS = 2n

interface Newcomer {
  readonly userId: string
  readonly name: string
}

/** Looks who has opened an account: a person gets play money, and a certificate that lies ready to be collected. */
export class Newcomers {
  readonly #market: DemoMarket
  readonly #known: Set<string>
  readonly #invented = new Set(Array.from({ length: MAX_INVESTORS }, (_, index) => investorNamed(index).name))
  /** Paid, and not allotted anything yet. */
  readonly #paid: Newcomer[] = []
  readonly #ending = new AbortController()
  #running: Promise<void> = Promise.resolve()

  private constructor(market: DemoMarket, known: Set<string>) {
    this.#market = market
    this.#known = known
  }

  /** Whoever has an account now is no newcomer: servers, and everybody of earlier days. */
  static async watch(market: DemoMarket): Promise<Newcomers> {
    return new Newcomers(market, new Set((await accountsOf(market)).map(({ userId }) => userId)))
  }

  /** Pays whoever has come. */
  async welcome(): Promise<void> {
    for (const { userId, name } of await accountsOf(this.#market)) {
      if (this.#known.has(userId)) continue
      this.#known.add(userId)
      if (this.#invented.has(name)) continue
      await payIn(this.#market, userId, WELCOME_MINOR)
      this.#paid.push({ userId, name })
    }
  }

  /** From now on, again and again. */
  start(onFault: (fault: unknown) => void): void {
    const { signal } = this.#ending
    const look = async (): Promise<void> => {
      while (!signal.aborted) {
        await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
        if (signal.aborted) return
        await this.welcome()
        for (const person of this.#paid.splice(0)) await this.#allot(person)
      }
    }
    this.#running = look().catch(onFault)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#running
  }

  async #allot({ userId, name }: Newcomer): Promise<void> {
    const allotment = {
      security: INHERITED.security,
      shareClass: 'common',
      holderName: name,
      userId,
      quantity: INHERITED.usual * INHERITED_LOTS,
      conditionsOfIssue: 'paper certificate of 1994',
      sourceId: `paper-${userId}`,
    } as const
    await this.#market.atDesk('issuer', (desk) =>
      desk.ask('issuer.allot', { allotments: [allotment], operator: OPERATOR }),
    )
  }
}

function accountsOf(market: DemoMarket): Promise<Newcomer[]> {
  return market.atDesk('settlement', (desk) =>
    allPages<Newcomer>(async (last) => {
      const { accounts, more } = await desk.ask('settlement.accounts', last === undefined ? {} : { after: last.userId })
      return { rows: accounts, more }
    }),
  )
}
