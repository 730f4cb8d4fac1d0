import type { CompletionNotice } from '../../../../shared/documents/completion-notice.ts'
import type { Refusal, Result } from '../../../../shared/kernel/result.ts'

/**
 * What was verified before a decision. Account numbers stand here in clear: evidence is kept only in this server's own
 * journal, and accounts live nowhere else. A failure is evidence too, so that it is refused in its turn and remembered.
 */
export type Evidence<T> = Result<T, Refusal>

/** A request of a user that travelled inside another's. */
export interface SignedRequest {
  readonly userId: string
  readonly requestId: string
  readonly hash: string
}

export interface OrderEvidence extends SignedRequest {
  readonly side: 'buy' | 'sell'
  readonly currency: string
  /** Limit times quantity; null for a market order. */
  readonly costMinor: bigint | null
  readonly account: string
}

export interface ReplacementEvidence extends SignedRequest {
  readonly costMinor: bigint | null
}

export interface SettlementEvidence {
  readonly buyerAccount: string
  readonly sellerAccount: string
}

export interface PaymentEvidence extends SignedRequest {
  readonly payerAccount: string
  readonly payeeAccount: string
}

export interface ClaimEvidence {
  /** User ID of the exchange that signed the notice. */
  readonly exchange: string
  readonly notice: CompletionNotice
  readonly account: string
}
