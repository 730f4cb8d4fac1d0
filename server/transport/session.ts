import type { WebSocket } from 'ws'
import type { Clock } from '../../shared/kernel/ports.ts'
import { CLOSE_RATE_LIMITED, CLOSE_SLOW_READER, CLOSE_UNAUTHENTICATED } from '../../shared/protocol/limits.ts'
import { TokenBucket } from '../../shared/protocol/token-bucket.ts'
import type { Accepted, Endpoint } from './endpoint.ts'
import type { TransportLimits } from './limits.ts'
import type { TransportLog } from './log.ts'

// RFC 6455 section 7.4.1
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const INTERNAL_ERROR = 1011

export interface SessionOptions {
  readonly endpoint: Endpoint
  readonly limits: TransportLimits
  readonly clock: Clock
  readonly log: TransportLog
}

/**
 * One connection at one endpoint: greeting, proof of who it is, then requests. Messages go to the role in the order in
 * which they came, replies leave as they get ready. It protects the node from its client; what a message means is
 * the endpoint's business.
 */
export class Session {
  private readonly socket: WebSocket
  private readonly options: SessionOptions
  private readonly bucket: TokenBucket
  private readonly closeListeners: (() => void)[] = []
  private readonly authenticationTimer: NodeJS.Timeout
  private readonly pingTimer: NodeJS.Timeout
  /** Undefined until the greeting is sent. */
  private nonce: string | undefined
  private accepted: Accepted | undefined
  private authenticating = false
  /** From our own close frame on: what still arrives is dropped. */
  private over = false
  private draining = false
  private inFlight = 0
  /** Messages of a chunk that was already read when the socket was paused. */
  private readonly waiting: string[] = []
  private heard = true
  private drained: () => void = () => {}

  constructor(socket: WebSocket, options: SessionOptions) {
    this.socket = socket
    this.options = options
    const { limits, clock, log } = options
    this.bucket = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, clock.now())
    socket.on('message', (bytes, isBinary) => this.arrived(bytes, isBinary))
    // Control frames cost work too: a flood of pings is a flood.
    socket.on('ping', () => this.allowed())
    socket.on('pong', () => {
      this.heard = true
      this.allowed()
    })
    // After an error the library closes with the fitting code (1002, 1007, 1008, 1009).
    socket.on('error', (error) => log.warn({ role: options.endpoint.role, reason: error.message }, 'socket error'))
    socket.on('close', () => this.closed())
    this.authenticationTimer = setTimeout(
      () => this.end(CLOSE_UNAUTHENTICATED, 'authentication_timeout'),
      limits.authenticationTimeoutMs,
    )
    this.pingTimer = setInterval(() => this.ping(), limits.pingIntervalMs)
    this.greet().catch((error: unknown) => this.failed(error))
  }

  /** Takes no more messages, waits for the answers under way, says goodbye. Resolves when the last answer is sent. */
  async drain(): Promise<void> {
    this.draining = true
    const { drainTimeoutMs } = this.options.limits
    if (this.inFlight > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.drained = resolve
      const timer = setTimeout(resolve, drainTimeoutMs)
      await promise
      clearTimeout(timer)
    }
    this.end(GOING_AWAY, 'stopping')
  }

  private async greet(): Promise<void> {
    const { nonce, jws } = await this.options.endpoint.welcome()
    if (this.over) return
    this.nonce = nonce
    this.send(jws)
  }

  private arrived(bytes: WebSocket.RawData, isBinary: boolean): void {
    if (this.over || this.draining) return
    if (isBinary) {
      this.end(UNSUPPORTED_DATA, 'text_only')
      return
    }
    // The receiver has checked that it is UTF-8; the default binary type delivers one Buffer.
    const text = (bytes as Buffer).toString('utf8')
    if (this.accepted !== undefined) this.take(text)
    else if (this.nonce === undefined || this.authenticating) this.end(CLOSE_UNAUTHENTICATED, 'not_ready')
    else this.authenticate(text, this.nonce).catch((error: unknown) => this.failed(error))
  }

  private async authenticate(text: string, nonce: string): Promise<void> {
    this.authenticating = true
    const result = await this.options.endpoint.authenticate(text, nonce, {
      send: (jws) => this.send(jws),
      onClose: (listener) => {
        if (this.socket.readyState === this.socket.CLOSED) listener()
        else this.closeListeners.push(listener)
      },
    })
    clearTimeout(this.authenticationTimer)
    if (this.over) return
    if (!result.ok) {
      this.end(CLOSE_UNAUTHENTICATED, result.error.code)
      return
    }
    this.accepted = result.value
    this.send(result.value.ready)
  }

  private take(text: string): void {
    if (!this.allowed()) return
    if (this.inFlight < this.mostInFlight()) void this.answer(text)
    else {
      this.waiting.push(text)
      this.socket.pause()
    }
  }

  private mostInFlight(): number {
    const { maxInFlight, maxPeerInFlight } = this.options.limits
    return this.accepted?.isServer === true ? maxPeerInFlight : maxInFlight
  }

  /** Hands the message over before it waits for anything, so the order of arrival holds. */
  private async answer(text: string): Promise<void> {
    this.inFlight += 1
    try {
      const reply = await this.accepted?.receive(text)
      if (reply !== undefined) this.send(reply)
    } catch (error) {
      this.failed(error)
    }
    this.inFlight -= 1
    const next = this.waiting.shift()
    if (next !== undefined && !this.over && !this.draining) void this.answer(next)
    else if (this.socket.isPaused) this.socket.resume()
    if (this.inFlight === 0) this.drained()
  }

  /** Peers carry the requests of many investors: how many may be unanswered limits them, not how many a second. */
  private allowed(): boolean {
    if (this.over) return false
    if (this.accepted?.isServer === true || this.bucket.take(this.options.clock.now())) return true
    this.end(CLOSE_RATE_LIMITED, 'rate_limited')
    return false
  }

  private send(text: string): void {
    if (this.over) return
    this.socket.send(text)
    if (this.socket.bufferedAmount > this.options.limits.maxUnreadBytes) this.end(CLOSE_SLOW_READER, 'slow_reader')
  }

  private ping(): void {
    // While we do not read we cannot hear its pong either.
    if (!this.heard && !this.socket.isPaused) {
      this.socket.terminate()
      return
    }
    this.heard = this.socket.isPaused
    this.socket.ping()
  }

  private failed(error: unknown): void {
    const { log, endpoint } = this.options
    log.error({ role: endpoint.role, err: error }, 'endpoint failed')
    this.end(INTERNAL_ERROR, 'internal_error')
  }

  private end(code: number, reason: string): void {
    if (this.over) return
    this.over = true
    this.waiting.length = 0
    const { log, endpoint } = this.options
    log.info({ role: endpoint.role, client: this.accepted?.name, code, reason }, 'closing connection')
    this.socket.close(code, reason)
    // A paused socket would not see the other side's half of the closing handshake.
    this.socket.resume()
  }

  private closed(): void {
    this.over = true
    this.waiting.length = 0
    clearTimeout(this.authenticationTimer)
    clearInterval(this.pingTimer)
    for (const listener of this.closeListeners.splice(0)) listener()
  }
}
