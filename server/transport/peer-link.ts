import { Link, type LinkOptions, type Schedule } from '../../shared/protocol/link.ts'
import { peerSocket } from './peer-socket.ts'

const schedule: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  // A link that waits for its next attempt keeps no process alive that has nothing else to do.
  timer.unref()
  return () => clearTimeout(timer)
}

export interface PeerLinkOptions extends Omit<LinkOptions, 'openSocket' | 'schedule'> {
  /** `wss://` or, on a loopback address or behind something that does the TLS, `ws://`. */
  readonly url: string
  /** PEM of a private TLS authority. */
  readonly ca?: string
}

/** A server's connection to another server; opened by the caller with `open()`. */
export function peerLink({ url, ca, ...options }: PeerLinkOptions): Link {
  return new Link({ ...options, openSocket: peerSocket(url, ca), schedule })
}
