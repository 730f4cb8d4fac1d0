import type { Json } from '../../shared/signing/canonical.ts'
import type { EventName } from '../../shared/wallet-api/operations.ts'
import type { Answer } from '../../shared/wallet-api/serve.ts'
import type { Reply } from '../../shared/wallet-api/wire.ts'
import type { Host, Screen } from '../host/host.ts'
import { isOwnSender, type Sender } from './policy.ts'

/**
 * The one way from a page to the wallet. A message from anywhere else than the wallet's own page in its own window is refused
 * (`bad_sender`) before it is looked at; the rest is decoded by the contract.
 */
export async function passOn(
  answer: Answer | undefined,
  sender: Sender,
  operation: unknown,
  input: unknown,
  onProgress: (step: Json) => void,
): Promise<Reply> {
  if (answer === undefined || !isOwnSender(sender))
    return { ok: false, error: { code: 'bad_sender', message: 'not the page of the wallet' } }
  return answer(operation, input, onProgress)
}

/** The page that a window shows. What it follows of the market ends with it: when it is loaded anew, and when the window closes. */
export class WindowPage {
  readonly #host: Pick<Host, 'attach'>
  readonly #tell: (event: EventName, body: Json) => void
  #screen: Screen | undefined

  constructor(host: Pick<Host, 'attach'>, tell: (event: EventName, body: Json) => void) {
    this.#host = host
    this.#tell = tell
  }

  /** Undefined where there is no page any more. */
  get answer(): Answer | undefined {
    return this.#screen?.answer
  }

  begin(): void {
    this.end()
    const screen = this.#host.attach()
    const endListening = screen.listen(this.#tell)
    this.#screen = {
      ...screen,
      end: () => {
        endListening()
        screen.end()
      },
    }
  }

  end(): void {
    this.#screen?.end()
    this.#screen = undefined
  }
}
