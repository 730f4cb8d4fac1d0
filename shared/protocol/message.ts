import { z } from 'zod'
import { instant, documentHash, requestId, sequenceNumber, userId } from '../documents/fields.ts'

/**
 * Messages are signed like documents (SIG1): the payload says who asks whom, when, under which ID; `body` is the operation's own.
 * A request's `typ` is `kabuken.<role>.<operation>`, its reply's the same with `.reply`, a refusal's is `kabuken.refusal`.
 */

/** An applicant has no user ID yet and is named by the RFC 7638 thumbprint of its key. */
const applicantName = z.string().regex(/^applicant:[A-Za-z0-9_-]{43}$/)
export const senderName = z.union([userId, applicantName])

export const requestPayload = z.strictObject({
  id: requestId,
  from: senderName,
  to: userId,
  at: instant,
  body: z.unknown(),
})

export const replyPayload = z.strictObject({
  id: requestId,
  from: userId,
  to: senderName,
  at: instant,
  /** SHA-256 of the request in compact form: the reply is bound to what was asked (SIG2). */
  request: documentHash,
  body: z.unknown(),
})

/** SIG7: errors are signed too. The wallet shows its own words for a code; `message` is for developers. */
export const refusalBody = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_.]{1,60}$/),
  message: z.string().max(400),
  details: z.record(z.string().max(60), z.string().max(4000)).optional(),
})

/** First message of a server on a new connection, its chain in `x5c`. The nonce is for this connection and this role only. */
export const welcomeBody = z.strictObject({
  role: z.enum(['authority', 'issuer', 'exchange', 'settlement']),
  userId,
  nonce: documentHash,
  at: instant,
})

/** Answer of the client: proves who it is by signing the nonce, its chain in `x5c`; an applicant attaches its PKCS#10 request instead. */
export const sessionBody = z.strictObject({
  from: senderName,
  to: userId,
  nonce: documentHash,
  at: instant,
  request: z.string().max(4096).optional(),
})

/** The server accepted the session. */
export const readyBody = z.strictObject({ from: userId, to: senderName, nonce: documentHash, at: instant })

/** One event of a topic. Sequence numbers of a topic have no gaps, so a reader sees that it missed one (TR12). */
export const eventBody = z.strictObject({
  topic: z.string().max(120),
  sequence: sequenceNumber,
  at: instant,
  kind: z.string().max(60),
  body: z.unknown(),
})

export const TYP = {
  welcome: 'kabuken.welcome',
  session: 'kabuken.session',
  ready: 'kabuken.ready',
  refusal: 'kabuken.refusal',
  event: 'kabuken.event',
} as const

export function requestTyp(operation: string): string {
  return `kabuken.${operation}`
}

export function replyTyp(operation: string): string {
  return `kabuken.${operation}.reply`
}
