import type { CommandHandler, Event, InquiryHandler, ReplyHandler, Surroundings } from '../../../commit/decision.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { issuerEvents } from '../../../../shared/protocol/catalogue/issuer.ts'
import type { OperationName } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { IssuerSettings } from '../settings.ts'
import type { IssuerTables } from '../tables.ts'

/** The contract of a role's decisions, for this role. The issuer keeps nothing in memory. */
export type Decide<Name extends OperationName, Evidence = undefined> = CommandHandler<
  IssuerTables,
  IssuerSettings,
  undefined,
  Name,
  Evidence
>['decide']

export type DecideReply<Name extends OperationName> = ReplyHandler<
  IssuerTables,
  IssuerSettings,
  undefined,
  Name
>['decide']

export type Answer<Name extends OperationName> = InquiryHandler<IssuerTables, IssuerSettings, undefined, Name>['answer']

export type IssuerSurroundings = Surroundings<IssuerSettings, undefined>

type EventKind = keyof typeof issuerEvents
type EventBody<Kind extends EventKind> = (typeof issuerEvents)[Kind]['_output']

/** An event for one member alone. */
export function eventTo<Kind extends EventKind>(userId: string, kind: Kind, body: EventBody<Kind>): Event {
  return { topic: `user:${userId}`, kind, body: writeMembers(issuerEvents[kind], body as never) }
}
