import { expect, it } from 'vitest'
import type { PendingCause } from './api.ts'
import { wordOf } from './certificates.ts'

const offered: PendingCause = { kind: 'offered', receptionNumber: 'OR-00000001' }

it.each([
  ['live', undefined, 'live'],
  ['live', offered, 'pending'],
  // What the register said last outweighs what the wallet still hopes for.
  ['stopped', offered, 'stopped'],
  ['retired', offered, 'retired'],
  ['lost', offered, 'lost'],
  ['stopped', undefined, 'stopped'],
  ['retired', undefined, 'retired'],
  ['lost', undefined, 'lost'],
] as const)('a certificate that is registered as %s with the promise %o is called %s', (registered, pending, word) => {
  expect(wordOf(registered, pending)).toBe(word)
})
