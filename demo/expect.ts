import { setTimeout as pause } from 'node:timers/promises'
import type { Refusal, Result } from '../shared/kernel/result.ts'

/** Thrown when the day does not go as the story says: the demonstration then ends with a failure. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken'
  readonly code = 'story_broken'
}

export async function granted<Value>(what: string, outcome: Promise<Result<Value, Refusal>>): Promise<Value> {
  const result = await outcome
  if (result.ok) return result.value
  throw new StoryBroken(`${what}: refused with ${result.error.code} (${result.error.message})`)
}

/** The attack or mistake must be refused, with this code. */
export async function refused(
  what: string,
  code: string,
  outcome: Promise<Result<unknown, Refusal>>,
): Promise<Refusal> {
  const result = await outcome
  if (result.ok) throw new StoryBroken(`${what}: was accepted, but should have been refused with ${code}`)
  if (result.error.code !== code)
    throw new StoryBroken(`${what}: refused with ${result.error.code}, not ${code} (${result.error.message})`)
  return result.error
}

const LOOK_EVERY_MS = 100
const PATIENCE_MS = 120_000

/** Looks again and again until there is something, because servers answer one another in their own time. */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new StoryBroken(`${what}: nothing after ${PATIENCE_MS / 1000} s`)
    await pause(LOOK_EVERY_MS)
  }
}
