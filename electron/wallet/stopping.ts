import { refuse } from './refuse.ts'

/** Asking many servers one after the other, which a person may not want to wait for. */
export class Stopping {
  readonly #signal: AbortSignal | undefined
  readonly #stopped: Promise<void>

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
    const { promise, resolve } = Promise.withResolvers<void>()
    signal?.addEventListener('abort', () => resolve(), { once: true })
    this.#stopped = promise
  }

  get isStopped(): boolean {
    return this.#signal?.aborted === true
  }

  /** Until the work is done or nobody waits for it any more; then it comes to its end by itself. */
  async until(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, this.#stopped])
  }

  readonly refusal = refuse('stopped', 'nobody waits for it any more')
}
