import type { Chance } from './chance.ts'

interface Wandering {
  readonly security: string
  readonly referencePriceMinor: bigint
  readonly restless: number
}

/** How far worth goes in one step, how strongly it is drawn back, and how far from the reference price it ever goes. */
const STEP = 0.0009
const PULL = 0.0012
const FURTHEST = 0.2

/** What the shares are worth, which nobody in the market knows exactly: it wanders, and stays within the price limits. */
export class Worth {
  readonly #chance: Chance
  readonly #shares: readonly Wandering[]
  /** By security, relative to the reference price. */
  readonly #away = new Map<string, number>()

  /** `last`: prices that were paid before, in minor units, by security; worth begins there. */
  constructor(shares: readonly Wandering[], chance: Chance, last: ReadonlyMap<string, bigint>) {
    this.#shares = shares
    this.#chance = chance
    for (const { security, referencePriceMinor } of shares) {
      const paid = last.get(security)
      if (paid !== undefined) this.#away.set(security, Number(paid) / Number(referencePriceMinor) - 1)
    }
  }

  step(): void {
    for (const { security, restless } of this.#shares) {
      const away = this.#away.get(security) ?? 0
      const next = away * (1 - PULL) + STEP * restless * this.#chance.normal()
      this.#away.set(security, Math.min(FURTHEST, Math.max(-FURTHEST, next)))
    }
  }

  /** Minor units a share. */
  of(security: string): number {
    const found = this.#shares.find((each) => each.security === security)
    if (found === undefined) throw new Error(`no shares ${security}`)
    return Number(found.referencePriceMinor) * (1 + (this.#away.get(security) ?? 0))
  }
}
