import { on } from 'node:events'
import { randomUUID, type KeyObject, type X509Certificate } from 'node:crypto'
import { WebSocket } from 'ws'
import { hashOf, object, readJws, signJws, text, verifyJws, type Jws, type Members } from './jws.ts'
import { Feed } from './feed.ts'
import type { Market, Member } from './market.ts'
import { thumbprint } from './x509.ts'

/** A member with its chain, or an applicant with its PKCS#10 request ("Session"). */
export interface Party {
  readonly name: string
  readonly key: KeyObject
  /** `x5t#S256` of a member, `kid` of an applicant: in the header of every message. */
  readonly header: Members
  readonly opening: { readonly header: Members; readonly payload: Members }
}

export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string
  readonly details: Members

  constructor(body: Members) {
    super(text(body, 'code'))
    this.code = text(body, 'code')
    this.details = body['details'] === undefined ? {} : object(body, 'details')
  }
}

/** A message whose ID the server could not read is refused under this one; its hash tells which it was. */
const UNREAD_ID = 'unread.message.id'

interface Waiting {
  readonly id: string
  readonly typ: string
  readonly resolve: (body: Members) => void
  readonly reject: (reason: unknown) => void
}

/** A request that was made and may be sent, and sent again, on any session with its server. */
export interface Prepared {
  readonly id: string
  readonly typ: string
  readonly compact: string
}

export class Session {
  readonly server: Member
  readonly #party: Party
  readonly #socket: WebSocket
  readonly #signer: X509Certificate
  readonly #waiting = new Map<string, Waiting>()
  readonly #feeds = new Map<string, Feed>()

  private constructor(server: Member, party: Party, socket: WebSocket, signer: X509Certificate) {
    this.server = server
    this.#party = party
    this.#socket = socket
    this.#signer = signer
  }

  static async open(market: Market, server: Member, party: Party): Promise<Session> {
    const socket = new WebSocket(server.url, 'kabuken.v1', { perMessageDeflate: false })
    const messages = textsFrom(socket)
    const { value: greeting } = await messages.next()
    const jws = readJws(greeting, 'kabuken.welcome')
    const { payload: welcome, signer, role, userId } = await market.verifyWithChain(jws)
    for (const [name, value] of Object.entries({ role: server.role, userId: server.userId }))
      if (welcome[name] !== value) throw new Error(`the greeting has another ${name}`)
    if (role !== server.role || userId !== server.userId) throw new Error('the greeting is signed by somebody else')

    const { header, opening, name, key } = party
    const nonce = text(welcome, 'nonce')
    const payload = { ...opening.payload, from: name, to: userId, nonce, at: new Date().toISOString() }
    socket.send(signJws({ ...header, ...opening.header, typ: 'kabuken.session' }, payload, key))

    const session = new Session(server, party, socket, signer)
    const { value: answer } = await messages.next()
    const ready = await session.#verified(answer, ['kabuken.ready'])
    for (const [member, value] of Object.entries({ from: userId, to: name, nonce }))
      if (ready.payload[member] !== value) throw new Error(`ready has another ${member}`)
    void session.#readAll(messages)
    return session
  }

  prepare(operation: string, body: Members, id: string = randomUUID()): Prepared {
    const typ = `kabuken.${this.server.role}.${operation}`
    const { name, header, key } = this.#party
    const payload = { id, from: name, to: this.server.userId, at: new Date().toISOString(), body }
    return { id, typ, compact: signJws({ ...header, typ }, payload, key) }
  }

  send({ id, typ, compact }: Prepared): Promise<Members> {
    const { promise, resolve, reject } = Promise.withResolvers<Members>()
    this.#waiting.set(hashOf(compact), { id, typ: `${typ}.reply`, resolve, reject })
    this.#socket.send(compact)
    return promise
  }

  ask(operation: string, body: Members, id?: string): Promise<Members> {
    return this.send(this.prepare(operation, body, id))
  }

  async subscribe(topic: string): Promise<Feed> {
    const feed = new Feed()
    // Before the reply is here: events come right behind it.
    this.#feeds.set(topic, feed)
    const reply = await this.ask('subscribe', { topic })
    feed.begin(BigInt(text(reply, 'sequence')))
    return feed
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.close()
    await closed
  }

  async #readAll(messages: AsyncIterable<string>): Promise<void> {
    try {
      for await (const message of messages) await this.#read(message)
    } catch (error) {
      this.#fail(error)
      this.#socket.terminate()
    }
  }

  async #read(message: string): Promise<void> {
    const typs = [...this.#waiting.values()].map(({ typ }) => typ)
    const { header, payload } = await this.#verified(message, [...typs, 'kabuken.refusal', 'kabuken.event'])
    if (header['typ'] === 'kabuken.event') {
      this.#feeds.get(text(payload, 'topic'))?.push(payload)
      return
    }
    const waiting = this.#waiting.get(text(payload, 'request'))
    const refused = header['typ'] === 'kabuken.refusal'
    if (
      waiting === undefined ||
      (payload['id'] !== waiting.id && !(refused && payload['id'] === UNREAD_ID)) ||
      payload['from'] !== this.server.userId ||
      payload['to'] !== this.#party.name ||
      (!refused && header['typ'] !== waiting.typ)
    )
      throw new Error('response_not_bound')
    this.#waiting.delete(text(payload, 'request'))
    if (refused) waiting.reject(new Refused(object(payload, 'body')))
    else waiting.resolve(object(payload, 'body'))
  }

  async #verified(message: string, typ: readonly string[]): Promise<Jws> {
    const jws = readJws(message, typ)
    if (jws.header['x5t#S256'] !== thumbprint(this.#signer)) throw new Error('signed by somebody else')
    await verifyJws(jws, this.#signer.publicKey)
    return jws
  }

  #fail(reason: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(reason)
    for (const feed of this.#feeds.values()) feed.fail(reason)
    this.#waiting.clear()
  }
}

/** Until the server closes the connection; its code and reason are the failure then. */
async function* textsFrom(socket: WebSocket): AsyncGenerator<string, never> {
  const closed = new Promise<string>((resolve) => {
    socket.once('close', (code, reason) => resolve(`${code} ${reason.toString()}`))
  })
  for await (const [bytes, binary] of on(socket, 'message', { close: ['close'] })) {
    if (binary as boolean) throw new Error('a binary message')
    yield String(bytes)
  }
  throw new Error(`closed: ${await closed}`)
}
