import { join } from 'node:path'
import type { Refusal } from '../../shared/kernel/result.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import type { EventName } from '../../shared/wallet-api/operations.ts'
import type { NodeState } from '../../shared/wallet-api/node.ts'
import { serve, type Answer } from '../../shared/wallet-api/serve.ts'
import type { Language, Overview, PendingConfirmation, Settings } from '../../shared/wallet-api/views.ts'
import type { StartNodeProcess } from '../node/node-process.ts'
import { NodeSupervisor } from '../node/supervisor.ts'
import { KeychainError } from '../wallet/keychain/keychain.ts'
import { StoreError } from '../wallet/store/store.ts'
import { namesNoKey, type WalletPorts } from '../wallet/wallet.ts'
import { Confirmations, type Question } from './confirmations.ts'
import { HostEvents } from './events.ts'
import { implementation } from './implementation.ts'
import { KeyPlaces, type SystemKeychain } from './key-place.ts'
import { tellFailure, type News } from './news.ts'
import { openPreferences } from './preferences.ts'
import type { Program } from './program.ts'
import { WalletSession } from './session.ts'
import { Watches } from './watches.ts'

export interface HostOptions {
  readonly kind: Overview['host']
  /** Of the wallet; made if need be. */
  readonly folder: string
  readonly ports: Omit<WalletPorts, 'keychain' | 'confirm'>
  readonly keychain: SystemKeychain
  /** Where the person has chosen none yet. */
  readonly language: Language
  /** Of a key file, if it was given at the start; without it the wallet starts locked. */
  readonly passphrase?: string | undefined
  /** Where the host asks, if that is to be opened by the person. */
  readonly urlOf?: (question: Question) => string
  readonly onQuestion?: (question: Question) => void
  /** For the system's notifications. A browser's page may show none, and its host is a command in a terminal. */
  readonly onNews?: (news: News) => void
  readonly program?: Program
  /** Starts the program that runs servers beside the wallet; without it there are none here. */
  readonly startNode?: StartNodeProcess | undefined
  /** What failed without being anybody's input, for the log. */
  readonly onFault: (fault: unknown) => void
}

/** The wallet behind the screens: one a process, and the only writer of its folder. */
export interface Host {
  readonly answer: Answer
  /** Every event, in wire form. Returns the function that ends it. */
  readonly listen: Screen['listen']
  /** For each of several screens: what one watches is told to that one, and ends with it. */
  readonly attach: () => Screen
  readonly confirmations: Confirmations
  /** For the host's own dialogs. */
  readonly language: () => Language
  readonly settings: () => Settings
  /** Of the servers beside the wallet; undefined where none can run. */
  readonly node: () => NodeState['state'] | undefined
  readonly currency: () => string | undefined
  /** A link or a file's text that was opened with the wallet. It waits for the screens; nothing is done with it. */
  readonly arrive: (text: string) => void
  /** The screens go to the one of this name. */
  readonly navigate: (screen: string) => void
  /** What {@link Program} says is different now. */
  readonly programChanged: () => void
  readonly close: () => Promise<void>
}

export interface Screen {
  readonly answer: Answer
  readonly listen: (listener: (event: EventName, body: Json) => void) => () => void
  readonly end: () => void
}

/** More than these were not opened by a person; the oldest go. */
const MAX_ARRIVED = 20

/** Throws StoreError (`store_locked` if another process has the wallet open) and KeychainError (`passphrase_wrong`). */
export async function openHost(options: HostOptions): Promise<Host> {
  const { folder, ports, onFault } = options
  const preferences = await openPreferences(join(folder, 'preferences'), options.language)
  const events = new HostEvents(ports.schedule)
  const keys = new KeyPlaces(folder, options.keychain)
  const pendingOf = (question: Question): PendingConfirmation => ({
    id: question.id,
    kind: question.summary.kind,
    expiresAt: question.expiresAt,
    url: options.urlOf?.(question),
  })
  const confirmations = new Confirmations({
    clock: ports.clock,
    ids: ports.ids,
    schedule: ports.schedule,
    onAsked: (question) => {
      events.tell('confirmation-needed', pendingOf(question))
      options.onQuestion?.(question)
    },
    onClosed: ({ id }, outcome) => events.tell('confirmation-closed', { id, outcome }),
  })
  const session = new WalletSession({
    folder,
    ports: { ...ports, confirm: (summary) => confirmations.ask(summary) },
    keys,
    preferences,
    events,
    onFault,
    beforeLock: () => confirmations.declineAll(),
    onNews: options.onNews,
  })
  let arrived: string[] = []
  const node =
    options.startNode === undefined
      ? undefined
      : await NodeSupervisor.open({
          folder: join(folder, 'node'),
          startProcess: options.startNode,
          clock: ports.clock,
          ids: ports.ids,
          schedule: ports.schedule,
          onChange: () => events.changed('node'),
        }).catch((error: unknown) => {
          // The wallet opens all the same.
          onFault(error)
          return undefined
        })
  if (node !== undefined && options.onNews !== undefined)
    events.listen(tellFailure(() => node.state().state, options.onNews))
  const answerFor = (watches: Watches): Answer =>
    serve(
      implementation({
        kind: options.kind,
        clock: ports.clock,
        session,
        keys,
        preferences,
        events,
        watches,
        pending: () => confirmations.pending().map(pendingOf),
        arrived: () => arrived.splice(0),
        program: options.program,
        node,
      }),
      (error, operation) => refusalFor(error, operation, onFault),
    )
  const attach = (): Screen => {
    const own = new HostEvents(ports.schedule)
    const watches = new Watches((update) => own.tell('market', update))
    return {
      answer: answerFor(watches),
      listen: (listener) => {
        const ends = [events.listen(listener), own.listen(listener)]
        return () => ends.forEach((end) => end())
      },
      end: () => watches.end(),
    }
  }
  const close = async (): Promise<void> => {
    await node?.close()
    await session.lock()
    await preferences.close()
  }
  try {
    if (!keys.hasKeyFile || options.passphrase !== undefined || (await namesNoKey(folder)))
      await session.unlock(options.passphrase)
  } catch (error) {
    await close()
    throw error
  }
  return {
    answer: answerFor(new Watches((update) => events.tell('market', update))),
    listen: (listener) => events.listen(listener),
    attach,
    confirmations,
    language: () => preferences.read().settings.language,
    settings: () => preferences.read().settings,
    node: () => node?.state().state,
    currency: () => session.wallet?.market()?.currency,
    arrive: (text) => {
      arrived = [...arrived, text].slice(-MAX_ARRIVED)
      events.tell('arrived', {})
    },
    navigate: (screen) => events.tell('navigate', { screen }),
    programChanged: () => events.changed('about'),
    close,
  }
}

/** Across the boundary goes a code; what else an error knows stays here. */
function refusalFor(error: unknown, operation: string, onFault: (fault: unknown) => void): Refusal {
  if (error instanceof KeychainError || error instanceof StoreError) return { code: error.code, message: error.message }
  onFault(error)
  return { code: 'internal_error', message: `${operation} failed; the log has the reason` }
}
