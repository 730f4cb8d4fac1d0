/**
 * The wallet's connection to one server of the market. Requests that were stored are sent, and sent again after every
 * break, until they are answered ([SIG2], [SIG3]: the same ID takes effect once); subscriptions go on from the last event
 * that was seen, and a hole in them is reported ([TR12]).
 */
import type { Ids, Millis } from '../../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import type { ReplyBody, RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { MAX_IN_FLIGHT, MESSAGE_BURST, MESSAGES_PER_SECOND } from '../../../shared/protocol/limits.ts'
import { ConnectionLostError, Link, type LinkOptions, type LinkState } from '../../../shared/protocol/link.ts'
import { buildRequest, readEvent, readReply, type TopicEvent } from '../../../shared/protocol/request-reply.ts'
import { TokenBucket } from '../../../shared/protocol/token-bucket.ts'

/** Four fifths of what the server allows: arrival bunches up what was sent evenly. */
const SENT_PER_SECOND = 0.8 * MESSAGES_PER_SECOND
export const SENT_BURST = 0.8 * MESSAGE_BURST

export interface ConnectionOptions extends Omit<LinkOptions, 'onEvent' | 'onState'> {
  readonly ids: Ids
  readonly onState?: (state: LinkState) => void
  /** An event that was not signed by this server, or a subscription that it refused. */
  readonly onFault?: (fault: Refusal) => void
}

export interface TopicListener {
  /** In order, each sequence number once; `body` in wire form. */
  readonly onEvent: (event: TopicEvent) => void
  /** The server has taken the subscription, at first and after every break: from now on everything is heard. */
  readonly onFollowed?: () => void
  /** Events were missed: ask for the whole picture. The next event has the number after `sequence`. */
  readonly onGap: (sequence: bigint) => void
}

interface Pending {
  readonly id: string
  readonly jws: string
  readonly reply: Promise<string>
  readonly resolve: (reply: string) => void
  readonly reject: (error: ConnectionLostError) => void
  sent: boolean
}

interface Subscription {
  readonly topic: string
  readonly listener: TopicListener
  /** Sequence number of the last event seen. */
  last: bigint | undefined
}

export class Connection {
  private readonly options: ConnectionOptions
  private readonly link: Link
  /** In the order in which they were given. */
  private readonly pending = new Map<string, Pending>()
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly bucket: TokenBucket
  private inFlight = 0
  private cancelPacing: () => void = () => {}
  private tail = Promise.resolve()

  constructor(options: ConnectionOptions) {
    this.options = options
    this.bucket = new TokenBucket(SENT_PER_SECOND, SENT_BURST, options.clock.now())
    this.link = new Link({
      ...options,
      onState: (state) => this.changed(state),
      onEvent: (jws) => this.inTurn(() => this.deliver(jws)),
    })
  }

  get state(): LinkState {
    return this.link.state
  }

  /** When the server was last heard. */
  get heardAt(): Millis {
    return this.link.lastHeardAt
  }

  /** Connects, or cuts short the wait for the next attempt. */
  open(): void {
    this.link.open()
  }

  /** Ends it for good. What is unanswered is rejected with `connection_lost`; it stays stored and is asked again later. */
  close(): void {
    this.link.close()
    this.cancelPacing()
    const unanswered = [...this.pending.values()]
    this.pending.clear()
    for (const request of unanswered) request.reject(new ConnectionLostError('the connection was closed'))
  }

  /**
   * Sends a request that the caller has stored under its ID and gives the message that answers it, however many
   * connections that takes. The caller reads it with `readReply`, and calls again if it is not an answer.
   */
  request(id: string, jws: string): Promise<string> {
    const known = this.pending.get(id)
    assert(known === undefined || known.jws === jws, 'two requests under one ID')
    if (known !== undefined) return known.reply
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.pending.set(id, { id, jws, reply: promise, resolve, reject, sent: false })
    this.sendPending()
    return promise
  }

  /** Follows a topic, from the event after `after` if it is given, else from now. Ends with {@link unsubscribe}. */
  subscribe(topic: string, after: bigint | undefined, listener: TopicListener): void {
    assert(!this.subscriptions.has(topic), 'subscribed twice to one topic')
    const subscription: Subscription = { topic, listener, last: after }
    this.subscriptions.set(topic, subscription)
    if (this.state.kind === 'ready') this.follow(subscription)
  }

  unsubscribe(topic: string): void {
    if (!this.subscriptions.delete(topic) || this.state.kind !== 'ready') return
    // Whatever comes of it: nobody listens any more.
    void this.ask('unsubscribe', { topic }).catch(() => {})
  }

  private changed(state: LinkState): void {
    this.inFlight = 0
    for (const request of this.pending.values()) request.sent = false
    if (state.kind === 'ready') {
      this.sendPending()
      for (const subscription of this.subscriptions.values()) this.follow(subscription)
    }
    this.options.onState?.(state)
  }

  /** As much as may be under way; the rest follows as answers come in and time passes. */
  private sendPending(): void {
    if (this.state.kind !== 'ready') return
    const { clock, schedule } = this.options
    for (const request of this.pending.values()) {
      if (request.sent) continue
      if (this.inFlight >= MAX_IN_FLIGHT) return
      if (!this.bucket.take(clock.now())) {
        this.cancelPacing()
        this.cancelPacing = schedule(this.bucket.wait(clock.now()), () => this.sendPending())
        return
      }
      this.send(request)
    }
  }

  private send(request: Pending): void {
    request.sent = true
    this.inFlight += 1
    this.link.request(request.id, request.jws).then(
      (reply) => {
        // Not so if the connection broke meanwhile: then nothing is counted as under way.
        if (request.sent) this.inFlight -= 1
        this.pending.delete(request.id)
        request.resolve(reply)
        this.sendPending()
      },
      // Lost with the connection: the next one sends it again.
      () => {},
    )
  }

  private follow(subscription: Subscription): void {
    const { topic, last } = subscription
    const answer = this.ask('subscribe', { topic, ...(last !== undefined && { after: last }) })
    // Its turn may come after it failed; until then nobody would be listening.
    answer.catch(() => {})
    this.inTurn(async () => this.resume(subscription, await answer))
  }

  private resume(subscription: Subscription, answer: Result<{ sequence: bigint; gap: boolean }, Refusal>): void {
    if (!answer.ok) {
      this.options.onFault?.(answer.error)
      return
    }
    const { sequence, gap } = answer.value
    // Events that had come before the break may have been dealt with since it was asked.
    if (subscription.last === undefined || subscription.last < sequence) subscription.last = sequence
    if (!this.isFollowed(subscription)) return
    if (gap) subscription.listener.onGap(sequence)
    subscription.listener.onFollowed?.()
  }

  private async deliver(jws: string): Promise<void> {
    const event = await readEvent(jws, this.options.server, this.options.trust)
    if (!event.ok) {
      this.options.onFault?.(event.error)
      return
    }
    const { topic, sequence } = event.value
    const subscription = this.subscriptions.get(topic)
    if (subscription === undefined) return
    const { last, listener } = subscription
    if (last !== undefined && sequence <= last) return
    subscription.last = sequence
    if (last !== undefined && sequence > last + 1n) listener.onGap(sequence - 1n)
    listener.onEvent(event.value)
  }

  private isFollowed(subscription: Subscription): boolean {
    return this.subscriptions.get(subscription.topic) === subscription
  }

  /** Answers to subscriptions and events are dealt with one after the other, in the order in which they came. */
  private inTurn(work: () => Promise<void>): void {
    this.tail = this.tail.then(work).catch((error: unknown) => {
      // A break while asking: the next connection asks again.
      if (error instanceof ConnectionLostError) return
      this.options.onFault?.({ code: 'internal_error', message: String(error) })
    })
  }

  /** These two ask for nothing that lasts, so their requests are not stored. */
  private async ask<Verb extends 'subscribe' | 'unsubscribe'>(
    verb: Verb,
    body: RequestBody<`exchange.${Verb}`>,
  ): Promise<Result<ReplyBody<`exchange.${Verb}`>, Refusal>> {
    const { server, me, trust, clock, ids } = this.options
    this.bucket.take(clock.now())
    const id = ids.next()
    // Every role has the same two; the types are those of one of them.
    const operation = `${server.role}.${verb}` as `exchange.${Verb}`
    const draft = { operation, id, from: me.from, to: server.userId, at: clock.now(), body }
    const { jws, hash } = await buildRequest(draft, me.signer)
    const reply = await this.link.request(id, jws)
    const answer = await readReply(reply, { ...draft, hash }, server, trust)
    return answer.ok ? answer.value : answer
  }
}
