import type { MemberRole } from '../documents/market-descriptor.ts'
import { fromBase64, type Bytes } from '../kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../kernel/result.ts'
import { verifyJws, type CertificateHeader, type ParsedJws, type Verifier } from '../signing/jws.ts'
import { sha256Base64Url, type VerificationKey } from '../signing/keys.ts'
import type { ServerRole } from './catalogue/catalogue.ts'

/** The holder of a certificate that is valid in this market. */
export interface MessageSigner {
  readonly userId: string
  readonly role: MemberRole
  readonly key: VerificationKey
}

/** How a reader of messages knows whom to believe. */
export interface MessageTrust {
  readonly verifier: Verifier
  /**
   * Who holds the certificate with this `x5t#S256`: found among the known ones, or validated from the DER chain (leaf
   * first, its hash already compared) if the message brought one. Refuses with `unknown_signer` or the reason why the
   * chain is not trusted. A server's stored reply may bear an older certificate than its greeting.
   */
  readonly identify: (
    thumbprint: string,
    chain: readonly Bytes[] | undefined,
  ) => Promise<Result<MessageSigner, Refusal>>
}

/** The server that a connection was made to. */
export interface ExpectedServer {
  readonly role: ServerRole
  readonly userId: string
}

/** `x5c` as bytes, refused unless its leaf is the certificate that the header names. */
async function chainOf(header: CertificateHeader): Promise<Result<readonly Bytes[] | undefined, Refusal>> {
  if (header.x5c === undefined) return ok(undefined)
  // The reader of the header has established that each is base64.
  const chain = header.x5c.map((der) => fromBase64(der) ?? new Uint8Array())
  const named = await sha256Base64Url(chain[0] ?? new Uint8Array())
  return named === header['x5t#S256']
    ? ok(chain)
    : refuse('header_not_allowed', 'the chain does not begin with the named certificate')
}

/**
 * Whether a message was signed by the server it should come from. Refuses with `wrong_role` if the certificate is of
 * another role ([A6]), `wrong_sender` if it is another server's of that role, `bad_signature`, or what
 * {@link MessageTrust.identify} answers.
 */
export async function verifySentBy(
  jws: ParsedJws,
  server: ExpectedServer,
  trust: MessageTrust,
): Promise<Result<void, Refusal>> {
  const chain = await chainOf(jws.header)
  if (!chain.ok) return chain
  const signer = await trust.identify(jws.header['x5t#S256'], chain.value)
  if (!signer.ok) return signer
  if (signer.value.role !== server.role) return refuse('wrong_role', `signed by a certificate for ${signer.value.role}`)
  if (signer.value.userId !== server.userId) return refuse('wrong_sender', 'signed by another server of this role')
  return verifyJws(jws, signer.value.key, trust.verifier)
}
