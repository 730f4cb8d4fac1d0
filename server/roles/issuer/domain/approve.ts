import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { IssuerReadView } from '../tables.ts'
import type { Decide } from './contract.ts'
import { classOf, liveEntry } from './register.ts'

/** The approval is of this certificate ID: with the ID it ends. */
function approvalKey(certificateId: string, acquirerUserId: string): string {
  return `${certificateId}/${acquirerUserId}`
}

export function isApproved(view: IssuerReadView, certificateId: string, acquirerUserId: string): boolean {
  return view.get('approvals', approvalKey(certificateId, acquirerUserId)) !== undefined
}

/**
 * TF3: the company approves an acquirer of restricted shares (Companies Act art. 136-145), or has been shown that somebody
 * succeeded to the holder (art. 133, 134 no. 4). What an endorsement gives as its cause is only what its two parties say.
 */
export const approve: Decide<'issuer.approve'> = (view, { body, at }, { settings }) => {
  const { certificateId, userId, approved, ground, operator } = body
  const entry = liveEntry(view, certificateId)
  if (!entry.ok) return entry
  if (classOf(settings, entry.value).transferRestriction === 'none')
    return refuse('not_restricted', 'shares of this class need no approval')
  if (entry.value.userId === userId) return refuse('self_transfer', 'the shares are held by the acquirer already')
  const approval = approvalKey(certificateId, userId)
  if (approved) {
    view.put('approvals', { approval, certificateId, userId, ground, operator, approvedAt: BigInt(at) })
  } else {
    if (!isApproved(view, certificateId, userId)) return refuse('not_approved', 'nobody approved this acquirer')
    view.remove('approvals', approval)
  }
  return ok({ reply: { certificateId, userId, approved } })
}
