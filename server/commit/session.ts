import { readMembers } from '../../shared/documents/document.ts'
import { fromBase64 } from '../../shared/kernel/bytes.ts'
import type { Clock } from '../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Known, MarketTrust } from '../../shared/market/market-trust.ts'
import { readRequest } from '../../shared/pki/request.ts'
import { sessionBody, TYP } from '../../shared/protocol/message.ts'
import { parseJws, verifyJws, type ApplicantHeader, type ParsedJws, type Verifier } from '../../shared/signing/jws.ts'
import { keyThumbprint, verificationKey, type VerificationKey } from '../../shared/signing/keys.ts'
import type { Sender } from './decision.ts'

/** Who opened a connection, proved by a signature over its nonce. */
export type Peer =
  | { readonly kind: 'member'; readonly name: string; readonly known: Known }
  | { readonly kind: 'applicant'; readonly name: string; readonly kid: string; readonly key: VerificationKey }

export interface SessionChecks {
  readonly self: string
  readonly nonce: string
  readonly trust: MarketTrust
  readonly verifier: Verifier
  readonly clock: Clock
  /** Only the authority talks to people without a certificate. */
  readonly applicants: boolean
}

/** Longest session message: a chain of four certificates or a PKCS#10 request, in base64 twice. */
const MAX_SESSION_BYTES = 32 * 1024

/** Checks the client's first message: signed by a valid certificate of the market, or by the key of its PKCS#10 request, for this very connection. */
export async function readSession(jws: string, checks: SessionChecks): Promise<Result<Peer, Refusal>> {
  const parsed = parseJws(jws, { typ: TYP.session, maxBytes: MAX_SESSION_BYTES })
  if (parsed.ok) return readMemberSession(parsed.value, checks)
  if (!checks.applicants || parsed.error.code !== 'header_not_allowed') return parsed
  const applicant = parseJws(jws, { typ: TYP.session, maxBytes: MAX_SESSION_BYTES, header: 'applicant' })
  return applicant.ok ? readApplicantSession(applicant.value, checks) : applicant
}

async function readMemberSession(jws: ParsedJws, checks: SessionChecks): Promise<Result<Peer, Refusal>> {
  const chain = jws.header.x5c
  if (chain === undefined) return refuse('header_not_allowed', 'the session message brings its chain in x5c')
  const known = await checks.trust.authenticate(chain)
  if (!known.ok) return known
  if (known.value.signer.thumbprint !== jws.header['x5t#S256'])
    return refuse('unknown_signer', 'the chain is not of the certificate that signed')
  const verified = await verifyJws(jws, known.value.key, checks.verifier)
  if (!verified.ok) return verified
  const { userId } = known.value.signer
  const bound = checkBinding(jws, userId, checks)
  return bound.ok ? ok({ kind: 'member', name: userId, known: known.value }) : bound
}

async function readApplicantSession(
  jws: ParsedJws<ApplicantHeader>,
  checks: SessionChecks,
): Promise<Result<Peer, Refusal>> {
  const body = readMembers(sessionBody, jws.payload)
  if (!body.ok) return body
  const der = body.value.request === undefined ? undefined : fromBase64(body.value.request)
  if (der === undefined) return refuse('bad_schema', 'an applicant attaches its PKCS#10 request')
  const request = await readRequest(der)
  if (!request.ok) return request
  const key = verificationKey(request.value.subjectPublicKeySpki)
  if (key === undefined) return refuse('cert_profile.public_key', 'the key cannot sign here')
  const kid = await keyThumbprint(key)
  if (kid !== jws.header.kid) return refuse('unknown_signer', 'the request is of another key')
  const verified = await verifyJws(jws, key, checks.verifier)
  if (!verified.ok) return verified
  const name = `applicant:${kid}`
  const bound = checkBinding(jws, name, checks)
  return bound.ok ? ok({ kind: 'applicant', name, kid, key }) : bound
}

function checkBinding(jws: Pick<ParsedJws, 'payload'>, name: string, checks: SessionChecks): Result<void, Refusal> {
  const body = readMembers(sessionBody, jws.payload)
  if (!body.ok) return body
  if (body.value.nonce !== checks.nonce) return refuse('stale_request', 'the nonce is of another connection')
  if (body.value.to !== checks.self) return refuse('wrong_audience', `this is ${checks.self}`)
  if (body.value.from !== name) return refuse('wrong_sender', 'the sender is not the signer')
  return ok(undefined)
}

/** How decisions know the peer. */
export function senderOf(peer: Peer): Sender {
  if (peer.kind === 'applicant')
    return { name: peer.name, role: 'applicant', displayName: '', policy: undefined, certificate: '' }
  const { signer, certificate } = peer.known
  return { name: peer.name, role: signer.role, displayName: signer.name, policy: signer.policy, certificate }
}
