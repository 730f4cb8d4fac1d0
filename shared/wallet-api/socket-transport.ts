import type { Transport } from './client.ts'
import type { HostMessage, Reply } from './wire.ts'

/** The part of a WebSocket that is needed. `send` and `close` may be called from the opening on. */
export interface TextSocket {
  readonly send: (text: string) => void
  readonly close: () => void
}

/** Opens a socket to the host; the listener is called later than it returns. `onClose`: once, also if it never opened. */
export type OpenTextSocket = (listener: {
  readonly onOpen: () => void
  readonly onText: (text: string) => void
  readonly onClose: () => void
}) => TextSocket

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (reason: Error) => void
  readonly onProgress: ((step: Parameters<Parameters<Transport['listen']>[0]>[1]) => void) | undefined
}

/**
 * The wallet API over a WebSocket. Connects now, and again with the first call after the connection broke; calls that waited then
 * are rejected, because nobody knows whether they were heard. `onState` says whether the host is there.
 */
export function socketTransport(open: OpenTextSocket, onState?: (isConnected: boolean) => void): Transport {
  const listeners = new Set<Parameters<Transport['listen']>[0]>()
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let connected = connect()

  function connect(): { readonly ready: Promise<TextSocket>; isBroken: boolean } {
    const { promise, resolve, reject } = Promise.withResolvers<TextSocket>()
    // Without a call nobody waits for it, and the next call tries anew.
    promise.catch(() => {})
    const connection = { ready: promise, isBroken: false }
    const socket = open({
      onOpen: () => {
        resolve(socket)
        onState?.(true)
      },
      onText: receive,
      onClose: () => {
        const gone = new Error('the connection to the wallet ended')
        connection.isBroken = true
        reject(gone)
        const lost = [...waiting.values()]
        waiting.clear()
        for (const call of lost) call.reject(gone)
        onState?.(false)
      },
    })
    return connection
  }

  /** The host is the one that served the page: what it sends has its form, and the client decodes the rest. */
  function receive(text: string): void {
    const message = JSON.parse(text) as HostMessage
    if ('event' in message) {
      for (const listener of listeners) listener(message.event, message.body)
      return
    }
    const call = waiting.get(message.id)
    if ('progress' in message) {
      call?.onProgress?.(message.progress)
      return
    }
    waiting.delete(message.id)
    call?.resolve(message.reply)
  }

  return {
    async call(operation, input, onProgress) {
      if (connected.isBroken) connected = connect()
      const socket = await connected.ready
      lastId += 1
      const { promise, resolve, reject } = Promise.withResolvers<Reply>()
      waiting.set(lastId, { resolve, reject, onProgress })
      socket.send(JSON.stringify({ id: lastId, call: operation, input }))
      return promise
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
