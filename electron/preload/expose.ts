import type { Json } from '../../shared/signing/canonical.ts'
import type { Transport } from '../../shared/wallet-api/client.ts'
import type { Reply } from '../../shared/wallet-api/wire.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, PROGRESS_CHANNEL } from './channels.ts'

/** The part of Electron's `ipcRenderer` that is needed. */
export interface IpcOfPage {
  readonly invoke: (channel: string, ...values: unknown[]) => Promise<unknown>
  readonly on: (channel: string, listener: (event: unknown, ...values: unknown[]) => void) => unknown
}

/**
 * The wallet API as the page gets it: exactly the transport, and nothing of Electron. Channel names are fixed here; a page cannot
 * choose one, nor see the events that carry them.
 */
export function transportOver(ipc: IpcOfPage): Transport {
  const listeners = new Set<(event: string, body: Json) => void>()
  const onProgressOf = new Map<number, (step: Json) => void>()
  let lastCall = 0
  ipc.on(EVENT_CHANNEL, (_, event, body) => {
    for (const listener of listeners) listener(event as string, body as Json)
  })
  ipc.on(PROGRESS_CHANNEL, (_, call, step) => onProgressOf.get(call as number)?.(step as Json))
  return {
    async call(operation, input, onProgress) {
      lastCall += 1
      const call = lastCall
      if (onProgress !== undefined) onProgressOf.set(call, onProgress)
      try {
        return (await ipc.invoke(CALL_CHANNEL, call, operation, input)) as Reply
      } finally {
        onProgressOf.delete(call)
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
