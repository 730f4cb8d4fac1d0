import { object, text, type Members } from './jws.ts'

/** The events of one topic, in order and without gaps ("Subscriptions and events"). */
export class Feed {
  readonly #events: Members[] = []
  #last: bigint | undefined
  #failure: { readonly reason: unknown } | undefined
  #wake: (() => void) | undefined

  /** `sequence` of the reply: the first event has the number after this one. */
  begin(sequence: bigint): void {
    this.#last = sequence
  }

  push(event: Members): void {
    this.#events.push(event)
    this.#wake?.()
  }

  fail(reason: unknown): void {
    this.#failure = { reason }
    this.#wake?.()
  }

  /** Body of the next event of this kind; others before it are passed over. */
  async next(kind: string): Promise<Members> {
    for (;;) {
      const event = await this.#take()
      if (text(event, 'kind') === kind) return object(event, 'body')
    }
  }

  async #take(): Promise<Members> {
    for (;;) {
      const event = this.#events.shift()
      if (event !== undefined) {
        const sequence = BigInt(text(event, 'sequence'))
        if (this.#last === undefined || sequence !== this.#last + 1n) throw new Error('events are missing')
        this.#last = sequence
        return event
      }
      if (this.#failure !== undefined) throw this.#failure.reason
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
