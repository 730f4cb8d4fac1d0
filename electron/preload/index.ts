import { contextBridge, ipcRenderer } from 'electron'
import { EXPOSED_AS } from './channels.ts'
import { transportOver } from './expose.ts'

contextBridge.exposeInMainWorld(
  EXPOSED_AS,
  transportOver({
    invoke: (channel, ...values) => ipcRenderer.invoke(channel, ...values),
    on: (channel, listener) => ipcRenderer.on(channel, listener),
  }),
)
