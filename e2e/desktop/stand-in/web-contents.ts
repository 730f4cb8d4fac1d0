import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { browser, inChromium, outOfChromium } from './browser.ts'
import { makeCodec, type Coded } from './codec.ts'
import type { Devtools } from './devtools.ts'
import { watchDownloads } from './download.ts'
import { handleIpc, hearIpc, type FrameOfPage } from './ipc.ts'
import { applyPermissions, defaultSession, schemes } from './session.ts'
import { tellTest } from './wire.ts'
import { BINDING, mainWorldScript, PRELOAD_WORLD, preloadWorldScript } from './worlds.ts'

type WindowOpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' }

interface Frame {
  readonly id: string
  readonly parentId?: string
  readonly url: string
}

interface Context {
  readonly uniqueId: string
  readonly frameId: string
}

interface Paused {
  readonly requestId: string
  readonly frameId: string
  readonly resourceType: string
  readonly request: {
    readonly url: string
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
  }
}

const codec = makeCodec()
let lastId = 0

/** One page of Chromium, as the main process knows it. */
export class WebContents extends EventEmitter {
  /** The preload of the application's own window: what somebody else's window would be opened with. */
  static readonly preloads: { preload?: string } = {}
  readonly id: number
  readonly session = defaultSession
  readonly #preload: string | undefined
  readonly #frames = new Map<string, Frame>()
  readonly #contexts = new Map<number, Context>()
  readonly #page: Promise<{ devtools: Devtools; session: string; targetId: string }>
  /** Where the page itself wants to go: of that alone the application is asked, not of what it or a test loads. */
  readonly #wishes = new Set<string>()
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' })
  #mainFrame = ''
  #isDestroyed = false

  constructor(preload: string | undefined) {
    super()
    lastId += 1
    this.id = lastId
    this.#preload = preload
    if (preload !== undefined) WebContents.preloads.preload = preload
    this.#page = this.#open()
  }

  get mainFrame(): FrameOfPage | null {
    return this.#frameOf(this.#mainFrame)
  }

  getURL(): string {
    return outOfChromium(this.#frames.get(this.#mainFrame)?.url ?? '')
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler
  }

  async targetId(): Promise<string> {
    return (await this.#page).targetId
  }

  async loadURL(url: string): Promise<void> {
    const { devtools, session } = await this.#page
    await applyPermissions(this, url)
    const { errorText } = await devtools.send<{ errorText?: string }>(
      'Page.navigate',
      { url: inChromium(url) },
      session,
    )
    if (errorText !== undefined) throw new Error(`${errorText} (${url})`)
  }

  send(channel: string, ...values: unknown[]): void {
    for (const { frameId, uniqueId } of this.#contexts.values())
      if (frameId === this.#mainFrame) void this.#tell(uniqueId, { channel, values: codec.encode(values) })
  }

  async printToPDF(options: Readonly<Record<string, unknown>>): Promise<Buffer> {
    const { devtools, session } = await this.#page
    const { data } = await devtools.send<{ data: string }>('Page.printToPDF', options, session)
    return Buffer.from(data, 'base64')
  }

  async destroy(): Promise<void> {
    if (this.#isDestroyed) return
    this.#isDestroyed = true
    const { devtools, targetId } = await this.#page
    await devtools.send('Target.closeTarget', { targetId }).catch(() => undefined)
    this.emit('destroyed')
  }

  async #open(): Promise<{ devtools: Devtools; session: string; targetId: string }> {
    const devtools = await browser()
    const { targetId } = await devtools.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' })
    const { sessionId: session } = await devtools.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    })
    const on = <Event>(method: string, act: (event: Event) => void): void =>
      devtools.on<Event>(method, (event, of) => void (of === session && act(event)))
    const ask = (method: string, params: Readonly<Record<string, unknown>> = {}) =>
      devtools.send(method, params, session)
    on<{ frameId: string; parentFrameId: string }>('Page.frameAttached', ({ frameId, parentFrameId }) =>
      this.#frames.set(frameId, { id: frameId, parentId: parentFrameId, url: 'about:blank' }),
    )
    on<{ frame: Frame }>('Page.frameNavigated', ({ frame }) => {
      this.#frames.set(frame.id, frame)
      if (frame.parentId !== undefined) return
      this.#mainFrame = frame.id
      this.emit('did-navigate', {}, outOfChromium(frame.url))
    })
    on<{ frameId: string; url: string }>('Page.frameRequestedNavigation', ({ frameId, url }) => {
      if (frameId === this.#mainFrame) this.#wishes.add(url.replace(/#.*$/, ''))
    })
    on<{ frameId: string; url: string }>('Page.navigatedWithinDocument', ({ frameId, url }) => {
      const known = this.#frames.get(frameId)
      if (known !== undefined) this.#frames.set(frameId, { ...known, url })
    })
    on<{ frameId: string }>('Page.frameDetached', ({ frameId }) => this.#frames.delete(frameId))
    on('Page.loadEventFired', () => {
      this.emit('did-finish-load')
      this.emit('ready-to-show')
    })
    on<{ context: { id: number; uniqueId: string; name: string; auxData: { frameId: string } } }>(
      'Runtime.executionContextCreated',
      ({ context: { id, uniqueId, name, auxData } }) => {
        if (name === PRELOAD_WORLD) this.#contexts.set(id, { uniqueId, frameId: auxData.frameId })
      },
    )
    on<{ executionContextId: number }>('Runtime.executionContextDestroyed', ({ executionContextId }) =>
      this.#contexts.delete(executionContextId),
    )
    on<{ name: string; payload: string; executionContextId: number }>('Runtime.bindingCalled', (called) => {
      if (called.name === BINDING) void this.#hear(called.payload, called.executionContextId)
    })
    on<Paused>('Fetch.requestPaused', (paused) => void this.#answer(paused).catch(() => undefined))
    on<{ url: string }>('Page.windowOpen', ({ url }) => {
      const isAllowed = this.#windowOpenHandler({ url: outOfChromium(url) }).action === 'allow'
      tellTest({ kind: 'asked', what: 'window', url, isAllowed })
    })
    // Windows that a page opened do not stay; which ones a handler would allow is not modelled.
    devtools.on<{ targetInfo: { targetId: string; openerId?: string } }>('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.openerId === targetId)
        void devtools.send('Target.closeTarget', { targetId: targetInfo.targetId }).catch(() => undefined)
    })
    devtools.on<{ targetId: string }>('Target.targetDestroyed', (gone) => {
      if (gone.targetId === targetId && !this.#isDestroyed) {
        this.#isDestroyed = true
        this.emit('destroyed')
      }
    })
    await watchDownloads(devtools, (frameId) => this.#frames.has(frameId))
    await devtools.send('Target.setDiscoverTargets', { discover: true })
    await ask('Page.enable')
    await ask('Runtime.enable')
    await ask('Fetch.enable', { patterns: [{ urlPattern: '*' }] })
    if (this.#preload !== undefined) {
      await ask('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD })
      await ask('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript })
      const source = preloadWorldScript(readFileSync(this.#preload, 'utf8'))
      await ask('Page.addScriptToEvaluateOnNewDocument', { source, worldName: PRELOAD_WORLD })
    }
    return { devtools, session, targetId }
  }

  #frameOf(id: string | undefined): FrameOfPage | null {
    const frame = id === undefined ? undefined : this.#frames.get(id)
    if (frame === undefined) return null
    return { url: outOfChromium(frame.url), parent: this.#frameOf(frame.parentId) }
  }

  async #hear(payload: string, executionContextId: number): Promise<void> {
    const context = this.#contexts.get(executionContextId)
    if (context === undefined) return
    const { call, channel, values } = JSON.parse(payload) as { call?: number; channel: string; values: Coded }
    const event = { sender: this, senderFrame: this.#frameOf(context.frameId) }
    const given = codec.decode(values) as unknown[]
    if (call === undefined) {
      hearIpc(channel, event, given)
      return
    }
    try {
      const answer = await handleIpc(channel, event, given)
      await this.#tell(context.uniqueId, { call, values: codec.encode([answer]) })
    } catch (error) {
      await this.#tell(context.uniqueId, { call, error: String(error), values: codec.encode([]) })
    }
  }

  /** A world that is gone hears nothing. */
  async #tell(uniqueContextId: string, message: object): Promise<void> {
    const { devtools, session } = await this.#page
    const expression = `standIn.receive(${JSON.stringify(JSON.stringify(message))})`
    await devtools.send('Runtime.evaluate', { expression, uniqueContextId }, session).catch(() => undefined)
  }

  /** A request of the page: the application's own scheme, or nothing. */
  async #answer({ requestId, frameId, resourceType, request }: Paused): Promise<void> {
    const { devtools, session } = await this.#page
    const url = outOfChromium(request.url)
    const fail = () => devtools.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' }, session)
    const isNavigation = resourceType === 'Document' && frameId === this.#mainFrame
    if (isNavigation && this.#wishes.delete(request.url) && !this.#mayNavigate(url)) return void (await fail())
    const handler = schemes.get(new URL(url).protocol.slice(0, -1))
    if (handler === undefined) {
      tellTest({ kind: 'asked', what: 'request', url, isAllowed: false })
      return void (await fail())
    }
    const { method, headers } = request
    const response = await handler(new Request(url, { method, headers }))
    await devtools.send(
      'Fetch.fulfillRequest',
      {
        requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
        body: Buffer.from(await response.arrayBuffer()).toString('base64'),
      },
      session,
    )
  }

  #mayNavigate(url: string): boolean {
    let isAllowed = true
    this.emit('will-navigate', { preventDefault: () => (isAllowed = false), url }, url)
    tellTest({ kind: 'asked', what: 'navigation', url, isAllowed })
    return isAllowed
  }
}
