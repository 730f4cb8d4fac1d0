import { join } from 'node:path'
import { app, dialog, Menu, nativeTheme, shell, type BrowserWindow, type Tray } from 'electron'
import type { Language } from '../../shared/wallet-api/views.ts'
import { givenPassphrase } from '../cli/passphrase.ts'
import type { Host } from '../host/host.ts'
import { faultCode, openLog } from '../host/log.ts'
import type { News } from '../host/news.ts'
import { noticeFor } from '../host/notifications.ts'
import { nodeProgram } from '../node/program.ts'
import { closingMeans } from './closing.ts'
import { startFailure } from './crash.ts'
import { watchCrashes } from './crashes.ts'
import { answerScreens } from './ipc.ts'
import { asOptions, menuTemplate, trayTemplate } from './menu-template.ts'
import { nodeAsUtilityProcess } from './node-process.ts'
import { notify } from './notify.ts'
import { openedWith, textOf, type OpenedWith } from './opened-with.ts'
import { registerScheme, serveScreens } from './protocol.ts'
import { ownUpdates } from './own-updates.ts'
import { askInDialogs } from './questions.ts'
import { watchSaving } from './saving.ts'
import { readSwitches } from './switches.ts'
import { openTray, showTrayMenu } from './tray.ts'
import { openDesktopHost } from './wallet-host.ts'
import { bringToFront, confinePages, denyPermissions, openWindow } from './window.ts'
import { WORDS } from './words.ts'

const switches = readSwitches(process.argv.slice(1), process.cwd())
const logFile = join(app.getPath('logs'), 'kabuken.log')
const log = openLog(logFile)
/** Opened before the wallet was; it takes them when it is. */
const early: OpenedWith[] = []
let host: Host | undefined
let window: BrowserWindow | undefined
let giveScreen: ReturnType<typeof answerScreens> | undefined
let tray: Tray | undefined
let shownIn: Language | undefined
let isQuitting = false
let hasToldOfTray = false
const updates = ownUpdates({
  language,
  onState: () => host?.programChanged(),
  onFault: (fault) => log.fault('update', fault),
  beforeInstall: closeHost,
})

app.enableSandbox()
registerScheme()
confinePages()
watchCrashes({ log, logFile, language })

if (app.requestSingleInstanceLock()) {
  takeWhatIsOpened()
  app.whenReady().then(start).catch(giveUp)
} else app.quit()

async function start(): Promise<void> {
  // Some launchers add it where the system gives no sandbox. The pages of a wallet do not run without one.
  if (app.isPackaged && app.commandLine.hasSwitch('no-sandbox'))
    throw Object.assign(new Error('started with --no-sandbox'), { code: 'no_sandbox' })
  log.note('started', { version: app.getVersion(), platform: process.platform })
  // Under this name Windows shows notifications; it is the installer's.
  app.setAppUserModelId('org.kabuken.wallet')
  serveScreens(join(import.meta.dirname, '../renderer'))
  denyPermissions()
  watchSaving(language, () => window)
  const program = nodeProgram(import.meta.dirname)
  const opened = await openDesktopHost({
    folder: switches.wallet ?? process.env['KABUKEN_WALLET'] ?? join(app.getPath('userData'), 'wallet'),
    passphrase: givenPassphrase(switches.passphraseFile),
    language: language(),
    program: {
      version: app.getVersion(),
      updates: () => updates.state,
      checkForUpdates: () => void updates.check(true),
    },
    onQuestion: askInDialogs(
      () => opened,
      () => window,
    ),
    startNode: program === undefined ? undefined : nodeAsUtilityProcess(program),
    onNews: tellNews,
    onFault: (fault) => log.fault('wallet', fault),
  })
  if (switches.language !== undefined) await opened.answer('settings.set', { language: switches.language })
  host = opened
  giveScreen = answerScreens(opened)
  tray = openTray(showWindow)
  showSettings()
  opened.listen((event) => {
    if (event === 'changed') showSettings()
  })
  for (const each of early.splice(0)) void arrive(each)
  showWindow()
  void updates.check(false)
}

/** A link or file never acts: it waits for the screens, which show what it says. */
function takeWhatIsOpened(): void {
  // A run from source leaves the links to whatever is installed.
  if (app.isPackaged) app.setAsDefaultProtocolClient('kabuken')
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
  app.on('activate', showWindow)
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', () => (isQuitting = true))
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
    window = openWindow(join(app.getPath('userData'), 'window.json'), onClose)
    giveScreen?.(window)
    window.on('closed', () => (window = undefined))
  } else bringToFront(window)
}

function onClose(): 'hide' | 'quit' {
  const means = closingMeans(host?.node(), isQuitting)
  if (means === 'hide' && !hasToldOfTray) {
    hasToldOfTray = true
    tellNews({ kind: 'node_goes_on' })
  }
  return means
}

/** Language and theme, in everything that is not the page's. */
function showSettings(): void {
  if (host === undefined) return
  const { language: chosen, theme } = host.settings()
  nativeTheme.themeSource = theme
  if (chosen === shownIn) return
  shownIn = chosen
  const words = WORDS[chosen]
  app.setAboutPanelOptions({
    applicationName: 'Kabuken',
    applicationVersion: app.getVersion(),
    copyright: words.licence,
    credits: words.aboutWhat,
  })
  const items = menuTemplate(process.platform, chosen, {
    lock,
    go: (screen) => {
      showWindow()
      host?.navigate(screen)
    },
    about: () => app.showAboutPanel(),
    checkForUpdates: updates.state.state === 'off' ? undefined : () => void updates.check(true),
    openLog: () => void shell.openPath(app.getPath('logs')),
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(items.map(asOptions)))
  if (tray !== undefined) showTrayMenu(tray, trayTemplate(chosen, { open: showWindow, lock, quit: () => app.quit() }))
}

/** Whoever looks at the window sees it there; that it closed without ending the servers is seen nowhere else. */
function tellNews(news: News): void {
  if (host === undefined || (window?.isFocused() === true && news.kind !== 'node_goes_on')) return
  const notice = noticeFor(news, host.settings())
  if (notice !== undefined) notify(notice, showWindow)
}

function lock(): void {
  void host?.answer('lock.lock', {})
}

/** What is stored is stored; this lets another process open the wallet at once. */
function closeFirst(event: { preventDefault: () => void }): void {
  if (host === undefined) return
  event.preventDefault()
  void closeHost().finally(() => app.quit())
}

async function closeHost(): Promise<void> {
  const closing = host
  host = undefined
  await closing?.close().catch((fault: unknown) => log.fault('close', fault))
}

function language(): Language {
  if (host !== undefined) return host.language()
  return switches.language ?? (app.getPreferredSystemLanguages()[0]?.startsWith('ja') === true ? 'ja' : 'en')
}

function giveUp(error: unknown): void {
  log.fault('start', error)
  const { title, text } = startFailure(faultCode(error), language(), logFile)
  dialog.showErrorBox(title, text)
  app.exit(1)
}
