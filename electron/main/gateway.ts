import type { Json } from '../../shared/signing/canonical.ts'
import type { Answer } from '../../shared/wallet-api/serve.ts'
import type { Reply } from '../../shared/wallet-api/wire.ts'
import { isOwnSender, type Sender } from './policy.ts'

/**
 * The one way from a page to the wallet. A message from anywhere else than the wallet's own page in its own window is refused
 * (`bad_sender`) before it is looked at; the rest is decoded by the contract.
 */
export async function passOn(
  answer: Answer,
  sender: Sender,
  operation: unknown,
  input: unknown,
  onProgress: (step: Json) => void,
): Promise<Reply> {
  if (!isOwnSender(sender)) return { ok: false, error: { code: 'bad_sender', message: 'not the page of the wallet' } }
  return answer(operation, input, onProgress)
}
