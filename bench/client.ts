import { setTimeout as pause } from 'node:timers/promises'
import type { MarketTrust } from '../shared/market/market-trust.ts'
import type { OperationName, ReplyBody, RequestBody, ServerRole } from '../shared/protocol/catalogue/catalogue.ts'
import type { ClientIdentity } from '../shared/protocol/client-session.ts'
import type { Link } from '../shared/protocol/link.ts'
import { buildRequest, readReply, type SentRequest } from '../shared/protocol/request-reply.ts'
import { randomIds, systemClock, systemRandom } from '../server/runtime/ids.ts'
import { peerLink } from '../server/transport/peer-link.ts'

/** A request that is signed and waits to be sent. */
export interface ReadyRequest<Name extends OperationName = OperationName> {
  readonly sent: SentRequest<Name>
  readonly jws: string
}

/** One member's connection to one server. */
export class Client {
  readonly #me: ClientIdentity
  readonly #server: { readonly role: ServerRole; readonly userId: string }
  readonly #trust: MarketTrust
  readonly #link: Link
  readonly #ready: Promise<void>

  constructor(me: ClientIdentity, role: ServerRole, trust: MarketTrust) {
    const server = trust.find(role)
    if (server === undefined) throw new Error(`the market has no ${role}`)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#ready = promise
    this.#ready.catch(() => undefined)
    this.#me = me
    this.#server = { role, userId: server.userId }
    this.#trust = trust
    this.#link = peerLink({
      url: server.url,
      server: this.#server,
      me,
      trust: trust.messageTrust(),
      clock: systemClock,
      random: systemRandom,
      onState: (state) => {
        if (state.kind === 'ready') resolve()
        else if (state.kind === 'waiting') reject(new Error(`${role}: ${state.reason.code} ${state.reason.message}`))
      },
    })
    this.#link.open()
  }

  async sign<Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name>,
    id = randomIds.next(),
  ): Promise<ReadyRequest<Name>> {
    const draft = { operation, id, from: this.#me.from, to: this.#server.userId, at: systemClock.now(), body }
    const { jws, hash } = await buildRequest(draft, this.#me.signer)
    return { jws, sent: { operation, id, hash, from: draft.from, to: draft.to } }
  }

  /** The reply as it comes, unread. */
  async send({ sent, jws }: ReadyRequest): Promise<string> {
    await this.#ready
    return this.#link.request(sent.id, jws)
  }

  /** Throws unless the reply is the server's, to this request, and grants it. */
  async read<Name extends OperationName>({ sent }: ReadyRequest<Name>, reply: string): Promise<ReplyBody<Name>> {
    const read = await readReply(reply, sent, this.#server, this.#trust.messageTrust())
    const answer = read.ok ? read.value : read
    if (answer.ok) return answer.value
    throw new Error(`${sent.operation} was refused: ${answer.error.code} ${answer.error.message}`)
  }

  async ask<Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name>,
    id?: string,
  ): Promise<ReplyBody<Name>> {
    const request = await this.sign(operation, body, id)
    return this.read(request, await this.send(request))
  }

  close(): void {
    this.#link.close()
  }
}

/** Looks until there is nothing left to wait for. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await pause(5)
}
