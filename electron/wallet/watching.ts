import { readMembers } from '../../shared/documents/document.ts'
import { classKey, type ClassRef } from '../../shared/documents/fields.ts'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { exchangeEvents } from '../../shared/protocol/catalogue/exchange.ts'
import type { TopicEvent } from '../../shared/protocol/request-reply.ts'
import type { MarketUpdate } from './api.ts'
import type { Connection } from './connection/connection.ts'
import { holder, type WalletContext } from './context.ts'
import { BOOK_DEPTH, changeBook, isTooShallow, startBook, type LiveBook } from './live-book.ts'
import { book } from './orders.ts'
import { refuse } from './refuse.ts'

/** A person sees no more than this; a busy market has hundreds of events a second. */
const TELL_EVERY_MS: Millis = 200
/** After the book was refused, or nobody answered. */
const AGAIN_MS: Millis = 5_000

type Listener = (update: MarketUpdate) => void
type News = Omit<MarketUpdate, keyof ClassRef | 'staleSince' | 'book' | 'refusal'>

const NO_NEWS: News = { trades: [], missed: false }

/**
 * Follows classes in the market for those who look at them: one subscription for each class, however many look. It begins with
 * the exchange's picture of the book and goes on with the events after that picture's place in their order ([TR12]); over a
 * break from the last one that was seen, and with a new picture where events were missed.
 */
export class Watching {
  readonly #context: WalletContext
  readonly #fault: (fault: Refusal) => void
  readonly #watched = new Map<string, Watched>()
  #ended = false

  constructor(context: WalletContext, fault: (fault: Refusal) => void) {
    this.#context = context
    this.#fault = fault
  }

  /** The listener hears everything that is known, and then what changes; the function that is returned ends it. */
  watch(ref: ClassRef, listener: Listener): Result<() => void, Refusal> {
    if (this.#ended) return refuse('unreachable', 'the wallet is closed')
    const me = holder(this.#context.store)
    if (!me.ok) return me
    const exchange = this.#context.market.server('exchange')
    if (!exchange.ok) return exchange
    const key = classKey(ref)
    const known = this.#watched.get(key)
    const watched = known ?? new Watched(this.#context, exchange.value, me.value.userId, ref, this.#fault)
    const end = watched.add(listener)
    if (known === undefined) {
      this.#watched.set(key, watched)
      watched.start()
    }
    return ok(() => {
      end()
      if (watched.isWatched || this.#watched.get(key) !== watched) return
      this.#watched.delete(key)
      watched.end()
    })
  }

  /** A connection may have come or gone. */
  look(): void {
    for (const watched of this.#watched.values()) watched.look()
  }

  /** After connections were ended and made anew. */
  async resume(): Promise<void> {
    for (const watched of this.#watched.values()) await watched.follow()
  }

  end(): void {
    this.#ended = true
    for (const watched of this.#watched.values()) watched.end()
    this.#watched.clear()
  }
}

class Watched {
  readonly #context: WalletContext
  readonly #exchange: MarketMember
  readonly #userId: string
  readonly #ref: ClassRef
  readonly #topic: string
  readonly #fault: (fault: Refusal) => void
  readonly #listeners = new Set<Listener>()
  #connection: Connection | undefined
  #live: LiveBook | undefined
  #refusal: Refusal | undefined
  /** The last event that the picture has in it. */
  #position = 0n
  #staleSince: Millis | undefined
  /** While a picture is asked for, events wait. */
  #isLoading = false
  #waiting: TopicEvent[] = []
  #news = NO_NEWS
  #toldAt = 0
  #cancelTelling: (() => void) | undefined
  #cancelRetry = (): void => {}
  #isEnded = false

  constructor(
    context: WalletContext,
    exchange: MarketMember,
    userId: string,
    { security, shareClass }: ClassRef,
    fault: (fault: Refusal) => void,
  ) {
    this.#context = context
    this.#exchange = exchange
    this.#userId = userId
    this.#ref = { security, shareClass }
    this.#topic = `market:${classKey(this.#ref)}`
    this.#fault = fault
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0
  }

  add(listener: Listener): () => void {
    // One of its own for each caller: the same function may be given twice.
    const own: Listener = (update) => listener(update)
    this.#listeners.add(own)
    if (this.#live !== undefined || this.#refusal !== undefined) own(this.#picture(NO_NEWS))
    return () => void this.#listeners.delete(own)
  }

  start(): void {
    void this.#load().catch((error: unknown) =>
      this.#fault({ code: 'internal_error', message: `watching ${this.#topic}: ${String(error)}` }),
    )
  }

  end(): void {
    this.#isEnded = true
    this.#cancelRetry()
    this.#cancelTelling?.()
    this.#connection?.unsubscribe(this.#topic)
  }

  look(): void {
    const connection = this.#connection
    if (connection === undefined || connection.state.kind === 'ready' || this.#staleSince !== undefined) return
    this.#staleSince = Math.min(connection.heardAt, this.#context.clock.now())
    this.#tellSoon()
  }

  /** Subscribes, unless this very connection is followed already. Throws KeychainError. */
  async follow(): Promise<void> {
    if (this.#live === undefined || this.#isEnded) return
    const connection = await this.#context.servers.connection(this.#exchange, this.#userId)
    if (this.#isEnded || connection === this.#connection) return
    this.#connection = connection
    connection.subscribe(this.#topic, this.#position, {
      onFollowed: () => {
        this.#staleSince = undefined
        this.#tellSoon()
      },
      onEvent: (event) => this.#take(event),
      onGap: () => this.#missed(),
    })
    // What was asked for a moment ago is not old, unless the connection has gone since.
    this.look()
  }

  async #load(): Promise<void> {
    this.#cancelRetry()
    // The picture that is asked for now has these in it.
    this.#waiting = []
    this.#isLoading = true
    const asked = await book(this.#context, { ...this.#ref, levels: BOOK_DEPTH })
    this.#isLoading = false
    if (this.#isEnded) return
    if (!asked.ok) {
      this.#refusal = asked.error
      this.#tellSoon()
      this.#cancelRetry = this.#context.ports.schedule(AGAIN_MS, () => this.start())
      return
    }
    this.#refusal = undefined
    this.#live = startBook(asked.value)
    this.#position = asked.value.sequence
    for (const event of this.#waiting.splice(0)) this.#take(event)
    this.#tellSoon()
    await this.follow()
  }

  #take(event: TopicEvent): void {
    if (this.#isEnded || event.sequence <= this.#position) return
    if (this.#isLoading) {
      this.#waiting.push(event)
      return
    }
    // The picture could not be had after the events that were missed.
    if (event.sequence !== this.#position + 1n) {
      this.#missed()
      return
    }
    this.#position = event.sequence
    this.#apply(event)
    this.#tellSoon()
  }

  #apply({ kind, body }: TopicEvent): void {
    const live = this.#live
    if (live === undefined) return
    switch (kind) {
      case 'book': {
        const read = readMembers(exchangeEvents.book, body)
        if (!read.ok) return this.#unreadable(read.error)
        this.#live = changeBook(live, read.value)
        if (isTooShallow(this.#live)) this.start()
        return
      }
      case 'trade': {
        const read = readMembers(exchangeEvents.trade, body)
        if (!read.ok) return this.#unreadable(read.error)
        this.#live = { ...live, book: { ...live.book, lastPriceMinor: read.value.priceMinor } }
        this.#news = { ...this.#news, trades: [read.value, ...this.#news.trades] }
        return
      }
      case 'listing': {
        const read = readMembers(exchangeEvents.listing, body)
        if (!read.ok) return this.#unreadable(read.error)
        this.#news = { ...this.#news, listing: read.value }
        return
      }
      default:
      // A newer exchange may tell more than this wallet knows.
    }
  }

  #unreadable(refusal: Refusal): void {
    this.#fault(refusal)
    this.#missed()
  }

  #missed(): void {
    this.#news = { ...this.#news, missed: true }
    if (!this.#isLoading) this.start()
  }

  #tellSoon(): void {
    if (this.#cancelTelling !== undefined) return
    const { clock, ports } = this.#context
    const waitMs = Math.max(0, this.#toldAt + TELL_EVERY_MS - clock.now())
    const cancel = ports.schedule(Math.min(waitMs, TELL_EVERY_MS), () => {
      this.#cancelTelling = undefined
      this.#toldAt = clock.now()
      const update = this.#picture(this.#news)
      this.#news = NO_NEWS
      for (const listener of this.#listeners) listener(update)
    })
    this.#cancelTelling = cancel
  }

  #picture(news: News): MarketUpdate {
    const sequence = this.#position
    return {
      ...this.#ref,
      ...news,
      staleSince: this.#staleSince,
      book: this.#live && { ...this.#live.book, sequence },
      refusal: this.#refusal,
    }
  }
}
