import { describe, expect, test } from 'vitest'
import { err, ok } from '../../../shared/kernel/result.ts'
import type { Trade } from '../../api/market.ts'
import { lastTradeAt } from './then.ts'

const PAGE = 10

/** Trade n at minute n, of a class that has so many; `kept`: the oldest that the exchange still has. */
function exchange(count: number, kept = 1) {
  const all = Array.from({ length: count }, (_, index) => count - index)
    .filter((n) => n >= kept)
    .map((n) => ({ tradeSequence: BigInt(n), at: n * 60, priceMinor: BigInt(1_000 + n) }) as Trade)
  const asked: (bigint | undefined)[] = []
  return {
    asked,
    page: async (before?: bigint) => {
      asked.push(before)
      const older = before === undefined ? all : all.filter(({ tradeSequence }) => tradeSequence < before)
      return ok({ trades: older.slice(0, PAGE), more: older.length > PAGE })
    },
  }
}

describe('[TR12] the last trade at or before a moment', () => {
  test.each([
    ['in the newest page', 100, 95 * 60, 95n],
    ['between two trades', 100, 37 * 60 + 59, 37n],
    ['at the very first', 100, 60, 1n],
    ['before the first there is none', 100, 59, undefined],
    ['after the last it is the last', 100, 1e9, 100n],
    ['of nothing there is none', 0, 60, undefined],
    ['of less than a page', 4, 2 * 60, 2n],
    ['of many', 100_000, 54_321 * 60, 54_321n],
  ])('%s', async (_, count, at, sequence) => {
    const { page, asked } = exchange(count)
    const found = await lastTradeAt(page, at)
    expect(found.ok && found.value?.tradeSequence).toBe(sequence)
    expect(asked.length).toBeLessThan(20)
  })

  test('each moment of a short history', async () => {
    for (let minute = 0; minute <= 64; minute += 1) {
      const found = await lastTradeAt(exchange(63).page, minute * 60)
      expect(found.ok && found.value?.tradeSequence).toBe(minute === 0 ? undefined : BigInt(Math.min(minute, 63)))
    }
  })

  test('what the exchange does not keep any more is no price', async () => {
    const found = await lastTradeAt(exchange(500, 300).page, 299 * 60)
    expect(found).toEqual(ok(undefined))
  })

  test('a refusal is told', async () => {
    const refusal = { code: 'unreachable', message: '' } as const
    expect(await lastTradeAt(async () => err(refusal), 0)).toEqual(err(refusal))
  })
})
