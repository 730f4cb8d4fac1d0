import { describe, expect, test } from 'vitest'
import { formatCount, formatMoney, formatPlainMoney, readMoney } from './amount.ts'
import { writeCsv } from './csv.ts'
import { formatFacts } from './facts.ts'
import { output, type Output } from './output.ts'
import { formatTable } from './table.ts'
import { readInstant, readShares } from './typed.ts'

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

describe('what is typed', () => {
  test.each([
    ['1,000', 1000n],
    ['40', 40n],
    ['1,00', undefined],
    ['-1', undefined],
    ['1.0', undefined],
    ['', undefined],
  ])('%s shares are %s', (typed, count) => {
    expect(readShares(typed)).toBe(count)
  })

  test.each([
    ['2030-04-01', '2030-04-01T00:00:00.000Z'],
    ['2030-04-01T09:00:00Z', '2030-04-01T09:00:00.000Z'],
    ['tomorrow', undefined],
    ['2030-13-01', undefined],
    ['2030-02-31', undefined],
    ['2030-04-01T09:00', undefined],
    ['2030-04-01 and more', undefined],
  ])('%s is the instant %s', (typed, at) => {
    expect(readInstant(typed)).toBe(at === undefined ? undefined : Date.parse(at))
  })
})

describe('what is written', () => {
  const written = (json: boolean, write: (out: Output) => void): string => {
    let text = ''
    write(
      output(json, { stdout: { write: (part) => (text += part) }, stderr: { write: (part) => (text += `! ${part}`) } }),
    )
    return text
  }

  test('results as text or as JSON, notes beside them', () => {
    const result = (out: Output): void => {
      out.note('asking')
      out.result({ quantity: 7n, validUntil: 0, at: 1, total: 2 }, () => '7 shares')
    }
    expect(written(false, result)).toBe('! asking\n7 shares\n')
    expect(JSON.parse(written(true, result).replace('! asking\n', ''))).toEqual({
      quantity: '7',
      validUntil: '1970-01-01T00:00:00.000Z',
      at: '1970-01-01T00:00:00.001Z',
      total: 2,
    })
  })

  test('an empty table says what to do, and is an empty list for programs', () => {
    expect(written(false, (out) => out.table([], [], 'Nothing yet.'))).toBe('Nothing yet.\n')
    expect(written(true, (out) => out.table([], [], 'Nothing yet.'))).toBe('[]\n')
  })

  test('facts stand below one another', () => {
    expect(
      formatFacts([
        ['name', 'Aoi'],
        ['会社', '星空'],
      ]),
    ).toBe('  name  Aoi\n  会社  星空')
  })

  test('CSV quotes what has to be quoted, and no name becomes a formula', () => {
    expect(
      writeCsv([
        ['a', 'b,"c"'],
        ['=1+1', ''],
      ]),
    ).toBe(`a,"b,""c"""\r\n"'=1+1",\r\n`)
  })

  test.each([
    [-1250n, 'USD', '-12.50'],
    [1234567n, 'JPY', '1234567'],
    [5n, 'KWD', '0.005'],
  ])('%s minor units of %s are %s for a program', (amount, currency, text) => {
    expect(formatPlainMoney(amount, currency)).toBe(text)
  })
})
