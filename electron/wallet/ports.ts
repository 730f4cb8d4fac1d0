/** What the wallet needs from the machine it runs on. Only a composition root constructs the adapters. */
export type { WalletStore } from './store/store.ts'
