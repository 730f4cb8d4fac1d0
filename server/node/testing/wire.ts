import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { MarketTrust } from '../../../shared/market/market-trust.ts'
import type { ServerRole } from '../../../shared/protocol/catalogue/catalogue.ts'
import { answerWelcome, type ClientIdentity } from '../../../shared/protocol/client-session.ts'
import { peekMessage } from '../../../shared/protocol/link.ts'
import { requestTyp } from '../../../shared/protocol/message.ts'
import { StorageError, type RoleStore } from '../../commit/store.ts'
import type { LoadedConfig } from '../../config/config.ts'
import { randomIds, systemClock } from '../../runtime/ids.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { nodeSigner, nodeVerifier } from '../../runtime/node-signing.ts'
import { openSqliteStore } from '../../storage/sqlite/role-store.ts'
import { composeRoles } from '../compose.ts'
import { loadRole, roleFolder, type LoadedRole } from '../role-folder.ts'
import type { HostedRole } from '../role-host.ts'

/** What can go wrong with one message, once: on its way, or with one of its two ends. */
export const FAULTS = [
  'request lost',
  'reply lost',
  'delivered twice',
  'late',
  'receiver dies before',
  'receiver dies after',
  'sender dies before',
  'sender dies after',
] as const
export type Fault = (typeof FAULTS)[number]

/** A message by what it asks and the how manieth of its kind it is, such as `settlement.hold 2`. */
export interface Planned {
  readonly message: string
  readonly fault: Fault
}

export const TRADING_ROLES = ['issuer', 'exchange', 'settlement'] as const
type TradingRole = (typeof TRADING_ROLES)[number]

/** Longer than everything else that is under way in a trade takes. */
const LATE_MS = 300

/** One life of a role: dead, it neither writes nor is heard, as after a kill. */
interface Life {
  readonly hosted: HostedRole
  readonly store: RoleStore
  readonly file: string
  readonly died: Promise<never>
  readonly kill: () => void
  readonly sessions: Map<string, Promise<(jws: string) => Promise<string>>>
  dead: boolean
}

/**
 * Three roles on databases of their own, real but for the wire between them: messages are handed over within the process, and
 * one of them meets a fault. A role that dies comes back on what was on its disk at that moment.
 */
export class Wire {
  readonly #loaded: LoadedConfig
  readonly #trust: MarketTrust
  readonly #folder: string
  readonly #roles = new Map<TradingRole, LoadedRole>()
  readonly #lives = new Map<TradingRole, Life>()
  readonly #stores: RoleStore[] = []
  readonly #seen = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  #plan: Planned | undefined
  /** Messages of the trade in the order in which they were sent first. */
  readonly sent: { readonly message: string; readonly from: string }[] = []
  #tracing = false
  #opened = 0

  private constructor(loaded: LoadedConfig, trust: MarketTrust, folder: string) {
    this.#loaded = loaded
    this.#trust = trust
    this.#folder = folder
  }

  /** On copies of the databases of a market that is stopped. */
  static async open(loaded: LoadedConfig, trust: MarketTrust, folder: string): Promise<Wire> {
    const wire = new Wire(loaded, trust, folder)
    mkdirSync(folder, { recursive: true })
    for (const role of TRADING_ROLES) {
      const own = roleFolder(loaded.dataFolder, role)
      wire.#roles.set(role, await loadRole(own, role, undefined, systemClock.now()))
      await wire.#live(role, own.database)
    }
    await Promise.all(TRADING_ROLES.map((role) => wire.hosted(role).start()))
    return wire
  }

  /** From now on messages count, and the planned one fails. */
  trace(plan?: Planned): void {
    this.#tracing = true
    this.#plan = plan
  }

  hosted(role: TradingRole): HostedRole {
    return this.#life(role).hosted
  }

  store(role: TradingRole): RoleStore {
    return this.#life(role).store
  }

  /** Whether nothing waits for an answer, and the fault has happened. */
  get isQuiet(): boolean {
    return this.#plan === undefined && TRADING_ROLES.every((role) => this.store(role).waiting().length === 0)
  }

  /** As a wallet or an operator: sends until an answer comes. */
  async ask(me: ClientIdentity, role: TradingRole, jws: string): Promise<string> {
    for (;;) {
      try {
        return await this.#send(me, undefined, role, jws)
      } catch (error) {
        if (!(error instanceof Cut)) throw error
        await pause(20)
      }
    }
  }

  stop(): void {
    for (const life of this.#lives.values()) life.kill()
  }

  /** Once nothing is under way any more that might look at a database, long after {@link stop}. */
  close(): void {
    for (const store of this.#stores) store.close()
  }

  #life(role: TradingRole): Life {
    const life = this.#lives.get(role)
    if (life === undefined) throw new Error(`${role} never lived`)
    return life
  }

  /** Begins a life on a copy of what is on the disk of the last one. */
  async #live(role: TradingRole, from: string): Promise<void> {
    const file = join(this.#folder, `${role}-${(this.#opened += 1)}.sqlite`)
    for (const part of ['', '-wal']) if (existsSync(from + part)) copyFileSync(from + part, file + part)
    const own = this.#roles.get(role)
    if (own === undefined) throw new Error(`${role} was not loaded`)
    let store: RoleStore | undefined
    const composed = await composeRoles({
      loaded: this.#loaded,
      loadedRoles: new Map([[role, own]]),
      trust: this.#trust,
      passphrase: undefined,
      openStore: (options) => {
        const opened = openSqliteStore({ ...options, file })
        this.#stores.push(opened)
        return (store = mortal(opened, () => life.dead))
      },
    })
    const { promise: died, reject } = Promise.withResolvers<never>()
    died.catch(() => undefined)
    const me = identityOf(own)
    const life: Life = {
      get hosted() {
        return hosted
      },
      get store() {
        if (store === undefined) throw new Error('opened below')
        return store
      },
      file,
      died,
      sessions: new Map(),
      dead: false,
      kill: () => {
        life.dead = true
        hosted.stop()
        reject(new Cut())
      },
    }
    const role_ = composed.get(role)
    if (role_ === undefined) throw new Error(`${role} was not composed`)
    const hosted: HostedRole = role_.host({
      store: life.store,
      signer: me.signer,
      self: me.from,
      chain: () => own.identity.chain,
      trust: this.#trust,
      verifier: nodeVerifier(),
      clock: systemClock,
      ids: randomIds,
      logger: silentLogger,
      link: (_peer, to) => ({ request: (_id, jws) => this.#send(me, { role, life }, to as TradingRole, jws) }),
    })
    this.#lives.set(role, life)
  }

  /** Dies and comes back: what it had not written is gone. */
  async #die(role: TradingRole, life = this.#life(role)): Promise<void> {
    if (life.dead) return
    life.kill()
    await this.#live(role, life.file)
    await this.hosted(role).start()
  }

  #planned(jws: string): Fault | undefined {
    if (!this.#tracing) return undefined
    const { typ, id } = peekMessage(jws) ?? { typ: '', id: '' }
    const operation = typ.slice(requestTyp('').length)
    let message = this.#seen.get(`${id}`)
    if (message === undefined) {
      const count = (this.#counts.get(operation) ?? 0) + 1
      this.#counts.set(operation, count)
      message = `${operation} ${count}`
      this.#seen.set(`${id}`, message)
      this.sent.push({ message, from: '' })
    }
    if (this.#plan?.message !== message) return undefined
    const { fault } = this.#plan
    this.#plan = undefined
    return fault
  }

  async #send(
    me: ClientIdentity,
    sender: { readonly role: TradingRole; readonly life: Life } | undefined,
    to: TradingRole,
    jws: string,
  ): Promise<string> {
    if (isDead(sender)) throw new Cut()
    const fault = this.#planned(jws)
    const last = this.sent.at(-1)
    if (last?.from === '' && sender !== undefined) this.sent[this.sent.length - 1] = { ...last, from: sender.role }
    const reply = await this.#meet(fault, me, sender, to, jws)
    if (isDead(sender)) throw new Cut()
    return reply
  }

  async #meet(
    fault: Fault | undefined,
    me: ClientIdentity,
    sender: { readonly role: TradingRole; readonly life: Life } | undefined,
    to: TradingRole,
    jws: string,
  ): Promise<string> {
    switch (fault) {
      case 'request lost':
        throw new Cut()
      case 'reply lost':
        await this.#handOver(me, to, jws)
        throw new Cut()
      case 'delivered twice': {
        const [first, second] = await Promise.all([this.#handOver(me, to, jws), this.#handOver(me, to, jws)])
        if (first !== second) throw new Error('a repeat was answered with other bytes')
        return first
      }
      case 'late':
        await pause(LATE_MS)
        return this.#handOver(me, to, jws)
      case 'receiver dies before':
        await this.#die(to)
        throw new Cut()
      case 'receiver dies after': {
        const life = this.#life(to)
        const before = life.store.journalHead().sequence
        this.#handOver(me, to, jws).catch(() => undefined)
        // At the very moment at which it is on the disk.
        while (life.store.journalHead().sequence === before) await new Promise((resolve) => setImmediate(resolve))
        await this.#die(to, life)
        throw new Cut()
      }
      case 'sender dies before':
        if (sender !== undefined) await this.#die(sender.role, sender.life)
        throw new Cut()
      case 'sender dies after':
        await this.#handOver(me, to, jws)
        if (sender !== undefined) await this.#die(sender.role, sender.life)
        throw new Cut()
      case undefined:
        return this.#handOver(me, to, jws)
    }
  }

  async #handOver(me: ClientIdentity, to: TradingRole, jws: string): Promise<string> {
    const life = this.#life(to)
    let session = life.sessions.get(me.from)
    if (session === undefined) {
      session = this.#openSession(me, to, life)
      life.sessions.set(me.from, session)
    }
    const receive = await session
    if (life.dead) throw new Cut()
    return Promise.race([receive(jws), life.died])
  }

  async #openSession(
    me: ClientIdentity,
    role: TradingRole,
    { hosted }: Life,
  ): Promise<(jws: string) => Promise<string>> {
    const { nonce, jws } = await hosted.endpoint.welcome()
    const server = { role: role as ServerRole, userId: hosted.userId }
    const answered = await answerWelcome(jws, server, me, this.#trust.messageTrust(), systemClock.now())
    if (!answered.ok) throw new Error(answered.error.code)
    const accepted = await hosted.endpoint.authenticate(answered.value.session, nonce, {
      send: () => undefined,
      onClose: () => undefined,
    })
    if (!accepted.ok) throw new Error(accepted.error.code)
    return accepted.value.receive
  }
}

const isDead = (sender: { readonly life: Life } | undefined): boolean => sender?.life.dead === true

/** The connection broke: nobody knows what became of the message. */
class Cut extends Error {
  override readonly name = 'Cut'
}

function identityOf({ identity, signingKey, certificate }: LoadedRole) {
  const signer = nodeSigner(signingKey.export({ type: 'pkcs8', format: 'der' }), {
    'x5t#S256': certificate.certificate.thumbprint,
  })
  return { from: identity.userId, signer, chain: identity.chain }
}

/** Writes nothing any more once its role is dead, and stays open: what is still under way may look at it. */
function mortal(store: RoleStore, isDead: () => boolean): RoleStore {
  return new Proxy(store, {
    get(target, member) {
      if (member === 'write' && isDead())
        return () => {
          throw new StorageError('storage_failed', 'the role is dead')
        }
      if (member === 'close') return () => undefined
      const value: unknown = Reflect.get(target, member)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
