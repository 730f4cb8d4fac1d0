import { createPublicKey, type KeyObject } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { writeMembers } from '../../../shared/documents/document.ts'
import { toBase64 } from '../../../shared/kernel/bytes.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import type { MarketTrust } from '../../../shared/market/market-trust.ts'
import { createRequest } from '../../../shared/pki/request.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
  type ServerRole,
} from '../../../shared/protocol/catalogue/catalogue.ts'
import type { ClientIdentity } from '../../../shared/protocol/client-session.ts'
import { TRANSIENT_CODES } from '../../../shared/protocol/codes.ts'
import { ConnectionLostError, type Link } from '../../../shared/protocol/link.ts'
import { requestTyp } from '../../../shared/protocol/message.ts'
import { readReply } from '../../../shared/protocol/request-reply.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import { sealAccount } from '../../../shared/signing/jwe.ts'
import { signJwsSync, type SyncSigner } from '../../../shared/signing/jws.ts'
import { keyThumbprint, verificationKey } from '../../../shared/signing/keys.ts'
import { randomIds, systemClock, systemRandom } from '../../runtime/ids.ts'
import { newPrivateKey } from '../../runtime/key-file.ts'
import { hashJwsSync, nodeSigner } from '../../runtime/node-signing.ts'
import { peerLink } from '../../transport/peer-link.ts'
import { webKeys } from '../enrol.ts'

const PATIENCE_MS = 40_000

/** A request that was signed and may be sent any number of times. */
export interface Signed<Name extends OperationName = OperationName> {
  readonly operation: Name
  readonly id: string
  readonly to: string
  readonly jws: string
  readonly hash: string
}

export interface Keys {
  readonly key: KeyObject
  readonly pkcs8: Uint8Array
  readonly spki: Uint8Array<ArrayBuffer>
}

export function drawKeys(key: KeyObject = newPrivateKey()): Keys {
  return {
    key,
    pkcs8: key.export({ type: 'pkcs8', format: 'der' }),
    spki: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
  }
}

/** What a request says besides its body. */
export interface Envelope {
  readonly id?: string
  readonly at?: number
}

/**
 * Somebody with a key and connections, and without a wallet: sends what it is told to send, checks the signature of what
 * comes back and nothing else, and keeps every answer.
 */
export class Member {
  readonly userId: string
  readonly keys: Keys
  readonly signer: SyncSigner
  readonly chain: readonly string[]
  /** Chosen by the holder. */
  readonly account: string
  /** Requests that were answered, with the answers. */
  readonly answered: { readonly signed: Signed; readonly reply: string }[] = []
  readonly #trust: MarketTrust
  readonly #links = new Map<ServerRole, Link>()

  constructor(options: {
    readonly userId: string
    readonly keys: Keys
    readonly chain: readonly string[]
    readonly thumbprint: string
    readonly trust: MarketTrust
  }) {
    this.userId = options.userId
    this.keys = options.keys
    this.chain = options.chain
    this.signer = nodeSigner(options.keys.pkcs8, { 'x5t#S256': options.thumbprint })
    this.account = String(10_000_000_000_000 + Number(`0x${randomIdHex()}`))
    this.#trust = options.trust
  }

  get certificate(): string {
    return this.chain[0] ?? ''
  }

  get identity(): ClientIdentity {
    return { from: this.userId, signer: this.signer, chain: this.chain }
  }

  /** The account number, encrypted for one request. */
  async sealed(requestId: string, account = this.account): Promise<string> {
    const recipient = await this.#trust.settlementRecipient()
    if (!recipient.ok) throw new Error(recipient.error.code)
    return sealAccount({ account, userId: this.userId, requestId }, recipient.value)
  }

  /** A request to the server of the role; the body may need the ID that the request will have. */
  async sign<Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name> | ((id: string) => RequestBody<Name> | Promise<RequestBody<Name>>),
    { id = randomIds.next(), at = systemClock.now() }: Envelope = {},
  ): Promise<Signed<Name>> {
    const make = body as (id: string) => Promise<RequestBody<Name>>
    const content = typeof body === 'function' ? await make(id) : (body as RequestBody<Name>)
    return this.signWire(operation, writeMembers(operationNamed(operation).request, content), { id, at })
  }

  /** The same with a body that no schema has seen. */
  signWire<Name extends OperationName>(
    operation: Name,
    body: Json,
    { id = randomIds.next(), at = systemClock.now() }: Envelope = {},
  ): Signed<Name> {
    const to = this.#server(operation).userId
    const payload = { id, from: this.userId, to, at: new Date(at).toISOString(), body }
    const jws = signJwsSync(this.signer, requestTyp(operation), payload)
    return { operation, id, to, jws, hash: hashJwsSync(jws) }
  }

  async ask<Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name> | ((id: string) => RequestBody<Name> | Promise<RequestBody<Name>>),
    envelope?: Envelope,
  ): Promise<Result<ReplyBody<Name>, Refusal>> {
    return this.send(await this.sign(operation, body, envelope))
  }

  /** Sends until an answer comes that is one, over as many connections as it takes. */
  async send<Name extends OperationName>(signed: Signed<Name>): Promise<Result<ReplyBody<Name>, Refusal>> {
    for (const deadline = Date.now() + PATIENCE_MS; ; await pause(100)) {
      const reply = await this.raw(signed)
      const server = this.#server(signed.operation)
      const read = await readReply(reply, { ...signed, from: this.userId }, server, this.#trust.messageTrust())
      if (!read.ok) return read
      const later = !read.value.ok && TRANSIENT_CODES.has(read.value.error.code)
      if (later && Date.now() < deadline && this.patient) continue
      if (!later) this.answered.push({ signed, reply })
      return read.value
    }
  }

  /** Whether it asks again when a server says "not now". */
  patient = false

  /** The answer as it came. */
  async raw(signed: Signed): Promise<string> {
    const link = this.#linkTo(signed.operation)
    for (const deadline = Date.now() + PATIENCE_MS; ; await pause(50)) {
      try {
        return await link.request(signed.id, signed.jws)
      } catch (error) {
        if (!(error instanceof ConnectionLostError) || Date.now() > deadline) throw error
        if (link.state.kind === 'waiting') link.open()
      }
    }
  }

  close(): void {
    for (const link of this.#links.values()) link.close()
    this.#links.clear()
  }

  #server(operation: OperationName): { role: ServerRole; userId: string; url: string } {
    const role = operation.slice(0, operation.indexOf('.')) as ServerRole
    const member = this.#trust.find(role)
    if (member === undefined) throw new Error(`the market has no ${role}`)
    return { role, userId: member.userId, url: member.url }
  }

  #linkTo(operation: OperationName): Link {
    const { url, ...server } = this.#server(operation)
    let link = this.#links.get(server.role)
    if (link === undefined) {
      link = peerLink({
        url,
        server,
        me: this.identity,
        trust: this.#trust.messageTrust(),
        clock: systemClock,
        random: systemRandom,
      })
      link.open()
      this.#links.set(server.role, link)
    }
    return link
  }
}

function randomIdHex(): string {
  return Buffer.from(systemRandom.bytes(5)).toString('hex')
}

/** An applicant's side of a session at the authority. */
export async function applicant(
  keys: Keys,
  name: string,
): Promise<{ readonly identity: ClientIdentity; readonly from: string; readonly request: string }> {
  const key = verificationKey(keys.spki)
  if (key === undefined) throw new Error('the key cannot sign')
  const kid = await keyThumbprint(key)
  const request = toBase64(await createRequest({ keys: await webKeys(keys.key), commonName: name }))
  const from = `applicant:${kid}`
  return { from, request, identity: { from, signer: nodeSigner(keys.pkcs8, { kid }), request } }
}
