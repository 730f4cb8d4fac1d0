import { COMMON_HEADERS, screenPolicy } from '../host/content-security.ts'

/**
 * What the windows of the wallet may do (https://www.electronjs.org/docs/latest/tutorial/security). Nothing here imports Electron,
 * so that it is tested as it is.
 */

export const SCHEME = 'app'
const HOST = 'kabuken'
export const START_PAGE = `${SCHEME}://${HOST}/index.html`

/** Like https for the page's own origin; it can neither be fetched across origins nor bypass the policy. */
export const SCHEME_PRIVILEGES = { standard: true, secure: true, supportFetchAPI: true } as const

/** Those of Electron that a mistake elsewhere must not change by default are named nevertheless. */
export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  safeDialogs: true,
} as const

/** Of the empty window, before the first paint: `--paper` of the screens. */
export const BACKGROUND = { light: '#f6f2e9', dark: '#14161a' } as const

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...COMMON_HEADERS,
  'Content-Security-Policy': screenPolicy(undefined),
}

/** A page of the wallet itself, whatever follows in its address. */
export function isOwnPage(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url)
    return protocol === `${SCHEME}:` && host === HOST && username === '' && password === ''
  } catch {
    return false
  }
}

/** The page stays where it is: screens are views of one page, and everything else is another's. */
export function mayNavigate(_url: string): false {
  return false
}

/** A file is what the page itself has made, and nothing that is behind a link. */
export function maySave(url: string): boolean {
  return url.startsWith('blob:') && isOwnPage(url.slice('blob:'.length))
}

/** No page opens windows; the host shows its own dialogs. */
export function windowOpenAnswer(): { readonly action: 'deny' } {
  return { action: 'deny' }
}

/** Camera, notifications, location, USB, ...: the page needs none of them. */
export function mayUse(_permission: string): false {
  return false
}

/** Who sends a message: the frame's address, whether it is a window's main frame, and whether that window is ours. */
export interface Sender {
  readonly url: string | undefined
  readonly isMainFrame: boolean
  readonly isOwnWindow: boolean
}

export function isOwnSender({ url, isMainFrame, isOwnWindow }: Sender): boolean {
  return isOwnWindow && isMainFrame && url !== undefined && isOwnPage(url)
}
