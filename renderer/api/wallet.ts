import { create } from 'zustand'
import { assert } from '../../shared/kernel/assert.ts'
import { clientOver, type Transport, type WalletClient } from '../../shared/wallet-api/client.ts'
import { socketTransport } from '../../shared/wallet-api/socket-transport.ts'
import { openSocket } from './socket.ts'

declare global {
  interface Window {
    /** What Electron's preload exposes; absent in a browser. */
    readonly kabuken?: Transport
  }
}

/** Whether the wallet behind the screens can be reached; `opening` until it was once. */
export const useLink = create<{ readonly link: 'opening' | 'up' | 'down' }>()(() => ({ link: 'opening' }))

const RETRY_MS = 1_000
let client: WalletClient | undefined

/** To be called once, before anything asks. */
export function openWallet(): void {
  client = clientOver(window.kabuken ?? socketTransport(openSocket, onState))
  if (window.kabuken !== undefined) useLink.setState({ link: 'up' })
}

/** The typed client (shared/wallet-api/client.ts). */
export function wallet(): WalletClient {
  assert(client !== undefined, 'the wallet is opened before the first call')
  return client
}

function onState(isConnected: boolean): void {
  useLink.setState({ link: isConnected ? 'up' : 'down' })
  // The transport connects with the next call: without one, a screen that only looks would stay cut off.
  if (!isConnected) setTimeout(() => void wallet().call('settings.get', {}), RETRY_MS)
}
