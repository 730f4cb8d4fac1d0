import { assert } from '../../shared/kernel/assert.ts'
import type { Clock, Ids } from '../../shared/kernel/ports.ts'
import { refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import type { CommandHandler, Decision, PeerAddress, ReplyHandler, Sender } from './decision.ts'
import { entryHash, writeFacts, type JournalEntry, type JournalHead } from './journal.ts'
import type { Outgoing, Quoted } from './outgoing.ts'
import type { Role } from './role.ts'
import type { StorageError, Batch, RoleStore, StoredEvent, StoredRequest, WaitingMessage } from './store.ts'
import type { Tables } from './tables.ts'
import { LayeredView } from './view.ts'

/** Commands in one transaction: enough that the fsync is shared (group commit), few enough that nobody waits long. */
const MAX_BATCH = 256
/** Commands waiting; beyond it the role says `not_ready`: 10 s of work at 5,000 a second. */
const MAX_WAITING = 50_000

export interface QueuedRequest {
  readonly operation: string
  readonly sender: Sender
  readonly id: string
  readonly jws: string
  readonly hash: string
  readonly body: unknown
  readonly evidence: unknown
}

export interface QueuedReply {
  readonly message: WaitingMessage
  /** The peer's signed answer. */
  readonly jws: string
  readonly result: Result<unknown, Refusal>
}

type Item =
  | { readonly kind: 'request'; readonly request: QueuedRequest; readonly answer: (jws: string) => void }
  | { readonly kind: 'reply'; readonly reply: QueuedReply; readonly answer: () => void }

/** The peer that an address stands for at present, undefined when the market has none. */
export type Directory = (address: PeerAddress) => string | undefined

export interface CommitListener {
  /** After the commit: these events may be sent to whoever subscribed. */
  readonly events: (events: readonly StoredEvent[]) => void
  /** After the commit: there is something to send to these peers. */
  readonly messages: (peers: ReadonlySet<string>) => void
  /** A decision threw, or the disk failed. */
  readonly fault: (error: unknown, stopped: boolean) => void
}

class PeerUnknown extends Error {
  override readonly name = 'PeerUnknown'
}

/** What one batch is going to write and to send. */
class Staging {
  readonly journal: JournalEntry[] = []
  readonly requests = new Map<string, StoredRequest & { sender: string; id: string }>()
  readonly answers = new Map<string, { sender: string; id: string; reply: string }>()
  readonly messages: Omit<WaitingMessage, 'position'>[] = []
  readonly answeredMessages = new Set<string>()
  readonly events: StoredEvent[] = []
  readonly lastEvents = new Map<string, bigint>()
  readonly deliveries: (() => void)[] = []
  head: JournalHead

  constructor(head: JournalHead) {
    this.head = head
  }
}

const requestKey = (sender: string, id: string): string => `${sender} ${id}`

/**
 * The one place where a role's state changes. Requests of clients, answers of peers and the role's own timers pass it in one
 * order; all that has arrived is decided upon one after the other and written in one transaction with one fsync. Nothing is
 * answered or published before that transaction is on the disk.
 */
export class CommitQueue<Name extends ServerRole, T extends Tables, Settings, Memory> {
  readonly #role: Role<Name, T, Settings, Memory>
  readonly #store: RoleStore
  readonly #outgoing: Outgoing
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #directory: Directory
  readonly #listener: CommitListener
  readonly #waiters = new Map<string, ((jws: string) => void)[]>()
  #queue: Item[] = []
  #memory: Memory
  #head: JournalHead
  #scheduled = false
  #stopped: Error | undefined

  constructor(options: {
    readonly role: Role<Name, T, Settings, Memory>
    readonly store: RoleStore
    readonly outgoing: Outgoing
    readonly clock: Clock
    readonly ids: Ids
    readonly directory: Directory
    readonly listener: CommitListener
  }) {
    this.#role = options.role
    this.#store = options.store
    this.#outgoing = options.outgoing
    this.#clock = options.clock
    this.#ids = options.ids
    this.#directory = options.directory
    this.#listener = options.listener
    this.#head = options.store.journalHead()
    this.#memory = this.#remember()
  }

  get memory(): Memory {
    return this.#memory
  }

  /** Set when the disk failed: nothing more is taken, what is committed can still be read. */
  get stopped(): Error | undefined {
    return this.#stopped
  }

  /** Resolves with the signed reply, once what it says is on the disk; for a request left for later, once that is decided. */
  submit(request: QueuedRequest): Promise<string> {
    return new Promise((resolve) => {
      this.#enqueue({ kind: 'request', request, answer: resolve })
    })
  }

  /** Resolves when the peer's answer has taken effect. */
  submitReply(reply: QueuedReply): Promise<void> {
    return new Promise((resolve) => {
      this.#enqueue({ kind: 'reply', reply, answer: resolve })
    })
  }

  #enqueue(item: Item): void {
    if (item.kind === 'request' && (this.#stopped !== undefined || this.#queue.length >= MAX_WAITING)) {
      this.#refuseNow(item)
      return
    }
    this.#queue.push(item)
    if (this.#scheduled) return
    this.#scheduled = true
    // After the input that is already there has been read, so that one transaction takes all of it.
    setImmediate(() => this.#drain())
  }

  #drain(): void {
    this.#scheduled = false
    const items = this.#queue.splice(0, MAX_BATCH)
    if (this.#queue.length > 0) {
      this.#scheduled = true
      setImmediate(() => this.#drain())
    }
    this.#run(items)
  }

  #run(items: readonly Item[]): void {
    if (this.#stopped !== undefined) {
      for (const item of items) if (item.kind === 'request') this.#refuseNow(item)
      return
    }
    const view = new LayeredView(this.#role.tables, this.#store)
    const staging = new Staging(this.#head)
    try {
      for (const item of items) this.#decide(item, view, staging)
    } catch (error) {
      this.#recover(items, error)
      return
    }
    try {
      if (staging.journal.length > 0) this.#store.write(toBatch(staging, view))
    } catch (error) {
      this.#stopped = error as StorageError
      this.#listener.fault(error, true)
      for (const item of items) if (item.kind === 'request') this.#refuseNow(item)
      return
    }
    this.#head = staging.head
    for (const deliver of staging.deliveries) deliver()
    if (staging.events.length > 0) this.#listener.events(staging.events)
    if (staging.messages.length > 0) this.#listener.messages(new Set(staging.messages.map((message) => message.peer)))
  }

  /** A decision threw, which is a bug or a missing peer: nothing of the batch happened. Each item is tried alone, so that only the culprit is refused. */
  #recover(items: readonly Item[], error: unknown): void {
    this.#memory = this.#remember()
    const [only, ...others] = items
    if (only === undefined) return
    if (others.length > 0) {
      for (const item of items) this.#run([item])
      return
    }
    const missing = error instanceof PeerUnknown
    if (!missing) this.#listener.fault(error, false)
    if (only.kind === 'request') {
      this.#answer(
        only,
        missing ? refuse('not_ready', error.message) : refuse('internal_error', 'the request could not be decided'),
      )
    }
  }

  #refuseNow(item: Item & { kind: 'request' }): void {
    this.#answer(
      item,
      this.#stopped === undefined
        ? refuse('not_ready', 'too many requests are waiting')
        : refuse('storage_failed', 'the role cannot write to its disk and takes no requests'),
    )
  }

  #answer(item: Item & { kind: 'request' }, refused: { readonly error: Refusal }): void {
    item.answer(this.#outgoing.refusal(quoted(item.request), this.#clock.now(), refused.error))
  }

  #decide(item: Item, view: LayeredView<T>, staging: Staging): void {
    if (item.kind === 'request') this.#decideRequest(item, view, staging)
    else this.#decideReply(item, view, staging)
  }

  #decideRequest(item: Item & { kind: 'request' }, view: LayeredView<T>, staging: Staging): void {
    const { request } = item
    const key = requestKey(request.sender.name, request.id)
    const known = staging.requests.get(key) ?? this.#store.request(request.sender.name, request.id)
    if (known !== undefined) {
      this.#repeat(
        item,
        key,
        staging.answers.get(key)?.reply === undefined ? known : { ...known, reply: staging.answers.get(key)?.reply },
      )
      return
    }
    const at = Math.max(this.#clock.now(), staging.head.at)
    const ids = recordIds(this.#ids)
    const handler = this.#role.operations[request.operation as never] as CommandHandler<
      T,
      Settings,
      Memory,
      never,
      unknown
    >
    const decided = handler.decide(
      view,
      {
        id: request.id,
        sender: request.sender,
        body: request.body as never,
        jws: request.jws,
        hash: request.hash,
        at,
        evidence: request.evidence,
      },
      { ids, settings: this.#role.settings, memory: this.#memory },
    )
    const facts = { operation: request.operation, sender: request.sender, ids: ids.drawn, evidence: request.evidence }
    const entry = {
      at,
      kind: 'request' as const,
      requestId: request.id,
      sender: request.sender.name,
      request: request.jws,
    }
    if (!decided.ok) {
      view.refuse()
      if (TRANSIENT_CODES.has(decided.error.code)) {
        // "Not now" is no decision: stored, it would be the answer to this ID for good.
        this.#answer(item, decided)
        return
      }
      const reply = this.#outgoing.refusal(quoted(request), at, decided.error)
      this.#stageRequest(staging, item, reply)
      this.#stageEntry(staging, { ...entry, facts: writeFacts(facts), reply, answers: '[]' })
      return
    }
    const reply =
      decided.value.reply === 'later'
        ? undefined
        : this.#outgoing.reply(request.operation, quoted(request), at, decided.value.reply)
    this.#stageRequest(staging, item, reply)
    const answers = this.#stageConsequences(staging, at, decided.value, ids)
    view.accept()
    this.#stageEntry(staging, { ...entry, facts: writeFacts(facts), reply: reply ?? '', answers })
  }

  #repeat(item: Item & { kind: 'request' }, key: string, known: StoredRequest): void {
    if (known.hash !== item.request.hash) {
      this.#answer(item, refuse('duplicate_id', 'another request with this ID was received before'))
    } else if (known.reply === undefined) {
      this.#wait(key, item.answer)
    } else {
      item.answer(known.reply)
    }
  }

  #decideReply(item: Item & { kind: 'reply' }, view: LayeredView<T>, staging: Staging): void {
    const { message, jws, result } = item.reply
    staging.deliveries.push(item.answer)
    if (staging.answeredMessages.has(message.id) || this.#store.message(message.id) === undefined) return
    const at = Math.max(this.#clock.now(), staging.head.at)
    const ids = recordIds(this.#ids)
    const context = JSON.parse(message.context) as Record<string, string>
    const handler = this.#role.replies[message.operation as never] as
      | ReplyHandler<T, Settings, Memory, never>
      | undefined
    staging.answeredMessages.add(message.id)
    const decision = handler?.decide(
      view,
      { id: message.id, peer: message.peer, context, result: result as never, at },
      { ids, settings: this.#role.settings, memory: this.#memory },
    )
    const answers = decision === undefined ? '[]' : this.#stageConsequences(staging, at, decision, ids)
    view.accept()
    const facts = { operation: message.operation, ids: ids.drawn, context, message: message.id }
    this.#stageEntry(staging, {
      at,
      kind: 'reply',
      requestId: `answer:${message.id}`,
      sender: message.peer,
      request: jws,
      facts: writeFacts(facts),
      reply: '',
      answers,
    })
  }

  #stageRequest(staging: Staging, item: Item & { kind: 'request' }, reply: string | undefined): void {
    const { sender, id, hash, operation } = item.request
    const key = requestKey(sender.name, id)
    staging.requests.set(key, { sender: sender.name, id, hash, operation, reply })
    if (reply === undefined) this.#wait(key, item.answer)
    else staging.deliveries.push(() => item.answer(reply))
  }

  #stageConsequences(staging: Staging, at: number, decision: Omit<Decision<unknown>, 'reply'>, ids: Ids): string {
    const answers = (decision.answers ?? []).map(({ sender, requestId, result }) => {
      const key = requestKey(sender, requestId)
      const open = staging.requests.get(key) ?? this.#store.request(sender, requestId)
      assert(open !== undefined && open.reply === undefined && !staging.answers.has(key), `no open request ${key}`)
      const reply = this.#outgoing.answer(open.operation, { id: requestId, sender, hash: open.hash }, at, result)
      staging.answers.set(key, { sender, id: requestId, reply })
      staging.deliveries.push(() => this.#release(key, reply))
      return [sender, requestId, reply]
    })
    for (const message of decision.messages ?? []) {
      const peer = this.#directory(message.to)
      if (peer === undefined) throw new PeerUnknown(`the market has no ${JSON.stringify(message.to)} at present`)
      const id = message.id ?? ids.next()
      const jws = this.#outgoing.message(message.operation, peer, id, at, message.body)
      staging.messages.push({
        id,
        peer,
        operation: message.operation,
        jws,
        context: JSON.stringify(message.context),
        at,
      })
    }
    for (const { topic, kind, body } of decision.events ?? []) {
      const sequence = (staging.lastEvents.get(topic) ?? this.#store.lastEvent(topic)) + 1n
      staging.lastEvents.set(topic, sequence)
      staging.events.push({ topic, sequence, at, jws: this.#outgoing.event(topic, sequence, at, kind, body) })
    }
    return JSON.stringify(answers)
  }

  #stageEntry(staging: Staging, entry: Omit<JournalEntry, 'sequence' | 'previousHash' | 'hash'>): void {
    const linked = { ...entry, sequence: staging.head.sequence + 1n, previousHash: staging.head.hash }
    const hash = entryHash(linked)
    staging.journal.push({ ...linked, hash })
    staging.head = { sequence: linked.sequence, at: entry.at, hash }
  }

  #wait(key: string, answer: (jws: string) => void): void {
    const waiting = this.#waiters.get(key)
    if (waiting === undefined) this.#waiters.set(key, [answer])
    else waiting.push(answer)
  }

  #release(key: string, reply: string): void {
    for (const answer of this.#waiters.get(key) ?? []) answer(reply)
    this.#waiters.delete(key)
  }

  #remember(): Memory {
    return this.#role.remember(new LayeredView(this.#role.tables, this.#store), this.#role.settings)
  }
}

function quoted(request: QueuedRequest): Quoted {
  return { id: request.id, sender: request.sender.name, hash: request.hash }
}

function recordIds(ids: Ids): Ids & { readonly drawn: string[] } {
  const drawn: string[] = []
  return {
    drawn,
    next() {
      const id = ids.next()
      drawn.push(id)
      return id
    },
  }
}

function toBatch<T extends Tables>(staging: Staging, view: LayeredView<T>): Batch {
  return {
    changes: view.changes(),
    journal: staging.journal,
    requests: [...staging.requests.values()],
    answers: [...staging.answers.values()],
    messages: staging.messages,
    answeredMessages: [...staging.answeredMessages],
    events: staging.events,
  }
}
