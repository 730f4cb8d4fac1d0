import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { SUBPROTOCOL } from '../../shared/protocol/limits.ts'
import { MAX_HEADERS } from './limits.ts'

export interface AllowedCallers {
  /** Names, without port, under which this node may be called besides the loopback ones. */
  readonly hosts: readonly string[]
  /** Origins of web pages that may open a connection; none of the protocol's own clients is a web page. */
  readonly origins: readonly string[]
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `Host` without its port; undefined if there is none or it is malformed. */
function hostName(request: IncomingMessage): string | undefined {
  return /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.exec(request.headers.host ?? '')?.[1]?.toLowerCase()
}

/** A name that another site's DNS points here (DNS rebinding) is not ours, whatever address it came to. [A49] */
export function isAllowedHost(request: IncomingMessage, allowed: AllowedCallers): boolean {
  const name = hostName(request)
  return name !== undefined && (LOOPBACK_NAMES.has(name) || allowed.hosts.includes(name))
}

export function hasTooManyHeaders(request: IncomingMessage): boolean {
  // Names and values alternate.
  return request.rawHeaders.length > 2 * MAX_HEADERS
}

/** Path without the query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

/** The HTTP status that refuses a WebSocket upgrade, or undefined if it may proceed. Keys are checked by the library. */
export function refuseUpgrade(
  request: IncomingMessage,
  paths: ReadonlyMap<string, unknown>,
  allowed: AllowedCallers,
): 400 | 403 | 404 | 431 | undefined {
  const { origin, 'sec-websocket-version': version, 'sec-websocket-protocol': protocols = '' } = request.headers
  if (hasTooManyHeaders(request)) return 431
  if (!isAllowedHost(request, allowed)) return 403
  // A browser always says its page's origin, so a strange page cannot use a member's connection (CSWSH).
  if (origin !== undefined && !allowed.origins.includes(origin)) return 403
  if (!paths.has(pathOf(request))) return 404
  // Drafts before RFC 6455 said their origin in another header: only version 13 is spoken.
  if (request.httpVersion !== '1.1' || version !== '13') return 400
  if (!protocols.split(',').some((offered) => offered.trim() === SUBPROTOCOL)) return 400
  return undefined
}

/** Answers an upgrade that is refused and ends the connection. */
export function abortUpgrade(socket: Duplex, status: number): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Length: 0',
    ...(status === 400 ? ['Sec-WebSocket-Version: 13'] : []),
  ]
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(`${lines.join('\r\n')}\r\n\r\n`)
}
