import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Page } from '@playwright/test'

/**
 * Takes the pictures in docs/screens from the demonstration market, started as a person starts it: every screen, wide and
 * narrow, light and dark, and wide in Japanese. Takes some minutes, because prices must have moved before they are worth looking at.
 *
 *     node scripts/pictures.ts [folder]
 */

const ROOT = join(import.meta.dirname, '..')
const FOLDER = resolve(process.argv[2] ?? join(ROOT, 'docs/screens'))
const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
const LINK = /http:\/\/127\.0\.0\.1:\d+\/open\/\S+/
const SIZES = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 844 } }
const THEMES = ['light', 'dark'] as const
/** How long the simulated investors trade before the first picture, at this pace. */
const HISTORY_MS = 2 * 60_000
const PACE = 6
/** What a screen follows comes a moment after the screen. */
const FOLLOWED_MS = 1_500
/** Patience for what a busy machine shows late. */
const STEP_MS = 120_000

interface Subject {
  readonly name: string
  /** Makes the page show it. */
  readonly show: (page: Page) => Promise<void>
}

/** Waits until the page has drawn what it was asked for: nothing loads any more, and two frames have passed. */
async function calm(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page.locator('[role=progressbar], [aria-busy=true]').first().waitFor({ state: 'detached' })
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))',
  )
  await page.evaluate('scrollTo(0, 0); document.activeElement?.blur()')
}

const at = (name: string, hash: string): Subject => ({
  name,
  show: async (page) => {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await calm(page)
    await page.waitForTimeout(FOLLOWED_MS)
  },
})

/** What the first link whose address begins so leads to, from the screen that has it. */
const behind = (name: string, hash: string, begins: string): Subject => ({
  name,
  show: async (page) => {
    await at(name, hash).show(page)
    const link = page.locator(`main a[href^="${begins}"]`).first()
    await link.waitFor()
    await page.evaluate(`location.hash = ${JSON.stringify((await link.getAttribute('href')) ?? '')}`)
    await calm(page)
  },
})

function receiving(given: string): Subject {
  return {
    name: 'transfers-receive',
    show: async (page) => {
      await at('transfers', '#/transfers').show(page)
      const [file] = readdirSync(given).filter((name) => name.endsWith('endorsement.json'))
      if (file === undefined) throw new Error(`nobody made a certificate over: ${given}`)
      await page.locator('main input[type=file]').first().setInputFiles(join(given, file))
      await page
        .getByText(/every check passed|すべての検証に合格/)
        .first()
        .waitFor()
      await calm(page)
    },
  }
}

async function picture(page: Page, { name, show }: Subject): Promise<void> {
  await show(page)
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      await calm(page)
      await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) })
    }
  }
  await page.setViewportSize(SIZES.wide)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

async function main(): Promise<void> {
  const kept = mkdtempSync(join(tmpdir(), 'kabuken-pictures-'))
  const market = spawn(
    process.execPath,
    [join(ROOT, 'demo/start.ts'), '--browser', '--no-open', '--keep', kept, '--pace', String(PACE), '--language', 'en'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise((resolve) => market.once('close', resolve))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const link = await new Promise<string>((found, failed) => {
      let said = ''
      market.stdout.on('data', (text: Buffer) => {
        said += text.toString()
        const seen = LINK.exec(said)?.[0]
        if (seen !== undefined) found(seen)
      })
      market.once('close', () => failed(new Error(`no link: ${said}`)))
    })
    const page = await browser.newPage({ viewport: SIZES.wide, locale: 'en-GB', reducedMotion: 'reduce' })
    page.setDefaultTimeout(STEP_MS)
    await page.goto(link)
    await page.locator('nav').first().waitFor()
    process.stderr.write(`The market trades for ${HISTORY_MS / 60_000} minutes first.\n`)
    await new Promise((passed) => setTimeout(passed, HISTORY_MS))

    mkdirSync(FOLDER, { recursive: true })
    // What does not fit into a narrow window's navigation is in it twice.
    const names = new Set(
      await page
        .locator('nav a[href^="#/"]')
        .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.slice('#/'.length) ?? '')),
    )
    const subjects = [
      ...[...names].map((name) => at(name, `#/${name}`)),
      behind('certificate', '#/certificates', '#/certificates/'),
      behind('security', '#/market', '#/market/'),
      receiving(join(kept, 'for-you')),
      behind('evidence', '#/history', '#/history/'),
    ]
    for (const subject of subjects) {
      process.stderr.write(`${subject.name}\n`)
      await picture(page, subject)
    }
    await at('settings', '#/settings').show(page)
    await page.getByText('日本語').first().click()
    for (const subject of subjects) {
      await subject.show(page)
      await page.screenshot({ path: join(FOLDER, `${subject.name}-ja.png`) })
    }
  } finally {
    await browser.close()
    market.kill('SIGTERM')
    await ended
    rmSync(kept, { recursive: true, force: true })
  }
}

await main()
