import { setTimeout as pause } from 'node:timers/promises'
import { writeMembers } from '../../shared/documents/document.ts'
import type { Clock, Ids } from '../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { MarketTrust } from '../../shared/market/market-trust.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
  type ServerRole,
} from '../../shared/protocol/catalogue/catalogue.ts'
import { requestTyp } from '../../shared/protocol/message.ts'
import { readReply } from '../../shared/protocol/request-reply.ts'
import type { SyncSigner, Verifier } from '../../shared/signing/jws.ts'
import { CommitQueue } from '../commit/commit-queue.ts'
import { verifyJournal } from '../commit/journal.ts'
import { isoTime, Outgoing } from '../commit/outgoing.ts'
import { Outbox, type PeerLink } from '../commit/outbox.ts'
import { RoleService } from '../commit/role-service.ts'
import type { Role } from '../commit/role.ts'
import type { RoleStore } from '../commit/store.ts'
import { Subscriptions } from '../commit/subscriptions.ts'
import type { Tables } from '../commit/tables.ts'
import { LayeredView } from '../commit/view.ts'
import type { Logger } from '../runtime/logger.ts'
import { hashJwsSync } from '../runtime/node-signing.ts'
import type { Endpoint } from '../transport/endpoint.ts'
import { StartRefused } from './role-folder.ts'

/** A clock may be this much behind the newest journal entry: machines drift, a wrong year does not. */
const CLOCK_TOLERANCE_MS = 60_000
/** Between two looks for a peer that a role needs at its start: at first, and when it has waited for long. */
const WAIT_FOR_PEER_MS = 500
const LONGEST_WAIT_MS = 16_000

/** What a role asks of itself at its start. */
interface Asked {
  readonly operation: OperationName
  readonly body: Readonly<Record<string, unknown>>
}

export interface HostOptions {
  readonly store: RoleStore
  readonly signer: SyncSigner
  readonly self: string
  /** Leaf first, base64, as sent in `x5c`. */
  readonly chain: () => readonly string[]
  readonly trust: MarketTrust
  readonly verifier: Verifier
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly link: (peer: string, role: ServerRole) => PeerLink
}

/** What the node and its operator's commands see of a running role. */
export interface HostedRole {
  readonly name: ServerRole
  readonly userId: string
  readonly endpoint: Endpoint
  readonly store: RoleStore
  /** Asks the role to do something in its operator's name. */
  readonly ask: <Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name>,
  ) => Promise<Result<ReplyBody<Name>, Refusal>>
  /**
   * After the market is known: first what is asked at every start, then the outbox and the timers. What needs a peer that has not
   * joined the market yet is asked again until it has, and holds up nothing else.
   */
  readonly start: (refreshMarket?: () => Promise<void>) => Promise<void>
  /** Undefined when it takes requests. */
  readonly problem: () => Refusal | undefined
  readonly stop: () => void
}

/** Checks the journal, rebuilds what is kept in memory, and puts the role behind its endpoint. */
export function hostRole<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
  options: HostOptions,
): HostedRole {
  const { store, self, trust, clock, ids, logger } = options
  checkJournal(role.name, store, clock)
  const outgoing = new Outgoing(options.signer, self)
  const subscriptions = new Subscriptions(store)
  const fault = (error: unknown, stopped = false): void => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    logger.error({ role: role.name, stopped, reason }, 'fault')
  }
  const queue: CommitQueue<Name, T, Settings, Memory> = new CommitQueue({
    role,
    store,
    outgoing,
    clock,
    ids,
    directory: (address) => {
      if ('userId' in address) return address.userId
      return trust.find(address.role, address.role === 'issuer' ? address.security : undefined)?.userId
    },
    listener: {
      events: (events) => subscriptions.publish(events),
      messages: (peers) => outbox.wake(peers),
      fault,
    },
  })
  const outbox = new Outbox({
    store,
    self,
    submitReply: (reply) => queue.submitReply(reply),
    link: options.link,
    trust: trust.messageTrust(),
    schedule: (delayMs, run) => {
      setTimeout(run, delayMs).unref()
    },
    fault: (peer, reason) => logger.warn({ role: role.name, peer, code: reason.code }, 'a peer did not answer'),
  })
  const service = new RoleService({ definition: role, queue, outgoing, subscriptions, outbox, fault, ...options })
  const timers: NodeJS.Timeout[] = []
  let stopped = false

  async function ask<Asked extends OperationName>(
    operation: Asked,
    body: RequestBody<Asked>,
  ): Promise<Result<ReplyBody<Asked>, Refusal>> {
    const id = ids.next()
    const wire = writeMembers(operationNamed(operation).request, body)
    const jws = outgoing.sign(requestTyp(operation), { id, from: self, to: self, at: isoTime(clock.now()), body: wire })
    const sent = { operation, id, hash: hashJwsSync(jws), from: self, to: self }
    const reply = await service.askSelf(jws)
    const read = await readReply(reply, sent, { role: role.name, userId: self }, trust.messageTrust())
    return read.ok ? read.value : read
  }

  async function askAndReport(operation: OperationName, body: Readonly<Record<string, unknown>>): Promise<string> {
    const answered = await ask(operation, body as never)
    if (answered.ok) return 'ok'
    logger.warn({ role: role.name, operation, code: answered.error.code }, 'refused by itself')
    return answered.error.code
  }

  async function askUntilReady(asked: readonly Asked[], refreshMarket: (() => Promise<void>) | undefined) {
    let waiting = asked
    for (let pauseMs = WAIT_FOR_PEER_MS; waiting.length > 0; pauseMs = Math.min(2 * pauseMs, LONGEST_WAIT_MS)) {
      await pause(pauseMs, undefined, { ref: false })
      await refreshMarket?.()
      if (stopped || queue.stopped !== undefined) return
      const still: Asked[] = []
      for (const each of waiting) {
        const answered = await ask(each.operation, each.body as never)
        if (!answered.ok && answered.error.code === 'not_ready') still.push(each)
      }
      waiting = still
    }
  }

  return {
    name: role.name,
    userId: self,
    endpoint: service,
    store,
    ask,
    async start(refreshMarket) {
      const waiting: Asked[] = []
      for (const asked of role.atStart)
        if ((await askAndReport(asked.operation, asked.body)) === 'not_ready') waiting.push(asked)
      outbox.start()
      askUntilReady(waiting, refreshMarket).catch((error: unknown) => {
        if (!stopped) fault(error)
      })
      for (const timer of role.timers) {
        const run = (): void => {
          const due = timer.due(new LayeredView(role.tables, store), clock.now(), queue.memory)
          if (due && queue.stopped === undefined) void askAndReport(timer.operation, timer.body)
        }
        timers.push(setInterval(run, timer.everyMs).unref())
      }
    },
    problem() {
      if (queue.stopped !== undefined)
        return { code: 'storage_failed', message: 'the disk failed: the role only answers inquiries' }
      return trust.freshness(clock.now())
    },
    stop() {
      stopped = true
      for (const timer of timers) clearInterval(timer)
      outbox.close()
      store.close()
    },
  }
}

function checkJournal(role: string, store: RoleStore, clock: Clock): void {
  const verified = verifyJournal(store.journal(0n), store.journalHead())
  if (!verified.ok)
    throw new StartRefused(
      'journal_broken',
      `the journal of the role ${role} was altered at entry ${verified.error.details?.['sequence'] ?? '?'}; nothing was changed. Restore a backup.`,
    )
  if (verified.value.at > clock.now() + CLOCK_TOLERANCE_MS)
    throw new StartRefused(
      'clock_behind_journal',
      `the clock is behind the last entry of the journal (${isoTime(verified.value.at)})`,
    )
}
