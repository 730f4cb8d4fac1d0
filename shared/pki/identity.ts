import type { Refusal, Result } from '../kernel/result.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Certificate } from './certificate.ts'
import type { PkiCode } from './codes.ts'
import type { KeyUsage } from './extensions.ts'
import type { ValidPath } from './path.ts'
import type { CertificatePolicy, Role } from './profile.ts'
import { isHolderName } from './profile.ts'

/** What a key may be used for. One key never does both: a signature must not be obtainable by asking for a decryption. */
export type CertificateUsage = 'signing' | 'key-agreement'

export const USAGES: Readonly<Record<CertificateUsage, readonly KeyUsage[]>> = {
  signing: ['digitalSignature', 'nonRepudiation'],
  'key-agreement': ['keyAgreement'],
}

/** A party of the market, as its certificate names it (Fig. 4). */
export interface Identity {
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly usage: CertificateUsage
  readonly policy: CertificatePolicy
  readonly certificate: Certificate
}

function usageOf({ keyUsage }: Certificate): CertificateUsage | undefined {
  if (keyUsage === undefined) return undefined
  const exactly = (usages: readonly KeyUsage[]): boolean =>
    usages.length === keyUsage.size && usages.every((usage) => keyUsage.has(usage))
  return exactly(USAGES.signing) ? 'signing' : exactly(USAGES['key-agreement']) ? 'key-agreement' : undefined
}

/** Reads the identity out of a certificate that keeps to the profile; refuses with the `cert_profile` reason. */
export function readCertificateIdentity(certificate: Certificate): Result<Identity, Refusal<PkiCode>> {
  const { identity, subject, publicKey, basicConstraints } = certificate
  if (identity === undefined) return refuse('cert_profile.identity', 'no identity certificate')
  if (basicConstraints?.ca === true)
    return refuse('cert_profile.basic_constraints', 'an authority is no party of the market')
  const name = subject.commonName
  if (name === undefined || !isHolderName(name)) return refuse('cert_profile.subject_name', 'no proper common name')
  const usage = usageOf(certificate)
  if (usage === undefined) return refuse('cert_profile.key_usage', 'neither for signing nor for key agreement alone')
  // ES256 and EdDSA sign; ECDH-ES is on P-256.
  if (publicKey.kind !== 'P-256' && (publicKey.kind !== 'Ed25519' || usage !== 'signing'))
    return refuse('cert_profile.public_key', 'a key that its usage does not allow')
  return ok({ ...identity, name, usage, certificate })
}

/** Who the holder of a validated path's leaf is. A path alone only says that the certificate is genuine. */
export function identify({ leaf }: ValidPath): Result<Identity, Refusal<PkiCode>> {
  return readCertificateIdentity(leaf)
}
