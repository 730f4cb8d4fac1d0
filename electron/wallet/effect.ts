import type { Clock } from '../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { OperationName, ReplyBody, RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Market } from './market.ts'
import type { Change, RequestRow, Store } from './state.ts'

/** A request that was made, as its own bytes say. */
export interface Asked<Name extends OperationName> {
  readonly id: string
  readonly operation: Name
  readonly row: Readonly<RequestRow>
  readonly body: RequestBody<Name>
}

/** What an effect may look at. */
export interface EffectContext {
  readonly store: Store
  readonly market: Market
  readonly clock: Clock
}

/**
 * What follows from the answer to a request. It needs nothing but the request and the answer, so it is the same whether the call
 * that asked still waits or the program died in between. Its change is stored together with the answer.
 */
export interface Effect<Name extends OperationName> {
  /** Verifies what the reply brings; a refusal here means that the reply is not what was asked for. */
  readonly replied: (
    context: EffectContext,
    asked: Asked<Name>,
    reply: ReplyBody<Name>,
  ) => Promise<Result<Change, Refusal>>
  readonly refused?: (asked: Asked<Name>, code: string) => Change
}

export type Effects = { readonly [Name in OperationName]?: Effect<Name> }
