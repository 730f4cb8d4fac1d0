import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { openMarket, type DemoMarket } from '../../demo/market.ts'
import type { Behind } from '../desktop/desktop.ts'
import { STEP_MS, within } from './limits.ts'
import { openTheatre, WIDE, type Theatre, type WindowOptions } from './theatre.ts'

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
  async openWallet(options: WindowOptions = {}): Promise<WalletWindow> {
    const { behind, page, show } = await this.#theatre.open(options)
    page.setDefaultTimeout(STEP_MS)
    page.context().setDefaultTimeout(STEP_MS)
    const opened = new WalletWindow(behind, page)
    this.#windows.push(opened)
    await show()
    return opened
  }

  async strike(): Promise<void> {
    for (const [index, { page, complaints }] of this.#windows.entries())
      if (PICTURES !== undefined && !page.isClosed()) {
        await page.screenshot({ path: join(PICTURES, `last-${index}.png`), fullPage: true })
        await writeFile(join(PICTURES, `complaints-${index}.txt`), complaints.join('\n'))
      }
    for (const { host } of this.#windows) await within('closing a wallet', host.close())
    await within('closing the screens', this.#theatre.close())
    await this.stopMarket()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

export class WalletWindow {
  readonly host: Behind
  readonly page: Page
  /** What is wrong: violations of the policy, errors that nobody caught, findings of axe, what sticks out. */
  readonly complaints: string[] = []

  constructor(host: Behind, page: Page) {
    this.host = host
    this.page = page
    // From the beginning: a chooser that opens while the browser is only being told to hand it over would be lost.
    page.on('filechooser', () => {})
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
  }

  /** Names of the operations that the page called. */
  get calls(): readonly string[] {
    return this.host.messages.flatMap(({ from, text }) =>
      from === 'page' ? [(JSON.parse(text) as { call: string }).call] : [],
    )
  }

  /** The person reads the host's own page or dialog and signs. */
  sign(): Promise<void> {
    return this.host.sign()
  }

  /** What the page saves while this is done. */
  async save(act: () => Promise<unknown>): Promise<{ readonly fileName: string; readonly text: string }> {
    const [{ fileName, path }] = await Promise.all([within('a file', this.host.saved()), act()])
    return { fileName, text: await readFile(path, 'utf8') }
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
    // Less than nothing is the room of a scrollbar that a dialog hides.
    if (beyond > 0) this.complaints.push(`${place}: ${beyond} px wider than its window`)
  }
}
