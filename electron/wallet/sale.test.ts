import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseForSale, takeForSale } from './sale.ts'

const certificates = (...quantities: readonly number[]) =>
  quantities.map((quantity, index) => ({ certificateId: `C${String(index)}`, quantity: BigInt(quantity) }))

const quantitiesOf = (choice: ReturnType<typeof chooseForSale>): unknown =>
  choice.ok
    ? { take: choice.value.certificates.map(({ quantity }) => Number(quantity)), left: Number(choice.value.remainder) }
    : choice.error.code

describe('certificates for a sale', () => {
  it.each([
    ['one that fits exactly', [100, 30, 50], 50, { take: [50], left: 0 }],
    ['the smallest that is enough', [100, 30, 50], 40, { take: [50], left: 10 }],
    ['the fewest, the last as small as can be', [10, 40, 60, 5], 65, { take: [60, 5], left: 0 }],
    ['all of them', [10, 40], 50, { take: [40, 10], left: 0 }],
    ['none, as there are too few shares', [10, 40], 51, 'not_enough_shares'],
    ['none, as an order carries eight', Array.from({ length: 9 }, () => 1), 9, 'too_many_certificates'],
  ])('chooses %s', (_, held, quantity, expected) => {
    expect(quantitiesOf(chooseForSale(certificates(...held), BigInt(quantity)))).toEqual(expected)
  })

  it('chooses no more than needed, as a search through all choices says', () => {
    const held = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 })
    const isBest = fc.property(held, fc.integer({ min: 1, max: 120 }), (quantities, quantity) => {
      const choice = chooseForSale(certificates(...quantities), BigInt(quantity))
      const sums = subsets(quantities).filter(({ sum }) => sum >= quantity)
      const fewest = Math.min(...sums.map(({ size }) => size))
      if (!choice.ok) return sums.length === 0
      const { certificates: taken, remainder } = choice.value
      const sum = taken.reduce((shares, each) => shares + each.quantity, 0n)
      return taken.length === fewest && new Set(taken).size === taken.length && sum - BigInt(quantity) === remainder
    })
    expect(() => fc.assert(isBest)).not.toThrow()
  })

  it('takes those that the seller names, if they are enough', () => {
    expect(quantitiesOf(takeForSale(certificates(10, 40), 45n))).toEqual({ take: [10, 40], left: 5 })
    expect(quantitiesOf(takeForSale(certificates(10, 40), 51n))).toBe('not_enough_shares')
  })
})

function subsets(quantities: readonly number[]): { readonly sum: number; readonly size: number }[] {
  return quantities.reduce(
    (found, quantity) => [...found, ...found.map(({ sum, size }) => ({ sum: sum + quantity, size: size + 1 }))],
    [{ sum: 0, size: 0 }],
  )
}
