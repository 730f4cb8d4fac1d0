import { writeMembers } from '../../shared/documents/document.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { findOperation } from '../../shared/protocol/catalogue/catalogue.ts'
import { replyTyp, requestTyp, TYP } from '../../shared/protocol/message.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { signJwsSync, type SyncSigner } from '../../shared/signing/jws.ts'
import type { Seal, Sealed } from './decision.ts'

/** A request as far as its answer must quote it. */
export interface Quoted {
  readonly id: string
  readonly sender: string
  readonly hash: string
}

/** Writes and signs what a role sends: replies, refusals, messages to peers, events. */
export class Outgoing {
  readonly #signer: SyncSigner
  readonly #self: string

  constructor(signer: SyncSigner, self: string) {
    this.#signer = signer
    this.#self = self
  }

  readonly seal: Seal = (kind, body) => this.sign(kind.typ, writeMembers(kind.schema, body))

  sign(typ: string, payload: Json, x5c?: readonly string[]): string {
    return signJwsSync(this.#signer, typ, payload, x5c === undefined ? {} : { x5c })
  }

  reply(operation: string, to: Quoted, at: number, body: Sealed<unknown>): string {
    const schema = findOperation(operation)?.reply
    if (schema === undefined) throw new Error(`not in the catalogue: ${operation}`)
    return this.sign(replyTyp(operation), this.#answer(to, at, writeMembers(schema, unseal(body, this.seal) as never)))
  }

  refusal(to: Quoted, at: number, { code, message, details }: Refusal): string {
    const body: Json = details === undefined ? { code, message } : { code, message, details }
    return this.sign(TYP.refusal, this.#answer(to, at, body))
  }

  answer(operation: string, to: Quoted, at: number, result: Result<Sealed<unknown>, Refusal>): string {
    return result.ok ? this.reply(operation, to, at, result.value) : this.refusal(to, at, result.error)
  }

  message(operation: string, to: string, id: string, at: number, body: Sealed<unknown>): string {
    const schema = findOperation(operation)?.request
    if (schema === undefined) throw new Error(`not in the catalogue: ${operation}`)
    const wire = writeMembers(schema, unseal(body, this.seal) as never)
    return this.sign(requestTyp(operation), { id, from: this.#self, to, at: isoTime(at), body: wire })
  }

  event(topic: string, sequence: bigint, at: number, kind: string, body: Sealed<unknown>): string {
    const wire = unseal(body, this.seal) as Json
    return this.sign(TYP.event, { topic, sequence: sequence.toString(), at: isoTime(at), kind, body: wire })
  }

  #answer(to: Quoted, at: number, body: Json): Json {
    return { id: to.id, from: this.#self, to: to.sender, at: isoTime(at), request: to.hash, body }
  }
}

function unseal<Body>(body: Sealed<Body>, seal: Seal): Body {
  return typeof body === 'function' ? (body as (seal: Seal) => Body)(seal) : body
}

export function isoTime(at: number): string {
  return new Date(at).toISOString()
}
