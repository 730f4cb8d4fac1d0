import { randomBytes } from 'node:crypto'
import { idsFrom } from '../../shared/kernel/ids.ts'
import type { Random } from '../../shared/kernel/ports.ts'
import { walletSocket } from '../wallet/connection/wallet-socket.ts'
import type { WalletPorts } from '../wallet/wallet.ts'

/** This machine's clock, chance, network and timers, for every program that opens a wallet. */
export function systemPorts(): Omit<WalletPorts, 'keychain' | 'confirm'> {
  const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }
  return {
    clock: { now: () => Date.now() },
    random,
    ids: idsFrom(random),
    fetch,
    openSocket: (url) => walletSocket(url),
    schedule: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
}
