import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from '@playwright/test'
import { openMarket, type DemoMarket } from '../../demo/market.ts'
import type { Behind, Desktop } from '../desktop/desktop.ts'
import { STEP_MS, within } from './limits.ts'
import { openTheatre, WIDE, type HostOptions, type Theatre } from './theatre.ts'

/** If set, every screen is pictured into this folder. */
export const PICTURES = process.env['KABUKEN_PICTURES']

export { WIDE, whyNot } from './theatre.ts'

export const NARROW = { width: 360, height: 780 }

/** A real market, and the built screens with a wallet of its own behind each window. */
export class Stage {
  market: DemoMarket
  readonly #theatre: Theatre
  readonly #folder: string
  #isMarketOpen = true
  readonly #windows: WalletWindow[] = []

  private constructor(market: DemoMarket, theatre: Theatre, folder: string) {
    this.market = market
    this.#theatre = theatre
    this.#folder = folder
  }

  /** `configure`: what becomes of the node's configuration file before anybody comes. */
  static async set(configure?: (config: string) => string): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'kabuken-screens-'))
    const theatre = await openTheatre(folder)
    const market = await openMarket(join(folder, 'market'), false, () => {})
    const stage = new Stage(market, theatre, folder)
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
  async openWallet(options: HostOptions = {}): Promise<WalletWindow> {
    const { host, context, page, start } = await this.#theatre.open(options)
    context.setDefaultTimeout(STEP_MS)
    const opened = new WalletWindow(host, context, page)
    this.#windows.push(opened)
    if (start !== undefined) {
      await page.goto(start)
      await page.waitForURL(`${host.origin}/`)
    }
    return opened
  }

  async strike(): Promise<void> {
    for (const [index, { page, complaints }] of this.#windows.entries())
      if (PICTURES !== undefined) {
        await page.screenshot({ path: join(PICTURES, `last-${index}.png`), fullPage: true })
        await writeFile(join(PICTURES, `complaints-${index}.txt`), complaints.join('\n'))
      }
    await within('closing the screens', this.#theatre.close())
    for (const { host } of this.#windows) await host.close()
    await this.stopMarket()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export class WalletWindow {
  readonly host: Behind | Desktop
  readonly context: BrowserContext
  readonly page: Page
  /** What is wrong: violations of the policy, errors that nobody caught, findings of axe, what sticks out. */
  readonly complaints: string[] = []
  /** Names of the operations that the page called. */
  readonly calls: string[] = []

  constructor(host: Behind | Desktop, context: BrowserContext, page: Page) {
    this.host = host
    this.context = context
    this.page = page
    // From the beginning: a chooser that opens while the browser is only being told to hand it over would be lost.
    page.on('filechooser', () => {})
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => this.calls.push((JSON.parse(String(payload)) as { call: string }).call)),
    )
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
  }

  /** The person reads the host's own page or dialog and signs. */
  async sign(): Promise<void> {
    if ('sign' in this.host) return this.host.sign()
    const [desk] = await Promise.all([
      this.context.waitForEvent('page'),
      this.page.getByRole('link', { name: /Open the confirmation|確認ページを開く/ }).click(),
    ])
    await desk.locator('button.sign').click()
    // The page says what came of it; whether its window is gone by then is no matter.
    desk.close().catch(() => {})
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
        await this.inspect(`${name} ${width} ${colorScheme}`)
      }
    }
    await within(`${name}: back to its size`, this.page.setViewportSize(WIDE))
    await within(`${name}: back to light`, this.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' }))
  }

  /** As it is now: what axe finds or sticks out is a complaint. */
  async inspect(place: string): Promise<void> {
    // Legacy: it does not open a page of its own, which only pages with frames from elsewhere need.
    const { violations } = await within(`axe: ${place}`, new AxeBuilder({ page: this.page }).setLegacyMode().analyze())
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
