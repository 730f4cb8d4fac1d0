import { describe, expect, test } from 'vitest'
import { chanceFrom } from './chance.ts'
import { decide, TEMPERAMENTS, type Action, type Temperament, type View } from './decide.ts'

/** Takes whatever suits, and leaves orders on one side only as long as fewer than two stand. */
const EAGER: Temperament = {
  margin: 0.01,
  spread: 0.01,
  haste: 1,
  rests: 2,
  size: 1,
  follows: 0,
  attention: 1,
}

const NOTHING: View = {
  tickMinor: 5n,
  lowerLimitMinor: 700n,
  upperLimitMinor: 1_300n,
  usual: 10n,
  bids: [],
  asks: [],
  lastMinor: undefined,
  earlierMinor: undefined,
  worthMinor: 1_000,
  availableMinor: 0n,
  certificates: [],
  orders: [],
}
const RICH = { availableMinor: 1_000_000n }
const HELD = {
  certificates: [
    { certificateId: 'a', quantity: 15n },
    { certificateId: 'b', quantity: 15n },
  ],
}
const level = (priceMinor: bigint, quantity = 100n) => [{ priceMinor, quantity }]
const many = Array.from({ length: 13 }, (_, i) => ({ certificateId: `c${i}`, quantity: BigInt(20 - i) }))

describe('what an investor does next', () => {
  test.each<readonly [string, Partial<View>, Partial<Action>]>([
    ['waits without money and shares', {}, { kind: 'wait' }],
    ['takes an offer below the worth', { ...RICH, asks: level(990n) }, { side: 'buy', limitMinor: 990n, atOnce: true }],
    [
      'takes a bid above the worth',
      { ...HELD, bids: level(1_010n) },
      { side: 'sell', limitMinor: 1_010n, atOnce: true },
    ],
    ['takes no more than is offered', { ...RICH, asks: level(900n, 1n) }, { quantity: 1n }],
    ['buys no more than the money is for', { availableMinor: 2_700n, asks: level(900n) }, { quantity: 3n }],
    [
      'sells no more than is held',
      { certificates: [{ certificateId: 'a', quantity: 2n }], bids: level(1_100n) },
      { quantity: 2n },
    ],
    ['leaves a bid where an offer is too dear', { ...RICH, asks: level(1_000n) }, { kind: 'order', atOnce: false }],
    [
      'does not trade with itself',
      { ...RICH, asks: level(1_005n), orders: [{ receptionNumber: 'R1', side: 'sell', limitMinor: 1_005n }] },
      { kind: 'order', side: 'buy', atOnce: false },
    ],
    [
      'takes back a bid above the worth',
      { ...RICH, orders: [{ receptionNumber: 'R1', side: 'buy', limitMinor: 1_005n }] },
      { kind: 'cancel', receptionNumber: 'R1' },
    ],
    [
      'takes back an offer that was left behind',
      { orders: [{ receptionNumber: 'R2', side: 'sell', limitMinor: 1_040n }] },
      { kind: 'cancel', receptionNumber: 'R2' },
    ],
    [
      'leaves no third order on a side',
      {
        ...RICH,
        orders: [
          { receptionNumber: 'R1', side: 'buy', limitMinor: 985n },
          { receptionNumber: 'R2', side: 'buy', limitMinor: 990n },
          { receptionNumber: 'R3', side: 'sell', limitMinor: 1_005n },
          { receptionNumber: 'R4', side: 'sell', limitMinor: 1_010n },
        ],
      },
      { kind: 'wait' },
    ],
    ['stays within the price limits', { ...RICH, worthMinor: 1_400 }, { kind: 'wait' }],
    [
      'joins the smallest of many certificates',
      { certificates: many },
      { kind: 'join', certificateIds: ['c12', 'c11', 'c10', 'c9', 'c8', 'c7', 'c6', 'c5'] },
    ],
    [
      'splits a single large one, for one certificate is in one order',
      { certificates: [{ certificateId: 'a', quantity: 45n }] },
      { kind: 'split', certificateId: 'a', quantities: [22n, 23n] },
    ],
  ])('%s', (_, seen, expected) => {
    expect(decide({ ...NOTHING, ...seen }, EAGER, chanceFrom('a day'))).toMatchObject(expected)
  })

  test('[TR1] every order is on the tick, within the limits, and for what is there', () => {
    const chance = chanceFrom('many days')
    for (let i = 0; i < 2_000; i++) {
      const worthMinor = 700 + chance.below(600)
      const view: View = {
        ...NOTHING,
        worthMinor,
        availableMinor: BigInt(chance.below(40_000)),
        certificates: [{ certificateId: 'a', quantity: BigInt(1 + chance.below(30)) }],
        bids: level(BigInt(5 * chance.below(260)) + 5n),
        asks: level(BigInt(5 * chance.below(260)) + 5n),
      }
      const action = decide(view, chance.pick([TEMPERAMENTS.maker, TEMPERAMENTS.restless, EAGER]), chance)
      if (action.kind !== 'order') continue
      expect(action.limitMinor % view.tickMinor).toBe(0n)
      expect(action.limitMinor >= view.lowerLimitMinor && action.limitMinor <= view.upperLimitMinor).toBe(true)
      expect(action.quantity > 0n).toBe(true)
      if (action.side === 'buy') expect(action.limitMinor * action.quantity <= view.availableMinor).toBe(true)
      else expect(action.quantity <= (view.certificates[0]?.quantity ?? 0n)).toBe(true)
    }
  })

  test('the same seed draws the same decisions, another seed others', () => {
    const day = (seed: string): Action[] => {
      const chance = chanceFrom(seed)
      return Array.from({ length: 50 }, () => decide({ ...NOTHING, ...RICH, ...HELD }, TEMPERAMENTS.maker, chance))
    }
    expect(day('a')).toEqual(day('a'))
    expect(day('a')).not.toEqual(day('b'))
  })
})
