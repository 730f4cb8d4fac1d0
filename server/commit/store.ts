import type { JournalEntry, JournalHead } from './journal.ts'
import type { Changes, RowSource } from './view.ts'

/** A message to a peer that was decided on and is not answered yet. */
export interface WaitingMessage {
  /** Order of sending. */
  readonly position: bigint
  readonly id: string
  /** User ID of the peer. */
  readonly peer: string
  readonly operation: string
  readonly jws: string
  /** Canonical JSON of the context that comes back with the answer. */
  readonly context: string
  readonly at: number
}

export interface StoredRequest {
  readonly hash: string
  readonly operation: string
  /** Undefined while the answer is left for later. */
  readonly reply: string | undefined
}

export interface StoredEvent {
  readonly topic: string
  readonly sequence: bigint
  readonly at: number
  readonly jws: string
}

/** Everything that one transaction of a role writes. */
export interface Batch {
  readonly changes: Changes
  readonly journal: readonly JournalEntry[]
  readonly requests: readonly (StoredRequest & { readonly sender: string; readonly id: string })[]
  readonly answers: readonly { readonly sender: string; readonly id: string; readonly reply: string }[]
  readonly messages: readonly Omit<WaitingMessage, 'position'>[]
  readonly answeredMessages: readonly string[]
  readonly events: readonly StoredEvent[]
}

/** The port through which a role keeps its state: reads, and one atomic durable write. */
export interface RoleStore extends RowSource {
  /** All or nothing. When it returns the batch is on the disk. Throws {@link StorageError}. */
  write(batch: Batch): void
  request(sender: string, id: string): StoredRequest | undefined
  message(id: string): WaitingMessage | undefined
  /** Unanswered messages to a peer after a position, oldest first. */
  messages(peer: string, after: bigint, limit: number): readonly WaitingMessage[]
  /** Peers to whom something is waiting, and since when. */
  waiting(): readonly { readonly peer: string; readonly count: number; readonly since: number }[]
  lastEvent(topic: string): bigint
  events(topic: string, after: bigint, limit: number): readonly StoredEvent[]
  journal(after: bigint): Iterable<JournalEntry>
  /** Where the last commit left the journal; kept apart from the entries. */
  journalHead(): JournalHead
  /** SHA-256 over every row of the role's tables and counters in key order, base64url: two stores with equal state have equal hashes. */
  stateHash(): string
  close(): void
}

export type StorageCode =
  | 'storage_failed'
  | 'storage_in_use'
  | 'storage_not_durable'
  | 'storage_newer_version'
  | 'storage_of_another_role'

export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageCode

  constructor(code: StorageCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
