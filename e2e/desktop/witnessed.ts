import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Json } from '../../shared/signing/canonical.ts'
import type { Told, Wanted } from './witness.ts'

export interface Message {
  readonly from: 'page' | 'host'
  readonly text: string
}

export interface Saved {
  readonly fileName: string
  /** Where its content is. */
  readonly path: string
}

type Call = Extract<Wanted, { readonly call: number }>

/** The test's end of what witness.ts tells of one application, and does in it. */
export class Witnessed {
  readonly #server: Server
  #socket: Socket | undefined
  readonly #calls = new Map<number, (value: Json) => void>()
  readonly #savers: ((saved: Saved) => void)[] = []
  #lastCall = 0
  /** The system's folder for logs; empty until it has started. */
  logs = ''
  /** What went between the page and its host. */
  readonly messages: Message[] = []
  /** IDs of the dialogs that wait for an answer. */
  readonly questions = new Set<string>()

  private constructor(server: Server) {
    this.#server = server
    server.once('connection', (socket) => {
      this.#socket = socket
      socket.on('error', () => {})
      createInterface(socket).on('line', (line) => this.#hear(JSON.parse(line) as Told))
    })
  }

  static async listen(): Promise<Witnessed> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Witnessed(server)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  want(wanted: Wanted): void {
    this.#socket?.write(`${JSON.stringify(wanted)}\n`)
  }

  ask(operation: string, input: Json): Promise<Json> {
    return this.#call((call) => ({ kind: 'ask', call, operation, input }))
  }

  async pdf(): Promise<Buffer> {
    const base64 = (await this.#call((call) => ({ kind: 'pdf', call }))) as string
    return Buffer.from(base64, 'base64')
  }

  press(id: string, button: number): void {
    // The next look at what waits is not to find it again.
    this.questions.delete(id)
    this.want({ kind: 'press', id, button })
  }

  /** The next file that the page saves. */
  saved(): Promise<Saved> {
    const { promise, resolve } = Promise.withResolvers<Saved>()
    this.#savers.push(resolve)
    return promise
  }

  close(): void {
    this.#socket?.destroy()
    this.#server.close()
  }

  #call(wanted: (call: number) => Call): Promise<Json> {
    this.#lastCall += 1
    const { promise, resolve } = Promise.withResolvers<Json>()
    this.#calls.set(this.#lastCall, resolve)
    this.want(wanted(this.#lastCall))
    return promise
  }

  #hear(told: Told): void {
    switch (told.kind) {
      case 'started':
        this.logs = told.logs
        return
      case 'message':
        return void this.messages.push({ from: told.from, text: told.text })
      case 'question':
        return void this.questions.add(told.id)
      case 'question-gone':
        return void this.questions.delete(told.id)
      case 'saved':
        return this.#savers.shift()?.({ fileName: told.fileName, path: told.path })
      case 'done':
        return this.#calls.get(told.call)?.(told.value)
    }
  }
}
