import type { OrderStatus } from '../shared/documents/order.ts'
import { granted, until } from './expect.ts'
import type { Person } from './people.ts'

const FINAL: ReadonlySet<OrderStatus['state']> = new Set(['filled', 'cancelled', 'expired', 'refused'])

export interface OrderTerms {
  readonly quantity: bigint
  /** Absent: a market order. */
  readonly limitMinor?: bigint
  readonly timeInForce?: OrderStatus['timeInForce']
}

/** Places an order and returns its reception number. */
export async function order(
  person: Person,
  side: 'buy' | 'sell',
  security: string,
  terms: OrderTerms,
): Promise<string> {
  const placed = await granted(
    `${person.name}'s order to ${side} ${terms.quantity} ${security}`,
    person.wallet.placeOrder({ side, security, shareClass: 'common', ...formOf(terms) }),
  )
  return placed.receptionNumber
}

export function formOf({ quantity, limitMinor, timeInForce }: OrderTerms) {
  return {
    quantity,
    price: limitMinor === undefined ? ({ kind: 'market' } as const) : ({ kind: 'limit', limitMinor } as const),
    timeInForce: timeInForce ?? ({ kind: 'day' } as const),
  }
}

/** The order once its matches are settled and, unless some of it still rests, it has ended. */
export function settled(person: Person, receptionNumber: string): Promise<OrderStatus> {
  return until(`order ${receptionNumber} settles`, async () => {
    const status = await person.wallet.orderStatus(receptionNumber)
    if (!status.ok) return undefined
    const underWay = status.value.matches.some(({ state }) => state !== 'settled' && state !== 'refused')
    const rests = status.value.state === 'open' || status.value.state === 'partly_filled'
    return !underWay && (rests || FINAL.has(status.value.state)) ? status.value : undefined
  })
}

/** Brings wallets up to the truth of the servers, until each holds as many shares of the security as it should. */
export async function collected(person: Person, security: string, shares: bigint): Promise<void> {
  await until(`${person.name} holds ${shares} ${security}`, async () => {
    const held = person.wallet
      .certificates()
      .filter((each) => each.security === security && (each.state === 'live' || each.pending?.kind === 'offered'))
      .reduce((total, { quantity }) => total + quantity, 0n)
    if (held === shares) return true
    await granted(`${person.name} synchronises`, person.wallet.sync())
    return undefined
  })
}
