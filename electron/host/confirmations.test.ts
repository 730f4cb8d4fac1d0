import { expect, test } from 'vitest'
import type { SigningSummary } from '../wallet/wallet.ts'
import { ANSWER_WITHIN_MS, Confirmations } from './confirmations.ts'

const SUMMARY: SigningSummary = { kind: 'renewal', to: 'aut-0000000000', toName: undefined, requestId: 'r', at: 0 }

function desk() {
  const closed: string[] = []
  const timers: { readonly delayMs: number; readonly run: () => void; isCancelled: boolean }[] = []
  let drawn = 0
  const confirmations = new Confirmations({
    clock: { now: () => 1_000 },
    ids: { next: () => `q${(drawn += 1)}` },
    schedule: (delayMs, run) => {
      const timer = { delayMs, run, isCancelled: false }
      timers.push(timer)
      return () => void (timer.isCancelled = true)
    },
    onAsked: () => {},
    onClosed: ({ id }, outcome) => closed.push(`${id} ${outcome}`),
  })
  return { confirmations, closed, timers }
}

test('each question has its own answer, given once', async () => {
  const { confirmations, closed, timers } = desk()
  const [one, other] = [confirmations.ask(SUMMARY), confirmations.ask(SUMMARY)]
  expect(confirmations.pending().map(({ id }) => id)).toEqual(['q1', 'q2'])
  expect(confirmations.answer('q2', true)).toBe(true)
  expect(confirmations.answer('q2', false)).toBe(false)
  expect(confirmations.answer('q1', false)).toBe(true)
  expect([await one, await other]).toEqual([false, true])
  expect(closed).toEqual(['q2 approved', 'q1 declined'])
  expect(timers.every(({ isCancelled }) => isCancelled)).toBe(true)
})

test('silence declines', async () => {
  const { confirmations, closed, timers } = desk()
  const asked = confirmations.ask(SUMMARY)
  expect(confirmations.find('q1')?.expiresAt).toBe(1_000 + ANSWER_WITHIN_MS)
  expect(timers[0]?.delayMs).toBe(ANSWER_WITHIN_MS)
  timers[0]?.run()
  expect(await asked).toBe(false)
  expect(closed).toEqual(['q1 expired'])
  expect(confirmations.answer('q1', true)).toBe(false)
})
