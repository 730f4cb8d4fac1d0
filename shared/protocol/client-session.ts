/**
 * The client's side of opening a session: the server greets with a nonce, the client proves who it is by signing that
 * nonce, the server says that it is ready. Wallets and servers that call other servers do the same.
 */
import { readMembers, writeMembers } from '../documents/document.ts'
import type { Millis } from '../kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../kernel/result.ts'
import { parseJws, signJws, type Signer } from '../signing/jws.ts'
import { readyBody, sessionBody, TYP, welcomeBody } from './message.ts'
import { verifySentBy, type ExpectedServer, type MessageTrust } from './message-signer.ts'

/** Who opens the session. */
export interface ClientIdentity {
  /** User ID, or `applicant:<key thumbprint>`. */
  readonly from: string
  readonly signer: Signer
  /** Own certificate chain as in `x5c`; none for an applicant. */
  readonly chain?: readonly string[]
  /** An applicant's PKCS#10 request, DER in padded base64. */
  readonly request?: string
}

export interface AnsweredWelcome {
  /** To be sent as the first message. */
  readonly session: string
  readonly nonce: string
}

/**
 * Checks the greeting and answers it. Refuses with the codes of {@link parseJws} and {@link verifySentBy}, the schema's,
 * `wrong_role` or `wrong_sender` if the greeting says another role or user ID than its certificate and the caller.
 * A greeting without its chain is `unknown_signer` unless the certificate is known already.
 */
export async function answerWelcome(
  jws: string,
  server: ExpectedServer,
  me: ClientIdentity,
  trust: MessageTrust,
  now: Millis,
): Promise<Result<AnsweredWelcome, Refusal>> {
  const parsed = parseJws(jws, { typ: TYP.welcome })
  if (!parsed.ok) return parsed
  const sent = await verifySentBy(parsed.value, server, trust)
  if (!sent.ok) return sent
  const welcome = readMembers(welcomeBody, parsed.value.payload)
  if (!welcome.ok) return welcome
  const { role, userId, nonce } = welcome.value
  if (role !== server.role) return refuse('wrong_role', `greeted by the role ${role}`)
  if (userId !== server.userId) return refuse('wrong_sender', 'greeted in the name of another server')
  const payload = writeMembers(sessionBody, {
    from: me.from,
    to: server.userId,
    nonce,
    at: now,
    ...(me.request !== undefined && { request: me.request }),
  })
  const session = await signJws(me.signer, TYP.session, payload, me.chain === undefined ? {} : { x5c: me.chain })
  return ok({ session, nonce })
}

/** Whether the server accepted this session of this client: `response_not_bound` if it accepted another. */
export async function checkReady(
  jws: string,
  nonce: string,
  server: ExpectedServer,
  me: ClientIdentity,
  trust: MessageTrust,
): Promise<Result<void, Refusal>> {
  const parsed = parseJws(jws, { typ: TYP.ready })
  if (!parsed.ok) return parsed
  const sent = await verifySentBy(parsed.value, server, trust)
  if (!sent.ok) return sent
  const ready = readMembers(readyBody, parsed.value.payload)
  if (!ready.ok) return ready
  if (ready.value.from !== server.userId || ready.value.to !== me.from || ready.value.nonce !== nonce)
    return refuse('response_not_bound', 'the server accepted another session')
  return ok(undefined)
}
