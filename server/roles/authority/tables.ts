import { table, type Row } from '../../commit/tables.ts'

/** What the authority keeps: the certificate database 29 ([0020]) and what leads to it. */
export const authorityTables = {
  /** Everybody who ever applied (CA1). A row changes once: when it is decided upon. */
  applications: table({
    key: 'applicationNumber',
    columns: {
      applicationNumber: 'text',
      name: 'text',
      postalAddress: 'text?',
      role: 'text',
      /** PKCS#10, DER in base64; empty for a widening, which is for the key that the member has. */
      request: 'text',
      agreementRequest: 'text?',
      /** RFC 7638; of the key whose possession the request proves. */
      keyThumbprint: 'text',
      agreementThumbprint: 'text?',
      url: 'text?',
      /** Empty for all but issuers. */
      securities: 'json',
      receivedAt: 'integer',
      /** pending, approved, refused. */
      state: 'text',
      reason: 'text?',
      userId: 'text?',
      /** Of the certificates that the approval issued. */
      serial: 'text?',
      agreementSerial: 'text?',
      /** Hash of the invitation that approved it. */
      invitation: 'text?',
      /** Who decided, when a person did. */
      operator: 'text?',
    },
    indexes: ['keyThumbprint', 'agreementThumbprint', 'state'],
  }),
  /** The applications of members: of issuers that ask to be certified for more securities. */
  widenings: table({
    key: 'applicationNumber',
    columns: {
      applicationNumber: 'text',
      userId: 'text',
      /** What the issuer was certified for when it asked. */
      certified: 'json',
    },
    indexes: ['userId'],
  }),
  members: table({
    key: 'userId',
    columns: {
      userId: 'text',
      role: 'text',
      name: 'text',
      postalAddress: 'text?',
      url: 'text?',
      securities: 'json',
      /** What the operator approved for this member; null: what the settings say for the role. */
      policy: 'json',
      joinedAt: 'integer',
      /** Set when the last certificate was revoked. */
      leftAt: 'integer?',
    },
    indexes: ['role'],
  }),
  /** Who may issue what: no security has two issuers. */
  securities: table({ key: 'security', columns: { security: 'text', userId: 'text' } }),
  certificates: table({
    key: 'serial',
    columns: {
      serial: 'text',
      /** Order of issue; of two certificates of a member the greater one is the newer. */
      number: 'integer',
      userId: 'text',
      name: 'text',
      role: 'text',
      /** signing, key-agreement. */
      usage: 'text',
      keyThumbprint: 'text',
      /** DER in base64. */
      der: 'text',
      notBeforeAt: 'integer',
      notAfterAt: 'integer',
      /** valid; superseded: still valid, but a newer one is there; revoked. */
      state: 'text',
      revokedAt: 'integer?',
      reason: 'text?',
      operator: 'text?',
    },
    indexes: ['userId', 'keyThumbprint'],
  }),
  /** What stands on the revocation list. */
  revocations: table({
    key: 'serial',
    columns: {
      serial: 'text',
      revokedAt: 'integer',
      reason: 'text',
      /** Leaves the list afterwards; null: never. */
      listedUntilAt: 'integer?',
    },
  }),
  /** The present revocation list, one row: {@link PRESENT}. */
  lists: table({
    key: 'name',
    columns: { name: 'text', number: 'integer', thisUpdateAt: 'integer', nextUpdateAt: 'integer' },
  }),
  /** The present market descriptor, one row: {@link PRESENT}. */
  descriptors: table({
    key: 'name',
    columns: {
      name: 'text',
      sequence: 'integer',
      issuedAt: 'integer',
      /** What it says beside the members, to see at a start whether that was changed. */
      terms: 'json',
    },
  }),
  invitations: table({
    key: 'hash',
    columns: {
      /** SHA-256 of the code in base64url. */
      hash: 'text',
      role: 'text',
      /** What an issuer may be admitted for; null: whatever no other issuer has. */
      securities: 'json',
      validUntilAt: 'integer',
      invitedAt: 'integer',
      operator: 'text',
      /** Application that used it. */
      usedBy: 'text?',
    },
  }),
} as const

export const PRESENT = 'present'

export type AuthorityTables = typeof authorityTables
export type ApplicationRow = Row<AuthorityTables['applications']>
export type MemberRow = Row<AuthorityTables['members']>
export type CertificateRow = Row<AuthorityTables['certificates']>
