import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import { assert } from '../../shared/kernel/assert.ts'
import { err, ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
  type ServerRole,
} from '../../shared/protocol/catalogue/catalogue.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import { ConnectionLostError, type LinkState } from '../../shared/protocol/link.ts'
import { buildRequest, readReply, type Answer, type SignedRequest } from '../../shared/protocol/request-reply.ts'
import type { Outcome, WalletOptions } from './api.ts'
import { NotConfirmedError } from './asking-signer.ts'
import type { Effect, Effects } from './effect.ts'
import type { Keys } from './keys.ts'
import type { Market } from './market.ts'
import type { Servers } from './servers.ts'
import type { Change, RequestRow, Store } from './state.ts'
import { refuse } from './refuse.ts'
import { bodyOf, checkInput } from './request-body.ts'

const PATIENCE_MS = 20_000
/** Before a request that was answered with "not now" is sent again. */
const AGAIN_MS = 2_000

/** A request to be made. */
export interface Wish<Name extends OperationName> {
  readonly operation: Name
  readonly to: MarketMember
  /** Account numbers are sealed for the request's ID, so the body is made when the ID is known. */
  readonly body: RequestBody<Name> | ((requestId: string) => Outcome<RequestBody<Name>>)
  /** Asked as the holder of the key alone, whatever the certificate is worth. */
  readonly asApplicant?: true
  /** Pending while the request is under way. */
  readonly certificateIds?: readonly string[]
  /** Stored together with the request. */
  readonly alongside?: Change
}

interface RequestsOptions {
  readonly store: Store
  readonly market: Market
  readonly keys: Keys
  readonly servers: Servers
  readonly ports: WalletOptions
  readonly effects: Effects
}

/**
 * [SIG2] What changes something is stored before it is sent, is sent until it is answered, and what follows from its answer is
 * stored together with the answer. Everything that is needed to go on after a crash stands in the request's own bytes.
 */
export class Requests {
  readonly #options: RequestsOptions
  /** One loop a request, whoever waits for it. */
  readonly #loops = new Map<string, Promise<Result<unknown, Refusal>>>()
  /** Certificates in requests that are being signed and are not stored yet. */
  readonly #named = new Set<string>()
  readonly #closed = Promise.withResolvers<void>()
  #isClosed = false

  constructor(options: RequestsOptions) {
    this.#options = options
  }

  /** Asks for something that changes nothing: neither stored nor confirmed. `unreachable` without a reply in time. */
  async inquire<Name extends OperationName>(wish: Wish<Name>): Outcome<ReplyBody<Name>> {
    assert(operationNamed(wish.operation).kind === 'inquiry', 'a command is stored before it is sent')
    if (this.#isClosed) return refuse('unreachable', 'the wallet is closed')
    const { servers, ports } = this.#options
    const trust = this.#options.market.trust
    if (!trust.ok) return trust
    const from = wish.asApplicant === true ? this.#applicant() : this.#sender()
    if (!from.ok) return from
    const patienceMs = ports.patienceMs ?? PATIENCE_MS
    // Nothing queues up for a server that is away: its answer would come when nobody wants it any more.
    const state = await servers.ready(wish.to, from.value, patienceMs)
    if (state.kind !== 'ready') return unreachable(wish.to, state)
    const built = await this.#build(wish, from.value)
    if (!built.ok) return built
    const connection = await servers.connection(wish.to, from.value)
    const { id, signed } = built.value
    const reply = connection.request(id, signed.jws).then(got, lost)
    const jws = await this.#within(reply, refuse('unreachable', 'no reply in time'))
    if (!jws.ok) return jws
    const answer = await this.#read(
      { operation: wish.operation, id, hash: signed.hash, from: from.value },
      wish.to,
      jws.value,
    )
    return answer.ok ? answer.value : answer
  }

  /** Asks for something that changes something. `under_way` without an answer in time: it goes on by itself. */
  async command<Name extends OperationName>(wish: Wish<Name>): Outcome<ReplyBody<Name>> {
    assert(operationNamed(wish.operation).kind === 'command', 'an inquiry is not stored')
    const certificateIds = wish.certificateIds ?? []
    const taken = certificateIds.find((certificateId) => this.#named.has(certificateId))
    if (taken !== undefined)
      return refuse('certificate_not_live', 'the certificate is in another request', {
        certificateId: taken,
        state: 'pending',
      })
    for (const certificateId of certificateIds) this.#named.add(certificateId)
    try {
      const stored = await this.#store(wish, certificateIds)
      // Only this operation's reply comes of this request.
      return stored.ok ? (this.follow(stored.value) as Outcome<ReplyBody<Name>>) : stored
    } finally {
      for (const certificateId of certificateIds) this.#named.delete(certificateId)
    }
  }

  /** Signs and stores; resolves to the request's ID when it is durable. */
  async #store<Name extends OperationName>(wish: Wish<Name>, certificateIds: readonly string[]): Outcome<string> {
    if (this.#isClosed) return refuse('unreachable', 'the wallet is closed')
    const { market, store, ports } = this.#options
    const trust = wish.to.role === 'authority' ? market.trust : await market.fresh()
    if (!trust.ok) return trust
    const from = this.#sender()
    if (!from.ok) return from
    const built = await this.#build(wish, from.value)
    if (!built.ok) return built
    const { id, signed } = built.value
    await store.update((draft, rows) => {
      wish.alongside?.(draft, rows)
      rows.requests.put(id, {
        operation: wish.operation,
        to: wish.to.userId,
        from: from.value,
        at: ports.clock.now(),
        request: signed.jws,
        hash: signed.hash,
        certificateIds: [...certificateIds],
        state: 'under_way',
      })
    })
    return ok(id)
  }

  /** Waits for the answer to a stored request as long as a caller's patience lasts; sending goes on beyond that. */
  async follow(id: string): Outcome<unknown> {
    const known = this.#loops.get(id)
    const loop = known ?? this.#loop(id).finally(() => this.#loops.delete(id))
    if (known === undefined) this.#loops.set(id, loop)
    return this.#within(loop, underWay(id))
  }

  /** Those without an answer, the oldest first. */
  unanswered(): readonly string[] {
    const rows = [...this.#options.store.collections.requests.all()]
    const open = rows.filter(([, { state }]) => state === 'under_way')
    return open.sort(([, a], [, b]) => a.at - b.at).map(([id]) => id)
  }

  /** Ends the connections; no answer counts any more, and what is under way stays stored. */
  async close(): Promise<void> {
    this.#closed.resolve()
    this.#isClosed = true
    await this.#options.servers.close()
    await Promise.allSettled(this.#loops.values())
  }

  #sender(): Result<string, Refusal> {
    const { identity } = this.#options.store.read()
    return identity === null ? this.#applicant() : ok(identity.userId)
  }

  #applicant(): Result<string, Refusal> {
    const own = this.#options.keys.own
    return own.ok ? ok(`applicant:${own.value.thumbprint}`) : own
  }

  async #build<Name extends OperationName>(
    wish: Wish<Name>,
    from: string,
  ): Outcome<{ readonly id: string; readonly signed: SignedRequest }> {
    const { ports, keys, store } = this.#options
    const id = ports.ids.next()
    const body = await bodyFor(wish, id)
    if (!body.ok) return body
    const improper = checkInput(wish.operation, body.value)
    if (improper !== undefined) return err(improper)
    const { identity } = store.read()
    const signers = await keys.signers(identity?.userId === from ? identity.chain[0] : undefined)
    const draft = { operation: wish.operation, id, from, to: wish.to.userId, at: ports.clock.now(), body: body.value }
    try {
      return ok({ id, signed: await buildRequest(draft, signers.document) })
    } catch (error) {
      if (error instanceof NotConfirmedError) return refuse('not_confirmed', 'the person did not confirm')
      throw error
    }
  }

  /** Until the server has decided, or the connection is given up. */
  async #loop(id: string): Promise<Result<unknown, Refusal>> {
    const { store, servers, market } = this.#options
    for (;;) {
      const row = store.collections.requests.get(id)
      assert(row !== undefined, 'a request is followed after it was stored')
      if (row.state !== 'under_way') return refuse('already_answered', 'the request was answered before')
      const server = market.member(row.to)
      if (server === undefined) return underWay(id)
      const connection = await servers.connection(server, row.from)
      const jws = await connection.request(id, row.request).then(got, lost)
      if (!jws.ok || this.#isClosed) return underWay(id)
      const operation = row.operation as OperationName
      const answer = await this.#read({ operation, id, hash: row.hash, from: row.from }, server, jws.value)
      // What does not answer this request says nothing about it ([A5], [A6]).
      if (!answer.ok) return underWay(id, answer.error.code)
      if (answer.value.ok || !TRANSIENT_CODES.has(answer.value.error.code))
        return this.#conclude(id, row, jws.value, answer.value)
      await this.#pause()
      if (this.#isClosed) return underWay(id)
    }
  }

  /** A server may have renewed its certificate since the market was last asked. */
  async #read<Name extends OperationName>(
    sent: { readonly operation: Name; readonly id: string; readonly hash: string; readonly from: string },
    server: MarketMember,
    jws: string,
  ): Promise<Result<Answer<Name>, Refusal>> {
    const { market } = this.#options
    const read = async (): Promise<Result<Answer<Name>, Refusal>> => {
      const trust = market.trust
      if (!trust.ok) return trust
      const expected = { role: server.role as ServerRole, userId: server.userId }
      return readReply(jws, { ...sent, to: server.userId }, expected, trust.value.messageTrust())
    }
    const first = await read()
    if (first.ok || first.error.code !== 'unknown_signer') return first
    await market.refresh()
    return read()
  }

  async #conclude(
    id: string,
    row: Readonly<RequestRow>,
    reply: string,
    answer: Result<unknown, Refusal>,
  ): Promise<Result<unknown, Refusal>> {
    const { store, market, ports, effects } = this.#options
    const operation = row.operation as OperationName
    const asked = { id, operation, row, body: bodyOf(operation, row.request) }
    const context = { store, market, clock: ports.clock }
    // The effect of this very operation: its body and reply are what it takes.
    const effect = effects[operation] as Effect<OperationName> | undefined
    let follows: Result<Change, Refusal>
    if (answer.ok) {
      follows = (await effect?.replied(context, asked, answer.value as ReplyBody<OperationName>)) ?? ok(() => {})
      if (!follows.ok) {
        // The issuer may have renewed its certificate since the market was last asked.
        await market.refresh()
        follows = (await effect?.replied(context, asked, answer.value as ReplyBody<OperationName>)) ?? ok(() => {})
      }
    } else follows = ok(effect?.refused?.(asked, answer.error.code) ?? (() => {}))
    const code = answer.ok ? (follows.ok ? undefined : follows.error.code) : answer.error.code
    await store.update((draft, rows) => {
      if (follows.ok) follows.value(draft, rows)
      rows.requests.put(id, {
        ...row,
        state: answer.ok ? 'answered' : 'refused',
        reply,
        answeredAt: ports.clock.now(),
        ...(code !== undefined && { code }),
      })
    })
    return follows.ok ? answer : follows
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.ports.schedule(AGAIN_MS, resolve)
    await Promise.race([promise, this.#closed.promise])
    cancel()
  }

  async #within<T>(work: Promise<Result<T, Refusal>>, otherwise: Result<T, Refusal>): Promise<Result<T, Refusal>> {
    const { ports } = this.#options
    const { promise, resolve } = Promise.withResolvers<Result<T, Refusal>>()
    const cancel = ports.schedule(ports.patienceMs ?? PATIENCE_MS, () => resolve(otherwise))
    try {
      return await Promise.race([work, promise])
    } finally {
      cancel()
    }
  }
}

function underWay(requestId: string, code?: string): { readonly ok: false; readonly error: Refusal } {
  const details = code === undefined ? { requestId } : { requestId, code }
  return refuse('under_way', 'the request is stored and not answered yet', details)
}

function unreachable(server: MarketMember, state: LinkState): { readonly ok: false; readonly error: Refusal } {
  const why = state.kind === 'waiting' ? { reason: state.reason.message } : {}
  return refuse('unreachable', `${server.name} cannot be reached`, { server: server.userId, ...why })
}

function got(jws: string): Result<string, Refusal> {
  return ok(jws)
}

function lost(error: unknown): Result<string, Refusal> {
  if (error instanceof ConnectionLostError) return refuse('unreachable', error.message)
  throw error
}

/** No body of an operation is a function. */
function bodyFor<Name extends OperationName>({ body }: Wish<Name>, id: string): Outcome<RequestBody<Name>> {
  const make = body as (requestId: string) => Outcome<RequestBody<Name>>
  return typeof body === 'function' ? make(id) : Promise.resolve(ok(body as RequestBody<Name>))
}
