import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen, session } from 'electron'
import { BACKGROUND, mayNavigate, mayUse, START_PAGE, WEB_PREFERENCES, windowOpenAnswer } from './policy.ts'
import { keepWindowState, MIN_SIZE, placeWindow, readWindowState } from './window-state.ts'

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

/** Where it was left, and shown when it has something to show: nobody sees it jump or flash. `stateFile` keeps its size and place;
 * `onClose` may have it stay. */
export function openWindow(stateFile: string, onClose: () => 'hide' | 'quit'): BrowserWindow {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  const { isMaximised, ...place } = placeWindow(
    readWindowState(stateFile),
    [primary, ...others].map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    ...place,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    backgroundColor: BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    autoHideMenuBar: true,
    webPreferences: { ...WEB_PREFERENCES, preload: join(import.meta.dirname, '../preload/index.cjs') },
  })
  window.once('ready-to-show', () => {
    if (isMaximised) window.maximize()
    window.show()
  })
  window.on('close', (event) => {
    keepWindowState(stateFile, { bounds: window.getNormalBounds(), isMaximised: window.isMaximized() })
    if (onClose() === 'quit') return
    event.preventDefault()
    window.hide()
  })
  void window.loadURL(START_PAGE)
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
