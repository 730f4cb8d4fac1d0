import type { HostOptions } from '../host/host.ts'
import { openHost, type Host } from '../host/host.ts'
import { ConfirmationDesk } from './confirmation-desk.ts'
import { closeServer, listenOnLoopback, portOf } from './loopback.ts'
import { Screens } from './screens.ts'
import { serveSockets } from './wallet-socket-server.ts'

export interface BrowserHostOptions extends Omit<HostOptions, 'kind' | 'urlOf' | 'onQuestion'> {
  /** Of the built screens. */
  readonly screens: string
  /** 0 lets the system choose. */
  readonly port: number
}

export interface BrowserHost {
  readonly host: Host
  /** Opens the wallet in one browser, once. */
  readonly link: string
  readonly close: () => Promise<void>
}

/**
 * The wallet for a browser on this machine. Two ports of the loopback address: one for the screens and their socket, one for the
 * confirmations, which must be out of the screens' reach. Throws StoreError, KeychainError and ListenError.
 */
export async function openBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { onFault } = options
  const closers: (() => Promise<void> | void)[] = []
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each()
  }
  try {
    const screens: Screens = new Screens(options.screens, () => portOf(server))
    const desk: ConfirmationDesk = new ConfirmationDesk({
      port: () => portOf(deskServer),
      host: () => host,
      isOwnBrowser: (request) => screens.isOwnBrowser(request),
    })
    const host: Host = await openHost({ ...options, kind: 'browser', urlOf: (question) => desk.urlOf(question) })
    closers.push(() => host.close())
    const server = await listenOnLoopback(options.port, (request) => screens.respond(request), onFault)
    closers.push(() => closeServer(server))
    const deskServer = await listenOnLoopback(0, (request) => desk.respond(request), onFault)
    closers.push(() => closeServer(deskServer))
    closers.push(serveSockets(server, host, (request) => screens.mayConnect(request)))
    return { host, link: screens.link, close }
  } catch (error) {
    await close()
    throw error
  }
}
