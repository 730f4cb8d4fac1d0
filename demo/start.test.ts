import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from './expect.ts'

const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
/** Why no browser looks; undefined if one does. */
const whyNot = existsSync(CHROMIUM) ? undefined : `there is no Chromium at ${CHROMIUM} (KABUKEN_CHROMIUM)`
const START = fileURLToPath(new URL('start.ts', import.meta.url))
const MINUTES_MS = 60_000
/** On two busy cores, with the screens built before. */
const PATIENCE_MS = 2 * MINUTES_MS
const LINK = /http:\/\/127\.0\.0\.1:\d+\/open\/\S+/
const VERIFIED = 'Every share and every yen is accounted for.'

let folder: string
let browser: Browser | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-started-'))
  if (whyNot === undefined)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Started by a process between, as npm is one. */
const BY_ANOTHER = 'by another'
const STARTER = `require('node:child_process').spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' })`

/** `npm start`, as a person starts it. Its temporary folders are below `tmp`. */
class Started {
  readonly tmp = mkdtempSync(join(folder, 'tmp-'))
  readonly child: ChildProcess
  said = ''
  complaints = ''
  readonly ended: Promise<number | string>

  constructor(...flags: string[]) {
    const env = { ...process.env, TMPDIR: this.tmp, DISPLAY: '', WAYLAND_DISPLAY: '' }
    const program = [START, '--no-open', ...flags.filter((flag) => flag !== BY_ANOTHER)]
    const args = flags.includes(BY_ANOTHER) ? ['-e', STARTER, ...program] : program
    this.child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.child.stdout?.on('data', (text: Buffer) => (this.said += text.toString()))
    this.child.stderr?.on('data', (text: Buffer) => (this.complaints += text.toString()))
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve(code ?? signal ?? '')))
  }

  /** Its own folders; the build keeps a cache of compiled code beside them. */
  get folders(): string[] {
    return readdirSync(this.tmp).filter((name) => name.startsWith('kabuken-'))
  }

  link(): Promise<string> {
    return until('the link', async () => {
      if (this.child.exitCode !== null) throw new Error(`ended without a link: ${this.said}${this.complaints}`)
      return LINK.exec(this.said)?.[0]
    })
  }

  /** As Ctrl+C and the end of a terminal do. */
  async end(): Promise<number | string> {
    this.child.kill('SIGTERM')
    return this.ended
  }
}

async function pageOn(link: string): Promise<Page> {
  const context = await browser?.newContext({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' })
  if (context === undefined) throw new Error('no browser')
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  expect((await page.goto(link))?.status()).toBe(200)
  return page
}

function filesBelow(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile())
}

/** In the forms in which a key could lie in a file. */
function formsOf(secret: Buffer): Buffer[] {
  return [secret, ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(secret.toString(form)))]
}

describe('npm start', () => {
  test(
    '[P4] opens a wallet that is ready on a market that moves; what is kept adds up, and a second start goes on from it',
    { timeout: 8 * MINUTES_MS },
    async () => {
      const kept = join(folder, 'kept')
      const flags = ['--keep', kept, '--investors', '8', '--pace', '2', '--language', 'en', '--check']
      const first = new Started(...flags)
      const link = await first.link()
      expect(first.said).toContain('this machine has no display')
      if (whyNot === undefined) await lookAround(await pageOn(link))
      else expect((await fetch(link)).status).toBe(200)
      await until('a certificate is handed over', async () =>
        first.said.includes('made a certificate over') ? true : undefined,
      )
      expect(readdirSync(join(kept, 'for-you')).toSorted()).toEqual([
        'akane-amagiri.kabuken-endorsement.json',
        'akane-amagiri.kabuken-identity.json',
      ])
      expect({ code: await first.end(), complaints: first.complaints }).toEqual({ code: 0, complaints: '' })
      expect(first.said).toContain(VERIFIED)

      // The simulated people's keys are on their side, in their own folders.
      const others = filesBelow(join(kept, 'market')).filter((path) => path.endsWith('.play.der'))
      expect(others.length).toBeGreaterThan(1)
      const own = filesBelow(join(kept, 'wallet')).map((path) => readFileSync(path))
      for (const secret of others.flatMap((path) => formsOf(readFileSync(path))))
        expect(own.some((content) => content.includes(secret))).toBe(false)

      const second = new Started(...flags)
      const again = await second.link()
      if (whyNot === undefined) {
        const page = await pageOn(again)
        await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
        await page.getByText('Hoshizora Brewing').first().waitFor()
        await page.context().close()
      }
      expect({ code: await second.end(), complaints: second.complaints }).toEqual({ code: 0, complaints: '' })
      expect(second.said).toContain(VERIFIED)
      expect(second.said).not.toContain('made a certificate over')
    },
  )

  test(
    'with --new opens an empty wallet, with the link of the market filled in',
    { timeout: 4 * MINUTES_MS },
    async ({ skip }) => {
      if (whyNot !== undefined) return skip(whyNot)
      const started = new Started('--new', '--investors', '2', '--language', 'en')
      const page = await pageOn(await started.link())
      await page.getByRole('heading', { name: 'Create your key' }).waitFor()
      await page.getByLabel('Passphrase', { exact: true }).fill('washi and ink')
      await page.getByLabel('Passphrase once more').fill('washi and ink')
      await page.getByRole('button', { name: 'Create the key' }).click()
      await page.getByRole('heading', { name: 'Join a market' }).waitFor()
      await until('the link is filled in', async () =>
        (await page.getByLabel('Link of the market').inputValue()).startsWith('kabuken://join?') ? true : undefined,
      )
      expect(await started.end()).toBe(0)
      expect(started.folders).toEqual([])
    },
  )

  test('leaves nothing behind when it is killed', { timeout: 4 * MINUTES_MS }, async () => {
    const started = new Started('--investors', '2')
    await started.link()
    expect(started.folders).toHaveLength(1)
    started.child.kill('SIGKILL')
    expect(await started.ended).toBe('SIGKILL')
    await until('nothing is left', async () => (started.folders.length === 0 ? true : undefined))
  })

  test('ends with what started it, as npm does without a word', { timeout: 4 * MINUTES_MS }, async () => {
    const started = new Started('--investors', '2', BY_ANOTHER)
    await started.link()
    expect(started.folders).toHaveLength(1)
    started.child.kill('SIGKILL')
    await until('nothing is left', async () => (started.folders.length === 0 ? true : undefined))
  })

  test.each([
    ['an unknown option', ['--unknown'], 'unknown option'],
    ['too many investors', ['--investors', '71'], 'number from 2 to 70'],
    ['a port that is none', ['--port', '70000'], 'number from 0 to 65535'],
  ])('refuses %s before anything is made', async (_, flags, complaint) => {
    const started = new Started(...flags)
    expect(await started.ended).toBe(1)
    expect(started.complaints).toContain(complaint)
    expect(started.folders).toEqual([])
  })
})

/** The portfolio, then a security: its last price moves, and trades come. */
async function lookAround(page: Page): Promise<void> {
  await page.getByText('Demonstration market: the shares and the money are not real.').waitFor()
  await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
  await page.getByText('Hoshizora Brewing').first().waitFor()
  await page.getByRole('link', { name: 'Market', exact: true }).click()
  const last = page
    .getByRole('row', { name: /Hoshizora Brewing/ })
    .getByRole('cell')
    .first()
  const seen = new Set<string>()
  await until('the last price moves', async () => {
    const price = await last.innerText()
    if (/\d/.test(price)) seen.add(price)
    return seen.size > 1 ? true : undefined
  })
  await page.getByRole('link', { name: 'Hoshizora Brewing' }).click()
  const tape = page.getByRole('table').filter({ has: page.getByRole('columnheader', { name: 'Time' }) })
  await until('trades are on the tape', async () => ((await tape.getByRole('row').count()) > 2 ? true : undefined))
  const pictures = process.env['KABUKEN_PICTURES']
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true })
    await page.screenshot({ path: join(pictures, 'living-market.png'), fullPage: true })
  }
  await page.context().close()
}
