import { assert } from '../../shared/kernel/assert.ts'
import type { Refusal } from '../../shared/kernel/result.ts'
import { webCryptoVerifier } from '../../shared/signing/webcrypto.ts'
import type { Wallet, WalletOptions } from './api.ts'
import { makeBackup, restoreBackup } from './backup/backup.ts'
import { accountView, cash, openAccount } from './cash.ts'
import { certificateLister, exportCertificate, findCertificate } from './certificates.ts'
import type { WalletContext } from './context.ts'
import { effects } from './effects.ts'
import { enrol, enrolment, identityFile, identityView, renew, setPostalAddress, standing } from './enrolment.ts'
import { Following } from './events.ts'
import { listGiven } from './given.ts'
import { acceptEndorsement, endorse, endorsementFileOf } from './hand-over.ts'
import { findEvidence, listHistory } from './history.ts'
import { collect, collectAll, listToCollect, offerings, subscribe } from './issue.ts'
import { Keys } from './keys.ts'
import { lifeOf } from './life.ts'
import { Market } from './market.ts'
import {
  askStatus,
  book,
  cancelOrder,
  claim,
  listCompletions,
  listings,
  listOrders,
  placeOrder,
  replaceOrder,
  trades,
} from './orders.ts'
import { consolidate, reissueLost, renewCertificate, split, withdrawEndorsement } from './reissue.ts'
import { Requests } from './requests.ts'
import { restore } from './restore.ts'
import { Servers } from './servers.ts'
import { openWalletStore } from './state.ts'
import { sync } from './sync.ts'
import { inspectEndorsement, verifyCertificate } from './verification.ts'
import { Watching } from './watching.ts'

/**
 * Opens the wallet of a folder, a new one if there is none. Asks nobody and signs nothing yet: call `sync` when there is a
 * network. Throws StoreError, `store_locked` if another process has it open.
 */
export async function openWallet(options: WalletOptions): Promise<Wallet> {
  const store = await openWalletStore(options.folder)
  const listed = certificateLister(store)
  const listeners = new Set<() => void>()
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  store.subscribe(changed)
  const { clock } = options
  const market = new Market(store, { clock, fetch: options.fetch, verifier: webCryptoVerifier() })
  await market.open()
  const persons = new Map<string, string>()
  const nameOf = (userId: string): string | undefined => market.member(userId)?.name ?? persons.get(userId)
  const keys = new Keys(store, options, nameOf)
  const fault = (refusal: Refusal): void => options.onFault?.(refusal)
  const servers = new Servers({
    store,
    ports: options,
    keys,
    changed,
    fault: (server, { code, message }) => fault({ code, message, details: { server: server.userId } }),
    trust: () => {
      const { trust } = market
      assert(trust.ok, 'servers are known from the market')
      return trust.value.messageTrust()
    },
  })
  const requests = new Requests({ store, market, keys, servers, ports: options, effects })
  const context: WalletContext = { store, market, clock, ports: options, keys, servers, requests, persons }
  const following = new Following(context, fault)
  const watching = new Watching(context, fault)
  listeners.add(() => watching.look())
  const syncing = new Set<Promise<unknown>>()

  return {
    recovered: store.recovered,
    lastSyncedAt: () => store.read().syncedAt ?? undefined,
    connections: () => servers.states,
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      watching.end()
      const ended = following.end()
      await requests.close()
      await ended
      // What was under way finds the connections gone and comes to its end.
      await Promise.allSettled(syncing)
      await store.close()
    },

    join: (link) => market.join(link),
    market: () => market.view(),
    refreshMarket: () => market.refresh(),

    createKey: () => keys.create(),
    hasKey: () => keys.own.ok,
    enrol: (form) => enrol(context, form),
    enrolment: () => enrolment(context),
    identity: () => identityView(store),
    standing: () => standing(context),
    setPostalAddress: (postalAddress) => setPostalAddress(context, postalAddress),
    renew: async () => {
      const renewed = await renew(context)
      if (renewed.ok) await Promise.all([following.resume(), watching.resume()])
      return renewed
    },
    identityFile: () => identityFile(context),

    openAccount: ({ currency }) => openAccount(context, currency),
    accounts: () => store.read().accounts.map(accountView),
    cash: (period = {}) => cash(context, period),

    offerings: () => offerings(context),
    subscribe: (form) => subscribe(context, form),
    toCollect: () => listToCollect(context),
    collect: (number) => collect(context, number),
    collectAll: () => collectAll(context),

    certificates: () => listed(clock.now()),
    certificate: (certificateId) => findCertificate(store, certificateId, clock.now()),
    verifyCertificate: (certificate) => verifyCertificate(context, certificate),
    exportCertificate: (certificateId) => exportCertificate(context, certificateId),

    listings: () => listings(context),
    book: (form) => book(context, form),
    watch: (ref, listener) => watching.watch(ref, listener),
    trades: (form) => trades(context, form),
    placeOrder: (form) => placeOrder(context, form),
    cancelOrder: (receptionNumber) => cancelOrder(context, receptionNumber),
    replaceOrder: (form) => replaceOrder(context, form),
    orderStatus: (receptionNumber) => askStatus(context, receptionNumber),
    orders: () => listOrders(store),
    completions: () => listCompletions(store),
    claim: (matchNumber) => claim(context, matchNumber),

    endorse: (form) => endorse(context, form),
    endorsementFile: (certificateId) => endorsementFileOf(context, certificateId),
    inspectEndorsement: (file) => inspectEndorsement(context, file),
    acceptEndorsement: (file) => acceptEndorsement(context, file),
    given: () => listGiven(store, clock.now()),
    withdrawEndorsement: (certificateId) => withdrawEndorsement(context, certificateId),

    reissueLost: (certificateIds) => reissueLost(context, certificateIds),
    split: (certificateId, quantities) => split(context, certificateId, quantities),
    consolidate: (certificateIds) => consolidate(context, certificateIds),
    renewCertificate: (certificateId) => renewCertificate(context, certificateId),
    restore: (progress, signal) => restore(context, progress, signal),

    makeBackup: (form) => makeBackup(context, form),
    restoreBackup: (content) => restoreBackup(context, content),
    besideBackup: () => store.read().beside,
    besideTaken: () => store.update((draft) => void delete draft.beside),

    sync: (progress, signal) => {
      const run = async (): ReturnType<Wallet['sync']> => {
        const report = await sync(context, following, progress, signal)
        // A server may be elsewhere now.
        await watching.resume()
        return report
      }
      const running = run().finally(() => syncing.delete(running))
      syncing.add(running)
      return running
    },
    underWay: () => listHistory(store, nameOf).filter(({ state }) => state === 'under_way'),
    history: () => listHistory(store, nameOf),
    evidence: (requestId) => findEvidence(store, requestId, nameOf),
    life: (certificateId) => lifeOf(store, certificateId, nameOf),
  }
}
