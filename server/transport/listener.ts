import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { BlockList, isIP, isIPv4, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Clock } from '../../shared/kernel/ports.ts'
import { MAX_BUFFERED_CHUNKS, MAX_FRAGMENTS, MAX_MESSAGE_BYTES, SUBPROTOCOL } from '../../shared/protocol/limits.ts'
import { ConnectionCount } from './connection-count.ts'
import type { Endpoint } from './endpoint.ts'
import { MAX_HEADER_BYTES, MAX_HEADERS, TRANSPORT_LIMITS, type TransportLimits } from './limits.ts'
import type { TransportLog } from './log.ts'
import { HEALTH_PATH, refusePage, servePage, type HttpPages } from './pages.ts'
import { Session } from './session.ts'
import {
  abortUpgrade,
  hasTooManyHeaders,
  isAllowedHost,
  pathOf,
  refuseUpgrade,
  type AllowedCallers,
} from './upgrade.ts'

export interface ListenOptions {
  /** Address to bind to. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Certificate chain and private key, PEM. Absent: no TLS, see {@link allowPlain}. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Without TLS only a loopback address may be bound, unless this is set: something before the node does the TLS. */
  readonly allowPlain: boolean
  /** By path, e.g. `/exchange`. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly pages: HttpPages
  readonly allowed: AllowedCallers
  readonly clock: Clock
  readonly log: TransportLog
  readonly limits?: Partial<TransportLimits>
}

export interface Listener {
  readonly port: number
  /** Sessions that are open. */
  readonly connections: () => number
  /** Accepts nothing more, lets the answers under way finish, closes every connection with 1001. */
  readonly close: () => Promise<void>
}

/** The node cannot listen as configured. `code`: `plain_not_allowed` or `cannot_listen`, the system's error its cause. */
class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code: 'plain_not_allowed' | 'cannot_listen'

  constructor(code: 'plain_not_allowed' | 'cannot_listen', message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIPv4(host) ? 'ipv4' : 'ipv6'))
}

/** Node looks for expired connections every 30 s otherwise, so that limits of 5 s would mean up to 35. */
function checkEveryMs(limits: TransportLimits): number {
  return Math.min(1_000, limits.headersTimeoutMs, limits.requestTimeoutMs)
}

function createServer(tls: ListenOptions['tls'], limits: TransportLimits): Server {
  const options = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.headersTimeoutMs,
    connectionsCheckingInterval: checkEveryMs(limits),
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const server =
    tls === undefined
      ? createHttpServer(options)
      : createHttpsServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersTimeoutMs })
  server.maxConnections = limits.maxConnections
  // One more than is allowed, so that too many are seen and not silently cut.
  server.maxHeadersCount = MAX_HEADERS + 1
  return server
}

function createSocketServer(limits: TransportLimits): WebSocketServer {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    closeTimeout: limits.closeTimeoutMs,
    handleProtocols: () => SUBPROTOCOL,
  }
  return new WebSocketServer(options)
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'another program listens there already' : error.message
      reject(new ListenError('cannot_listen', `cannot listen on ${host}:${port}: ${why}`, error))
    }
    server.once('error', refused)
    server.listen(port, host, () => {
      server.off('error', refused)
      resolve()
    })
  })
}

/** One HTTP(S) server for the sockets of all endpoints and for the node's pages. Throws {@link ListenError}. */
export async function listen(options: ListenOptions): Promise<Listener> {
  if (options.tls === undefined && !options.allowPlain && !isLoopback(options.host))
    throw new ListenError(
      'plain_not_allowed',
      `node.host: ${options.host} is reachable from outside and needs TLS: set node.tls, or node.allowPlain behind a proxy that encrypts`,
    )
  const limits: TransportLimits = { ...TRANSPORT_LIMITS, ...options.limits }
  const { endpoints, pages, allowed, clock, log } = options
  const server = createServer(options.tls, limits)
  const sockets = createSocketServer(limits)
  const sessions = new Map<Session, Promise<void>>()
  const counted = new ConnectionCount(limits.maxConnectionsPerAddress)
  let stopping = false

  const request = (incoming: IncomingMessage, response: ServerResponse): void => {
    if (hasTooManyHeaders(incoming)) refusePage(response, 431)
    else if (pathOf(incoming) !== HEALTH_PATH && !isAllowedHost(incoming, allowed)) refusePage(response, 403)
    else void servePage(incoming, response, pages, log)
  }

  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refused = stopping ? 503 : refuseUpgrade(incoming, endpoints, allowed)
    const endpoint = endpoints.get(pathOf(incoming))
    if (refused !== undefined || endpoint === undefined) {
      log.info({ path: pathOf(incoming), status: refused }, 'upgrade refused')
      abortUpgrade(socket, refused ?? 404)
      return
    }
    sockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const session = new Session(webSocket, { endpoint, limits, clock, log })
      sessions.set(session, promise)
      webSocket.once('close', () => {
        sessions.delete(session)
        resolve()
      })
    })
  }

  server.on('connection', (socket) => {
    if (!counted.add(socket)) socket.destroy()
  })
  server.on('request', request)
  server.on('upgrade', upgrade)
  await bind(server, options.host, options.port)
  // Errors of single connections are answered by Node itself; what is left is worth knowing and no reason to fall.
  server.on('error', (error) => log.error({ err: error }, 'listener error'))

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sessions.size,
    close: async () => {
      stopping = true
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const gone = [...sessions.values()]
      await Promise.all([...sessions.keys()].map((session) => session.drain()))
      // The library cuts those that do not answer the close after closeTimeoutMs.
      await Promise.all(gone)
      server.closeAllConnections()
      await stopped
    },
  }
}
