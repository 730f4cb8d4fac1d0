import { ipcMain, type BrowserWindow, type WebContents } from 'electron'
import type { Host } from '../host/host.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, PROGRESS_CHANNEL } from '../preload/channels.ts'
import { passOn, WindowPage } from './gateway.ts'
import { isOwnPage } from './policy.ts'

/** The only listener of the main process. Returns what gives a window its screen; only the newest window has one. */
export function answerScreens(host: Host): (window: BrowserWindow) => void {
  let own: { readonly contents: WebContents; readonly page: WindowPage } | undefined
  ipcMain.handle(CALL_CHANNEL, ({ sender, senderFrame }, call: unknown, operation: unknown, input: unknown) =>
    passOn(
      own?.page.answer,
      {
        url: senderFrame?.url,
        isMainFrame: senderFrame !== null && senderFrame.parent === null,
        isOwnWindow: sender === own?.contents,
      },
      operation,
      input,
      (step) => {
        if (!sender.isDestroyed()) sender.send(PROGRESS_CHANNEL, call, step)
      },
    ),
  )
  return (window) => {
    own?.page.end()
    const { webContents: contents } = window
    const page = new WindowPage(host, (event, body) => {
      if (!contents.isDestroyed() && isOwnPage(contents.getURL())) contents.send(EVENT_CHANNEL, event, body)
    })
    own = { contents, page }
    page.begin()
    // Of the main frame, with a document of its own: also a reload.
    contents.on('did-navigate', () => page.begin())
    window.on('closed', () => page.end())
  }
}
