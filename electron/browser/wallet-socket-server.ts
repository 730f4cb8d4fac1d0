import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { MAX_BUFFERED_CHUNKS, MAX_FRAGMENTS } from '../../shared/protocol/limits.ts'
import { callMessage, WALLET_SUBPROTOCOL, type HostMessage } from '../../shared/wallet-api/wire.ts'
import type { Host, Screen } from '../host/host.ts'

/** A file of 128 KiB as text, every character of it escaped. */
const MAX_CALL_BYTES = 2 * 2 * 128 * 1024
/** Calls that one window may have unanswered: a screen asks for a dozen things at once. */
const MAX_IN_FLIGHT = 64
/** Windows and tabs. */
const MAX_SOCKETS = 16
const BAD_MESSAGE = 1003

/** Speaks the wallet API as JSON with those pages that `mayConnect` lets in. Returns the function that ends all of them. */
export function serveSockets(
  server: Server,
  host: Pick<Host, 'attach'>,
  mayConnect: (request: IncomingMessage) => boolean,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CALL_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    handleProtocols: (offered) => (offered.has(WALLET_SUBPROTOCOL) ? WALLET_SUBPROTOCOL : false),
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (!mayConnect(request) || sockets.clients.size >= MAX_SOCKETS) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => speak(socket, host.attach()))
  })
  return () => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  }
}

function speak(socket: WebSocket, { answer, listen, end }: Screen): void {
  const send = (message: HostMessage): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }
  const endListening = listen((event, body) => send({ event, body }))
  let inFlight = 0
  socket.on('close', () => {
    endListening()
    end()
  })
  // It is closed after an error; there is nobody to tell.
  socket.on('error', () => {})
  socket.on('message', (raw, isBinary) => {
    const message = isBinary ? undefined : readCall(raw)
    if (message === undefined) {
      socket.close(BAD_MESSAGE, 'bad_schema')
      return
    }
    const { id, call, input } = message
    if (inFlight >= MAX_IN_FLIGHT) {
      send({ id, reply: { ok: false, error: { code: 'rate_limited', message: 'too many calls at once' } } })
      return
    }
    inFlight += 1
    void answer(call, input, (progress) => send({ id, progress })).then((reply) => {
      inFlight -= 1
      send({ id, reply })
    })
  })
}

function readCall(raw: RawData) {
  try {
    const read = callMessage.safeParse(JSON.parse((raw as Buffer).toString('utf8')))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}
