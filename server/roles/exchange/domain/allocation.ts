import { assert } from '../../../../shared/kernel/assert.ts'

/**
 * Which certificate of a sell order delivers which trade. A match entry has exactly one certificate (Fig. 14), so a trade is
 * cut where one certificate ends and the next begins. Certificates are sold in the order in which they are attached.
 *
 * While the issuer divides a certificate (TR3) its old ID is retired and the ID of what remains is not known yet: further trades
 * of it are promised shares, and wait for the remainder's ID one after the other.
 */

/** One attached certificate. Only these members matter here; more are carried along. */
export interface OfferedCertificate {
  readonly place: string
  readonly position: bigint
  /** Of the certificate as it is now; while it is in transfer, of the one that is handed in. */
  readonly certificateId: string
  readonly quantity: bigint
  /** Shares of it that no match was promised yet. */
  readonly unallocated: bigint
  /** free or in_transfer. */
  readonly state: string
}

/** What one match entry takes. Without an ID the match waits for the remainder of the place. */
export interface Allotted {
  readonly place: string
  readonly quantity: bigint
  readonly certificateId: string | null
}

export interface Allocation<Certificate> {
  readonly parts: readonly Allotted[]
  /** The certificates that changed. */
  readonly certificates: readonly Certificate[]
}

/** Takes `quantity` shares from the certificates; they must have them. */
export function allocate<Certificate extends OfferedCertificate>(
  offered: readonly Certificate[],
  quantity: bigint,
): Allocation<Certificate> {
  const parts: Allotted[] = []
  const certificates: Certificate[] = []
  let left = quantity
  for (const certificate of inOrder(offered)) {
    if (left === 0n) break
    const { place, certificateId, unallocated, state } = certificate
    const taken = left < unallocated ? left : unallocated
    if (taken === 0n) continue
    parts.push({ place, quantity: taken, certificateId: state === 'free' ? certificateId : null })
    certificates.push({ ...certificate, unallocated: unallocated - taken, state: 'in_transfer' })
    left -= taken
  }
  assert(left === 0n, 'a sell order never rests with more shares than its certificates have')
  return { parts, certificates }
}

/** The remainder came back under its new ID: free for the match that waits longest, or for the order. */
export function withRemainder<Certificate extends OfferedCertificate>(
  certificate: Certificate,
  remainder: { readonly certificateId: string; readonly quantity: bigint },
): Certificate {
  assert(certificate.state === 'in_transfer', 'a remainder is of a certificate in transfer')
  assert(
    remainder.quantity >= certificate.unallocated,
    'shares that are promised to no match are part of the remainder',
  )
  return { ...certificate, ...remainder, state: 'free' }
}

function inOrder<Certificate extends OfferedCertificate>(offered: readonly Certificate[]): Certificate[] {
  return offered.toSorted((a, b) => (a.position < b.position ? -1 : 1))
}
