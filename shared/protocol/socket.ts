import { fromUtf8 } from '../kernel/bytes.ts'
import { MAX_BUFFERED_CHUNKS, MAX_FRAGMENTS, MAX_MESSAGE_BYTES } from './limits.ts'
import { OPENING_MS, type OpenSocket } from './link.ts'

const UNSUPPORTED_DATA = 1003

/** Limits of a client's WebSocket, by the names that the library `ws` has for them. */
export const CLIENT_SOCKET_LIMITS = {
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  maxBufferedChunks: MAX_BUFFERED_CHUNKS,
  handshakeTimeout: OPENING_MS,
} as const

/** The part of a `ws` socket that is used. Texts arrive as bytes, checked for UTF-8 by the library. */
export interface LibrarySocket {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'close', listener: (code: number, reason: Uint8Array) => void): unknown
  on(event: 'ping', listener: () => void): unknown
  on(event: 'message', listener: (bytes: Uint8Array, isBinary: boolean) => void): unknown
  send(text: string, done: () => void): void
  close(code: number, reason?: string): void
}

/** Opens sockets of the library for a {@link Link}. What is trusted is the signatures in the messages, not TLS. */
export function socketsOf(connect: () => LibrarySocket): OpenSocket {
  return (listener) => {
    const socket = connect()
    let problem = ''
    socket.on('error', (error) => (problem = error.message))
    socket.on('close', (code, reason) => listener.onClose(code, fromUtf8(reason) || problem))
    socket.on('ping', () => listener.onAlive())
    socket.on('message', (bytes, isBinary) => {
      if (isBinary) socket.close(UNSUPPORTED_DATA)
      else listener.onMessage(fromUtf8(bytes) ?? '')
    })
    return {
      send: (text) => socket.send(text, () => {}),
      close: (code, reason) => socket.close(code, reason),
    }
  }
}
