import { MAX_ATTACHED_CERTIFICATES } from '../../shared/documents/order.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { refuse } from './refuse.ts'

interface Choosable {
  readonly certificateId: string
  readonly quantity: bigint
}

export interface Choice<Certificate> {
  readonly certificates: readonly Certificate[]
  /** Shares of the last certificate that are not for sale: it is divided when the rest is sold (TR3). */
  readonly remainder: bigint
}

const byQuantity = (a: Choosable, b: Choosable): number =>
  a.quantity < b.quantity ? 1 : a.quantity > b.quantity ? -1 : a.certificateId < b.certificateId ? -1 : 1

/**
 * The fewest certificates that cover the quantity; among those, the last one is the smallest that still does, so that little is
 * divided. Refuses `not_enough_shares`, and `too_many_certificates` when more are needed than an order can carry.
 */
export function chooseForSale<Certificate extends Choosable>(
  available: readonly Certificate[],
  quantity: bigint,
): Result<Choice<Certificate>, Refusal> {
  const sorted = available.toSorted(byQuantity)
  const chosen: Certificate[] = []
  let missing = quantity
  for (const certificate of sorted) {
    if (missing <= 0n) break
    if (certificate.quantity >= missing) {
      // Sorted from large to small: the last that covers what is missing is the smallest.
      const last = sorted.findLast((each) => each.quantity >= missing && !chosen.includes(each))
      chosen.push(last ?? certificate)
      missing -= (last ?? certificate).quantity
      break
    }
    chosen.push(certificate)
    missing -= certificate.quantity
  }
  if (missing > 0n)
    return refuse('not_enough_shares', 'fewer shares are live than are to be sold', { missing: missing.toString() })
  return checkNumber(chosen, -missing)
}

/** Those that the seller named. */
export function takeForSale<Certificate extends Choosable>(
  named: readonly Certificate[],
  quantity: bigint,
): Result<Choice<Certificate>, Refusal> {
  const sum = named.reduce((shares, certificate) => shares + certificate.quantity, 0n)
  if (sum < quantity)
    return refuse('not_enough_shares', 'the certificates have fewer shares', { missing: (quantity - sum).toString() })
  return checkNumber(named, sum - quantity)
}

function checkNumber<Certificate>(
  certificates: readonly Certificate[],
  remainder: bigint,
): Result<Choice<Certificate>, Refusal> {
  return certificates.length > MAX_ATTACHED_CERTIFICATES
    ? refuse('too_many_certificates', `an order carries at most ${MAX_ATTACHED_CERTIFICATES} certificates`)
    : ok({ certificates, remainder })
}
