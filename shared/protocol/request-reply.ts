/** Making a request, and deciding whether what came back answers it. [SIG2] */
import { readMembers, writeMembers } from '../documents/document.ts'
import type { Millis } from '../kernel/ports.ts'
import { err, ok, refuse, type Refusal, type Result } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'
import { hashJws, parseJws, signJws, type Signer } from '../signing/jws.ts'
import { operationNamed, type OperationName, type ReplyBody, type RequestBody } from './catalogue/catalogue.ts'
import { eventBody, refusalBody, replyPayload, replyTyp, requestPayload, requestTyp, TYP } from './message.ts'
import { verifySentBy, type ExpectedServer, type MessageTrust } from './message-signer.ts'

/** A request before it is signed; `body` in memory form. `id` is chosen, and stored, by the sender. */
export interface RequestDraft<Name extends OperationName> {
  readonly operation: Name
  readonly id: string
  /** User ID, or `applicant:<key thumbprint>`. */
  readonly from: string
  readonly to: string
  readonly at: Millis
  readonly body: RequestBody<Name>
}

export interface SignedRequest {
  readonly jws: string
  /** SHA-256 of `jws` as {@link hashJws} gives it: the reply will quote it. */
  readonly hash: string
}

/** What a reply must answer to. */
export interface SentRequest<Name extends OperationName> {
  readonly operation: Name
  readonly id: string
  readonly hash: string
  readonly from: string
  readonly to: string
}

/** What the server decided: the reply's body in memory form, or its signed refusal. */
export type Answer<Name extends OperationName> = Result<ReplyBody<Name>, Refusal>

/** Throws on a body that the operation's schema does not allow: what people typed was checked before. */
export async function buildRequest<Name extends OperationName>(
  draft: RequestDraft<Name>,
  signer: Signer,
): Promise<SignedRequest> {
  const { operation, id, from, to, at } = draft
  const body = writeMembers(operationNamed(operation).request, draft.body)
  const jws = await signJws(signer, requestTyp(operation), writeMembers(requestPayload, { id, from, to, at, body }))
  return { jws, hash: await hashJws(jws) }
}

/**
 * Reads the reply to one request. Two results, one in the other: the outer says whether the text is an answer of that
 * server to that request at all, and if it is not, the request is still under way; the inner is what the server decided.
 *
 * Checks, in this order: form of the JWS (its codes, `wrong_typ` among them: neither this operation's reply nor a
 * refusal); the signer ({@link verifySentBy}: `unknown_signer`, `wrong_role`, `wrong_sender`, `bad_signature`); the
 * members (`bad_schema` and the like); the binding to the request by ID, hash and addressee (`response_not_bound`, [A5]).
 */
export async function readReply<Name extends OperationName>(
  jws: string,
  request: SentRequest<Name>,
  server: ExpectedServer,
  trust: MessageTrust,
): Promise<Result<Answer<Name>, Refusal>> {
  const expected = replyTyp(request.operation)
  const parsed = parseJws(jws, { typ: (typ) => typ === expected || typ === TYP.refusal })
  if (!parsed.ok) return parsed
  const sent = await verifySentBy(parsed.value, server, trust)
  if (!sent.ok) return sent
  const reply = readMembers(replyPayload, parsed.value.payload)
  if (!reply.ok) return reply
  const { id, request: hash, from, to } = reply.value
  if (from !== server.userId) return refuse('wrong_sender', 'the reply names another sender than its signer')
  if (id !== request.id || hash !== request.hash || to !== request.from || from !== request.to)
    return refuse('response_not_bound', 'the reply answers another request')
  return parsed.value.header.typ === TYP.refusal
    ? readRefusal(reply.value.body as Json)
    : readBody(request.operation, reply.value.body as Json)
}

function readRefusal(body: Json): Result<Result<never, Refusal>, Refusal> {
  const refusal = readMembers(refusalBody, body)
  if (!refusal.ok) return refusal
  const { code, message, details } = refusal.value
  return ok(err(details === undefined ? { code, message } : { code, message, details }))
}

function readBody<Name extends OperationName>(operation: Name, body: Json): Result<Answer<Name>, Refusal> {
  const read = readMembers(operationNamed(operation).reply, body)
  // The catalogue's type of this reply is what its schema puts out; the look-up by name has lost it.
  return read.ok ? ok(ok(read.value as ReplyBody<Name>)) : read
}

/** One event of a topic; `body` in wire form, to be read by its `kind`. */
export interface TopicEvent {
  readonly topic: string
  readonly sequence: bigint
  readonly at: Millis
  readonly kind: string
  readonly body: Json
}

/** Reads an event that a server sent unasked. Refuses for the same reasons as {@link readReply}, but for the binding. */
export async function readEvent(
  jws: string,
  server: ExpectedServer,
  trust: MessageTrust,
): Promise<Result<TopicEvent, Refusal>> {
  const parsed = parseJws(jws, { typ: TYP.event })
  if (!parsed.ok) return parsed
  const sent = await verifySentBy(parsed.value, server, trust)
  if (!sent.ok) return sent
  const event = readMembers(eventBody, parsed.value.payload)
  return event.ok ? ok({ ...event.value, body: event.value.body as Json }) : event
}
