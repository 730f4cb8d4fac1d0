import type { Command, Decision, LateAnswer } from '../../../commit/decision.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import type { SettlementSettings } from '../settings.ts'
import type { SettlementReadView, SettlementView } from '../tables.ts'

/** A probe for account numbers gets this many tries an hour ([A23]). The hour begins with the first wrong one. */
const WINDOW_MS = 60 * 60_000

interface Count {
  readonly count: number
  readonly endsAt: Millis
}

/** Wrong numbers in inquiries, which change no table; by user, the oldest hour first. Lost at a restart, which costs a prober more than it gives. */
export type Tries = Map<string, Count>

function next(before: Count | undefined, at: Millis): Count {
  return before === undefined || before.endsAt <= at
    ? { count: 1, endsAt: at + WINDOW_MS }
    : { ...before, count: before.count + 1 }
}

const isSpent = (tries: Count | undefined, at: Millis, { wrongTriesPerHour }: SettlementSettings): boolean =>
  tries !== undefined && tries.endsAt > at && tries.count >= wrongTriesPerHour

function stored(view: SettlementReadView, userId: string): Count | undefined {
  const row = view.get('wrongTries', userId)
  return row === undefined ? undefined : { count: Number(row.count), endsAt: Number(row.endsAt) }
}

/** Not `rate_limited`: the refusal of a command is final for its request ID, and the next attempt needs a new one. */
export function checkTries(
  view: SettlementReadView,
  { sender, at }: Command<unknown, unknown>,
  settings: SettlementSettings,
): Result<void, Refusal> {
  return isSpent(stored(view, sender.name), at, settings)
    ? refuse('too_many_tries', 'too many wrong account numbers within an hour')
    : ok(undefined)
}

/**
 * Refuses a command and counts it. A refusal undoes what its decision changed; therefore this one is given as a late
 * answer, so that the count stays, also after a restart and when the journal is replayed.
 */
export function refuseAndCount(
  view: SettlementView,
  { sender, id, at }: Command<unknown, unknown>,
  refused: LateAnswer['result'] & { readonly ok: false },
): Result<Decision<never>, Refusal> {
  const { count, endsAt } = next(stored(view, sender.name), at)
  view.put('wrongTries', { userId: sender.name, count: BigInt(count), endsAt: BigInt(endsAt) })
  return ok({ reply: 'later', answers: [{ sender: sender.name, requestId: id, result: refused }] })
}

/** An inquiry is limited by its own wrong numbers and by those of commands. */
export function checkInquiry(
  view: SettlementReadView,
  tries: Tries,
  { sender, at }: Command<unknown, unknown>,
  settings: SettlementSettings,
): Result<void, Refusal> {
  const spent = [tries.get(sender.name), stored(view, sender.name)].some((each) => isSpent(each, at, settings))
  return spent ? refuse('rate_limited', 'too many wrong account numbers within an hour') : ok(undefined)
}

/** Keeps no more users than were wrong within the last hour. */
export function countInquiry(tries: Tries, { sender, at }: Command<unknown, unknown>): void {
  for (const [userId, { endsAt }] of tries) {
    if (endsAt > at) break
    tries.delete(userId)
  }
  tries.set(sender.name, next(tries.get(sender.name), at))
}
