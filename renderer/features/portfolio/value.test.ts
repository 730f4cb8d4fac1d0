import { expect, test } from 'vitest'
import { sumOf, valued } from './value.ts'

const holding = (security: string, live: bigint, pending = 0n) => ({
  security,
  shareClass: 'common' as const,
  companyName: security,
  live,
  pending,
  certificates: 1,
})
const price = (security: string, referencePriceMinor: bigint, currency = 'JPY') => ({
  security,
  shareClass: 'common' as const,
  currency,
  referencePriceMinor,
})

test('holdings are worth their shares at the reference price, pending ones too, the greatest first', () => {
  const rows = valued(
    [holding('TANPO', 10n), holding('HOSHI', 3n, 2n)],
    [price('HOSHI', 1_250n), price('TANPO', 100n)],
    'JPY',
  )
  expect(rows.map(({ holding: { security }, shares, valueMinor }) => [security, shares, valueMinor])).toEqual([
    ['HOSHI', 5n, 6_250n],
    ['TANPO', 10n, 1_000n],
  ])
  expect(sumOf(rows)).toBe(7_250n)
})

test('what has no price in the currency has no value, comes last and adds nothing', () => {
  const rows = valued(
    [holding('NOPE', 10n), holding('HOSHI', 1n)],
    [price('NOPE', 5n, 'USD'), price('HOSHI', 7n)],
    'JPY',
  )
  expect(rows.map(({ valueMinor }) => valueMinor)).toEqual([7n, undefined])
  expect(sumOf(rows)).toBe(7n)
})
