/** The DevTools protocol over one WebSocket, as far as it is needed: commands and events, by session. */
type Params = Readonly<Record<string, unknown>>
type Listener = (params: never, session: string | undefined) => void

interface Answered {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
  readonly method?: string
  readonly params?: unknown
  readonly sessionId?: string
}

export class Devtools {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  readonly #listeners = new Map<string, Set<Listener>>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Answered))
  }

  static open(url: string): Promise<Devtools> {
    const { promise, resolve, reject } = Promise.withResolvers<Devtools>()
    const socket = new WebSocket(url)
    const opened = new Devtools(socket)
    socket.addEventListener('open', () => resolve(opened))
    socket.addEventListener('error', () => reject(new Error(`no browser at ${url}`)))
    return promise
  }

  /** Rejects if the browser refuses it, or is gone. */
  send<Result>(method: string, params: Params = {}, sessionId?: string): Promise<Result> {
    this.#last += 1
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.#waiting.set(this.#last, { resolve, reject })
    this.#socket.send(JSON.stringify({ id: this.#last, method, params, sessionId }))
    return promise
  }

  on<Event>(method: string, listener: (params: Event, session: string | undefined) => void): void {
    this.#listeners.set(method, (this.#listeners.get(method) ?? new Set()).add(listener as Listener))
  }

  close(): void {
    this.#socket.close()
  }

  #hear({ id, result, error, method, params, sessionId }: Answered): void {
    if (method !== undefined) for (const each of this.#listeners.get(method) ?? []) each(params as never, sessionId)
    const asked = id === undefined ? undefined : this.#waiting.get(id)
    if (id !== undefined) this.#waiting.delete(id)
    if (error !== undefined) asked?.reject(new Error(error.message))
    else asked?.resolve(result as never)
  }
}
