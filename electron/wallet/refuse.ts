import { refuse as refuseWith, type Refusal } from '../../shared/kernel/result.ts'
import type { WalletCode } from './api.ts'

/** A refusal of the wallet itself: only with a code that callers know. */
export function refuse(
  code: WalletCode,
  message: string,
  details?: Readonly<Record<string, string>>,
): { readonly ok: false; readonly error: Refusal } {
  return refuseWith(code, message, details)
}
