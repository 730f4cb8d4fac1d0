import { join } from 'node:path'
import { app, BrowserWindow, session } from 'electron'
import { mayNavigate, mayUse, START_PAGE, WEB_PREFERENCES, windowOpenAnswer } from './policy.ts'

/** For every page that could ever come to be, also one that nobody meant. */
export function confinePages(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event, url) => {
      if (!mayNavigate(url)) event.preventDefault()
    })
    contents.on('will-redirect', (event, url) => {
      if (!mayNavigate(url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(windowOpenAnswer)
  })
}

/** When the application is ready. */
export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_, permission, callback) => callback(mayUse(permission)))
  defaultSession.setPermissionCheckHandler((_, permission) => mayUse(permission))
  defaultSession.setDevicePermissionHandler(() => mayUse('device'))
}

/** Shown when it has something to show, so that it does not flash. */
export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1200,
    height: 800,
    minWidth: 360,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: { ...WEB_PREFERENCES, preload: join(import.meta.dirname, '../preload/index.cjs') },
  })
  window.once('ready-to-show', () => window.show())
  void window.loadURL(START_PAGE)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
