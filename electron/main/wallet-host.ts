import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { idsFrom } from '../../shared/kernel/ids.ts'
import type { Random } from '../../shared/kernel/ports.ts'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Question } from '../host/confirmations.ts'
import { openHost, type Host } from '../host/host.ts'
import { walletSocket } from '../wallet/connection/wallet-socket.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { osKeychain } from '../wallet/keychain/os.ts'

interface DesktopHost {
  readonly language: Language
  readonly onQuestion: (question: Question) => void
  readonly onFault: (fault: unknown) => void
}

/** The wallet that the command line has too; one of them at a time. Throws StoreError and KeychainError. */
export function openDesktopHost(options: DesktopHost): Promise<Host> {
  const { KABUKEN_WALLET: chosen } = process.env
  const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }
  return openHost({
    ...options,
    kind: 'desktop',
    folder: chosen ?? join(envPaths('kabuken', { suffix: '' }).data, 'wallet'),
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
