import type { Chance } from './chance.ts'

/** How an investor acts. Fractions are of what the shares are worth to them. */
export interface Temperament {
  /** How much cheaper than its worth a share on offer must be to be taken at once; below 0: they even pay more. */
  readonly margin: number
  /** How far from the worth their resting orders stand. */
  readonly spread: number
  /** How likely they take a price that suits them, each time they look. */
  readonly haste: number
  /** How many of their orders rest on each side, and how many times the usual they are for. */
  readonly rests: number
  readonly size: number
  /** How much of the last change of the price they expect to happen once more. */
  readonly follows: number
  /** How much more often than others they look. */
  readonly attention: number
}

/** Few make the book with large orders, the others trade against it: so an order is a trade more often than not. */
export const TEMPERAMENTS = {
  maker: { margin: 0.012, spread: 0.004, haste: 0.3, rests: 4, size: 5, follows: 0, attention: 2 },
  patient: { margin: 0.003, spread: 0.008, haste: 0.7, rests: 2, size: 2, follows: 0, attention: 1 },
  restless: { margin: -0.009, spread: 0.003, haste: 0.9, rests: 0, size: 1, follows: 0, attention: 1 },
  follower: { margin: -0.005, spread: 0.005, haste: 0.9, rests: 1, size: 1, follows: 0.6, attention: 1 },
} as const satisfies Readonly<Record<string, Temperament>>

interface Level {
  readonly priceMinor: bigint
  readonly quantity: bigint
}

interface OwnOrder {
  readonly receptionNumber: string
  readonly side: 'buy' | 'sell'
  readonly limitMinor: bigint
}

interface OwnCertificate {
  readonly certificateId: string
  readonly quantity: bigint
}

/** What an investor sees of one security before they decide. Prices in minor units a share. */
export interface View {
  readonly tickMinor: bigint
  readonly lowerLimitMinor: bigint
  readonly upperLimitMinor: bigint
  readonly usual: bigint
  /** Best first. */
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  readonly lastMinor: bigint | undefined
  /** The last price when they looked before. */
  readonly earlierMinor: bigint | undefined
  /** What a share is worth to them. */
  readonly worthMinor: number
  readonly availableMinor: bigint
  /** Live ones. */
  readonly certificates: readonly OwnCertificate[]
  /** Those that rest. */
  readonly orders: readonly OwnOrder[]
}

export type Action =
  | { readonly kind: 'wait' }
  | { readonly kind: 'cancel'; readonly receptionNumber: string }
  | {
      readonly kind: 'order'
      readonly side: 'buy' | 'sell'
      readonly limitMinor: bigint
      readonly quantity: bigint
      /** Taken at once, or not at all; otherwise it rests for the day. */
      readonly atOnce: boolean
    }
  | { readonly kind: 'join'; readonly certificateIds: readonly string[] }
  | { readonly kind: 'split'; readonly certificateId: string; readonly quantities: readonly bigint[] }

/** An order carries eight certificates at most, so who has more than this joins the smallest. */
const MANY_CERTIFICATES = 12
const JOINED_AT_ONCE = 8
/** A certificate is in one order at a time, so who has but a large one divides it. */
const LARGE_LOTS = 4n
/** A resting order that is this many spreads from where it would stand now is taken back. */
const FORGOTTEN = 3

const WAIT: Action = { kind: 'wait' }

/** What an investor does next about one security. Pure: the same view and the same draws give the same action. */
export function decide(view: View, temperament: Temperament, chance: Chance): Action {
  const worth = worthOf(view, temperament)
  return (
    withdraw(view, temperament, worth) ??
    tidy(view) ??
    take(view, temperament, worth, chance) ??
    rest(view, temperament, worth, chance) ??
    WAIT
  )
}

function worthOf({ worthMinor, lastMinor, earlierMinor }: View, { follows }: Temperament): number {
  if (lastMinor === undefined || earlierMinor === undefined) return worthMinor
  return worthMinor * (1 + follows * (Number(lastMinor) / Number(earlierMinor) - 1))
}

/** Takes back what was overtaken by events: orders now on the wrong side of the worth, and those far from it. */
function withdraw({ orders }: View, { spread }: Temperament, worth: number): Action | undefined {
  const overtaken = orders.find(({ side, limitMinor }) => {
    const gain = (side === 'buy' ? 1 : -1) * (1 - Number(limitMinor) / worth)
    return gain < 0 || gain > spread * FORGOTTEN
  })
  return overtaken && { kind: 'cancel', receptionNumber: overtaken.receptionNumber }
}

function tidy({ certificates, usual }: View): Action | undefined {
  if (certificates.length > MANY_CERTIFICATES) {
    const smallest = certificates.toSorted((a, b) => Number(a.quantity - b.quantity)).slice(0, JOINED_AT_ONCE)
    return { kind: 'join', certificateIds: smallest.map(({ certificateId }) => certificateId) }
  }
  const [only] = certificates
  if (only === undefined || certificates.length > 1 || only.quantity < usual * LARGE_LOTS) return undefined
  const half = only.quantity / 2n
  return { kind: 'split', certificateId: only.certificateId, quantities: [half, only.quantity - half] }
}

/** Takes what the other side offers, if it suits. */
function take(
  view: View,
  { margin, haste }: Temperament,
  worth: number,
  chance: Chance,
): Extract<Action, { kind: 'order' }> | undefined {
  const offers: readonly (readonly ['buy' | 'sell', Level | undefined, (price: number) => boolean])[] = [
    ['buy', view.asks[0], (price) => price <= worth * (1 - margin)],
    ['sell', view.bids[0], (price) => price >= worth * (1 + margin)],
  ]
  for (const [side, level, suits] of offers) {
    if (level === undefined || !suits(Number(level.priceMinor)) || chance.unit() >= haste) continue
    if (isOwn(view, side === 'buy' ? 'sell' : 'buy', level.priceMinor)) continue
    const wanted = lots(view, chance)
    const order = affordable(view, side, level.priceMinor, wanted < level.quantity ? wanted : level.quantity)
    if (order !== undefined) return { ...order, atOnce: true }
  }
  return undefined
}

/** Leaves an order in the book, on the side where fewer of theirs stand. */
function rest(
  view: View,
  { spread, rests, size }: Temperament,
  worth: number,
  chance: Chance,
): Extract<Action, { kind: 'order' }> | undefined {
  const on = (side: 'buy' | 'sell'): number => view.orders.filter((order) => order.side === side).length
  const [buys, sells] = [on('buy'), on('sell')]
  const side = buys === sells ? chance.pick<'buy' | 'sell'>(['buy', 'sell']) : buys < sells ? 'buy' : 'sell'
  if (on(side) >= rests) return undefined
  const away = spread * (0.5 + 2 * chance.unit())
  const limitMinor = ticks(view, side, worth * (side === 'buy' ? 1 - away : 1 + away))
  const crosses = view.orders.some((own) =>
    side === 'buy'
      ? own.side === 'sell' && own.limitMinor <= limitMinor
      : own.side === 'buy' && own.limitMinor >= limitMinor,
  )
  if (crosses) return undefined
  const order = affordable(view, side, limitMinor, lots(view, chance) * BigInt(size))
  return order && { ...order, atOnce: false }
}

/** Nobody trades with themselves: such an order would be cancelled. */
function isOwn({ orders }: View, side: 'buy' | 'sell', priceMinor: bigint): boolean {
  return orders.some((own) => own.side === side && own.limitMinor === priceMinor)
}

function lots({ usual }: View, chance: Chance): bigint {
  const half = usual / 2n > 0n ? usual / 2n : 1n
  return half * BigInt(1 + chance.below(4))
}

/** No more than is in the account or in the wallet; undefined if that is nothing. */
function affordable(
  { availableMinor, certificates, lowerLimitMinor, upperLimitMinor }: View,
  side: 'buy' | 'sell',
  limitMinor: bigint,
  wanted: bigint,
) {
  if (limitMinor < lowerLimitMinor || limitMinor > upperLimitMinor) return undefined
  const most =
    side === 'buy' ? availableMinor / limitMinor : certificates.reduce((sum, { quantity }) => sum + quantity, 0n)
  const quantity = wanted < most ? wanted : most
  return quantity > 0n ? ({ kind: 'order', side, limitMinor, quantity } as const) : undefined
}

/** On the tick that is no dearer for a buyer, no cheaper for a seller. */
function ticks({ tickMinor }: View, side: 'buy' | 'sell', price: number): bigint {
  const tick = Number(tickMinor)
  return BigInt(side === 'buy' ? Math.floor(price / tick) : Math.ceil(price / tick)) * tickMinor
}
