import { WebSocket } from 'ws'
import { SUBPROTOCOL } from '../../shared/protocol/limits.ts'
import type { OpenSocket } from '../../shared/protocol/link.ts'
import { CLIENT_SOCKET_LIMITS, socketsOf, type LibrarySocket } from '../../shared/protocol/socket.ts'

/** Opens sockets to one address. `ca`: PEM of a private TLS authority. */
export function peerSocket(url: string, ca?: string): OpenSocket {
  const options = { ...CLIENT_SOCKET_LIMITS, ...(ca !== undefined && { ca }) }
  return socketsOf(() => new WebSocket(url, SUBPROTOCOL, options) as LibrarySocket)
}
