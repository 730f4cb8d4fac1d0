import type { z } from 'zod'

/** What a value that somebody wrote should have been: the schema's own words, its codes for programs put into some. */
export function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'too_small' && issue.origin === 'bigint') return `expected at least ${issue.minimum}`
  if (issue?.code === 'too_big' && issue.origin === 'bigint') return `expected at most ${issue.maximum}`
  if (issue?.message === 'bad_amount') return 'expected a whole number in quotes, such as "100"'
  if (issue?.message === 'bad_text') return 'expected text without spaces at its ends'
  if (issue?.message === 'bad_date') return 'expected a date that exists'
  return issue?.message ?? 'invalid'
}
