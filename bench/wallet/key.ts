import type { SystemKeychain } from '../../electron/host/key-place.ts'
import { KeychainError } from '../../electron/wallet/keychain/keychain.ts'
import { err } from '../../shared/kernel/result.ts'

export const PASSPHRASE = 'washi and ink'

const NOWHERE = new KeychainError('keychain_unavailable', 'there is none here')

export const NO_KEYCHAIN: SystemKeychain = {
  open: () => {
    throw NOWHERE
  },
  detect: () => Promise.resolve(err(NOWHERE)),
}
