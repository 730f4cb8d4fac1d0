import type { Clock, Ids, Millis } from '../../shared/kernel/ports.ts'
import type { Schedule } from '../../shared/protocol/link.ts'
import type { Confirmable } from '../wallet/wallet.ts'

/** Long enough to read terms again; whoever went away has not agreed. */
export const ANSWER_WITHIN_MS: Millis = 5 * 60_000

/** A signature (or a backup) that waits for the person; a signature's summary was read back from the very bytes to be signed. */
export interface Question {
  readonly id: string
  readonly summary: Confirmable
  readonly expiresAt: Millis
}

export type QuestionOutcome = 'approved' | 'declined' | 'expired'

interface Asked {
  readonly question: Question
  readonly close: (outcome: QuestionOutcome) => void
}

export interface ConfirmationPorts {
  readonly clock: Clock
  readonly ids: Ids
  readonly schedule: Schedule
  readonly onAsked: (question: Question) => void
  readonly onClosed: (question: Question, outcome: QuestionOutcome) => void
}

/** The questions put to the person. Each is answered once, by the host's own dialog or page; silence declines. */
export class Confirmations {
  readonly #ports: ConfirmationPorts
  readonly #asked = new Map<string, Asked>()

  constructor(ports: ConfirmationPorts) {
    this.#ports = ports
  }

  pending(): Question[] {
    return [...this.#asked.values()].map(({ question }) => question)
  }

  find(id: string): Question | undefined {
    return this.#asked.get(id)?.question
  }

  ask(summary: Confirmable): Promise<boolean> {
    const { clock, ids, schedule, onAsked, onClosed } = this.#ports
    const question = { id: ids.next(), summary, expiresAt: clock.now() + ANSWER_WITHIN_MS }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const cancelTimer = schedule(ANSWER_WITHIN_MS, () => this.#close(question.id, 'expired'))
    const close = (outcome: QuestionOutcome): void => {
      cancelTimer()
      resolve(outcome === 'approved')
      onClosed(question, outcome)
    }
    this.#asked.set(question.id, { question, close })
    onAsked(question)
    return promise
  }

  /** False if nothing by this ID waits for an answer any more. */
  answer(id: string, isApproved: boolean): boolean {
    return this.#close(id, isApproved ? 'approved' : 'declined')
  }

  declineAll(): void {
    for (const id of this.#asked.keys()) this.answer(id, false)
  }

  #close(id: string, outcome: QuestionOutcome): boolean {
    const asked = this.#asked.get(id)
    if (asked === undefined) return false
    this.#asked.delete(id)
    asked.close(outcome)
    return true
  }
}
