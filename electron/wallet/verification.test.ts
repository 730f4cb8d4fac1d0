import { expect, it } from 'vitest'
import type { Check } from './api.ts'
import { verdictOf } from './verification.ts'

const passed: Check = { check: 'form', outcome: 'passed' }
const failed: Check = { check: 'signature', outcome: 'failed', code: 'bad_signature' }
const unknown: Check = { check: 'register', outcome: 'not_checked', code: 'unreachable' }

it.each([
  ['valid', [passed, passed]],
  ['undecided', [passed, unknown]],
  ['invalid', [passed, failed]],
  ['invalid', [unknown, failed]],
] as const)('[TF2] the verdict is %s', (verdict, checks) => {
  expect(verdictOf(checks)).toBe(verdict)
})
