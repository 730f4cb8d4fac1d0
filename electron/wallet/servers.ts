import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import type { Refusal } from '../../shared/kernel/result.ts'
import type { MessageTrust } from '../../shared/protocol/message-signer.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import type { ClientIdentity } from '../../shared/protocol/client-session.ts'
import type { LinkState } from '../../shared/protocol/link.ts'
import type { WalletPorts } from './api.ts'
import { Connection } from './connection/connection.ts'
import type { Keys } from './keys.ts'
import type { Store } from './state.ts'

interface Known {
  readonly url: string
  readonly connection: Connection
  readonly waiting: Set<() => void>
}

export interface ServersOptions {
  readonly store: Store
  readonly ports: WalletPorts
  readonly keys: Keys
  readonly trust: () => MessageTrust
  readonly changed: () => void
  readonly fault: (server: MarketMember, fault: Refusal) => void
}

/** One connection to each server that is talked to, as a member of the market or as an applicant. */
export class Servers {
  readonly #options: ServersOptions
  readonly #known = new Map<string, Promise<Known>>()
  readonly #states = new Map<string, LinkState>()

  constructor(options: ServersOptions) {
    this.#options = options
  }

  get states(): ReadonlyMap<string, LinkState> {
    return this.#states
  }

  /** `from`: own user ID or `applicant:<thumbprint>`. Throws KeychainError. */
  async connection(server: MarketMember, from: string): Promise<Connection> {
    return (await this.#find(server, from)).connection
  }

  /** How the connection stands when there is a session, or when the time is over. */
  async ready(server: MarketMember, from: string, withinMs: Millis): Promise<LinkState> {
    const { connection, waiting } = await this.#find(server, from)
    if (connection.state.kind === 'ready') return connection.state
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (connection.state.kind === 'ready' || connection.state.kind === 'closed') resolve()
    }
    const cancel = this.#options.ports.schedule(withinMs, resolve)
    waiting.add(look)
    connection.open()
    await promise
    waiting.delete(look)
    cancel()
    return connection.state
  }

  /** Ends one connection that is not needed any more. */
  async leave(server: MarketMember, from: string): Promise<void> {
    const key = `${server.userId} ${from}`
    const known = this.#known.get(key)
    this.#known.delete(key)
    const left = await known?.catch(() => undefined)
    left?.connection.close()
    this.#states.delete(server.userId)
  }

  /** Ends all connections, at the end or because the own certificate changed. */
  async close(): Promise<void> {
    const known = [...this.#known.values()]
    this.#known.clear()
    this.#states.clear()
    for (const each of await Promise.allSettled(known)) {
      if (each.status === 'fulfilled') each.value.connection.close()
    }
  }

  async #find(server: MarketMember, from: string): Promise<Known> {
    const key = `${server.userId} ${from}`
    const known = await this.#known.get(key)
    if (known?.url === server.url) return known
    known?.connection.close()
    const connecting = this.#connect(server, from)
    this.#known.set(key, connecting)
    connecting.catch(() => this.#known.delete(key))
    return connecting
  }

  async #connect(server: MarketMember, from: string): Promise<Known> {
    const { ports, changed, fault, trust } = this.#options
    const { role, userId, url } = server
    assert(role !== 'investor', 'an investor serves nobody')
    const waiting = new Set<() => void>()
    const connection = new Connection({
      server: { role: role satisfies ServerRole, userId },
      me: await this.#identity(from),
      trust: trust(),
      openSocket: ports.openSocket(url),
      schedule: ports.schedule,
      clock: ports.clock,
      random: ports.random,
      ids: ports.ids,
      onFault: (refusal) => fault(server, refusal),
      onState: (state) => {
        this.#states.set(userId, state)
        for (const look of waiting) look()
        changed()
      },
    })
    connection.open()
    return { url, connection, waiting }
  }

  async #identity(from: string): Promise<ClientIdentity> {
    const { keys, store } = this.#options
    const { identity, profile } = store.read()
    if (identity?.userId === from) {
      const signers = await keys.signers(identity.chain[0])
      return { from, signer: signers.session, chain: identity.chain }
    }
    assert(profile !== null, 'an applicant has a name')
    const signers = await keys.signers(undefined)
    return { from, signer: signers.session, request: await keys.certificationRequest(profile.name) }
  }
}
