import type { AccountStatement } from '../../../shared/documents/settlement.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'

type Entry = AccountStatement['entries'][number]
type Completion = OperationOutput<'orders.completions'>[number]
type Request = OperationOutput<'history.list'>[number]
type Subscription = Extract<Request['summary'], { kind: 'subscription' }>

export type Cause =
  | { readonly kind: 'match'; readonly completion: Completion }
  | { readonly kind: 'subscription'; readonly requestId: string; readonly summary: Subscription }

/**
 * What of one's own history an entry paid for; absent where that is not certain. A settlement bears the number of its match. A
 * payment bears a hash that the history does not have: it belongs to the one subscription that was under way at its moment ([IS2]).
 */
export function causeOf(
  { kind, reference, at, debitMinor }: Entry,
  completions: readonly Completion[],
  requests: readonly Request[],
): Cause | undefined {
  if (kind === 'settlement') {
    const completion = completions.find(({ matchNumber }) => matchNumber === reference)
    return completion && { kind: 'match', completion }
  }
  if (kind !== 'payment') return undefined
  const underWay = requests.flatMap(({ requestId, at: signedAt, answeredAt, state, summary }) =>
    summary.kind === 'subscription' &&
    state === 'answered' &&
    signedAt <= at &&
    at <= (answeredAt ?? signedAt) &&
    debitMinor % summary.quantity === 0n
      ? [{ kind: 'subscription', requestId, summary } as const]
      : [],
  )
  return underWay.length === 1 ? underWay[0] : undefined
}
