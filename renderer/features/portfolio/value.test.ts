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
const price = (security: string, referencePriceMinor: bigint, lastPriceMinor?: bigint, currency = 'JPY') => ({
  security,
  shareClass: 'common' as const,
  currency,
  referencePriceMinor,
  lastPriceMinor,
})

test('holdings are worth their shares at the last price, pending ones too, the greatest first', () => {
  const rows = valued(
    [holding('TANPO', 10n), holding('HOSHI', 3n, 2n)],
    [price('HOSHI', 1_250n, 1_300n), price('TANPO', 100n, 90n)],
    'JPY',
  )
  expect(rows.map(({ holding: { security }, shares, value }) => [security, shares, value?.minor])).toEqual([
    ['HOSHI', 5n, 6_500n],
    ['TANPO', 10n, 900n],
  ])
  expect(sumOf(rows)).toEqual({ minor: 7_400n, atReferenceMinor: 7_250n })
})

test('what was not traded is worth the reference price, and has not changed', () => {
  const rows = valued([holding('HOSHI', 5n)], [price('HOSHI', 1_250n)], 'JPY')
  expect(sumOf(rows)).toEqual({ minor: 6_250n, atReferenceMinor: 6_250n })
})

test('what has no price in the currency has no value, comes last and adds nothing', () => {
  const rows = valued(
    [holding('NOPE', 10n), holding('HOSHI', 1n)],
    [price('NOPE', 5n, 6n, 'USD'), price('HOSHI', 7n)],
    'JPY',
  )
  expect(rows.map(({ value }) => value?.minor)).toEqual([7n, undefined])
  expect(sumOf(rows)).toEqual({ minor: 7n, atReferenceMinor: 7n })
})
