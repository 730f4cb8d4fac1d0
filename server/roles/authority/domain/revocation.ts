import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { CertificateRow } from '../tables.ts'
import { dismiss, isServer } from './admission.ts'
import type { AuthorityView, Decide } from './contract.ts'
import { drawDescriptor, drawList } from './publications.ts'

/** RFC 5280 section 5.3: an entry stays until it stood on one regular list after the certificate's end. A day holds many. */
const LISTED_AFTER_EXPIRY_MS = 24n * 60n * 60n * 1000n

function revoke(view: AuthorityView, row: CertificateRow, reason: string, operator: string, at: bigint): void {
  view.put('certificates', { ...row, state: 'revoked', revokedAt: at, reason, operator })
  view.put('revocations', {
    serial: row.serial,
    revokedAt: at,
    reason,
    // What a server signed is looked at long after its certificate expired.
    listedUntilAt: isServer(row.role) ? null : row.notAfterAt + LISTED_AFTER_EXPIRY_MS,
  })
}

/**
 * CA4: all certificates of a member, or one. Superseded ones too: they are still valid; and expired ones, because what they
 * signed is still believed.
 */
export const decideRevoke: Decide<'authority.revoke'> = (view, { body, at }, { settings }) => {
  const { userId, serial, reason, operator } = body
  const member = view.get('members', userId)
  if (member === undefined) return refuse('member_unknown', `no member ${userId}`)
  const certificates = view.where('certificates', 'userId', userId)
  const named = serial === undefined ? certificates : certificates.filter((row) => row.serial === serial)
  if (named.length === 0) return refuse('certificate_unknown', 'the member has no certificate of this serial number')
  const standing = named.filter(({ state }) => state !== 'revoked')
  if (standing.length === 0) return refuse('already_revoked', 'revoked before')
  for (const row of standing) revoke(view, row, reason, operator, BigInt(at))
  const stays = view
    .where('certificates', 'userId', userId)
    .some(({ state, usage }) => state !== 'revoked' && usage === 'signing')
  if (!stays && member.leftAt === null) dismiss(view, member, at)
  if (isServer(member.role)) drawDescriptor(view, at)
  const { number } = drawList(view, at, settings)
  return ok({ reply: { revoked: standing.map((row) => row.serial), crlNumber: number.toString() } })
}
