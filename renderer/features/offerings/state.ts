import type { Offering } from '../../../shared/documents/offering.ts'

/** [IS1] Whether it can be subscribed now, and if not, why. */
export function stateOf(
  { opensAt, closesAt, quantity, subscribed }: Pick<Offering, 'opensAt' | 'closesAt' | 'quantity' | 'subscribed'>,
  now: number,
): 'upcoming' | 'open' | 'closed' | 'sold' {
  if (now < opensAt) return 'upcoming'
  if (now >= closesAt) return 'closed'
  return subscribed >= quantity ? 'sold' : 'open'
}
