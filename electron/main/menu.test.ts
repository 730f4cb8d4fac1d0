import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { common as en } from '../../renderer/i18n/en/common.ts'
import { common as ja } from '../../renderer/i18n/ja/common.ts'
import { menuTemplate, trayTemplate, type MenuActions, type MenuItem } from './menu-template.ts'

/** Of the table of all screens; it is for a browser and cannot be imported here. */
const table = readFileSync(join(import.meta.dirname, '../../renderer/app/screens.ts'), 'utf8')
const screens = [...table.matchAll(/^ {2}(\w+): \{ icon/gm)].map(([, name]) => name as keyof typeof en.nav)

const languages = ['en', 'ja'] as const
const platforms = ['darwin', 'win32', 'linux'] as const
const everywhere = platforms.flatMap((platform) => languages.map((language) => [platform, language] as const))

function actions() {
  const done: string[] = []
  const all: MenuActions = {
    lock: () => void done.push('lock'),
    go: (screen) => void done.push(screen),
    about: () => void done.push('about'),
    checkForUpdates: () => void done.push('updates'),
    openLog: () => void done.push('log'),
  }
  return { all, done }
}

function flat(items: readonly MenuItem[]): MenuItem[] {
  return items.flatMap((item) => [item, ...flat(item.submenu ?? [])])
}

test.each(everywhere)('[P15] on %s (%s) no entry of the menu opens developer tools', (platform, language) => {
  const roles = flat(menuTemplate(platform, language, actions().all)).map(({ role }) => role as string | undefined)
  for (const role of ['toggleDevTools', 'reload', 'forceReload', 'viewMenu']) expect(roles).not.toContain(role)
  expect(roles).toContain('quit')
})

test.each(languages)('every screen has its key in the menu, and the name that the screens give it (%s)', (language) => {
  const { nav } = language === 'en' ? en : ja
  const { all, done } = actions()
  const items = flat(menuTemplate('linux', language, all))
  for (const name of screens) {
    const item = items.find(({ label }) => label === nav[name])
    expect(item?.accelerator).toMatch(/^CmdOrCtrl\+[\d,]$/)
    item?.click?.()
  }
  expect(done).toEqual(screens)
  expect(done).toContain('settings')
})

test.each(everywhere)(
  'on %s (%s) locking, about, updates and the log are there once, and no key is given twice',
  (platform, language) => {
    const { all, done } = actions()
    const items = flat(menuTemplate(platform, language, all))
    const keys = items.flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toContain('CmdOrCtrl+L')
    for (const item of items.slice(1))
      if (item.accelerator === undefined || item.accelerator === 'CmdOrCtrl+L') item.click?.()
    expect(done.toSorted()).toEqual(['about', 'lock', 'log', 'updates'])
  },
)

test.each(platforms)(
  'on %s every entry has words of the person’s language: the system may speak another',
  (platform) => {
    const items = flat(menuTemplate(platform, 'ja', actions().all)).filter(({ type }) => type !== 'separator')
    expect(items.filter(({ label }) => !/[ぁ-んァ-ヶ一-龯]/.test(label ?? ''))).toEqual([])
  },
)

test('where the program is not updated by itself the entry is there and grey', () => {
  const items = flat(menuTemplate('win32', 'en', { ...actions().all, checkForUpdates: undefined }))
  expect(items.find(({ label }) => label?.startsWith('Check for updates'))).toMatchObject({ enabled: false })
})

test('beside the clock: open, lock, quit', () => {
  const done: string[] = []
  const items = trayTemplate('ja', {
    open: () => void done.push('open'),
    lock: () => void done.push('lock'),
    quit: () => void done.push('quit'),
  })
  for (const { click } of items) click?.()
  expect(items.flatMap(({ label }) => label ?? [])).toEqual(['Kabukenを開く', 'ロック', 'Kabukenを終了'])
  expect(done).toEqual(['open', 'lock', 'quit'])
})
