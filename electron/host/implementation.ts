import { certificateFile, endorsementFile } from '../../shared/documents/endorsement.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { readMarketLink } from '../../shared/market/market-link.ts'
import type { OperationInput } from '../../shared/wallet-api/operations.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { Outcome, SyncProgress, Wallet } from '../wallet/wallet.ts'
import { formatFingerprint } from '../wallet/wallet.ts'
import { chooseForSale, takeForSale } from '../wallet/sale.ts'
import { backupAndRestore } from './backup.ts'
import { contactsAndSettings, remarksOf, type KeptAside } from './kept-aside.ts'
import { fileToSave, identifyFile, readHandedOver } from './handed-over.ts'
import { keyAndLock, type HostState } from './key-and-lock.ts'
import { nodeAndDesk, type NodeHost } from './node.ts'
import { aboutProgram, type Program } from './program.ts'
import { serversOf } from './servers.ts'
import type { WalletSession } from './session.ts'
import type { Watches } from './watches.ts'

/** What stands behind the contract: each operation is one call of the wallet. */
export function implementation(
  host: HostState &
    NodeHost &
    KeptAside & { readonly arrived: () => string[]; readonly watches: Watches; readonly program: Program | undefined },
): Implementation {
  const { session, preferences } = host
  /** With the wallet open, or `locked`. */
  const opened =
    <Input, Output>(
      act: (wallet: Wallet, input: Input) => Result<Output, Refusal> | Promise<Result<Output, Refusal>>,
    ) =>
    async (input: Input): Promise<Result<Output, Refusal>> => {
      const wallet = session.open()
      return wallet.ok ? act(wallet.value, input) : wallet
    }

  /** What a person can end: {@link Wallet.sync} and {@link Wallet.restore}. */
  const stops = new Set<AbortController>()
  const stoppable =
    <Output>(act: (wallet: Wallet, onProgress: (step: SyncProgress) => void, signal: AbortSignal) => Outcome<Output>) =>
    async (_: unknown, onProgress: (step: SyncProgress) => void): Promise<Result<Output, Refusal>> => {
      const wallet = session.open()
      if (!wallet.ok) return wallet
      const stop = new AbortController()
      stops.add(stop)
      try {
        return await act(wallet.value, onProgress, stop.signal)
      } finally {
        stops.delete(stop)
      }
    }

  return {
    ...keyAndLock(host),
    ...contactsAndSettings(host),
    ...nodeAndDesk(host),
    ...backupAndRestore(host),
    ...aboutProgram(host.program),

    'market.readLink': ({ text }) => Promise.resolve(readLink(text)),
    'market.join': opened((wallet, { link }) => wallet.join(link)),
    'market.refresh': opened((wallet) => wallet.refreshMarket()),
    'market.servers': opened((wallet) => ok(serversOf(wallet.market()?.members ?? []))),
    'market.listings': opened((wallet) => mutable(wallet.listings())),
    'market.book': opened((wallet, form) => wallet.book(given(form))),
    'market.trades': opened((wallet, form) => wallet.trades(given(form))),
    'market.watch': opened((wallet, ref) => host.watches.watch(wallet, ref)),
    'market.unwatch': async (ref) => {
      host.watches.unwatch(ref)
      return ok({})
    },

    'identity.apply': opened((wallet, form) => heard(session, wallet.enrol(given(form)))),
    'identity.enrolment': opened((wallet) => heard(session, wallet.enrolment())),
    'identity.setAddress': opened((wallet, { postalAddress }) => nothing(wallet.setPostalAddress(postalAddress))),
    'identity.renew': opened((wallet) => wallet.renew()),
    'identity.file': opened((wallet) => {
      const file = wallet.identityFile()
      return file.ok ? ok(fileToSave(`${wallet.identity()?.userId ?? ''}.kabuken-identity.json`, file.value)) : file
    }),

    'cash.openAccount': opened((wallet, form) => wallet.openAccount(form)),
    'cash.statement': opened((wallet, period) => wallet.cash(given(period))),

    'offerings.list': opened((wallet) => wallet.offerings()),
    'offerings.subscribe': opened((wallet, form) => wallet.subscribe(form)),

    'certificates.list': opened((wallet) => {
      const remarks = preferences.collections.remarks.all()
      return ok(wallet.certificates().map((held) => ({ ...held, ...remarks.get(held.certificateId) })))
    }),
    'certificates.one': opened((wallet, { certificateId }) => {
      const held = wallet.certificate(certificateId)
      return held === undefined
        ? refuse('certificate_unknown', 'no such certificate was ever held')
        : ok({ ...held, ...preferences.collections.remarks.get(certificateId) })
    }),
    'certificates.life': opened((wallet, { certificateId }) => {
      const life = wallet.life(certificateId)
      return life === undefined ? refuse('certificate_unknown', 'no such certificate was ever held') : ok(life)
    }),
    'certificates.remark': opened(async (wallet, { certificateId, ...remarks }) => {
      if (wallet.certificate(certificateId) === undefined)
        return refuse('certificate_unknown', 'no such certificate was ever held')
      await preferences.collections.remarks.put(certificateId, remarksOf(remarks))
      host.events.changed('remarks')
      return ok({})
    }),
    'certificates.verify': opened((wallet, which) => {
      if ('certificateId' in which) return wallet.verifyCertificate(which.certificateId)
      const file = readHandedOver('certificate', which.text)
      return file.ok ? wallet.verifyCertificate(file.value) : file
    }),
    'certificates.export': opened(async (wallet, { certificateId }) => {
      const file = await wallet.exportCertificate(certificateId)
      return file.ok
        ? ok(fileToSave(`${certificateId}.kabuken-certificate.json`, certificateFile.parse(file.value)))
        : file
    }),
    'certificates.collect': opened((wallet, { number }) => wallet.collect(number)),
    'certificates.collectAll': opened((wallet) => wallet.collectAll()),

    'orders.preview': opened((wallet, form) => preview(wallet, form, host.clock.now())),
    'orders.place': opened((wallet, form) => wallet.placeOrder(given(form))),
    'orders.cancel': opened((wallet, { receptionNumber }) => wallet.cancelOrder(receptionNumber)),
    'orders.replace': opened((wallet, form) => wallet.replaceOrder(form)),
    'orders.status': opened((wallet, { receptionNumber }) => wallet.orderStatus(receptionNumber)),
    'orders.list': opened((wallet) => ok(wallet.orders())),
    'orders.completions': opened((wallet) => ok(wallet.completions())),
    'orders.claim': opened((wallet, { matchNumber }) => wallet.claim(matchNumber)),

    'transfers.endorse': opened(async (wallet, { transferee, ...form }) => {
      const file = 'text' in transferee ? readHandedOver('identity', transferee.text) : fileOfContact(host, transferee)
      if (!file.ok) return file
      return endorsementToSave(form.certificateId, await wallet.endorse({ ...given(form), transferee: file.value }))
    }),
    'transfers.file': opened((wallet, { certificateId }) =>
      endorsementToSave(certificateId, wallet.endorsementFile(certificateId)),
    ),
    'transfers.inspect': opened((wallet, { text }) => {
      const file = readHandedOver('endorsement', text)
      return file.ok ? wallet.inspectEndorsement(file.value) : file
    }),
    'transfers.accept': opened((wallet, { text }) => {
      const file = readHandedOver('endorsement', text)
      return file.ok ? wallet.acceptEndorsement(file.value) : file
    }),
    'transfers.given': opened((wallet) => ok(wallet.given())),
    'transfers.withdraw': opened((wallet, { certificateId }) => wallet.withdrawEndorsement(certificateId)),

    'reissue.lost': opened((wallet, { certificateIds }) => wallet.reissueLost(certificateIds)),
    'reissue.split': opened((wallet, { certificateId, quantities }) => wallet.split(certificateId, quantities)),
    'reissue.consolidate': opened((wallet, { certificateIds }) => wallet.consolidate(certificateIds)),
    'reissue.renew': opened((wallet, { certificateId }) => wallet.renewCertificate(certificateId)),
    restore: stoppable((wallet, onProgress, signal) => wallet.restore(onProgress, signal)),

    sync: stoppable((wallet, onProgress, signal) => wallet.sync(onProgress, signal)),
    'sync.stop': async () => {
      for (const stop of stops) stop.abort()
      return ok({})
    },
    'history.list': opened((wallet) => ok(wallet.history())),
    'history.evidence': opened((wallet, { requestId }) => {
      const evidence = wallet.evidence(requestId)
      return evidence === undefined ? refuse('request_unknown', 'the wallet sent no such request') : ok(evidence)
    }),

    'files.identify': ({ text }) => identifyFile(text),
    'files.arrived': () => Promise.resolve(ok(host.arrived())),
  }
}

type Given<Form> = { [Member in keyof Form]: Exclude<Form[Member], undefined> }

/** What was decoded never has a member that is there and undefined; only its type allows it. */
function given<Form extends object>(form: Form): Given<Form> {
  return form as Given<Form>
}

async function mutable<Item>(asked: Promise<Result<readonly Item[], Refusal>>): Promise<Result<Item[], Refusal>> {
  const answer = await asked
  return answer.ok ? ok([...answer.value]) : answer
}

async function nothing(asked: Promise<Result<void, Refusal>>): Promise<Result<Record<string, never>, Refusal>> {
  const answer = await asked
  return answer.ok ? ok({}) : answer
}

async function heard(session: WalletSession, asked: ReturnType<Wallet['enrolment']>): ReturnType<Wallet['enrolment']> {
  const answer = await asked
  if (answer.ok) session.enrolment = answer.value
  return answer
}

function readLink(text: string) {
  const link = readMarketLink(text)
  return link.ok ? ok({ ...link.value, fingerprint: formatFingerprint(link.value.root) }) : link
}

function fileOfContact({ preferences }: KeptAside, { userId }: { readonly userId: string }) {
  const row = preferences.collections.contacts.get(userId)
  return row === undefined ? refuse('contact_unknown', 'there is no such contact') : ok(row.file)
}

function endorsementToSave(certificateId: string, signed: ReturnType<Wallet['endorsementFile']>) {
  return signed.ok
    ? ok(fileToSave(`${certificateId}.kabuken-endorsement.json`, endorsementFile.parse(signed.value)))
    : signed
}

/** What {@link Wallet.placeOrder} will choose, by the same rule. */
function preview(wallet: Wallet, form: OperationInput<'orders.preview'>, now: Millis) {
  const { side, security, shareClass, price, quantity, certificateIds } = form
  const limitAmountMinor = price.kind === 'limit' ? price.limitMinor * quantity : undefined
  if (side === 'buy') return ok({ certificateIds: [], remainder: 0n, limitAmountMinor })
  const available = wallet
    .certificates()
    .filter((each) => each.state === 'live' && each.security === security && each.shareClass === shareClass)
    .filter(({ validUntil }) => validUntil === undefined || validUntil > now)
  const chosen =
    certificateIds === undefined
      ? chooseForSale(available, quantity)
      : takeForSale(
          available.filter((each) => certificateIds.includes(each.certificateId)),
          quantity,
        )
  if (!chosen.ok) return chosen
  const { certificates, remainder } = chosen.value
  return ok({ certificateIds: certificates.map(({ certificateId }) => certificateId), remainder, limitAmountMinor })
}
