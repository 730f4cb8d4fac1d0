import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from '../../shared/protocol/limits.ts'
import { COMMON_HEADERS } from '../host/content-security.ts'

/** The host cannot listen; its cause is the system's error. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  readonly code = 'cannot_listen'
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly content?: string | Buffer
}

export type Respond = (request: IncomingMessage) => Promise<Answer>

/** A server on the loopback address only: other machines cannot reach it. Throws {@link ListenError}. */
export async function listenOnLoopback(
  port: number,
  respond: Respond,
  onFault: (fault: unknown) => void,
): Promise<Server> {
  const server = createServer((request, response) => {
    respond(request)
      .catch((error: unknown): Answer => {
        onFault(error)
        return { status: 500 }
      })
      .then((answer) => send(response, answer))
      .catch(onFault)
  })
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  const { promise, resolve, reject } = Promise.withResolvers<Server>()
  server.once('error', (cause) => reject(new ListenError(`port ${port} cannot be used`, { cause })))
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  return promise
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  await promise
}

function send(response: ServerResponse, { status, headers, content = '' }: Answer): void {
  response.writeHead(status, { ...COMMON_HEADERS, 'Cache-Control': 'no-store', ...(headers as Record<string, string>) })
  response.end(content)
}
