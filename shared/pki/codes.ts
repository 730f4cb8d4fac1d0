import type { Refusal, Result } from '../kernel/result.ts'
import { ok, refuse } from '../kernel/result.ts'
import { DerError } from './der.ts'

/** Why a certificate, request, revocation list or path is refused. The codes are stable; the messages are for developers. */
export type PkiCode =
  | 'cert_malformed'
  | `cert_profile.${ProfileReason}`
  | 'cert_expired'
  | 'cert_not_yet_valid'
  | 'cert_bad_signature'
  | 'cert_revoked'
  | 'revocation_unknown'
  | 'not_a_ca'
  | 'path_too_long'
  | 'path_too_complex'
  | 'name_constraint_violated'
  | 'policy_violated'
  | 'untrusted_root'
  | 'crl_malformed'
  | 'crl_unsupported'
  | 'crl_wrong_issuer'
  | 'crl_bad_signature'
  | 'crl_not_yet_valid'
  | 'crl_stale'
  | 'crl_rollback'
  | 'request_malformed'
  | 'request_bad_signature'

/** The rule of RFC 5280 section 4, or of Kabuken's own profile (Fig. 4), that a readable certificate breaks. */
export type ProfileReason =
  | 'version'
  | 'serial'
  | 'duplicate_extension'
  | 'unknown_critical_extension'
  | 'criticality'
  | 'signature_algorithm'
  | 'public_key'
  | 'issuer_name'
  | 'subject_name'
  | 'alternative_name'
  | 'subject_key_id'
  | 'authority_key_id'
  | 'basic_constraints'
  | 'key_usage'
  | 'name_constraints'
  | 'identity'

/** Carries a refusal out of nested reading. It never leaves this folder: {@link attempt} turns it into a Result. */
export class Refused extends Error {
  readonly code: PkiCode

  constructor(code: PkiCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Runs a reader. What it throws as {@link Refused} or {@link DerError} is the answer to somebody's input, the latter under
 * the code `malformed`; anything else is a bug and passes on.
 */
export async function attempt<T>(malformed: PkiCode, read: () => T | Promise<T>): Promise<Result<T, Refusal<PkiCode>>> {
  try {
    return ok(await read())
  } catch (error) {
    if (error instanceof Refused) return refuse(error.code, error.message)
    if (error instanceof DerError) return refuse(malformed, error.message)
    throw error
  }
}
