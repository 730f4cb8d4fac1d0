import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { Role } from '../../commit/role.ts'
import { paymentAnswered } from './domain/subscription.ts'
import { issuerOperations, type SealPayee } from './handlers.ts'
import type { IssuerSettings } from './settings.ts'
import { issuerTables, type IssuerTables } from './tables.ts'

/** The issuing-agent server: register of shareholders, transfer history, certificates. One serves any number of companies. */
export function issuerRole(
  settings: IssuerSettings,
  trust: DocumentTrust,
  sealPayee: SealPayee,
): Role<'issuer', IssuerTables, IssuerSettings, undefined> {
  return {
    name: 'issuer',
    tables: issuerTables,
    settings,
    remember: () => undefined,
    operations: issuerOperations(trust, sealPayee),
    replies: { 'settlement.pay': { decide: paymentAnswered } },
    // Exchanges ask for the certificate ID lists when they start; nothing here waits for a time.
    atStart: [],
    timers: [],
    publicTopics: [],
  }
}
