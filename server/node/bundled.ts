import type { Json } from '../../shared/signing/canonical.ts'
import { serveParent, type ParentChannel } from './bundled-node.ts'

/** What Electron gives its utility processes. */
interface ParentPort {
  readonly postMessage: (message: unknown) => void
  readonly on: (event: 'message', listener: (message: { readonly data: unknown }) => void) => void
}

/** A utility process ends with the application by itself: its port says nothing of that. */
function throughPort(port: ParentPort): ParentChannel {
  return {
    send: async (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', ({ data }) => listener(data as Json)),
    onGone: () => {},
  }
}

function throughFork(): ParentChannel {
  // A terminal sends these to all that was started from it; when the node ends is its parent's to say.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  return {
    send: (message) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      // The parent may be gone; then the process ends on its own account.
      if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
      else resolve()
      return promise
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as Json)),
    onGone: (listener) => process.on('disconnect', listener),
  }
}

const { parentPort } = process as { parentPort?: ParentPort }

if (parentPort === undefined && process.send === undefined) {
  process.stderr.write('This program belongs to an application that starts it. Run a node with: kabuken node\n')
  process.exitCode = 2
} else serveParent(parentPort === undefined ? throughFork() : throughPort(parentPort), () => process.exit(0))
