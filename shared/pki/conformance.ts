import type { Millis } from '../kernel/ports.ts'
import type { Refusal } from '../kernel/result.ts'
import type { Certificate } from './certificate.ts'
import type { PkiCode, ProfileReason } from './codes.ts'
import type { Extension } from './extensions.ts'
import { isProperName } from './general-name.ts'
import { OID } from './oids.ts'
import { IDENTITY_OID } from './profile.ts'

/** What a certificate must be by itself before it may stand in a path (RFC 5280 sections 4.1, 4.2, 6.1.3 and 6.1.4). */

type Problem = Refusal<PkiCode> | undefined

/** Critical extensions that are processed; any other critical one refuses the certificate (section 4.2). */
const PROCESSED: ReadonlySet<string> = new Set([
  OID.subjectKeyId,
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.nameConstraints,
  OID.certificatePolicies,
  OID.policyMappings,
  OID.authorityKeyId,
  OID.policyConstraints,
  OID.extKeyUsage,
  OID.inhibitAnyPolicy,
  ...Object.values(IDENTITY_OID),
])

const ALWAYS_CRITICAL: readonly string[] = [OID.nameConstraints, OID.policyConstraints, OID.inhibitAnyPolicy]
const NEVER_CRITICAL: readonly string[] = [OID.subjectKeyId, OID.authorityKeyId, ...Object.values(IDENTITY_OID)]

function profile(reason: ProfileReason, message: string): Refusal<PkiCode> {
  return { code: `cert_profile.${reason}`, message }
}

function extensionProblem({ oid, critical }: Extension): Problem {
  if (critical && !PROCESSED.has(oid)) return profile('unknown_critical_extension', `unknown critical extension ${oid}`)
  if (critical ? NEVER_CRITICAL.includes(oid) : ALWAYS_CRITICAL.includes(oid))
    return profile('criticality', `extension ${oid} ${critical ? 'is' : 'is not'} critical`)
  return undefined
}

function nameProblem({ subject, issuer, subjectAltNames, extensions }: Certificate): Problem {
  if (issuer.parts.length === 0) return profile('issuer_name', 'empty issuer name')
  if (subjectAltNames?.every(isProperName) === false) return profile('alternative_name', 'improper alternative name')
  if (subject.parts.length > 0) return undefined
  const critical = extensions.some((extension) => extension.oid === OID.subjectAltName && extension.critical)
  return critical ? undefined : profile('subject_name', 'neither a subject name nor a critical alternative name')
}

function caProblem(certificate: Certificate): Problem {
  const { basicConstraints, keyUsage, subject, subjectKeyId, extensions } = certificate
  const ca = basicConstraints?.ca === true
  const certifies = keyUsage?.has('keyCertSign')
  if (!ca) {
    if (certifies) return profile('key_usage', 'keyCertSign without being an authority')
    if (basicConstraints?.pathLength !== undefined)
      return profile('basic_constraints', 'path length without being an authority')
    if (certificate.nameConstraints !== undefined)
      return profile('name_constraints', 'name constraints without being an authority')
    return undefined
  }
  if (!extensions.some(({ oid, critical }) => oid === OID.basicConstraints && critical))
    return profile('criticality', 'basic constraints of an authority are not critical')
  if (basicConstraints.pathLength !== undefined && certifies === false)
    return profile('key_usage', 'path length without keyCertSign')
  if (subject.parts.length === 0) return profile('subject_name', 'an authority without a name')
  return subjectKeyId === undefined
    ? profile('subject_key_id', 'an authority without subject key identifier')
    : undefined
}

/** Same name as subject and issuer; such a certificate changes keys, not hands, so path lengths do not count it. */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.key === issuer.key
}

/** Validity has a granularity of seconds, both ends inclusive (section 4.1.2.5). */
function validityProblem({ notBefore, notAfter }: Certificate, at: Millis): Problem {
  const second = Math.floor(at / 1000) * 1000
  if (second < notBefore) return { code: 'cert_not_yet_valid', message: 'the certificate is not valid yet' }
  if (second > notAfter) return { code: 'cert_expired', message: 'the certificate has expired' }
  return undefined
}

/** The first rule that the certificate breaks at `at`, whatever its place in a path. */
export function certificateProblem(certificate: Certificate, at: Millis): Problem {
  for (const extension of certificate.extensions) {
    const problem = extensionProblem(extension)
    if (problem !== undefined) return problem
  }
  return nameProblem(certificate) ?? caProblem(certificate) ?? validityProblem(certificate, at)
}

/** The first rule that keeps the certificate from having issued others at `at` (section 6.1.4 (k) and (n)). */
export function issuerProblem(certificate: Certificate, at: Millis): Problem {
  const problem = certificateProblem(certificate, at)
  if (problem !== undefined) return problem
  if (certificate.basicConstraints?.ca !== true) return { code: 'not_a_ca', message: 'the issuer is no authority' }
  if (certificate.keyUsage?.has('keyCertSign') === false)
    return { code: 'not_a_ca', message: 'the issuer may not sign certificates' }
  return undefined
}
