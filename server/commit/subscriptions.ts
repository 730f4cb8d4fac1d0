import { MAX_EVENTS_KEPT, MAX_TOPICS } from '../../shared/protocol/limits.ts'
import type { RoleStore, StoredEvent } from './store.ts'

type Send = (jws: string) => void

/** Stored events read at once while a subscriber catches up. */
const CATCH_UP_PAGE = 200

/** Who wants to hear of which topic. Events come from the store first, then live, without a gap and without a repeat. */
export class Subscriptions {
  readonly #store: RoleStore
  readonly #topics = new Map<string, Map<Send, { sent: bigint }>>()
  readonly #followed = new Map<Send, Set<string>>()

  constructor(store: RoleStore) {
    this.#store = store
  }

  /** Whether the session may follow this topic as well. */
  mayAdd(topic: string, send: Send): boolean {
    const followed = this.#followed.get(send)
    return followed === undefined || followed.size < MAX_TOPICS || followed.has(topic)
  }

  /** Sends what comes after `after`, then everything new; without `after`, or when those events are gone (`gap`), only what is new. */
  add(topic: string, after: bigint | undefined, send: Send): { readonly sequence: bigint; readonly gap: boolean } {
    const last = this.#store.lastEvent(topic)
    const gap = after !== undefined && (after > last || last - after > BigInt(MAX_EVENTS_KEPT))
    const sequence = after === undefined || gap ? last : after
    const subscribers = this.#topics.get(topic) ?? new Map<Send, { sent: bigint }>()
    this.#topics.set(topic, subscribers)
    subscribers.set(send, { sent: sequence })
    const followed = this.#followed.get(send) ?? new Set<string>()
    this.#followed.set(send, followed.add(topic))
    // After the answer to the subscription itself has been sent.
    setImmediate(() => this.#catchUp(topic, send))
    return { sequence, gap }
  }

  remove(topic: string, send: Send): void {
    const subscribers = this.#topics.get(topic)
    subscribers?.delete(send)
    if (subscribers?.size === 0) this.#topics.delete(topic)
    this.#followed.get(send)?.delete(topic)
  }

  removeAll(send: Send): void {
    for (const topic of this.#followed.get(send) ?? []) this.remove(topic, send)
    this.#followed.delete(send)
  }

  publish(events: readonly StoredEvent[]): void {
    for (const event of events) {
      for (const [send, place] of this.#topics.get(event.topic) ?? []) {
        if (event.sequence !== place.sent + 1n) continue
        place.sent = event.sequence
        send(event.jws)
      }
    }
  }

  /** Page by page, so that a slow reader of a long history is not cut off for what piles up. */
  #catchUp(topic: string, send: Send): void {
    const place = this.#topics.get(topic)?.get(send)
    if (place === undefined) return
    const events = this.#store.events(topic, place.sent, CATCH_UP_PAGE)
    for (const event of events) {
      place.sent = event.sequence
      send(event.jws)
    }
    if (events.length === CATCH_UP_PAGE) setImmediate(() => this.#catchUp(topic, send))
  }
}
