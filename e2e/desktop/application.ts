import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type Page } from '@playwright/test'
import { build } from 'electron-vite'
import { build as buildScreens } from 'vite'
import { until } from '../../demo/expect.ts'
import type { DialogOptions, ToApplication, ToTest } from './stand-in/wire.ts'

const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
const ROOT = resolve(import.meta.dirname, '../..')
const STEP_MS = 20_000

/** Why the desktop application cannot be tested on this machine; undefined if it can. */
export const whyNot = existsSync(CHROMIUM) ? undefined : `there is no Chromium at ${CHROMIUM} (KABUKEN_CHROMIUM)`

/** The built application with the witness of a test in it (witness.ts). */
export const WITNESSED = 'witnessed.js'

/** Builds the desktop application as it is packaged. Inside the checkout, so that its libraries are found. Returns the folder. */
export async function buildDesktop(): Promise<string> {
  const parent = join(ROOT, 'test-results')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'desktop-'))
  await build({ root: ROOT, logLevel: 'error', build: { outDir: folder } })
  const renderer = join(ROOT, 'renderer')
  await buildScreens({
    configFile: join(renderer, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: join(folder, 'renderer') },
  })
  const witness = await readFile(join(import.meta.dirname, 'witness.ts'), 'utf8')
  await writeFile(join(folder, 'witness.js'), stripTypeScriptTypes(witness))
  await writeFile(join(folder, WITNESSED), `import './witness.js'\nimport './main/index.js'\n`)
  return folder
}

/** A Chromium that several programs drive over its port. */
export class SharedChromium {
  readonly #process: ChildProcess
  /** The folder in which it keeps what it remembers. */
  readonly profile: string
  readonly browser: Browser
  readonly url: string

  private constructor(running: ChildProcess, profile: string, url: string, browser: Browser) {
    this.#process = running
    this.profile = profile
    this.url = url
    this.browser = browser
  }

  static async start(): Promise<SharedChromium> {
    const profile = await mkdtemp(join(tmpdir(), 'kabuken-chromium-'))
    const running = spawn(
      CHROMIUM,
      [
        '--headless=new',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-popup-blocking',
        '--force-prefers-reduced-motion',
        '--use-fake-device-for-media-stream',
        // Nothing that a page asks for may leave this machine.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
        'about:blank',
      ],
      { stdio: 'ignore' },
    )
    const active = join(profile, 'DevToolsActivePort')
    const [port, path] = await until('Chromium listens', async () => {
      const lines = (await readFile(active, 'utf8').catch(() => '')).split('\n')
      return lines.length > 1 ? lines : undefined
    })
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
    return new SharedChromium(running, profile, `ws://127.0.0.1:${port}${path}`, browser)
  }

  async stop(): Promise<void> {
    const isRunning = this.#process.exitCode === null && this.#process.signalCode === null
    const ended = isRunning ? once(this.#process, 'exit') : undefined
    await this.browser.close()
    this.#process.kill()
    await ended
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

export interface ShownDialog {
  readonly id: number
  readonly name: string
  readonly options: DialogOptions
}

interface ApplicationOptions {
  readonly built: string
  readonly chromium: SharedChromium
  /** Of the machine's user: what a second start finds again. */
  readonly folder: string
  readonly argv?: readonly string[]
  /** As installed, and not from the checkout. */
  readonly isPackaged?: boolean
  /** Port that a witness tells its test on; without it there is none. */
  readonly witness?: number
}

/** The built main process, in a process of its own, with the stand-in where Electron would be. */
export class Application {
  readonly #process: ChildProcess
  readonly #chromium: SharedChromium
  readonly told: ToTest[] = []
  readonly dialogs: ShownDialog[] = []
  /** What it wrote to its output. */
  output = ''

  private constructor(running: ChildProcess, shared: SharedChromium) {
    this.#process = running
    this.#chromium = shared
    running.on('message', (message: ToTest) => {
      this.told.push(message)
      if (message.kind === 'dialog') this.dialogs.push(message)
    })
    for (const stream of [running.stdout, running.stderr])
      stream?.on('data', (part: Buffer) => (this.output += part.toString()))
  }

  static start({
    built,
    chromium: shared,
    folder,
    argv = [],
    isPackaged = false,
    witness,
  }: ApplicationOptions): Application {
    const running = spawn(
      process.execPath,
      [
        '--import',
        join(import.meta.dirname, 'stand-in/register.ts'),
        join(built, witness === undefined ? 'main/index.js' : WITNESSED),
        ...argv,
      ],
      {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          XDG_DATA_HOME: join(folder, 'data'),
          XDG_CONFIG_HOME: join(folder, 'config'),
          KABUKEN_WALLET: join(folder, 'wallet'),
          STAND_IN_FOLDER: join(folder, 'electron'),
          STAND_IN_BROWSER: shared.url,
          STAND_IN_PACKAGED: isPackaged ? '1' : '',
          KABUKEN_WITNESS: String(witness ?? ''),
        },
      },
    )
    return new Application(running, shared)
  }

  send(message: ToApplication): void {
    this.#process.send(message)
  }

  /** The window that was opened as number `index`, as a page of Playwright. */
  async window(index = 0): Promise<Page> {
    const opened = await until('a window is open', async () => {
      const windows = this.told.filter((told) => told.kind === 'window')
      return windows[index]
    })
    const context = this.#chromium.browser.contexts()[0]
    if (context === undefined) throw new Error('Chromium has no context')
    const page = await until('the page is there', async () => {
      for (const each of context.pages()) if ((await targetOf(each)) === opened.targetId) return each
      return undefined
    })
    page.setDefaultTimeout(STEP_MS)
    return page
  }

  /** What was called under this name, in order. */
  calls(name: string): readonly (readonly unknown[])[] {
    return this.told.flatMap((told) => (told.kind === 'called' && told.name === name ? [told.values] : []))
  }

  /** The next dialog that nobody has answered. */
  async dialog(): Promise<ShownDialog> {
    const shown = await until('a dialog is shown', async () => this.dialogs.shift())
    return shown
  }

  answer({ id }: ShownDialog, value: unknown): void {
    this.send({ kind: 'answer', id, value })
  }

  /** The person reads the system's dialog and presses the button with this label. */
  async press(label: RegExp): Promise<DialogOptions> {
    const shown = await this.dialog()
    const response = shown.options.buttons?.findIndex((button) => label.test(button)) ?? -1
    this.answer(shown, { response, checkboxChecked: false })
    return shown.options
  }

  async ended(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit')
    return this.#process.exitCode
  }

  async quit(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}

async function targetOf(page: Page): Promise<string | undefined> {
  try {
    const session = await page.context().newCDPSession(page)
    const { targetInfo } = await session.send('Target.getTargetInfo')
    await session.detach()
    return targetInfo.targetId
  } catch {
    return undefined
  }
}
