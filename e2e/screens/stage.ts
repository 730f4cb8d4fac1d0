import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { build } from 'vite'
import { openMarket, type DemoMarket } from '../../demo/market.ts'
import { startBrowserHost, type Running } from '../../electron/browser/browser-fixture.ts'
import { STEP_MS, within } from './limits.ts'

const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
/** If set, every screen is pictured into this folder. */
export const PICTURES = process.env['KABUKEN_PICTURES']

/** Why the screens cannot be tested on this machine; undefined if they can. */
export const whyNot = existsSync(CHROMIUM) ? undefined : `there is no Chromium at ${CHROMIUM} (KABUKEN_CHROMIUM)`

const WIDE = { width: 1280, height: 860 }
const NARROW = { width: 360, height: 780 }

/** A real market, the built screens behind the browser's host, and a real browser. */
export class Stage {
  market: DemoMarket
  readonly browser: Browser
  readonly screens: string
  readonly #folder: string
  readonly #hosts: Running[] = []
  #isMarketOpen = true
  readonly #windows: WalletWindow[] = []

  private constructor(market: DemoMarket, browser: Browser, screens: string, folder: string) {
    this.market = market
    this.browser = browser
    this.screens = screens
    this.#folder = folder
  }

  /** `configure`: what becomes of the node's configuration file before anybody comes. */
  static async set(configure?: (config: string) => string): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'kabuken-screens-'))
    const screens = join(folder, 'screens')
    const renderer = resolve(import.meta.dirname, '../../renderer')
    await build({ configFile: join(renderer, 'vite.config.ts'), logLevel: 'error', build: { outDir: screens } })
    const market = await openMarket(join(folder, 'market'), false, () => {})
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    })
    const stage = new Stage(market, browser, screens, folder)
    if (configure !== undefined) await stage.reconfigure(configure)
    return stage
  }

  /** The servers go, and come back configured so. */
  async reconfigure(configure: (config: string) => string): Promise<void> {
    await this.stopMarket()
    const file = join(this.#folder, 'market', 'node', 'kabuken.toml')
    await writeFile(file, configure(await readFile(file, 'utf8')))
    this.market = await openMarket(join(this.#folder, 'market'), false, () => {})
    this.#isMarketOpen = true
  }

  async stopMarket(): Promise<void> {
    if (!this.#isMarketOpen) return
    this.#isMarketOpen = false
    await within('the end of the market', this.market.stop())
  }

  /** A new wallet, opened in a window of its own. */
  async openWallet(options: Parameters<typeof startBrowserHost>[0] = {}): Promise<WalletWindow> {
    const host = await startBrowserHost({ screens: this.screens, ...options })
    this.#hosts.push(host)
    const context = await within(
      'a context',
      this.browser.newContext({ viewport: WIDE, locale: 'en-GB', reducedMotion: 'reduce' }),
    )
    context.setDefaultTimeout(STEP_MS)
    const page = await within('a page', context.newPage())
    const opened = new WalletWindow(host, context, page)
    this.#windows.push(opened)
    await page.goto(host.link)
    await page.waitForURL(`${host.origin}/`)
    return opened
  }

  async strike(): Promise<void> {
    for (const [index, { page, complaints }] of this.#windows.entries())
      if (PICTURES !== undefined) {
        await page.screenshot({ path: join(PICTURES, `last-${index}.png`), fullPage: true })
        await writeFile(join(PICTURES, `complaints-${index}.txt`), complaints.join('\n'))
      }
    await within('closing the browser', this.browser.close())
    for (const host of this.#hosts) await host.close()
    await this.stopMarket()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export class WalletWindow {
  readonly host: Running
  readonly context: BrowserContext
  readonly page: Page
  /** What is wrong: violations of the policy, errors that nobody caught, findings of axe, what sticks out. */
  readonly complaints: string[] = []
  /** Names of the operations that the page called. */
  readonly calls: string[] = []

  constructor(host: Running, context: BrowserContext, page: Page) {
    this.host = host
    this.context = context
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => this.calls.push((JSON.parse(String(payload)) as { call: string }).call)),
    )
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
  }

  /** The person reads the host's own page and signs. */
  async sign(): Promise<void> {
    const [desk] = await Promise.all([
      this.context.waitForEvent('page'),
      this.page.getByRole('link', { name: /Open the confirmation|確認ページを開く/ }).click(),
    ])
    await desk.locator('button.sign').click()
    await within('closing the confirmation', desk.close())
  }

  /** Looks at the screen in both themes, wide and narrow: what axe finds or sticks out is a complaint. */
  async look(name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await within(`${name}: the theme`, this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }))
      for (const [width, viewport] of Object.entries({ wide: WIDE, narrow: NARROW })) {
        await within(`${name}: the size`, this.page.setViewportSize(viewport))
        if (PICTURES !== undefined) {
          await mkdir(PICTURES, { recursive: true })
          await this.page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`), fullPage: true })
        }
        // Size and theme change different things: each of both is looked at once.
        if ((width === 'wide') !== (colorScheme === 'light')) continue
        const place = `${name} ${width} ${colorScheme}`
        // Legacy: it does not open a page of its own, which only pages with frames from elsewhere need.
        const { violations } = await within(
          `axe: ${place}`,
          new AxeBuilder({ page: this.page }).setLegacyMode().analyze(),
        )
        for (const { id, nodes } of violations)
          for (const { html } of nodes) this.complaints.push(`${place}: ${id}: ${html}`)
        const beyond = await within(
          `width: ${place}`,
          this.page
            .locator('html')
            .evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth),
        )
        if (beyond !== 0) this.complaints.push(`${place}: ${beyond} px wider than its window`)
      }
    }
    await within(`${name}: back to its size`, this.page.setViewportSize(WIDE))
    await within(`${name}: back to light`, this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }))
  }
}
