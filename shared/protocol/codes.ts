/**
 * Every code with which a request can be refused. Closed: a code that is not here cannot be sent. In order of precedence,
 * the earlier check answering first. Each has a heading in docs/PROTOCOL.md; a code once published is never given another meaning.
 */
export const CODES = {
  /** Form: nothing is known about the sender's intent, nothing is stored. */
  form: [
    'too_large', 'bad_jws', 'bad_alg', 'header_not_allowed', 'wrong_typ', 'bad_utf8', 'bad_json',
    'bad_json.duplicate_member', 'too_deep', 'bad_text', 'bad_number', 'not_canonical',
  ],
  /** Session and signature: nothing is stored, a later attempt may succeed. */
  session: [
    'unknown_signer', 'wrong_sender', 'wrong_audience', 'unknown_operation', 'bad_signature', 'not_permitted',
    'cert_malformed', 'cert_bad_signature', 'cert_expired', 'cert_not_yet_valid', 'cert_revoked', 'untrusted_root',
    'wrong_role', 'revocation_unknown', 'crl_rollback', 'rate_limited', 'not_ready', 'storage_failed', 'internal_error',
    'bad_schema', 'bad_amount', 'bad_date', 'bad_sequence', 'stale_request', 'duplicate_id',
  ],
} as const

/** Refusals that say "not now": a peer keeps its message and asks again, a wallet shows the request as under way. */
export const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'rate_limited', 'not_ready', 'storage_failed', 'internal_error', 'revocation_unknown',
])
