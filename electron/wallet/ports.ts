/** What the wallet needs from the machine it runs on. Only a composition root constructs the adapters. */
export type { Keychain, Secret } from './keychain/keychain.ts'
export type { Collection, WalletStore } from './store/store.ts'
