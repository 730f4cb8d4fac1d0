import { makeCodec, type Codec } from './codec.ts'

/** The isolated world of the preload, and the binding that it alone has. */
export const PRELOAD_WORLD = 'stand-in of the preload'
export const BINDING = 'standInSend'
const HANDING_OVER = 'stand-in-bridge'

/** Of the page; this folder is compiled without the types of the DOM. */
interface PageElement {
  readonly addEventListener: (type: string, listener: (event: { readonly detail: string }) => void) => void
  readonly dispatchEvent: (event: unknown) => void
}
interface PageGlobal {
  readonly document: {
    readonly createElement: (name: string) => PageElement
    readonly dispatchEvent: (event: unknown) => void
    readonly addEventListener: (
      type: string,
      listener: (event: { readonly relatedTarget: PageElement }) => void,
      options: { readonly once: true },
    ) => void
  }
  readonly CustomEvent: new (type: string, init: { readonly detail: string }) => unknown
  readonly MouseEvent: new (type: string, init: { readonly relatedTarget: PageElement }) => unknown
  readonly [BINDING]: (text: string) => void
  readonly top: unknown
  standIn?: unknown
}

type Crossing =
  | { readonly call: number; readonly values: unknown }
  | { readonly returned: unknown }
  | { readonly thrown: string }
  | { readonly settle: number; readonly value: unknown }
  | { readonly reject: number; readonly message: string }

/**
 * One end of the bridge between the two worlds of a page: functions cross as functions, promises as promises, everything else as a copy.
 * The wire is an element that both worlds have and no document.
 */
function bridgeEnd(page: PageGlobal, wire: PageElement, own: string, other: string, makeCodecHere: typeof makeCodec) {
  const functions = new Map<number, (...values: unknown[]) => unknown>()
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  let returned: Crossing | undefined
  const { CustomEvent } = page
  const { parse, stringify } = JSON
  const tell = (crossing: Crossing): void => wire.dispatchEvent(new CustomEvent(other, { detail: stringify(crossing) }))
  const codec: Codec = makeCodecHere(
    (value) => {
      last += 1
      const id = last
      if (typeof value === 'function') {
        functions.set(id, value as () => unknown)
        return { fn: id }
      }
      if (!(value instanceof Promise)) throw new Error(`An object could not be cloned: ${typeof value}`)
      value.then(
        (settled: unknown) => tell({ settle: id, value: codec.encode(settled) }),
        (error: unknown) => tell({ reject: id, message: error instanceof Error ? error.message : String(error) }),
      )
      return { promise: id }
    },
    (coded) => {
      const { fn, promise } = coded as { fn?: number; promise?: number }
      if (promise !== undefined) return new Promise((resolve, reject) => void waiting.set(promise, { resolve, reject }))
      return (...values: unknown[]) => {
        tell({ call: fn ?? 0, values: codec.encode(values) })
        const answer = returned
        if (answer === undefined || !('returned' in answer))
          throw new Error(answer !== undefined && 'thrown' in answer ? answer.thrown : 'no answer')
        return codec.decode(answer.returned as never)
      }
    },
  )
  wire.addEventListener(own, ({ detail }) => {
    const crossing = parse(detail) as Crossing
    if ('call' in crossing) {
      try {
        const values = codec.decode(crossing.values as never) as unknown[]
        tell({ returned: codec.encode(functions.get(crossing.call)?.(...values)) })
      } catch (error) {
        tell({ thrown: error instanceof Error ? error.message : String(error) })
      }
    } else if ('settle' in crossing) waiting.get(crossing.settle)?.resolve(codec.decode(crossing.value as never))
    else if ('reject' in crossing) waiting.get(crossing.reject)?.reject(new Error(crossing.message))
    else returned = crossing
  })
  return codec
}

/** In the page's own world, before any script of it: waits for what the preload exposes. */
function inMainWorld(handingOver: string, makeBridge: typeof bridgeEnd, makeCodecHere: typeof makeCodec): void {
  const page = globalThis as unknown as PageGlobal
  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) freeze(member)
    return Object.freeze(value)
  }
  page.document.addEventListener(
    handingOver,
    ({ relatedTarget }) => {
      const codec = makeBridge(page, relatedTarget, 'to-main', 'to-isolated', makeCodecHere)
      relatedTarget.addEventListener('expose', ({ detail }) => {
        const [name, coded] = JSON.parse(detail) as [string, never]
        Object.defineProperty(page, name, { value: freeze(codec.decode(coded)), enumerable: true })
      })
    },
    { once: true },
  )
}

/** In the isolated world: what a sandboxed preload may require, and the preload itself in the main frame. */
function inPreloadWorld(
  handingOver: string,
  binding: typeof BINDING,
  makeBridge: typeof bridgeEnd,
  makeCodecHere: typeof makeCodec,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const page = globalThis as unknown as PageGlobal
  const ipcCodec = makeCodecHere()
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Set<(event: object, ...values: unknown[]) => void>>()
  let last = 0
  const ipcRenderer = {
    invoke: (channel: unknown, ...values: unknown[]) =>
      new Promise((resolve, reject) => {
        last += 1
        const text = JSON.stringify({ call: last, channel: String(channel), values: ipcCodec.encode(values) })
        waiting.set(last, { resolve, reject })
        page[binding](text)
      }),
    send: (channel: unknown, ...values: unknown[]) =>
      page[binding](JSON.stringify({ channel: String(channel), values: ipcCodec.encode(values) })),
    on: (channel: string, listener: (event: object, ...values: unknown[]) => void) => {
      listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener))
      return ipcRenderer
    },
  }
  const receive = (text: string): void => {
    const told = JSON.parse(text) as { call?: number; channel?: string; error?: string; values: never }
    const values = ipcCodec.decode(told.values) as unknown[]
    if (told.channel !== undefined) for (const each of listeners.get(told.channel) ?? []) each({}, ...values)
    const asked = told.call === undefined ? undefined : waiting.get(told.call)
    if (told.error !== undefined) asked?.reject(new Error(told.error))
    else asked?.resolve(values[0])
  }
  page.standIn = { ipcRenderer, receive }
  // A preload runs in the main frame only, as long as `nodeIntegrationInSubFrames` is off.
  if (page.top !== page) return
  const wire = page.document.createElement('i')
  page.document.dispatchEvent(new page.MouseEvent(handingOver, { relatedTarget: wire }))
  const codec = makeBridge(page, wire, 'to-isolated', 'to-main', makeCodecHere)
  const contextBridge = {
    exposeInMainWorld: (name: string, api: unknown) =>
      wire.dispatchEvent(new page.CustomEvent('expose', { detail: JSON.stringify([name, codec.encode(api)]) })),
  }
  const module = { exports: {} }
  preload(
    (name) => {
      if (name !== 'electron') throw new Error(`module not found: ${name}`)
      return { contextBridge, ipcRenderer }
    },
    module,
    module.exports,
  )
}

export const mainWorldScript = `(${String(inMainWorld)})(${JSON.stringify(HANDING_OVER)}, ${String(bridgeEnd)}, ${String(makeCodec)})`

/** `source`: of the built preload, one CommonJS file. */
export function preloadWorldScript(source: string): string {
  const preload = `function (require, module, exports) {${source}\n}`
  const names = `${JSON.stringify(HANDING_OVER)}, ${JSON.stringify(BINDING)}`
  return `(${String(inPreloadWorld)})(${names}, ${String(bridgeEnd)}, ${String(makeCodec)}, ${preload})`
}
