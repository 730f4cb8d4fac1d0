/** What `electron` is in the main process that a test runs: see README.md. */
import { EventEmitter } from 'node:events'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { answerDialog, dialog } from './dialog.ts'
import { ipcMain } from './ipc.ts'
import { note, recorded } from './recorded.ts'
import { protocol, session } from './session.ts'
import { utilityProcess } from './utility-process.ts'
import { WebContents } from './web-contents.ts'
import type { ToApplication } from './wire.ts'

interface Entry {
  readonly label?: string
  readonly role?: string
  readonly click?: (...values: unknown[]) => void
  readonly submenu?: readonly Entry[]
}

/** Every menu that is shown somewhere, so that a test can choose from it. */
const menus = new Map<string, readonly Entry[]>()

class Menu {
  readonly items: readonly Entry[]
  constructor(items: readonly Entry[] = []) {
    this.items = items
  }
  static buildFromTemplate(template: readonly Entry[]): Menu {
    return new Menu(template)
  }
  static setApplicationMenu(menu: Menu | null): void {
    note('Menu.setApplicationMenu', [menu?.items])
    menus.set('application', menu?.items ?? [])
  }
  popup(): void {}
}

class Tray extends EventEmitter {
  constructor(image: unknown) {
    super()
    note('Tray', [image])
    return recorded(
      'tray',
      Object.assign(this, { setContextMenu: (menu: Menu | null) => menus.set('tray', menu?.items ?? []) }),
    )
  }
}

class Notification extends EventEmitter {
  readonly options: object
  constructor(options: object) {
    super()
    this.options = options
  }
  static isSupported(): boolean {
    return true
  }
  show(): void {
    note('Notification.show', [this.options])
  }
  close(): void {}
}

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  scaleFactor: 1,
}
const screen = recorded(
  'screen',
  Object.assign(new EventEmitter(), {
    getAllDisplays: () => [display],
    getPrimaryDisplay: () => display,
    getDisplayMatching: () => display,
    getDisplayNearestPoint: () => display,
  }),
)
const nativeTheme = Object.assign(new EventEmitter(), {
  themeSource: 'system',
  shouldUseDarkColors: false,
  shouldUseHighContrastColors: false,
})
const image = {
  isEmpty: () => false,
  setTemplateImage: () => {},
  resize: () => image,
  getSize: () => ({ width: 16, height: 16 }),
  addRepresentation: () => {},
}
const nativeImage = {
  createFromPath: () => image,
  createFromDataURL: () => image,
  createFromBuffer: () => image,
  createEmpty: () => image,
}
const powerMonitor = recorded('powerMonitor', Object.assign(new EventEmitter(), { getSystemIdleTime: () => 0 }))
const autoUpdater = recorded('autoUpdater', new EventEmitter())
const [shell, clipboard, crashReporter, globalShortcut, net, powerSaveBlocker, safeStorage, systemPreferences] = [
  'shell',
  'clipboard',
  'crashReporter',
  'globalShortcut',
  'net',
  'powerSaveBlocker',
  'safeStorage',
  'systemPreferences',
].map((name) => recorded(name, {}))

export {
  app,
  autoUpdater,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  Tray,
  utilityProcess,
  WebContents as webContents,
}

function choose(entries: readonly Entry[], label: string): boolean {
  for (const { label: own, role, click, submenu } of entries) {
    if (own === label) {
      if (role === 'close') BrowserWindow.getFocusedWindow()?.close()
      else if (role === 'quit') app.quit()
      else click?.({}, BrowserWindow.getFocusedWindow() ?? undefined, {})
      return true
    }
    if (choose(submenu ?? [], label)) return true
  }
  return false
}

process.on('message', (message: ToApplication) => {
  switch (message.kind) {
    case 'answer':
      return answerDialog(message.id, message.value)
    case 'emit':
      return void app.emit(message.event, { preventDefault: () => {} }, ...message.values)
    case 'click':
      return void [...menus.values()].some((entries) => choose(entries, message.label))
    case 'stray-window': {
      const { preload } = WebContents.preloads
      const stray = new BrowserWindow({ webPreferences: preload === undefined ? {} : { preload } })
      return void stray.loadURL(message.url)
    }
  }
})
