import { ipcMain, type BrowserWindow } from 'electron'
import type { Host } from '../host/host.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, PROGRESS_CHANNEL } from '../preload/channels.ts'
import { passOn } from './gateway.ts'
import { isOwnPage } from './policy.ts'

/** The only listener of the main process. `window`: the one that is open now. */
export function answerScreens(host: Host, window: () => BrowserWindow | undefined): void {
  ipcMain.handle(CALL_CHANNEL, ({ sender, senderFrame }, call: unknown, operation: unknown, input: unknown) =>
    passOn(
      host.answer,
      {
        url: senderFrame?.url,
        isMainFrame: senderFrame !== null && senderFrame.parent === null,
        isOwnWindow: sender === window()?.webContents,
      },
      operation,
      input,
      (step) => {
        if (!sender.isDestroyed()) sender.send(PROGRESS_CHANNEL, call, step)
      },
    ),
  )
  host.listen((event, body) => {
    const contents = window()?.webContents
    if (contents !== undefined && !contents.isDestroyed() && isOwnPage(contents.getURL()))
      contents.send(EVENT_CHANNEL, event, body)
  })
}
