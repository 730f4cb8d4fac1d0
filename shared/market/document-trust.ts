import type { MemberRole } from '../documents/market-descriptor.ts'
import type { ShareCertificate } from '../documents/share-certificate.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import type { CertificatePolicy } from '../pki/profile.ts'
import type { Json } from '../signing/canonical.ts'

/** Who signed, as a valid certificate of this market says. */
export interface Signer {
  readonly userId: string
  readonly name: string
  readonly role: MemberRole
  readonly policy: CertificatePolicy
  /** Thumbprint as in `x5t#S256`. */
  readonly thumbprint: string
}

export interface SignedPayload {
  readonly signer: Signer
  readonly payload: Json
  readonly hash: string
}

/** Verifies signed documents against the market: signature, chain, validity, revocation, role. */
export interface DocumentTrust {
  /** Signed by somebody whose certificate (DER in base64) comes with the document. */
  verifyWith(jws: string, typ: string, certificate: string): Promise<Result<SignedPayload, Refusal>>
  /** Signed by a server of the market in the given role; its certificate is found in the descriptor by `x5t#S256`. */
  verifyMember(jws: string, typ: string, role: MemberRole): Promise<Result<SignedPayload, Refusal>>
  /** A share certificate, signed by the one issuer that may issue the security, else `not_issuer_of_class`. */
  verifyShareCertificate(jws: string): Promise<Result<ShareCertificate, Refusal>>
}
