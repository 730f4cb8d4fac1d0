import { note } from './recorded.ts'

type Handler = (event: IpcEvent, ...values: unknown[]) => unknown

export interface FrameOfPage {
  readonly url: string
  readonly parent: FrameOfPage | null
}

export interface IpcEvent {
  readonly sender: unknown
  readonly senderFrame: FrameOfPage | null
}

const handlers = new Map<string, Handler>()
const listeners = new Map<string, Handler[]>()

export const ipcMain = {
  handle: (channel: string, handler: Handler): void => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    note('ipcMain.handle', [channel])
    handlers.set(channel, handler)
  },
  removeHandler: (channel: string): void => void handlers.delete(channel),
  on: (channel: string, listener: Handler): void => {
    note('ipcMain.on', [channel])
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
  },
}

/** Rejects in Electron's words where nobody handles the channel. */
export async function handleIpc(channel: string, event: IpcEvent, values: readonly unknown[]): Promise<unknown> {
  const handler = handlers.get(channel)
  if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
  return handler(event, ...values)
}

export function hearIpc(channel: string, event: IpcEvent, values: readonly unknown[]): void {
  for (const listener of listeners.get(channel) ?? []) void listener(event, ...values)
}
