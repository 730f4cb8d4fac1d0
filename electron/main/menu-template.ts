import type { Language } from '../../shared/wallet-api/views.ts'

/** The part of Electron's menu items that is used. */
export interface MenuItem {
  readonly label?: string
  readonly role?:
    | 'about'
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
  readonly click?: () => void
  readonly submenu?: readonly MenuItem[]
}

interface MenuActions {
  readonly lock: () => void
}

const WORDS = {
  en: { wallet: 'Wallet', lock: 'Lock', edit: 'Edit', view: 'View', window: 'Window' },
  ja: { wallet: 'ウォレット', lock: 'ロック', edit: '編集', view: '表示', window: 'ウインドウ' },
} as const satisfies Readonly<Record<Language, unknown>>

const separator: MenuItem = { type: 'separator' }

/** No entry opens developer tools or reloads the page: neither is for a person who holds shares. */
export function menuTemplate(platform: NodeJS.Platform, language: Language, actions: MenuActions): readonly MenuItem[] {
  const words = WORDS[language]
  const isMac = platform === 'darwin'
  const hiding: readonly MenuItem[] = [{ role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, separator]
  return [
    {
      label: words.wallet,
      submenu: [
        ...(isMac ? [{ role: 'about' } as const, separator] : []),
        { label: words.lock, accelerator: 'CmdOrCtrl+L', click: actions.lock },
        separator,
        ...(isMac ? hiding : []),
        { role: 'quit' },
      ],
    },
    {
      label: words.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: words.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { label: words.window, submenu: [{ role: 'minimize' }, { role: 'close' }] },
  ]
}
