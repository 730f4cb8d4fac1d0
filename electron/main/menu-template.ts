import type { Language } from '../../shared/wallet-api/views.ts'
import { WORDS, type ScreenName, type Words } from './words.ts'

/** The part of Electron's menu items that is used. */
export interface MenuItem {
  readonly label?: string
  readonly role?:
    | 'hide'
    | 'hideOthers'
    | 'unhide'
    | 'quit'
    | 'undo'
    | 'redo'
    | 'cut'
    | 'copy'
    | 'paste'
    | 'selectAll'
    | 'resetZoom'
    | 'zoomIn'
    | 'zoomOut'
    | 'togglefullscreen'
    | 'minimize'
    | 'close'
  readonly type?: 'separator'
  readonly accelerator?: string
  readonly enabled?: boolean
  readonly click?: () => void
  readonly submenu?: readonly MenuItem[]
}

export interface MenuActions {
  readonly lock: () => void
  readonly go: (screen: ScreenName) => void
  readonly about: () => void
  /** Absent where this program is not updated by itself. */
  readonly checkForUpdates: (() => void) | undefined
  readonly openLog: () => void
}

const separator: MenuItem = { type: 'separator' }

/** No entry opens developer tools or reloads the page: neither is for a person who holds shares. */
export function menuTemplate(platform: NodeJS.Platform, language: Language, actions: MenuActions): readonly MenuItem[] {
  const words = WORDS[language]
  const isMac = platform === 'darwin'
  const role = inWords(words)
  const { checkForUpdates, openLog } = actions
  const about: MenuItem = { label: words.about, click: actions.about }
  const updates: MenuItem = {
    label: words.checkForUpdates,
    enabled: checkForUpdates !== undefined,
    ...(checkForUpdates !== undefined && { click: checkForUpdates }),
  }
  const hiding: readonly MenuItem[] = [role('hide'), role('hideOthers'), role('unhide'), separator]
  return [
    {
      label: words.wallet,
      submenu: [
        ...(isMac ? [about, updates, separator] : []),
        { label: words.lock, accelerator: 'CmdOrCtrl+L', click: actions.lock },
        separator,
        ...(isMac ? hiding : []),
        { ...role('quit'), accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    {
      label: words.edit,
      submenu: [role('undo'), role('redo'), separator, role('cut'), role('copy'), role('paste'), role('selectAll')],
    },
    { label: words.go, submenu: screens(words, actions.go) },
    {
      label: words.view,
      submenu: [role('resetZoom'), role('zoomIn'), role('zoomOut'), separator, role('togglefullscreen')],
    },
    { label: words.window, submenu: [role('minimize'), role('close')] },
    {
      label: words.help,
      submenu: [
        ...(isMac ? [] : [updates]),
        { label: words.openLog, click: openLog },
        ...(isMac ? [] : [separator, about]),
      ],
    },
  ]
}

interface TrayActions {
  readonly open: () => void
  readonly lock: () => void
  readonly quit: () => void
}

/** Beside the clock, where anybody can see it: no amounts, no names. */
export function trayTemplate(language: Language, actions: TrayActions): readonly MenuItem[] {
  const words = WORDS[language]
  return [
    { label: words.open, click: actions.open },
    { label: words.lock, click: actions.lock },
    separator,
    { label: words.roles.quit, click: actions.quit },
  ]
}

/** Settings have the key that every system gives them, the others their number, the tenth 0. */
function screens({ screens: names }: Words, go: MenuActions['go']): MenuItem[] {
  return (Object.keys(names) as ScreenName[]).map((name, index) => ({
    label: names[name],
    accelerator: name === 'settings' ? 'CmdOrCtrl+,' : `CmdOrCtrl+${(index + 1) % 10}`,
    click: () => go(name),
  }))
}

/** Electron has its own words for its roles in the system's language, which may be another than the person's. */
function inWords({ roles }: Words): (role: NonNullable<MenuItem['role']>) => MenuItem {
  return (role) => ({ role, label: roles[role] })
}

/** As Electron takes them. */
export function asOptions({ submenu, ...own }: MenuItem): Electron.MenuItemConstructorOptions {
  return submenu === undefined ? own : { ...own, submenu: submenu.map(asOptions) }
}
