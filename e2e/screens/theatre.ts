import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chromium, type BrowserContext, type Page } from '@playwright/test'
import { build } from 'vite'
import { startBrowserHost } from '../../electron/browser/browser-fixture.ts'
import { buildDesktop, SharedChromium } from '../desktop/application.ts'
import { openElectron, openStandIn, whyNoElectron, type Behind, type Desktop } from '../desktop/desktop.ts'
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

export type HostOptions = NonNullable<Parameters<typeof startBrowserHost>[0]> & {
  /** The folder in which the browser keeps what it remembers; otherwise it forgets it. */
  readonly profile?: string
}

/** The built screens, ready to be opened as often as there are people. */
export interface Theatre {
  readonly open: (options: HostOptions) => Promise<{
    readonly host: Behind | Desktop
    readonly context: BrowserContext
    readonly page: Page
    readonly start: string | undefined
  }>
  readonly close: () => Promise<void>
}

export function openTheatre(folder: string): Promise<Theatre> {
  return WHERE === 'browser' ? inBrowser(join(folder, 'screens')) : onDesktop()
}

async function inBrowser(screens: string): Promise<Theatre> {
  const renderer = resolve(import.meta.dirname, '../../renderer')
  await build({ configFile: join(renderer, 'vite.config.ts'), logLevel: 'error', build: { outDir: screens } })
  const launch = {
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  }
  const look = { viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' } as const
  const browser = await chromium.launch(launch)
  const lasting: BrowserContext[] = []
  return {
    async close() {
      for (const context of lasting) await context.close()
      await browser.close()
    },
    async open({ profile, ...options }) {
      const host = await startBrowserHost({ screens, ...options })
      const context = await within(
        'a context',
        profile === undefined
          ? browser.newContext(look)
          : chromium.launchPersistentContext(profile, { ...launch, ...look }),
      )
      if (profile !== undefined) lasting.push(context)
      return { host, context, page: await within('a page', context.newPage()), start: host.link }
    },
  }
}

async function onDesktop(): Promise<Theatre> {
  const built = await buildDesktop()
  const shared = WHERE === 'stand-in' ? await SharedChromium.start() : undefined
  return {
    async close() {
      await shared?.stop()
      await rm(built, { recursive: true, force: true })
    },
    async open(options) {
      if (Object.keys(options).length > 0) throw new Error('only the host of the browser takes options')
      const host = shared === undefined ? await openElectron(built) : await openStandIn(built, shared)
      const { page } = host
      await page.setViewportSize(WIDE)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      return { host, context: page.context(), page, start: undefined }
    },
  }
}
