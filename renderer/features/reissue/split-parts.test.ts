import { describe, expect, test } from 'vitest'
import { checkParts, evenParts } from './split-parts.ts'

describe('[RE3] the parts of a split add up exactly', () => {
  test.each([
    { parts: ['40', '60'], sum: 100n, quantities: [40n, 60n] },
    { parts: ['40', '59'], sum: 99n, quantities: undefined },
    { parts: ['40', '61'], sum: 101n, quantities: undefined },
    { parts: ['100'], sum: 100n, quantities: undefined },
    { parts: ['100', ''], sum: 100n, quantities: undefined },
    { parts: ['100', '0'], sum: 100n, quantities: undefined },
    { parts: ['-1', '101'], sum: 101n, quantities: undefined },
    { parts: ['1e2', '0x64'], sum: 0n, quantities: undefined },
  ])('$parts of 100', ({ parts, sum, quantities }) => {
    expect(checkParts(parts, 100n)).toEqual({ sum, quantities })
  })

  test.each([
    { whole: 100n, count: 3, parts: ['34', '33', '33'] },
    { whole: 2n, count: 2, parts: ['1', '1'] },
  ])('$whole in $count equal parts', ({ whole, count, parts }) => {
    expect(evenParts(whole, count)).toEqual(parts)
    expect(checkParts(parts, whole).quantities).toHaveLength(count)
  })
})
