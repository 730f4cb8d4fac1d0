import { describe, expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

describe('token bucket', () => {
  test('lets the burst through at once and then one every fiftieth of a second', () => {
    const bucket = new TokenBucket(50, 3, 0)
    expect([0, 0, 0, 0].map((at) => bucket.take(at))).toEqual([true, true, true, false])
    expect(bucket.wait(0)).toBe(20)
    expect(bucket.take(19)).toBe(false)
    expect(bucket.take(20)).toBe(true)
    expect(bucket.take(20)).toBe(false)
  })

  test('never holds more than the burst', () => {
    const bucket = new TokenBucket(50, 2, 0)
    expect([1e9, 1e9, 1e9].map((at) => bucket.take(at))).toEqual([true, true, false])
  })

  test('a clock that is set back gives nothing away', () => {
    const bucket = new TokenBucket(50, 1, 1_000)
    expect(bucket.take(1_000)).toBe(true)
    expect(bucket.take(0)).toBe(false)
    expect(bucket.take(20)).toBe(true)
  })
})
