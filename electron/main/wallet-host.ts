import { randomBytes } from 'node:crypto'
import { idsFrom } from '../../shared/kernel/ids.ts'
import type { Random } from '../../shared/kernel/ports.ts'
import { openHost, type Host, type HostOptions } from '../host/host.ts'
import { walletSocket } from '../wallet/connection/wallet-socket.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { osKeychain } from '../wallet/keychain/os.ts'

type DesktopHost = Omit<HostOptions, 'kind' | 'keychain' | 'ports' | 'urlOf'>

/** A wallet that the command line can have too; one of them at a time. Throws StoreError and KeychainError. */
export function openDesktopHost(options: DesktopHost): Promise<Host> {
  const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }
  return openHost({
    ...options,
    kind: 'desktop',
    keychain: { open: () => osKeychain(), detect: () => detectKeychain() },
    ports: {
      clock: { now: () => Date.now() },
      random,
      ids: idsFrom(random),
      fetch,
      openSocket: (url) => walletSocket(url),
      schedule: (delayMs, run) => {
        const timer = setTimeout(run, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
}
