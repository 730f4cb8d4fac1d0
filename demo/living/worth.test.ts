import { expect, test } from 'vitest'
import { COMPANIES } from './cast.ts'
import { chanceFrom } from './chance.ts'
import { Worth } from './worth.ts'

test('worth wanders, the same for the same seed, and never near the price limits', () => {
  const wander = (seed: string): number[] => {
    const worth = new Worth(COMPANIES, chanceFrom(seed), new Map())
    return Array.from({ length: 5_000 }, () => {
      worth.step()
      return worth.of('TANPO')
    })
  }
  const day = wander('a')
  expect(day).toEqual(wander('a'))
  expect(day).not.toEqual(wander('b'))
  expect(Math.min(...day)).toBeGreaterThanOrEqual(800 * 0.79)
  expect(Math.max(...day)).toBeLessThanOrEqual(800 * 1.21)
  expect(Math.max(...day) - Math.min(...day)).toBeGreaterThan(20)
})

test('worth begins where the last price was', () => {
  expect(new Worth(COMPANIES, chanceFrom('a'), new Map([['HOSHI', 1_300n]])).of('HOSHI')).toBeCloseTo(1_300)
})
