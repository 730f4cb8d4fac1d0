/** A small role for tests of the transport: real messages and signatures, effects that can be counted, answers that can be held back. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { MemberRole } from '../../shared/documents/market-descriptor.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { ok, refuse } from '../../shared/kernel/result.ts'
import {
  eventOf,
  party,
  readyOf,
  replyOf,
  requestIn,
  serverOf,
  welcomeOf,
  type Party,
} from '../../shared/protocol/message-fixture.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { parseJws, verifyJws } from '../../shared/signing/jws.ts'
import { webCryptoVerifier } from '../../shared/signing/webcrypto.ts'
import type { Accepted, Caller, Endpoint } from './endpoint.ts'

export function freshParty(userId: string, role: MemberRole): Promise<Party> {
  const keys = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return party(userId, role, keys)
}

const verifier = webCryptoVerifier()

/** Cancels each order once, however often it is asked under one ID; publishes events. */
export class TestEndpoint implements Endpoint {
  readonly role: Endpoint['role']
  /** Request IDs that took effect, in order. */
  readonly effects: string[] = []
  /** Messages that arrived, in order. */
  readonly arrived: string[] = []
  /** Answers wait for this. */
  gate: Promise<void> = Promise.resolve()
  private readonly server: Party
  private readonly members: readonly Party[]
  private readonly replies = new Map<string, string>()
  private readonly events: string[] = []
  private kept = 0
  private readonly callers = new Set<Caller>()

  constructor(server: Party, members: readonly Party[]) {
    this.server = server
    this.role = serverOf(server).role
    this.members = members
  }

  get sessions(): number {
    return this.callers.size
  }

  async welcome(): Promise<{ nonce: string; jws: string }> {
    const nonce = randomBytes(32).toString('base64url')
    return { nonce, jws: await welcomeOf(this.server, nonce) }
  }

  async authenticate(jws: string, nonce: string, caller: Caller): Promise<Result<Accepted, Refusal>> {
    const parsed = parseJws(jws, { typ: 'kabuken.session' })
    if (!parsed.ok) return parsed
    const member = this.members.find(({ thumbprint }) => thumbprint === parsed.value.header['x5t#S256'])
    if (member === undefined) return refuse('unknown_signer', 'nobody here')
    const verified = await verifyJws(parsed.value, member.key, verifier)
    if (!verified.ok) return verified
    const said = parsed.value.payload as { readonly to: string; readonly nonce: string }
    if (said.to !== this.server.userId || said.nonce !== nonce) return refuse('wrong_audience', 'another connection')
    this.callers.add(caller)
    caller.onClose(() => this.callers.delete(caller))
    const ready = await readyOf(this.server, member.userId, nonce)
    const isServer = member.role !== 'investor'
    return ok({ name: member.userId, isServer, ready, receive: (text: string) => this.receive(text, caller) })
  }

  /** Adds an event to the one topic and sends it to everybody who is connected. */
  async publish(topic: string, body: Json = {}): Promise<void> {
    const event = await eventOf(this.server, topic, BigInt(this.events.length + 1), 'trade', body)
    this.events.push(event)
    this.send(event)
  }

  /** Sends whatever it is to everybody who is connected. */
  send(jws: string): void {
    for (const caller of this.callers) caller.send(jws)
  }

  /** Keeps no event before this one. */
  forget(before: number): void {
    this.kept = before
  }

  private async receive(jws: string, caller: Caller): Promise<string> {
    this.arrived.push(jws)
    await this.gate
    const { typ, id, body } = requestIn(jws)
    if (typ === 'kabuken.exchange.subscribe') return this.subscribe(jws, body, caller)
    if (typ === 'kabuken.exchange.unsubscribe') return replyOf(this.server, jws, 'exchange.unsubscribe', body)
    const known = this.replies.get(id)
    if (known !== undefined) return known
    this.effects.push(id)
    const reply = await replyOf(this.server, jws, 'exchange.cancel', { receptionNumber: 'OR-00000001', cancelled: '1' })
    this.replies.set(id, reply)
    return reply
  }

  private subscribe(jws: string, body: unknown, caller: Caller): Promise<string> {
    const { topic, after } = body as { readonly topic: string; readonly after?: string }
    const gap = after !== undefined && Number(after) < this.kept
    const from = after === undefined || gap ? this.events.length : Number(after)
    for (const event of this.events.slice(from)) caller.send(event)
    return replyOf(this.server, jws, 'exchange.subscribe', { topic, sequence: String(from), gap })
  }
}
