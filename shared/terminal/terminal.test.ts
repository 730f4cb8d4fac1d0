import { describe, expect, test } from 'vitest'
import { formatCount, formatMoney, readMoney } from './amount.ts'
import { formatTable } from './table.ts'

describe('tables', () => {
  test('wide characters take two cells, so that columns stand below one another', () => {
    const rows = [
      { name: '山田 花子', shares: '1,200' },
      { name: 'Bob', shares: '7' },
    ]
    const text = formatTable(
      [
        { title: 'holder', value: (row) => row.name },
        { title: 'shares', value: (row) => row.shares, align: 'right' },
        { title: 'class', value: () => 'common' },
      ],
      rows,
    )
    expect(text.split('\n')).toEqual([
      'holder     shares  class',
      '─────────  ──────  ──────',
      '山田 花子   1,200  common',
      'Bob             7  common',
    ])
  })
})

describe('amounts', () => {
  test.each([
    [1234567n, 'JPY', '1,234,567 JPY'],
    [1250n, 'USD', '12.50 USD'],
    [5n, 'USD', '0.05 USD'],
    [-1250n, 'USD', '-12.50 USD'],
    [0n, 'JPY', '0 JPY'],
    [12345n, 'KWD', '12.345 KWD'],
  ])('%s minor units of %s read %s', (amount, currency, text) => {
    expect(formatMoney(amount, currency)).toBe(text)
  })

  test.each([
    ['1,200', 'JPY', 1200n],
    ['1200', 'JPY', 1200n],
    ['12.5', 'USD', 1250n],
    ['12.50', 'USD', 1250n],
    ['12.505', 'USD', undefined],
    ['1.5', 'JPY', undefined],
    ['-5', 'JPY', undefined],
    ['1e3', 'JPY', undefined],
    ['1,20', 'JPY', undefined],
    ['', 'JPY', undefined],
  ])('%s typed for %s is %s', (typed, currency, amount) => {
    expect(readMoney(typed, currency)).toBe(amount)
  })

  test('counts are grouped', () => {
    expect([0n, 999n, 1000n, 1234567n].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567'])
  })
})
