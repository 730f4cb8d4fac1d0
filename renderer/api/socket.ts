import type { OpenTextSocket } from '../../shared/wallet-api/socket-transport.ts'
import { WALLET_SOCKET_PATH, WALLET_SUBPROTOCOL } from '../../shared/wallet-api/wire.ts'

/** A socket to the host that served this page. */
export const openSocket: OpenTextSocket = ({ onOpen, onText, onClose }) => {
  const url = new URL(WALLET_SOCKET_PATH, window.location.origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url, WALLET_SUBPROTOCOL)
  socket.addEventListener('open', onOpen)
  socket.addEventListener('message', ({ data }) => onText(String(data)))
  socket.addEventListener('close', onClose)
  return { send: (text) => socket.send(text), close: () => socket.close() }
}
