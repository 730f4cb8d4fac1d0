import { EventEmitter } from 'node:events'
import { note, recorded } from './recorded.ts'
import { tellTest, told } from './wire.ts'
import { WebContents } from './web-contents.ts'

interface WindowOptions {
  readonly show?: boolean
  readonly width?: number
  readonly height?: number
  readonly x?: number
  readonly y?: number
  readonly webPreferences?: Readonly<Record<string, unknown>>
}

const open: BrowserWindow[] = []
let onWebContents: (contents: WebContents) => void = () => {}
let onAllClosed: () => void = () => {}

/** `app` hears of every page and of the last window's end. */
export function watchWindows(created: typeof onWebContents, allClosed: typeof onAllClosed): void {
  onWebContents = created
  onAllClosed = allClosed
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents
  #bounds: { x: number; y: number; width: number; height: number }
  #isVisible: boolean
  #isMinimized = false
  #isMaximized = false

  constructor(options: WindowOptions = {}) {
    super()
    const { webPreferences = {}, width = 800, height = 600, x = 0, y = 0, show = true } = options
    const { sandbox = true, contextIsolation = true, nodeIntegration = false } = webPreferences
    // Anything else would need another Electron than the one that is stood in for here.
    if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false)
      throw new Error('the stand-in has confined pages only')
    this.#bounds = { x, y, width, height }
    this.#isVisible = show
    const { preload } = webPreferences
    this.webContents = new WebContents(typeof preload === 'string' ? preload : undefined)
    open.push(this)
    this.webContents.on('ready-to-show', () => this.emit('ready-to-show'))
    this.webContents.on('destroyed', () => {
      open.splice(open.indexOf(this), 1)
      this.emit('closed')
      if (open.length === 0) onAllClosed()
    })
    onWebContents(this.webContents)
    void this.webContents
      .targetId()
      .then((targetId) => tellTest({ kind: 'window', targetId, options: told(options) as Record<string, unknown> }))
    // What is asked of a window and not modelled is noted.
    return recorded('window', this)
  }

  static getAllWindows(): BrowserWindow[] {
    return [...open]
  }
  static getFocusedWindow(): BrowserWindow | null {
    return open.at(-1) ?? null
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return open.find(({ webContents }) => webContents === contents) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url)
  }
  show(): void {
    this.#isVisible = true
    note('window.show', [])
    this.emit('show')
  }
  hide(): void {
    this.#isVisible = false
    note('window.hide', [])
    this.emit('hide')
  }
  focus(): void {
    note('window.focus', [])
    this.emit('focus')
  }
  minimize(): void {
    this.#isMinimized = true
    this.emit('minimize')
  }
  restore(): void {
    this.#isMinimized = false
    this.emit('restore')
  }
  maximize(): void {
    this.#isMaximized = true
    this.emit('maximize')
  }
  isVisible(): boolean {
    return this.#isVisible
  }
  isMinimized(): boolean {
    return this.#isMinimized
  }
  isMaximized(): boolean {
    return this.#isMaximized
  }
  isFullScreen(): boolean {
    return false
  }
  isFocused(): boolean {
    return this.#isVisible
  }
  isDestroyed(): boolean {
    return this.webContents.isDestroyed()
  }
  getBounds() {
    return this.#bounds
  }
  getNormalBounds() {
    return this.#bounds
  }
  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
  }
  close(): void {
    let isPrevented = false
    this.emit('close', { preventDefault: () => (isPrevented = true) })
    if (!isPrevented) void this.webContents.destroy()
  }
  destroy(): void {
    void this.webContents.destroy()
  }
}
