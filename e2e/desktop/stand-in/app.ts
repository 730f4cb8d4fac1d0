import { EventEmitter } from 'node:events'
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { BrowserWindow, watchWindows } from './browser-window.ts'
import { note, recorded } from './recorded.ts'
import { utilityMetrics } from './utility-process.ts'
import type { WebContents } from './web-contents.ts'

const FOLDER = process.env['STAND_IN_FOLDER'] ?? ''
const LOCK = join(FOLDER, 'first-instance')
const STARTS = join(FOLDER, 'starts')

/** What Electron adds to `process`. */
Object.assign(process, { resourcesPath: join(FOLDER, 'resources'), type: 'browser' })

class App extends EventEmitter {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1'
  readonly name = 'Kabuken'
  #isQuitting = false
  readonly commandLine = {
    hasSwitch: (name: string): boolean =>
      process.argv.some((each) => each === `--${name}` || each.startsWith(`--${name}=`)),
    appendSwitch: (...values: unknown[]): void => note('app.commandLine.appendSwitch', values),
  }
  readonly #ready = new Promise<void>((resolve) => setImmediate(resolve))

  constructor() {
    super()
    watchWindows(
      (contents: WebContents) => this.emit('web-contents-created', {}, contents),
      () => {
        if (this.#isQuitting) this.#end()
        else if (this.listenerCount('window-all-closed') === 0) this.quit()
        else this.emit('window-all-closed')
      },
    )
  }

  whenReady(): Promise<void> {
    return this.#ready
  }
  isReady(): boolean {
    return true
  }
  getName(): string {
    return this.name
  }
  getVersion(): string {
    return '0.1.0'
  }
  getAppPath(): string {
    return process.cwd()
  }
  getPath(name: string): string {
    const path = join(FOLDER, name)
    mkdirSync(path, { recursive: true })
    return path
  }
  getAppMetrics(): ReturnType<typeof utilityMetrics> {
    return utilityMetrics()
  }
  getLocale(): string {
    return 'en-GB'
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-GB']
  }

  /** The first process has the lock; a later one leaves what it was started with where the first one looks, and is told to go. */
  requestSingleInstanceLock(): boolean {
    mkdirSync(STARTS, { recursive: true })
    if (existsSync(LOCK)) {
      const start = { argv: process.argv, cwd: process.cwd() }
      const written = join(FOLDER, `start-${process.pid}`)
      writeFileSync(written, JSON.stringify(start))
      renameSync(written, join(STARTS, String(process.pid)))
      return false
    }
    openSync(LOCK, 'wx')
    watch(STARTS, () => {
      for (const name of readdirSync(STARTS)) {
        const { argv, cwd } = JSON.parse(readFileSync(join(STARTS, name), 'utf8')) as { argv: string[]; cwd: string }
        rmSync(join(STARTS, name))
        this.emit('second-instance', {}, argv, cwd, undefined)
      }
    }).unref()
    return true
  }

  quit(): void {
    let isPrevented = false
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    this.#isQuitting = true
    const windows = BrowserWindow.getAllWindows()
    if (windows.length === 0) this.#end()
    for (const window of windows) window.close()
  }

  exit(code = 0): void {
    rmSync(LOCK, { force: true })
    process.exit(code)
  }

  #end(): void {
    let isPrevented = false
    this.emit('will-quit', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return
    this.emit('quit', {}, 0)
    this.exit(0)
  }
}

export const app = recorded('app', new App())
