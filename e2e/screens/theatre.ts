import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { build } from 'vite'
import { startBrowserHost } from '../../electron/browser/browser-fixture.ts'
import { nodeAsChildProcess } from '../../electron/node/child-process.ts'
import type { NodeProcess } from '../../electron/node/node-process.ts'
import { nodeProgram } from '../../electron/node/program.ts'
import { buildDesktop } from '../desktop/application.ts'
import { openElectron, openStandIn, whyNoElectron, type Behind } from '../desktop/desktop.ts'
import type { Message } from '../desktop/witnessed.ts'
import { within } from './limits.ts'

const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
/** Where the screens run: `browser` behind the browser's host, `electron`, or `stand-in` (e2e/desktop/stand-in). */
export const WHERE = process.env['KABUKEN_SCREENS'] ?? 'browser'

/** Why the screens cannot be tested on this machine; undefined if they can. */
export const whyNot =
  WHERE === 'electron'
    ? whyNoElectron
    : existsSync(CHROMIUM)
      ? undefined
      : `there is no Chromium at ${CHROMIUM} (KABUKEN_CHROMIUM)`

export const WIDE = { width: 1280, height: 860 }

export interface WindowOptions {
  /** The browser keeps what it remembers in a folder of its own; otherwise it may forget it. */
  readonly isRemembered?: boolean
  /** Servers can run beside the wallet, as they always can on the desktop. */
  readonly hasNode?: boolean
}

/** The built screens, ready to be opened as often as there are people. */
export interface Theatre {
  readonly open: (options: WindowOptions) => Promise<{
    readonly behind: Behind
    readonly page: Page
    /** Waits until the wallet is shown. */
    readonly show: () => Promise<void>
  }>
  /** After the wallets. */
  readonly close: () => Promise<void>
}

export function openTheatre(folder: string): Promise<Theatre> {
  return WHERE === 'browser' ? inBrowser(folder) : onDesktop()
}

async function inBrowser(folder: string): Promise<Theatre> {
  const renderer = resolve(import.meta.dirname, '../../renderer')
  const screens = join(folder, 'screens')
  await build({ configFile: join(renderer, 'vite.config.ts'), logLevel: 'error', build: { outDir: screens } })
  const launch = {
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  }
  const look = { viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' } as const
  const browser = await chromium.launch(launch)
  return {
    close: () => browser.close(),
    async open({ isRemembered = false, hasNode = false }) {
      const profile = isRemembered ? await mkdtemp(join(folder, 'profile-')) : undefined
      const context = await within(
        'a context',
        profile === undefined
          ? browser.newContext(look)
          : chromium.launchPersistentContext(profile, { ...launch, ...look }),
      )
      const page = await within('a page', context.newPage())
      const behind = await behindPage(page, screens, profile, hasNode)
      return {
        behind,
        page,
        async show() {
          await page.goto(behind.link)
          await page.waitForURL(`${behind.origin}/`)
        },
      }
    },
  }
}

/** The browser's host, for a page that has not loaded anything yet. */
async function behindPage(page: Page, screens: string, profile: string | undefined, hasNode: boolean) {
  const startProcess = hasNode ? nodeAsChildProcess(nodeProgram(import.meta.dirname) ?? '') : undefined
  let node: NodeProcess | undefined
  const running = await startBrowserHost({
    screens,
    startNode: startProcess && ((listener) => (node = startProcess(listener))),
  })
  const messages: Message[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => messages.push({ from: 'page', text: String(payload) }))
    socket.on('framereceived', ({ payload }) => messages.push({ from: 'host', text: String(payload) }))
  })
  return {
    ...running,
    messages,
    wallet: join(running.folder, 'wallet'),
    profiles: profile === undefined ? [] : [profile],
    async sign() {
      const [desk] = await Promise.all([
        page.context().waitForEvent('page'),
        page.getByRole('link', { name: /Open the confirmation|確認ページを開く/ }).click(),
      ])
      await desk.locator('button.sign').click()
      // The page says what came of it; whether its window is gone by then is no matter.
      desk.close().catch(() => {})
    },
    async saved() {
      const download = await page.waitForEvent('download')
      return { fileName: download.suggestedFilename(), path: await download.path() }
    },
    pdf: () => page.pdf({ preferCSSPageSize: true, printBackground: true }),
    killNode: () => node?.kill(),
    close: async () => {
      await page.context().close()
      await running.close()
    },
  }
}

async function onDesktop(): Promise<Theatre> {
  const built = await buildDesktop()
  return {
    close: () => rm(built, { recursive: true, force: true }),
    async open() {
      const { behind, page } = WHERE === 'stand-in' ? await openStandIn(built) : await openElectron(built)
      return {
        behind,
        page,
        async show() {
          await page.waitForURL(/\/index\.html/)
          await page.setViewportSize(WIDE)
          await page.emulateMedia({ reducedMotion: 'reduce' })
        },
      }
    },
  }
}
