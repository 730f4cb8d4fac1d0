import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { Role } from '../../commit/role.ts'
import type { Tries } from './domain/tries.ts'
import type { OpenAccount } from './evidence.ts'
import { settlementOperations } from './handlers.ts'
import type { SettlementSettings } from './settings.ts'
import { settlementTables, type SettlementTables } from './tables.ts'

/** The settlement server 4: accounts in double entry, holds, settlement of matches and payments. */
export function settlementRole(
  settings: SettlementSettings,
  trust: DocumentTrust,
  openAccount: OpenAccount,
): Role<'settlement', SettlementTables, SettlementSettings, Tries> {
  return {
    name: 'settlement',
    tables: settlementTables,
    settings,
    remember: () => new Map(),
    operations: settlementOperations({ trust, openAccount }),
    replies: {},
    atStart: [],
    timers: [],
    publicTopics: [],
  }
}
