/** Parties and their messages for tests: real keys and signatures, the certificates being any bytes with a thumbprint. */
import { writeMembers } from '../documents/document.ts'
import type { MemberRole } from '../documents/market-descriptor.ts'
import { toBase64, toUtf8, type Bytes } from '../kernel/bytes.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'
import { hashJws, parseJws, signJws, type Signer } from '../signing/jws.ts'
import { sha256Base64Url, verificationKey, type VerificationKey } from '../signing/keys.ts'
import { importSigner, webCryptoVerifier } from '../signing/webcrypto.ts'
import type { OperationName } from './catalogue/catalogue.ts'
import type { ClientIdentity } from './client-session.ts'
import { eventBody, readyBody, replyPayload, replyTyp, requestPayload, TYP, welcomeBody } from './message.ts'
import type { ExpectedServer, MessageTrust } from './message-signer.ts'

export interface Party {
  readonly userId: string
  readonly role: MemberRole
  readonly signer: Signer
  readonly key: VerificationKey
  readonly thumbprint: string
  readonly chain: readonly string[]
}

export interface KeyPairBytes {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
}

/** `keys`: PKCS#8 and SubjectPublicKeyInfo, DER. */
export async function party(userId: string, role: MemberRole, keys: KeyPairBytes): Promise<Party> {
  const certificate: Bytes = toUtf8(`the certificate of ${userId}`)
  const thumbprint = await sha256Base64Url(certificate)
  const key = verificationKey(keys.publicKey)
  if (key === undefined) throw new Error('not a key of the protocol')
  const signer = await importSigner(new Uint8Array(keys.privateKey), key.algorithm, { 'x5t#S256': thumbprint })
  return { userId, role, signer, key, thumbprint, chain: [toBase64(certificate)] }
}

export function clientOf(member: Party): ClientIdentity {
  return { from: member.userId, signer: member.signer, chain: member.chain }
}

export function serverOf(member: Party): ExpectedServer {
  return { userId: member.userId, role: member.role as ExpectedServer['role'] }
}

/** A market that has exactly these members. */
export function trustIn(...members: readonly Party[]): MessageTrust {
  return {
    verifier: webCryptoVerifier(),
    identify: async (thumbprint) => {
      const member = members.find((each) => each.thumbprint === thumbprint)
      return member === undefined ? refuse('unknown_signer', 'nobody here') : ok(member)
    },
  }
}

export function welcomeOf(server: Party, nonce: string, at = 0): Promise<string> {
  const { role, userId } = serverOf(server)
  const payload = writeMembers(welcomeBody, { role, userId, nonce, at })
  return signJws(server.signer, TYP.welcome, payload, { x5c: server.chain })
}

export function readyOf(server: Party, to: string, nonce: string, at = 0): Promise<string> {
  return signJws(server.signer, TYP.ready, writeMembers(readyBody, { from: server.userId, to, nonce, at }))
}

/** The request as its receiver reads it, signature unseen. */
export function requestIn(jws: string): {
  readonly typ: string
  readonly id: string
  readonly from: string
  readonly body: Json
} {
  const parsed = parseJws(jws, { typ: () => true })
  if (!parsed.ok) throw new Error(parsed.error.code)
  const { id, from, body } = requestPayload.decode(parsed.value.payload as never)
  return { typ: parsed.value.header.typ, id, from, body: body as Json }
}

/** A reply to `request`; `body` in wire form. */
export async function replyOf(
  server: Party,
  request: string,
  operation: OperationName | 'refusal',
  body: Json,
): Promise<string> {
  const { id, from: to } = requestIn(request)
  const bound = { id, from: server.userId, to, at: 0, request: await hashJws(request), body }
  const typ = operation === 'refusal' ? TYP.refusal : replyTyp(operation)
  return signJws(server.signer, typ, writeMembers(replyPayload, bound))
}

export function eventOf(
  server: Party,
  topic: string,
  sequence: bigint,
  kind = 'trade',
  body: Json = {},
): Promise<string> {
  return signJws(server.signer, TYP.event, writeMembers(eventBody, { topic, sequence, at: 0, kind, body }))
}
