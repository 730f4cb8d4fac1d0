import { assert } from '../../../shared/kernel/assert.ts'
import type { Bytes } from '../../../shared/kernel/bytes.ts'

/** The investor's private key as PKCS#8 (RFC 5958) in DER. */
export type Secret = Bytes

/** Windows keeps at most 2,560 bytes an entry: less 3 for the version and 44 for the checksum, times 3/4 for base64, is 1,884. */
export const MAX_SECRET_BYTES = 1_536

/** Key names become account names and file names. */
const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

export type KeychainErrorCode =
  /** It is there but does not open: locked, the prompt was dismissed, or there is nobody to show one. */
  | 'keychain_locked'
  /** There is none, it does not answer, or its library is missing. The cause says which. */
  | 'keychain_unavailable'
  | 'keychain_missing'
  | 'keychain_exists'
  /** What is stored is not what was stored. It is left as it is. */
  | 'keychain_damaged'
  /** Writing reported success, reading back did not give what was written; or writing failed. */
  | 'keychain_not_saved'
  /** Others than the owner may read the key file. */
  | 'keychain_insecure_permissions'
  | 'passphrase_wrong'
  | 'passphrase_required'

export class KeychainError extends Error {
  override readonly name = 'KeychainError'
  readonly code: KeychainErrorCode

  constructor(code: KeychainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Where the private key lives. It stores what it is given and never makes a key itself: an entry that is not found may be one
 * that was lost, and a new key in its place would hide that. All methods throw {@link KeychainError}.
 */
export interface Keychain {
  /** Undefined only when the keychain is open and has no such entry. */
  load(name: string): Promise<Secret | undefined>
  /** Never overwrites (`keychain_exists`); resolves when what was read back equals the secret. */
  create(name: string, secret: Secret): Promise<void>
  /** Throws `keychain_missing` when there is no such entry. */
  remove(name: string): Promise<void>
}

/** For a key that was created earlier: throws `keychain_missing` where {@link Keychain.load} says undefined. */
export async function loadExisting(keychain: Keychain, name: string): Promise<Secret> {
  const secret = await keychain.load(name)
  if (secret === undefined) throw missing(name)
  return secret
}

export function missing(name: string): KeychainError {
  return new KeychainError('keychain_missing', `the keychain has no key ${name}`)
}

export function exists(name: string): KeychainError {
  return new KeychainError('keychain_exists', `the keychain already has a key ${name}`)
}

export function assertName(name: string): void {
  assert(KEY_NAME.test(name), 'a key name has 1 to 64 letters, digits, "_" and "-"')
}

export function assertSecret(secret: Secret): void {
  assert(secret.length > 0 && secret.length <= MAX_SECRET_BYTES, `a secret has 1 to ${String(MAX_SECRET_BYTES)} bytes`)
}
