/**
 * The investor's wallet as a library.
 *
 * ```ts
 * const wallet = await openWallet({ folder, keychain, clock, random, ids, fetch, openSocket, schedule, confirm })
 * ```
 *
 * | what                 | operations                                                                                     |
 * |----------------------|------------------------------------------------------------------------------------------------|
 * | market               | join (link or file as shared/market/market-link.ts reads them), market, refreshMarket          |
 * | identity             | createKey, hasKey, enrol, enrolment, identity, standing, setPostalAddress, renew, identityFile         |
 * | money                | openAccount, accounts, cash                                                                    |
 * | issue                | offerings, subscribe, toCollect, collect, collectAll                                           |
 * | certificates         | certificates, certificate, verifyCertificate, exportCertificate                                |
 * | trade                | listings, book, watch, trades, placeOrder, cancelOrder, replaceOrder, orderStatus, orders,      |
 * |                      | completions, claim                                                                             |
 * | hand-over            | endorse, endorsementFile, inspectEndorsement, acceptEndorsement, given, withdrawEndorsement    |
 * | reissue              | reissueLost, split, consolidate, renewCertificate, restore                                     |
 * | backup               | makeBackup, openBackup, restoreBackup, besideBackup, besideTaken                               |
 * | truth and evidence   | sync, underWay, history, evidence, lastSyncedAt, connections, onChange, recovered              |
 *
 * {@link Wallet} has the types. The private key stays in the keychain and in this process: no operation signs bytes, each signs
 * what it is named for, after `confirm` saw it.
 */
export type * from './api.ts'
export { certificatesOf, refusalOf } from './backup/backup.ts'
export {
  beginsBackup,
  MAX_BACKUP_CHARS,
  MIN_PASSPHRASE,
  openBackup,
  readBackup,
  type BackupContent,
} from './backup/backup-file.ts'
export { formatFingerprint } from './fingerprint.ts'
export { openWallet } from './open-wallet.ts'
export { namesNoKey } from './state.ts'
