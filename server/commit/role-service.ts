import { randomBytes } from 'node:crypto'
import { readMembers } from '../../shared/documents/document.ts'
import type { Clock } from '../../shared/kernel/ports.ts'
import { err, ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { MarketTrust } from '../../shared/market/market-trust.ts'
import { findOperation, type ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { REQUEST_WINDOW_MS } from '../../shared/protocol/limits.ts'
import { requestPayload, requestTyp, TYP } from '../../shared/protocol/message.ts'
import type { Operation } from '../../shared/protocol/operation.ts'
import { parseJws, verifyJws, type ParsedJws, type Verifier } from '../../shared/signing/jws.ts'
import type { VerificationKey } from '../../shared/signing/keys.ts'
import { hashJwsSync } from '../runtime/node-signing.ts'
import type { Accepted, Endpoint } from '../transport/endpoint.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { Command, CommandHandler, InquiryHandler, Sealed, Sender } from './decision.ts'
import type { Outbox } from './outbox.ts'
import { isoTime, type Outgoing, type Quoted } from './outgoing.ts'
import type { Role } from './role.ts'
import { readSession, senderOf, type Peer } from './session.ts'
import type { RoleStore } from './store.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Tables } from './tables.ts'
import { LayeredView } from './view.ts'

/** Stands for the ID of a message that could not be read so far. */
const UNREAD_ID = 'unread.message.id'

type Payload = {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly at: number
  readonly body: unknown
}

/** A request whose form and signature were checked. */
interface Checked {
  readonly name: string
  readonly operation: Operation
  readonly quoted: Quoted
  readonly payload: Payload
  readonly body: unknown
  readonly sender: Sender
  readonly evidence: unknown
  readonly jws: string
}

type Caller = { readonly send: (jws: string) => void; readonly onClose: (listener: () => void) => void }

/**
 * A role behind its socket: proves who calls, checks each message's form and signature, answers inquiries from committed
 * state and hands commands to the commit queue in the order in which they arrived.
 */
export class RoleService<Name extends ServerRole, T extends Tables, Settings, Memory> implements Endpoint {
  readonly role: Name
  readonly subscriptions: Subscriptions
  readonly #definition: Role<Name, T, Settings, Memory>
  readonly #queue: CommitQueue<Name, T, Settings, Memory>
  readonly #store: RoleStore
  readonly #outgoing: Outgoing
  readonly #trust: MarketTrust
  readonly #verifier: Verifier
  readonly #clock: Clock
  readonly #self: string
  readonly #chain: () => readonly string[]
  readonly #outbox: Pick<Outbox, 'waiting'>
  readonly #fault: (error: unknown) => void

  constructor(options: {
    readonly definition: Role<Name, T, Settings, Memory>
    readonly queue: CommitQueue<Name, T, Settings, Memory>
    readonly store: RoleStore
    readonly outgoing: Outgoing
    readonly trust: MarketTrust
    readonly verifier: Verifier
    readonly clock: Clock
    readonly self: string
    /** Leaf first, base64. */
    readonly chain: () => readonly string[]
    readonly subscriptions: Subscriptions
    readonly outbox: Pick<Outbox, 'waiting'>
    readonly fault: (error: unknown) => void
  }) {
    this.role = options.definition.name
    this.#definition = options.definition
    this.#queue = options.queue
    this.#store = options.store
    this.#outgoing = options.outgoing
    this.#trust = options.trust
    this.#verifier = options.verifier
    this.#clock = options.clock
    this.#self = options.self
    this.#chain = options.chain
    this.subscriptions = options.subscriptions
    this.#outbox = options.outbox
    this.#fault = options.fault
  }

  readonly welcome = (): Promise<{ nonce: string; jws: string }> => {
    const nonce = randomBytes(32).toString('base64url')
    const body = { role: this.role, userId: this.#self, nonce, at: isoTime(this.#clock.now()) }
    return Promise.resolve({ nonce, jws: this.#outgoing.sign(TYP.welcome, body, this.#chain()) })
  }

  readonly authenticate = async (jws: string, nonce: string, caller: Caller): Promise<Result<Accepted, Refusal>> => {
    if (!this.#trust.isListed) return refuse('not_ready', 'the market’s revocation lists are not here yet')
    const peer = await readSession(jws, {
      self: this.#self,
      nonce,
      trust: this.#trust,
      verifier: this.#verifier,
      clock: this.#clock,
      applicants: this.role === 'authority',
    })
    if (!peer.ok) return peer
    const { name } = peer.value
    caller.onClose(() => this.subscriptions.removeAll(caller.send))
    const ready = { from: this.#self, to: name, nonce, at: isoTime(this.#clock.now()) }
    const isServer = peer.value.kind === 'member' && peer.value.known.signer.role !== 'investor'
    return ok({
      name,
      isServer,
      ready: this.#outgoing.sign(TYP.ready, ready),
      receive: this.receiver(peer.value, caller.send),
    })
  }

  /** Handles the messages of one connection. Checks run side by side; what follows from them happens in order of arrival. */
  receiver(peer: Peer, send: (jws: string) => void): (jws: string) => Promise<string> {
    let turn: Promise<unknown> = Promise.resolve()
    return async (jws) => {
      const checked = this.#check(jws, peer)
      const entered = turn.then(async () => {
        const request = await checked
        // Wrapped, so that waiting for one's turn is not waiting for the answer.
        return { reply: typeof request === 'string' ? Promise.resolve(request) : this.#enter(request, peer, send) }
      })
      turn = entered.catch(() => undefined)
      return (await entered).reply
    }
  }

  /** The role's own request to itself, by operator or timer: same path, same journal. */
  async askSelf(jws: string): Promise<string> {
    const known = await this.#trust.authenticate(this.#chain())
    if (!known.ok) return this.#outgoing.refusal(this.#unread(this.#self, jws), this.#clock.now(), known.error)
    return this.receiver({ kind: 'member', name: this.#self, known: known.value }, () => undefined)(jws)
  }

  #unread(sender: string, jws: string): Quoted {
    return { id: UNREAD_ID, sender, hash: hashJwsSync(jws) }
  }

  /** Everything that needs no state: form, known request, signature, asker, members, what is signed inside. A string is the answer already. */
  async #check(jws: string, peer: Peer): Promise<Checked | string> {
    let quoted = this.#unread(peer.name, jws)
    const refusal = (error: Refusal): string => this.#outgoing.refusal(quoted, this.#clock.now(), error)
    const parsed = parse(jws, peer)
    if (!parsed.ok) return refusal(parsed.error)
    const payload = readMembers(requestPayload, parsed.value.payload)
    if (!payload.ok) return refusal(payload.error)
    quoted = { ...quoted, id: payload.value.id }
    const key = await this.#signerKey(parsed.value, peer)
    if (!key.ok) return refusal(key.error)
    const addressed = this.#checkAddress(payload.value, peer)
    if (addressed !== undefined) return refusal(addressed)
    // The same bytes were verified when they came first: no need to do it again (SIG3).
    const stored = this.#store.request(peer.name, payload.value.id)
    if (stored?.reply !== undefined && stored.hash === quoted.hash) return stored.reply
    const verified = await verifyJws(parsed.value, key.value, this.#verifier)
    if (!verified.ok) return refusal(verified.error)
    const name = parsed.value.header.typ.slice(requestTyp('').length)
    const operation = name.startsWith(`${this.role}.`) ? findOperation(name) : undefined
    if (operation === undefined) return refusal({ code: 'unknown_operation', message: `this is the role ${this.role}` })
    const standing = await this.#checkStanding(operation, peer, payload.value, stored !== undefined)
    if (standing !== undefined) return refusal(standing)
    const body = readMembers(operation.request, payload.value.body as never)
    if (!body.ok) return refusal(body.error)
    const sender = senderOf(peer)
    let evidence: unknown
    try {
      evidence = await this.#prepare(name, body.value, { sender, jws, id: payload.value.id, at: this.#clock.now() })
    } catch (error) {
      return refusal(this.#failed(error))
    }
    return { name, operation, quoted, payload: payload.value, body: body.value, sender, evidence, jws }
  }

  /** Who opened the session signs. A server's message may have waited since before its certificate was renewed: the market lists that one too. */
  async #signerKey({ header }: Pick<ParsedJws, 'header'>, peer: Peer): Promise<Result<VerificationKey, Refusal>> {
    const named = 'kid' in header ? String(header.kid) : header['x5t#S256']
    if (peer.kind === 'applicant') {
      if (named === peer.kid) return ok(peer.key)
    } else {
      const { signer, key } = peer.known
      if (named === signer.thumbprint) return ok(key)
      const former =
        signer.role === 'investor' ? undefined : await this.#trust.messageTrust().identify(named, undefined)
      if (former?.ok === true && former.value.userId === signer.userId) return ok(former.value.key)
    }
    return refuse('unknown_signer', 'signed by another certificate than the session')
  }

  #checkAddress(payload: Payload, peer: Peer): Refusal | undefined {
    if (payload.from !== peer.name) return { code: 'wrong_sender', message: 'the sender is not the signer' }
    if (payload.to !== this.#self) return { code: 'wrong_audience', message: `this is ${this.#self}` }
    return undefined
  }

  async #checkStanding(
    operation: Operation,
    peer: Peer,
    payload: Payload,
    repeated: boolean,
  ): Promise<Refusal | undefined> {
    if (peer.kind === 'member') {
      const still = await this.#trust.authenticate([peer.known.certificate])
      if (!still.ok) return still.error
    }
    const role = peer.kind === 'applicant' ? 'applicant' : peer.known.signer.role
    const isSelf = peer.name === this.#self
    if (!operation.askers.includes(role) && !(isSelf && operation.askers.includes('operator')))
      return { code: 'not_permitted', message: `not for the role ${role}` }
    const isServer = role !== 'investor' && role !== 'applicant'
    const now = this.#clock.now()
    // A server's message may have waited long for us to be back; its ID is remembered for good, so it cannot take effect twice.
    if (!isServer && !repeated && Math.abs(now - payload.at) > REQUEST_WINDOW_MS)
      return { code: 'stale_request', message: 'signed too long ago, or the clocks differ' }
    if (operation.kind === 'command' && !isSelf && this.role !== 'authority') return this.#trust.freshness(now)
    return undefined
  }

  #prepare(
    name: string,
    body: unknown,
    request: { sender: Sender; jws: string; id: string; at: number },
  ): Promise<unknown> {
    const handler = this.#definition.operations[name as never] as
      | Pick<CommandHandler<T, Settings, Memory, never, unknown>, 'prepare'>
      | undefined
    return handler?.prepare?.(body as never, request) ?? Promise.resolve(undefined)
  }

  #enter(request: Checked, peer: Peer, send: (jws: string) => void): Promise<string> {
    const { name, quoted, sender, body, evidence, jws } = request
    if (name === `${this.role}.subscribe` || name === `${this.role}.unsubscribe`)
      return Promise.resolve(this.#subscribe(request, peer, send))
    if (name === `${this.role}.outbox`)
      return Promise.resolve(
        this.#outgoing.answer(name, quoted, this.#clock.now(), ok({ peers: this.#outbox.waiting() })),
      )
    if (request.operation.kind === 'command')
      return this.#queue.submit({ operation: name, sender, id: quoted.id, jws, hash: quoted.hash, body, evidence })
    return Promise.resolve(this.#answer(request))
  }

  #answer({ name, quoted, sender, body, evidence, jws }: Checked): string {
    const at = this.#clock.now()
    try {
      return this.#outgoing.answer(name, quoted, at, this.#inquire({ name, quoted, sender, body, evidence, jws }, at))
    } catch (error) {
      return this.#outgoing.refusal(quoted, at, this.#failed(error))
    }
  }

  #inquire(
    { name, quoted, sender, body, evidence, jws }: Omit<Checked, 'operation' | 'payload'>,
    at: number,
  ): Result<Sealed<unknown>, Refusal> {
    const handler = this.#definition.operations[name as never] as InquiryHandler<T, Settings, Memory, never, unknown>
    const inquiry: Command<unknown, unknown> = { id: quoted.id, sender, body, jws, hash: quoted.hash, at, evidence }
    return handler.answer(new LayeredView(this.#definition.tables, this.#store), inquiry as never, {
      settings: this.#definition.settings,
      memory: this.#queue.memory,
    })
  }

  /** A bug, or something of the environment: told to the operator, not to the caller. */
  #failed(error: unknown): Refusal {
    this.#fault(error)
    return { code: 'internal_error', message: 'the request could not be handled' }
  }

  #subscribe({ name, quoted, body }: Checked, peer: Peer, send: (jws: string) => void): string {
    const { topic, after } = body as { topic: string; after?: bigint }
    const at = this.#clock.now()
    const allowed =
      topic === `user:${peer.name}` || this.#definition.publicTopics.some((prefix) => topic.startsWith(prefix))
    if (!allowed)
      return this.#outgoing.answer(name, quoted, at, refuse('not_permitted', 'the topic is not yours to read'))
    if (name.endsWith('.unsubscribe')) {
      this.subscriptions.remove(topic, send)
      return this.#outgoing.answer(name, quoted, at, ok({ topic }))
    }
    if (!this.subscriptions.mayAdd(topic, send))
      return this.#outgoing.answer(name, quoted, at, refuse('rate_limited', 'the session follows too many topics'))
    return this.#outgoing.answer(name, quoted, at, ok({ topic, ...this.subscriptions.add(topic, after, send) }))
  }
}

/** How the kind of a request looks, of whichever role. Documents, replies and events are named otherwise: `wrong_typ` ([A13]). */
const REQUEST_TYP = /^kabuken\.(authority|issuer|exchange|settlement)\.[a-z-]+$/

function parse(jws: string, peer: Peer): Result<ParsedJws, Refusal> {
  const typ = (found: string): boolean => REQUEST_TYP.test(found)
  if (peer.kind === 'member') return parseJws(jws, { typ })
  const parsed = parseJws(jws, { typ, header: 'applicant' })
  return parsed.ok ? ok(parsed.value as unknown as ParsedJws) : err(parsed.error)
}
