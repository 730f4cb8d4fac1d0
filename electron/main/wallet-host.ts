import { openHost, type Host, type HostOptions } from '../host/host.ts'
import { systemPorts } from '../host/system-ports.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { osKeychain } from '../wallet/keychain/os.ts'

type DesktopHost = Omit<HostOptions, 'kind' | 'keychain' | 'ports' | 'urlOf'>

/** A wallet that the command line can have too; one of them at a time. Throws StoreError and KeychainError. */
export function openDesktopHost(options: DesktopHost): Promise<Host> {
  return openHost({
    ...options,
    kind: 'desktop',
    keychain: { open: () => osKeychain(), detect: () => detectKeychain() },
    ports: systemPorts(),
  })
}
