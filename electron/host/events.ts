import { writeMembers } from '../../shared/documents/document.ts'
import type { Schedule } from '../../shared/protocol/link.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { events, type EventBody, type EventName } from '../../shared/wallet-api/operations.ts'

/** A synchronisation stores hundreds of changes in a row; a screen draws once. */
const JOIN_MS = 50

type Topic = EventBody<'changed'>['topics'][number]

/** What the host tells every screen, in wire form. */
export class HostEvents {
  readonly #listeners = new Set<(event: EventName, body: Json) => void>()
  readonly #schedule: Schedule
  readonly #changed = new Set<Topic>()

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  /** Returns the function that ends it. */
  listen(listener: (event: EventName, body: Json) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell<Name extends EventName>(event: Name, body: EventBody<Name>): void {
    // The body's schema is that of its event's name.
    const wire = writeMembers(events[event], body as never)
    for (const listener of this.#listeners) listener(event, wire)
  }

  /** Bursts become one event. */
  changed(topic: Topic): void {
    if (this.#changed.size === 0)
      this.#schedule(JOIN_MS, () => {
        const topics = [...this.#changed]
        this.#changed.clear()
        this.tell('changed', { topics })
      })
    this.#changed.add(topic)
  }
}
