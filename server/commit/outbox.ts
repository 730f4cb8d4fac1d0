import type { Refusal } from '../../shared/kernel/result.ts'
import type { OperationName, ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import { MAX_PEER_IN_FLIGHT } from '../../shared/protocol/limits.ts'
import type { MessageTrust } from '../../shared/protocol/message-signer.ts'
import { readReply } from '../../shared/protocol/request-reply.ts'
import { hashJwsSync } from '../runtime/node-signing.ts'
import type { QueuedReply } from './commit-queue.ts'
import type { RoleStore, WaitingMessage } from './store.ts'

/** Pause before a message that was refused for now, or could not be delivered, is sent again. */
const RETRY_MS = 1_000

/** A connection to one peer. `request` rejects when the reply cannot come any more on this connection. */
export interface PeerLink {
  readonly request: (id: string, jws: string) => Promise<string>
}

export interface OutboxOptions {
  readonly store: RoleStore
  readonly self: string
  readonly submitReply: (reply: QueuedReply) => Promise<void>
  readonly link: (peer: string, role: ServerRole) => PeerLink
  readonly trust: MessageTrust
  /** Calls back once after the delay. */
  readonly schedule: (delayMs: number, run: () => void) => void
  readonly fault: (peer: string, reason: Refusal) => void
}

/** What waits for one peer. */
export interface Waiting {
  readonly userId: string
  readonly messages: number
  /** Of the oldest message. */
  readonly operation: string
  readonly since: number
  readonly failures: number
  readonly code?: string
}

/**
 * Delivers what decisions told peers, in order for each peer and many at once, until each is answered. A message stays stored
 * until its answer has taken effect, so a crash or a cut line only makes it come again; the receiver answers a repeat with
 * the reply that it stored (SIG3).
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #peers = new Map<string, Delivery>()
  #closed = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** At start: everything that was waiting. */
  start(): void {
    this.wake(this.#options.store.waiting().map(({ peer }) => peer))
  }

  wake(peers: Iterable<string>): void {
    if (this.#closed) return
    for (const peer of peers) {
      let delivery = this.#peers.get(peer)
      if (delivery === undefined) {
        delivery = new Delivery(peer, this.#options, () => this.#closed)
        this.#peers.set(peer, delivery)
      }
      delivery.pump()
    }
  }

  /** For the operator, who may know why a peer does not answer: the longest wait first. */
  waiting(): Waiting[] {
    const { store } = this.#options
    return store
      .waiting()
      .map(({ peer, count, since }) => ({
        userId: peer,
        messages: count,
        operation: store.messages(peer, 0n, 1)[0]?.operation ?? '',
        since,
        ...(this.#peers.get(peer)?.standing ?? { failures: 0 }),
      }))
      .sort((a, b) => a.since - b.since)
  }

  close(): void {
    this.#closed = true
  }
}

class Delivery {
  readonly #peer: string
  readonly #options: OutboxOptions
  readonly #isClosed: () => boolean
  readonly #inFlight = new Set<string>()
  #sent = 0n
  #retrying = false
  #failures = 0
  #reason: Refusal | undefined

  constructor(peer: string, options: OutboxOptions, isClosed: () => boolean) {
    this.#peer = peer
    this.#options = options
    this.#isClosed = isClosed
  }

  /** Since the peer answered last. */
  get standing(): Pick<Waiting, 'failures' | 'code'> {
    return { failures: this.#failures, ...(this.#reason !== undefined && { code: this.#reason.code }) }
  }

  pump(): void {
    if (this.#isClosed() || this.#retrying) return
    const room = MAX_PEER_IN_FLIGHT - this.#inFlight.size
    if (room <= 0) return
    for (const message of this.#options.store.messages(this.#peer, this.#sent, room)) {
      this.#sent = message.position
      if (this.#inFlight.has(message.id)) continue
      this.#inFlight.add(message.id)
      void this.#deliver(message)
    }
  }

  async #deliver(message: WaitingMessage): Promise<void> {
    const refused = await this.#attempt(message)
    this.#inFlight.delete(message.id)
    if (refused === undefined) {
      this.#failures = 0
      this.#reason = undefined
      this.pump()
    } else this.#retryLater(refused)
  }

  /** Undefined when the answer has taken effect. */
  async #attempt(message: WaitingMessage): Promise<Refusal | undefined> {
    const { link, self, trust, submitReply } = this.#options
    const operation = message.operation as OperationName
    const role = operation.slice(0, operation.indexOf('.')) as ServerRole
    try {
      const jws = await link(this.#peer, role).request(message.id, message.jws)
      const sent = { operation, id: message.id, hash: hashJwsSync(message.jws), from: self, to: this.#peer }
      const reply = await readReply(jws, sent, { role, userId: this.#peer }, trust)
      if (!reply.ok) return reply.error
      if (!reply.value.ok && TRANSIENT_CODES.has(reply.value.error.code)) return reply.value.error
      if (this.#isClosed()) return undefined
      await submitReply({ message, jws, result: reply.value })
      return undefined
    } catch (error) {
      return { code: 'connection_lost', message: error instanceof Error ? error.message : String(error) }
    }
  }

  /** From the oldest unanswered message on, so that the peer gets them in order again. */
  #retryLater(reason: Refusal): void {
    if (this.#retrying || this.#isClosed()) return
    this.#retrying = true
    this.#failures += 1
    this.#reason = reason
    this.#options.fault(this.#peer, reason)
    this.#options.schedule(RETRY_MS, () => {
      this.#retrying = false
      this.#sent = 0n
      this.pump()
    })
  }
}
