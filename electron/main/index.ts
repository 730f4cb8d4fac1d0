import { join } from 'node:path'
import { app, dialog, Menu, type BrowserWindow } from 'electron'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Host } from '../host/host.ts'
import { answerScreens } from './ipc.ts'
import { menuTemplate, type MenuItem } from './menu-template.ts'
import { openedWith, textOf, type OpenedWith } from './opened-with.ts'
import { registerScheme, serveScreens } from './protocol.ts'
import { askInDialogs } from './questions.ts'
import { openDesktopHost } from './wallet-host.ts'
import { bringToFront, confinePages, denyPermissions, openWindow } from './window.ts'

/** Opened before the wallet was; it takes them when it is. */
const early: OpenedWith[] = []
let host: Host | undefined
let window: BrowserWindow | undefined

app.enableSandbox()
registerScheme()
confinePages()

if (app.requestSingleInstanceLock()) {
  takeWhatIsOpened()
  app.whenReady().then(start).catch(giveUp)
} else app.quit()

async function start(): Promise<void> {
  serveScreens(join(import.meta.dirname, '../renderer'))
  denyPermissions()
  const opened = await openDesktopHost({
    language: ownLanguage(),
    onQuestion: askInDialogs(
      () => opened,
      () => window,
    ),
    onFault: (fault) => console.error(faultWords(fault)),
  })
  host = opened
  answerScreens(opened, () => window)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(menuTemplate(process.platform, opened.language(), { lock }).map(asOptions)),
  )
  for (const each of early.splice(0)) void arrive(each)
  showWindow()
}

/** A link or file never acts: it waits for the screens, which show what it says. */
function takeWhatIsOpened(): void {
  app.setAsDefaultProtocolClient('kabuken')
  early.push(...openedWith(process.argv.slice(1), process.cwd()))
  app.on('second-instance', (_, argv, workingFolder) => {
    for (const each of openedWith(argv.slice(1), workingFolder)) void arrive(each)
    showWindow()
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    for (const each of openedWith([url], '/')) void arrive(each)
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    for (const each of openedWith([path], '/')) void arrive(each)
  })
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', closeFirst)
}

async function arrive(opened: OpenedWith): Promise<void> {
  if (host === undefined) {
    early.push(opened)
    return
  }
  const text = await textOf(opened)
  if (text !== undefined) host.arrive(text)
}

function showWindow(): void {
  if (host === undefined) return
  if (window === undefined) {
    window = openWindow()
    window.on('closed', () => (window = undefined))
  } else bringToFront(window)
}

function lock(): void {
  void host?.answer('lock.lock', {})
}

/** What is stored is stored; this lets another process open the wallet at once. */
function closeFirst(event: { preventDefault: () => void }): void {
  const closing = host
  if (closing === undefined) return
  event.preventDefault()
  host = undefined
  closing
    .close()
    .catch((fault: unknown) => console.error(faultWords(fault)))
    .finally(() => app.quit())
}

function ownLanguage(): Language {
  return app.getPreferredSystemLanguages()[0]?.startsWith('ja') === true ? 'ja' : 'en'
}

function asOptions(item: MenuItem): Electron.MenuItemConstructorOptions {
  const { submenu, ...own } = item
  return submenu === undefined ? own : { ...own, submenu: submenu.map(asOptions) }
}

function faultWords(fault: unknown): string {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : String(fault)
}

function giveUp(error: unknown): void {
  dialog.showErrorBox('Kabuken', faultWords(error))
  app.exit(1)
}
