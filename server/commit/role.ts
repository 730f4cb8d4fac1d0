import type { Millis } from '../../shared/kernel/ports.ts'
import type { OperationName, ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import type { CommandHandler, InquiryHandler, ReplyHandler } from './decision.ts'
import type { Tables } from './tables.ts'
import type { ReadView } from './view.ts'

/** Subscriptions and the outbox are the service's, the same for every role. */
type NameOf<Role extends ServerRole> = Exclude<
  Extract<OperationName, `${Role}.${string}`>,
  `${string}.subscribe` | `${string}.unsubscribe` | `${string}.outbox`
>

// Evidence is each handler's own business: `any` lets every handler keep its own type.
// oxlint-disable-next-line typescript/no-explicit-any
type Evidence = any

type Handlers<T extends Tables, Settings, Memory, Names extends OperationName> = {
  readonly [Name in Names]?:
    | CommandHandler<T, Settings, Memory, Name, Evidence>
    | InquiryHandler<T, Settings, Memory, Name, Evidence>
}

/** An operation that a role asks of itself, signed with its own key and journalled like any other. */
export interface Timer<T extends Tables, Memory> {
  readonly operation: OperationName
  readonly everyMs: number
  readonly body: Readonly<Record<string, unknown>>
  /** Whether there is something to do; keeps the journal free of empty entries. */
  readonly due: (view: ReadView<T>, now: Millis, memory: Memory) => boolean
}

/** A server role as the commit queue runs it: its tables, its decisions, what it asks of itself. No I/O in here. */
export interface Role<Name extends ServerRole, T extends Tables, Settings, Memory> {
  readonly name: Name
  readonly tables: T
  readonly settings: Settings
  /** Rebuilds what is kept in memory from the tables. */
  readonly remember: (view: ReadView<T>, settings: Settings) => Memory
  /** All operations of the role's catalogue, by full name. */
  readonly operations: Required<Handlers<T, Settings, Memory, NameOf<Name>>>
  /** What follows from peers' answers, by the operation that they were asked. */
  readonly replies: {
    readonly [Asked in OperationName]?: ReplyHandler<T, Settings, Memory, Asked>
  }
  /** Asked of itself once at every start, before the first request. */
  readonly atStart: readonly { readonly operation: NameOf<Name>; readonly body: Readonly<Record<string, unknown>> }[]
  readonly timers: readonly Timer<T, Memory>[]
  /** Event topics anybody in the market may read, by prefix (`market:`). `user:<ID>` is always its owner's. */
  readonly publicTopics: readonly string[]
}
