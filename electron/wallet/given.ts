import { endorsement } from '../../shared/documents/endorsement.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import type { GivenView } from './api.ts'
import { contentOf } from './certificates.ts'
import { groundOf } from './collectables.ts'
import { readDocument } from './signing-summary.ts'
import type { CertificateRow, Store } from './state.ts'

/** [TF1] [TF5] What was made over and what became of it, the newest first. */
export function listGiven(store: Store, now: Millis): readonly GivenView[] {
  return [...store.collections.certificates.all()]
    .flatMap(([certificateId, row]) => given(certificateId, row, now))
    .sort((a, b) => b.at - a.at)
}

function given(certificateId: string, row: CertificateRow, now: Millis): readonly GivenView[] {
  const said = row.endorsed === undefined ? undefined : readDocument(endorsement, row.endorsed.endorsement)
  if (row.endorsed === undefined || said === undefined) return []
  const { security, shareClass, companyName } = contentOf(row)
  const { quantity, transfereeUserId, cause, issuedAt, validUntil } = said
  const state = stateOf(row, validUntil, now)
  const hasEnded = state === 'accepted' || state === 'withdrawn'
  return [
    {
      certificateId,
      security,
      shareClass,
      companyName,
      quantity,
      transfereeUserId,
      transfereeName: row.endorsed.transfereeName,
      cause,
      at: issuedAt,
      validUntil,
      state,
      endedAt: hasEnded ? row.retiredAt : undefined,
      endedBy: hasEnded ? row.retiredBy : undefined,
      endorsement: row.endorsed.endorsement,
    },
  ]
}

/** What retired the ID tells what became of the endorsement; after its time it was used for something else. */
function stateOf({ state, retiredAt, retiredBy }: CertificateRow, validUntil: Millis, now: Millis): GivenView['state'] {
  if (state === 'live' || state === 'stopped') return validUntil > now ? 'waiting' : 'expired'
  if (retiredAt !== undefined && retiredAt > validUntil) return 'expired'
  return retiredBy !== undefined && groundOf(retiredBy)?.kind === 'transfer' ? 'accepted' : 'withdrawn'
}
