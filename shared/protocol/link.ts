/**
 * One client connection to one server that comes back by itself: opens the socket, opens the session, sends requests
 * without waiting for one another's replies, and after a break tries again at growing intervals. What to send again is
 * the caller's decision: only the caller knows what it has stored.
 */
import { assert } from '../kernel/assert.ts'
import { fromBase64Url, fromUtf8 } from '../kernel/bytes.ts'
import type { Clock, Millis, Random } from '../kernel/ports.ts'
import type { Refusal } from '../kernel/result.ts'
import { answerWelcome, checkReady, type ClientIdentity } from './client-session.ts'
import { AUTHENTICATION_TIMEOUT_MS, CLOSE_BAD_MESSAGE, CLOSE_UNAUTHENTICATED, PING_INTERVAL_MS } from './limits.ts'
import { TYP } from './message.ts'
import type { ExpectedServer, MessageTrust } from './message-signer.ts'

/** First pause after a break; it doubles with each failure up to the longest, and half of it is chance. */
export const FIRST_RETRY_MS = 500
export const LONGEST_RETRY_MS = 30_000
/** A server pings every interval; after two silent ones and a half the connection is dead, whatever TCP thinks. */
export const SILENCE_MS = 2.5 * PING_INTERVAL_MS
/** Connecting, TLS and the greeting; a server waits as long for us. */
export const OPENING_MS = 2 * AUTHENTICATION_TIMEOUT_MS

/** The part of a WebSocket that is needed here. `send` after the close is silently nothing. */
export interface Socket {
  readonly send: (text: string) => void
  readonly close: (code: number, reason: string) => void
}

export interface SocketListener {
  readonly onMessage: (text: string) => void
  /** Something came in that is no message, such as a ping. */
  readonly onAlive: () => void
  /** Once, also when the connection could not be made; 1006 if there was no close frame (RFC 6455 section 7.1.5). */
  readonly onClose: (code: number, reason: string) => void
}

/** Opens a socket; never calls the listener before it has returned. */
export type OpenSocket = (listener: SocketListener) => Socket

/** Calls back once after `delayMs`, unless the returned function is called before. */
export type Schedule = (delayMs: Millis, run: () => void) => () => void

export type LinkState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly attempt: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryAt: Millis; readonly reason: Refusal }

export interface LinkOptions {
  readonly server: ExpectedServer
  readonly me: ClientIdentity
  readonly trust: MessageTrust
  readonly openSocket: OpenSocket
  readonly schedule: Schedule
  readonly clock: Clock
  readonly random: Random
  readonly onState?: (state: LinkState) => void
  /** An event of a subscribed topic, its signature not yet verified. */
  readonly onEvent?: (jws: string) => void
}

/** The reply will not come on this connection. Whether the request took effect is unknown: ask again with the same ID. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  readonly code = 'connection_lost'
}

interface Asked {
  readonly jws: string
  readonly reply: Promise<string>
  readonly resolve: (reply: string) => void
  readonly reject: (error: ConnectionLostError) => void
}

/** `typ` and request ID of a message, signature unseen; undefined if it is no message. */
export function peekMessage(jws: string): { readonly typ: string; readonly id: string | undefined } | undefined {
  const [header, payload] = jws.split('.', 2).map(peekMembers)
  const typ = header?.['typ']
  const id = payload?.['id']
  return typeof typ === 'string' ? { typ, id: typeof id === 'string' ? id : undefined } : undefined
}

function peekMembers(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(fromUtf8(fromBase64Url(part) ?? new Uint8Array()) ?? '')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export class Link {
  private readonly options: LinkOptions
  private readonly asked = new Map<string, Asked>()
  private current: LinkState = { kind: 'closed' }
  private socket: Socket | undefined
  private failures = 0
  private heardAt: Millis = 0
  private cancelTimer: () => void = () => {}
  /** What the next message is for; replaced at each step of the session. */
  private receive: (text: string) => void = () => {}

  constructor(options: LinkOptions) {
    this.options = options
  }

  get state(): LinkState {
    return this.current
  }

  get lastHeardAt(): Millis {
    return this.heardAt
  }

  /** Connects now: at first, after {@link close}, or to cut short the wait for the next attempt. */
  open(): void {
    if (this.current.kind === 'opening' || this.current.kind === 'ready') return
    this.cancelTimer()
    this.enter({ kind: 'opening', attempt: this.failures + 1 })
    const socket: Socket = this.options.openSocket({
      onMessage: (text) => {
        if (this.socket !== socket) return
        this.heardAt = this.options.clock.now()
        this.receive(text)
      },
      onAlive: () => {
        this.heardAt = this.options.clock.now()
      },
      onClose: (code, reason) => {
        if (this.socket === socket) this.broke({ code: 'connection_lost', message: `closed with ${code} ${reason}` })
      },
    })
    this.socket = socket
    this.receive = (text) => this.step(socket, this.greeted(socket, text))
    this.cancelTimer = this.options.schedule(OPENING_MS, () =>
      this.drop(CLOSE_UNAUTHENTICATED, { code: 'connection_lost', message: 'the session did not open in time' }),
    )
  }

  /** Ends it for good: open requests are rejected, no attempt follows. */
  close(): void {
    this.drop(1000, { code: 'connection_lost', message: 'closed by this side' }, true)
  }

  /**
   * Sends a signed request and waits for the message that bears its ID, a reply or a refusal, its signature unverified.
   * Rejects with {@link ConnectionLostError} when the connection breaks before that, or there is none.
   */
  request(id: string, jws: string): Promise<string> {
    const known = this.asked.get(id)
    assert(known === undefined || known.jws === jws, 'two requests under one ID')
    if (known !== undefined) return known.reply
    if (this.current.kind !== 'ready') return Promise.reject(new ConnectionLostError('there is no connection'))
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.asked.set(id, { jws, reply: promise, resolve, reject })
    this.socket?.send(jws)
    return promise
  }

  /** While one step of the opening is under way nothing else may come; one that throws ends the attempt, not the program. */
  private step(socket: Socket, done: Promise<void>): void {
    this.receive = () => this.drop(CLOSE_BAD_MESSAGE, { code: 'bad_jws', message: 'a message before its time' })
    done.catch((error: unknown) => {
      if (this.socket === socket) this.drop(1011, { code: 'internal_error', message: String(error) })
    })
  }

  private async greeted(socket: Socket, welcome: string): Promise<void> {
    const { server, me, trust, clock } = this.options
    const answered = await answerWelcome(welcome, server, me, trust, clock.now())
    if (this.socket !== socket) return
    if (!answered.ok) {
      this.drop(CLOSE_UNAUTHENTICATED, answered.error)
      return
    }
    this.receive = (ready) => this.step(socket, this.accepted(socket, ready, answered.value.nonce))
    socket.send(answered.value.session)
  }

  private async accepted(socket: Socket, ready: string, nonce: string): Promise<void> {
    const { server, me, trust } = this.options
    const checked = await checkReady(ready, nonce, server, me, trust)
    if (this.socket !== socket) return
    if (!checked.ok) {
      this.drop(CLOSE_UNAUTHENTICATED, checked.error)
      return
    }
    this.failures = 0
    this.receive = (text) => this.message(text)
    this.cancelTimer()
    this.watch()
    this.enter({ kind: 'ready' })
  }

  private message(jws: string): void {
    const message = peekMessage(jws)
    if (message === undefined) {
      this.drop(CLOSE_BAD_MESSAGE, { code: 'bad_jws', message: 'not a message' })
      return
    }
    if (message.typ === TYP.event) {
      this.options.onEvent?.(jws)
      return
    }
    // A reply to nothing that was asked is no harm: nobody waits for it.
    const asked = message.id === undefined ? undefined : this.asked.get(message.id)
    if (asked === undefined || message.id === undefined) return
    this.asked.delete(message.id)
    asked.resolve(jws)
  }

  /** Cuts a connection that has gone silent, which a pulled cable or a sleeping machine leaves open. */
  private watch(): void {
    const { clock, schedule } = this.options
    this.heardAt = clock.now()
    const look = (): void => {
      const left = this.heardAt + SILENCE_MS - clock.now()
      if (left <= 0) this.drop(1001, { code: 'connection_lost', message: 'the server fell silent' })
      else this.cancelTimer = schedule(left, look)
    }
    this.cancelTimer = schedule(SILENCE_MS, look)
  }

  private drop(code: number, reason: Refusal, forGood = false): void {
    const socket = this.socket
    this.broke(reason, forGood)
    socket?.close(code, reason.code)
  }

  private broke(reason: Refusal, forGood = false): void {
    this.socket = undefined
    this.cancelTimer()
    this.cancelTimer = () => {}
    const lost = [...this.asked.values()]
    this.asked.clear()
    if (forGood) {
      this.failures = 0
      this.enter({ kind: 'closed' })
    } else this.retryLater(reason)
    for (const asked of lost) asked.reject(new ConnectionLostError(reason.message))
  }

  private retryLater(reason: Refusal): void {
    const { clock, random, schedule } = this.options
    const [high = 0, low = 0] = random.bytes(2)
    const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures)
    const delayMs = Math.round((pause / 2) * (1 + (high * 256 + low) / 65_536))
    // Beyond 2^16 the doubling has long reached the longest pause.
    this.failures = Math.min(this.failures + 1, 16)
    this.cancelTimer = schedule(delayMs, () => this.open())
    this.enter({ kind: 'waiting', attempt: this.failures, retryAt: clock.now() + delayMs, reason })
  }

  private enter(state: LinkState): void {
    this.current = state
    this.options.onState?.(state)
  }
}
