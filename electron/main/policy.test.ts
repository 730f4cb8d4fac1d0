import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PRESSABLE_STYLE_HASH } from '../host/content-security.ts'
import {
  isOwnPage,
  isOwnSender,
  mayNavigate,
  maySave,
  mayUse,
  PAGE_HEADERS,
  SCHEME_PRIVILEGES,
  START_PAGE,
  WEB_PREFERENCES,
  windowOpenAnswer,
} from './policy.ts'

test('[P15] pages are confined: sandboxed, isolated, without Node, webview or insecure content', () => {
  expect(WEB_PREFERENCES).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
  })
})

test('[P15] the policy of the page: own files, no connection, no text that becomes code', () => {
  const policy = PAGE_HEADERS['Content-Security-Policy']?.split('; ') ?? []
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("connect-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).toContain("trusted-types 'none'")
  expect(policy.join()).not.toMatch(/unsafe|https?:|\*/)
})

test('[P15] the scheme of the page obeys policies and is no way around them', () => {
  expect(Object.keys(SCHEME_PRIVILEGES)).not.toContain('bypassCSP')
  expect(SCHEME_PRIVILEGES).toMatchObject({ standard: true, secure: true })
})

test('the one style that the policy lets in by its hash is the one that the component library adds', () => {
  const library = join(import.meta.dirname, '../../node_modules/react-aria/dist/private/interactions/usePress.mjs')
  const added = /style\.textContent = `([^`]+)`\.trim\(\)/.exec(readFileSync(library, 'utf8'))?.[1] ?? ''
  const style = added.replace(/\[\$\{[^}]+\}\]/, '[data-react-aria-pressable]').trim()
  expect(`sha256-${createHash('sha256').update(style).digest('base64')}`).toBe(PRESSABLE_STYLE_HASH)
})

test.each([
  [START_PAGE, true],
  ['app://kabuken/', true],
  ['app://kabuken/index.html#/orders', true],
  ['app://kabuken.evil.example/index.html', false],
  ['app://evil/index.html', false],
  ['app://user@kabuken/index.html', false],
  ['app:kabuken', false],
  ['https://kabuken/index.html', false],
  ['file:///index.html', false],
  ['about:blank', false],
  ['data:text/html,kabuken', false],
  ['', false],
])('[P15] %j is a page of the wallet: %s', (url, isOwn) => {
  expect(isOwnPage(url)).toBe(isOwn)
})

test.each(['https://example.org/', 'file:///etc/passwd', 'kabuken://join', 'javascript:alert(1)', START_PAGE])(
  '[P15] the page does not leave for %s, and opens no window',
  (url) => {
    expect(mayNavigate(url)).toBe(false)
    expect(windowOpenAnswer()).toEqual({ action: 'deny' })
  },
)

test.each([
  ['blob:app://kabuken/0b9d4c5e-0000-4000-8000-000000000000', true],
  ['blob:https://example.org/0b9d4c5e-0000-4000-8000-000000000000', false],
  ['blob:null/0b9d4c5e-0000-4000-8000-000000000000', false],
  ['https://example.org/setup.exe', false],
  ['data:text/plain,x', false],
  ['file:///etc/passwd', false],
  [START_PAGE, false],
])('[P15] %s may be saved: %s', (url, isOurs) => {
  expect(maySave(url)).toBe(isOurs)
})

test.each([
  'media',
  'geolocation',
  'notifications',
  'openExternal',
  'clipboard-read',
  'usb',
  'hid',
  'serial',
  'device',
])('[P15] the page may not use %s', (permission) => {
  expect(mayUse(permission)).toBe(false)
})

const own = { url: START_PAGE, isMainFrame: true, isOwnWindow: true }

test.each([
  ['the page', own, true],
  ['a frame in it', { ...own, isMainFrame: false }, false],
  ['another window', { ...own, isOwnWindow: false }, false],
  ['another page in the window', { ...own, url: 'https://example.org/' }, false],
  ['a frame that is gone', { ...own, url: undefined }, false],
])('[A54] messages of %s are heard: %s', (_, sender, isHeard) => {
  expect(isOwnSender(sender)).toBe(isHeard)
})
