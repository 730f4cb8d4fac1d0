import { join } from 'node:path'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { Listing, Wallet } from '../../electron/wallet/wallet.ts'
import { CURRENCY } from '../cast.ts'
import { granted } from '../expect.ts'
import { becomeMember, live, openPlayWallet, userIdOf, type Holder } from '../people.ts'
import { COMPANIES, investorNamed, type ListedCompany } from './cast.ts'
import { chanceFrom, type Chance } from './chance.ts'
import { decide, TEMPERAMENTS, type Action, type Temperament, type View } from './decide.ts'
import { plainKeys } from './plain-keys.ts'

/** Makers are needed for a book, the others for trades. */
const TURNS = ['maker', 'restless', 'patient', 'restless', 'follower', 'restless'] as const
/** How many of the companies somebody follows. */
const WATCHED = 3
/** Opinions on what shares are worth differ by this fraction, and change from one look to the next. */
const OPINION = 0.006
const KEPT = 0.7
/** Looks at the market for one at the account. What is held meanwhile makes an order refused at worst. */
const LOOKS_AN_ACCOUNT = 6

/** How many certificates, of how many usual lots, an investor takes of each company at the beginning. */
const TRANCHES = 3
const LOTS_A_TRANCHE = 3

/** Somebody who does not exist, with a key, an identity, an account and certificates that do. */
export class Investor implements Holder {
  readonly name: string
  readonly wallet: Wallet
  readonly watches: readonly [ListedCompany, ...ListedCompany[]]
  readonly #postalAddress: string
  readonly temperament: Temperament
  readonly #chance: Chance
  readonly #opinion = new Map<string, number>()
  readonly #earlier = new Map<string, bigint>()
  #availableMinor = 0n
  #looks = 0

  private constructor(index: number, wallet: Wallet, seed: string) {
    const { name, postalAddress } = investorNamed(index)
    this.name = name
    this.#postalAddress = postalAddress
    this.wallet = wallet
    this.temperament = TEMPERAMENTS[TURNS[index % TURNS.length] ?? 'patient']
    this.#chance = chanceFrom(`${seed}/${index}`)
    // Each kind of investor follows each company.
    const first = (index + Math.floor(index / TURNS.length)) % COMPANIES.length
    const watch = (nth: number): ListedCompany => COMPANIES[(first + nth) % COMPANIES.length] ?? COMPANIES[0]
    this.watches = [watch(0), ...Array.from({ length: WATCHED - 1 }, (_, nth) => watch(nth + 1))]
  }

  static async open(index: number, folder: string, seed: string): Promise<Investor> {
    const own = join(folder, String(index + 1))
    return new Investor(index, await openPlayWallet(own, plainKeys(join(own, 'keys'))), seed)
  }

  /** Key, identity and account, where they are not there yet. Says whether somebody new came. */
  async settleIn(link: string): Promise<{ readonly userId: string; readonly isNew: boolean }> {
    const { wallet, name } = this
    const isNew = wallet.accounts().length === 0
    await becomeMember(this, Promise.resolve(link), this.#postalAddress)
    // From here on the wallet follows what the servers tell it.
    await granted(`${name} synchronises`, wallet.sync())
    return { userId: userIdOf(this), isNew }
  }

  /** Takes some of each company that they follow, as far as the offering goes. */
  async subscribe(offeringOf: ReadonlyMap<string, string>): Promise<void> {
    for (const { security, usual } of this.watches)
      for (let tranche = 0; tranche < TRANCHES; tranche++) {
        const offeringNumber = offeringOf.get(security)
        const quantity = usual * BigInt(this.temperament.size * (1 + this.#chance.below(2 * LOTS_A_TRANCHE - 1)))
        if (offeringNumber !== undefined) await this.wallet.subscribe({ offeringNumber, quantity })
      }
  }

  /** Looks at one security and acts on it, or waits. */
  async act(listings: ReadonlyMap<string, Listing>, worthOf: (security: string) => number): Promise<Acted> {
    const { wallet } = this
    const company = this.#chance.pick(this.watches)
    const listing = listings.get(company.security)
    if (listing === undefined) return { kind: 'wait', refusal: undefined }
    if (wallet.toCollect().length > 0) await wallet.collectAll()
    const book = await wallet.book({ security: company.security, shareClass: 'common', levels: 5 })
    if (!book.ok) return { kind: 'wait', refusal: book.error }
    if (this.#looks++ % LOOKS_AN_ACCOUNT === 0) {
      const cash = await wallet.cash({ currency: CURRENCY, from: Date.now() })
      if (cash.ok) this.#availableMinor = cash.value.availableMinor
    }
    const view: View = {
      ...listing,
      usual: company.usual,
      bids: book.value.bids,
      asks: book.value.asks,
      lastMinor: book.value.lastPriceMinor,
      earlierMinor: this.#earlier.get(company.security),
      worthMinor: worthOf(company.security) * (1 + this.#opinionOn(company.security)),
      availableMinor: this.#availableMinor,
      certificates: live(this, company.security),
      orders: this.#resting(company.security),
    }
    if (book.value.lastPriceMinor !== undefined) this.#earlier.set(company.security, book.value.lastPriceMinor)
    const action = decide(view, this.temperament, this.#chance)
    const done = await this.#carryOut(company.security, action)
    return { kind: action.kind, refusal: done.ok ? undefined : done.error }
  }

  /** Some of it stays, some is new: nobody is right or wrong for good. */
  #opinionOn(security: string): number {
    const opinion = KEPT * (this.#opinion.get(security) ?? 0) + (1 - KEPT) * 2 * OPINION * this.#chance.normal()
    this.#opinion.set(security, opinion)
    return opinion
  }

  #resting(security: string): View['orders'] {
    return this.wallet.orders().flatMap(({ receptionNumber, status }) => {
      if (status === undefined || status.security !== security || status.price.kind !== 'limit') return []
      if (status.state !== 'open' && status.state !== 'partly_filled') return []
      return [{ receptionNumber, side: status.side, limitMinor: status.price.limitMinor }]
    })
  }

  #carryOut(security: string, action: Action): Promise<Result<unknown, Refusal>> {
    const { wallet } = this
    switch (action.kind) {
      case 'wait':
        return Promise.resolve({ ok: true, value: undefined })
      case 'cancel':
        return wallet.cancelOrder(action.receptionNumber)
      case 'join':
        return wallet.consolidate(action.certificateIds)
      case 'split':
        return wallet.split(action.certificateId, action.quantities)
      case 'order':
        return wallet.placeOrder({
          side: action.side,
          security,
          shareClass: 'common',
          price: { kind: 'limit', limitMinor: action.limitMinor },
          quantity: action.quantity,
          timeInForce: { kind: action.atOnce ? 'immediate_or_cancel' : 'day' },
        })
    }
  }
}

/** What an investor did; the market may have refused it, as it refuses people's wishes every day. */
export interface Acted {
  readonly kind: Action['kind']
  readonly refusal: Refusal | undefined
}
