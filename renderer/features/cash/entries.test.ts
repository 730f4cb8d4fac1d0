import { describe, expect, test } from 'vitest'
import { causeOf } from './entries.ts'

type Given = Parameters<typeof causeOf>

const entry = (change: object): Given[0] =>
  ({ kind: 'payment', reference: 'pay-1', at: 150, debitMinor: 1000n, creditMinor: 0n, ...change }) as Given[0]
const subscription = (requestId: string, change: object = {}): Given[2][number] =>
  ({
    requestId,
    at: 100,
    answeredAt: 200,
    state: 'answered',
    summary: { kind: 'subscription', security: 'HOSHI', quantity: 4n },
    ...change,
  }) as unknown as Given[2][number]
const match = (matchNumber: string): Given[1][number] => ({ matchNumber }) as Given[1][number]

describe('[SE4] what an entry of the account paid for', () => {
  test.each([
    ['the one subscription under way', entry({}), [subscription('a')], 'a'],
    ['none, of two that were', entry({}), [subscription('a'), subscription('b')], undefined],
    ['none before it was signed', entry({ at: 99 }), [subscription('a')], undefined],
    ['none after it was answered', entry({ at: 201 }), [subscription('a')], undefined],
    ['none that was refused', entry({}), [subscription('a', { state: 'refused' })], undefined],
    ['none that so many shares cannot cost', entry({ debitMinor: 1001n }), [subscription('a')], undefined],
    ['no deposit', entry({ kind: 'deposit' }), [subscription('a')], undefined],
  ])('%s', (_, paid, requests, requestId) => {
    const cause = causeOf(paid, [match('pay-1')], requests)
    expect(cause?.kind === 'subscription' ? cause.requestId : undefined).toBe(requestId)
  })

  test('a settlement: the match of its number', () => {
    const paid = entry({ kind: 'settlement', reference: 'M-2' })
    expect(causeOf(paid, [match('M-1'), match('M-2')], [])).toEqual({ kind: 'match', completion: match('M-2') })
    expect(causeOf(paid, [match('M-1')], [])).toBeUndefined()
  })
})
