import type { CommandHandler, InquiryHandler } from '../../../commit/decision.ts'
import type { OperationName } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { SettlementSettings } from '../settings.ts'
import type { SettlementTables } from '../tables.ts'
import type { Tries } from './tries.ts'

/** The contract of a role's decisions, for this role. In memory are only the wrong account numbers of inquiries. */
export type Decide<Name extends OperationName, Evidence = undefined> = CommandHandler<
  SettlementTables,
  SettlementSettings,
  Tries,
  Name,
  Evidence
>['decide']

export type Answer<Name extends OperationName, Evidence = undefined> = InquiryHandler<
  SettlementTables,
  SettlementSettings,
  Tries,
  Name,
  Evidence
>['answer']
