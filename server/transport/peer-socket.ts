import { WebSocket } from 'ws'
import { MAX_BUFFERED_CHUNKS, MAX_FRAGMENTS, MAX_MESSAGE_BYTES, SUBPROTOCOL } from '../../shared/protocol/limits.ts'
import { OPENING_MS, type OpenSocket } from '../../shared/protocol/link.ts'

const UNSUPPORTED_DATA = 1003

/** Opens sockets to one address. `ca`: PEM of a private TLS authority; what is trusted is the signatures, not TLS. */
export function peerSocket(url: string, ca?: string): OpenSocket {
  return (listener) => {
    const socket = new WebSocket(url, SUBPROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      handshakeTimeout: OPENING_MS,
      ...(ca !== undefined && { ca }),
    })
    let problem = ''
    socket.on('error', (error) => (problem = error.message))
    socket.on('close', (code, reason) => listener.onClose(code, reason.toString() || problem))
    socket.on('ping', () => listener.onAlive())
    socket.on('message', (bytes, isBinary) => {
      if (isBinary) socket.close(UNSUPPORTED_DATA)
      else listener.onMessage((bytes as Buffer).toString('utf8'))
    })
    return {
      send: (text) => socket.send(text, () => {}),
      close: (code, reason) => socket.close(code, reason),
    }
  }
}
