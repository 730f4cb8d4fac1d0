import { hash } from 'node:crypto'
import { refuse, ok, type Refusal, type Result } from '../../shared/kernel/result.ts'

/**
 * The append-only record of every command that a role took: what was asked, word for word as it was signed, what was not in
 * the request (time, drawn IDs, who signed), and what was answered. Each entry's hash covers the entry before it, so that
 * nothing can be taken out or edited without the chain breaking there.
 */
export interface JournalEntry {
  readonly sequence: bigint
  /** Milliseconds. */
  readonly at: number
  /** `request`: a signed request of a client, a peer or of the role itself. `reply`: a peer's signed answer to a message of ours. */
  readonly kind: 'request' | 'reply'
  readonly requestId: string
  readonly sender: string
  /** The signed message in compact form. */
  readonly request: string
  /** JSON of what the decision used and the request does not say. */
  readonly facts: string
  /** The signed reply, empty when it was left for later. */
  readonly reply: string
  /** JSON of the signed replies to earlier requests: `[[sender, request ID, reply], ...]`. */
  readonly answers: string
  readonly previousHash: string
  readonly hash: string
}

/** The hash before the first entry. */
export const GENESIS = 'A'.repeat(43)

export function entryHash(entry: Omit<JournalEntry, 'hash'>): string {
  return hash(
    'sha256',
    JSON.stringify([
      entry.sequence.toString(),
      entry.at,
      entry.kind,
      entry.requestId,
      entry.sender,
      entry.request,
      entry.facts,
      entry.reply,
      entry.answers,
      entry.previousHash,
    ]),
    'base64url',
  )
}

export interface JournalHead {
  readonly sequence: bigint
  readonly at: number
  readonly hash: string
}

/**
 * Checks every link, and that the journal ends where the last commit left it: a chain does not show that its end was cut
 * off. The first entry that does not fit is named by its sequence number (P8).
 */
export function verifyJournal(
  entries: Iterable<JournalEntry>,
  last: JournalHead,
): Result<JournalHead, Refusal<'journal_broken'>> {
  let head: JournalHead = { sequence: 0n, at: 0, hash: GENESIS }
  for (const entry of entries) {
    const expected = head.sequence + 1n
    if (entry.sequence !== expected)
      return refuse('journal_broken', `entry ${expected} is missing`, { sequence: expected.toString() })
    if (entry.previousHash !== head.hash || entryHash(entry) !== entry.hash)
      return refuse('journal_broken', `entry ${expected} was altered`, { sequence: expected.toString() })
    head = { sequence: entry.sequence, at: entry.at, hash: entry.hash }
  }
  if (head.hash !== last.hash) {
    const sequence = (head.sequence < last.sequence ? head.sequence : last.sequence) + 1n
    return refuse('journal_broken', `entry ${sequence} is not the one of the last commit`, {
      sequence: sequence.toString(),
    })
  }
  return ok(head)
}

/** Facts hold bigints: they are written as `{"$bigint":"12"}`, a form that no fact has otherwise. */
export function writeFacts(facts: unknown): string {
  return JSON.stringify(facts, (_name, value: unknown) =>
    typeof value === 'bigint' ? { $bigint: value.toString() } : value,
  )
}

export function readFacts(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown) => {
    if (value !== null && typeof value === 'object' && '$bigint' in value) return BigInt(String(value.$bigint))
    return value
  })
}
