import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import { CommandFailed, EXIT, type ExitCode } from '../../shared/terminal/exit.ts'
import { KeychainError } from '../wallet/keychain/keychain.ts'
import { StoreError } from '../wallet/store/store.ts'
import { wordsFor } from './words.ts'

/** The value, or the end of the command. */
export function granted<Value>(result: Result<Value, Refusal>): Value {
  if (result.ok) return result.value
  throw failure(result.error)
}

export function failure(refusal: Refusal): CommandFailed {
  return new CommandFailed(exitFor(refusal.code), refusal.code, wordsFor(refusal), undefined, refusal.details)
}

const UNANSWERED: ReadonlySet<string> = new Set([...TRANSIENT_CODES, 'under_way', 'unreachable', 'connection_lost'])
const MISUSED: ReadonlySet<string> = new Set(['bad_input', 'bad_link'])
const UNUSABLE: ReadonlySet<string> = new Set(['certificate_file_missing'])
const INVALID: ReadonlySet<string> = new Set([
  'bad_file',
  'bad_backup',
  'backup_newer',
  'wrong_certificate',
  'certificate_not_as_requested',
  'receipt_differs',
  'account_differs',
  'not_for_me',
])

export function exitFor(code: string): ExitCode {
  if (UNANSWERED.has(code)) return EXIT.unanswered
  if (MISUSED.has(code)) return EXIT.usage
  if (UNUSABLE.has(code)) return EXIT.storage
  return INVALID.has(code) ? EXIT.invalid : EXIT.refused
}

/** Gives the wallet's folder and keychain, when they cannot be used, words and an exit code. */
export async function inOwnWords<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KeychainError || error instanceof StoreError)
      throw new CommandFailed(EXIT.storage, error.code, wordsFor(error), error)
    throw error
  }
}
