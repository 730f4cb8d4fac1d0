import { randomBytes, randomUUID } from 'node:crypto'
import { equalBytes } from '../../../shared/kernel/bytes.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import type { Result } from '../../../shared/kernel/result.ts'
import { KeychainError } from './keychain.ts'
import type { Keychain } from './keychain.ts'
import { osKeychain, PROBE_SERVICE } from './os.ts'
import type { OsKeychainOptions } from './os.ts'

/**
 * The system's keychain if it works, else the reason: an entry is written, read and removed again. There is no falling back by
 * itself: a key file with a passphrase is the user's decision, and `keychain_locked` is mended by unlocking.
 */
export async function detectKeychain(options: OsKeychainOptions = {}): Promise<Result<Keychain, KeychainError>> {
  const probe = osKeychain({ ...options, service: PROBE_SERVICE })
  const [name, secret] = [randomUUID(), new Uint8Array(randomBytes(32))]
  try {
    await probe.create(name, secret)
    const loaded = await probe.load(name)
    await probe.remove(name)
    if (loaded !== undefined && equalBytes(loaded, secret)) return ok(osKeychain(options))
    return err(new KeychainError('keychain_not_saved', 'the keychain of this system does not keep what it is given'))
  } catch (error) {
    if (error instanceof KeychainError) return err(error)
    throw error
  }
}
