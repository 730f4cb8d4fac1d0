import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { httpOrigin } from '../../shared/market/market-link.ts'
import { MarketTrust } from '../../shared/market/market-trust.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import type { ClientIdentity } from '../../shared/protocol/client-session.ts'
import type { Link, LinkState } from '../../shared/protocol/link.ts'
import type { PeerLink } from '../commit/outbox.ts'
import type { SyncSigner } from '../../shared/signing/jws.ts'
import { ConfigError, type LoadedConfig } from '../config/config.ts'
import { randomIds, systemClock, systemRandom } from '../runtime/ids.ts'
import type { Logger } from '../runtime/logger.ts'
import { nodeSigner, nodeVerifier } from '../runtime/node-signing.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { listen } from '../transport/listener.ts'
import type { Page, Readiness } from '../transport/pages.ts'
import { peerLink, type PeerLinkOptions } from '../transport/peer-link.ts'
import { composeRoles, type ComposedRole } from './compose.ts'
import { openIssuerAccount } from './issuer-account.ts'
import { ENDS_SOON_MS, followMarket, recallMarket } from './market-follower.ts'
import { loadRole, roleFolder, type LoadedRole } from './role-folder.ts'
import type { HostedRole } from './role-host.ts'

export interface RunningNode {
  readonly port: number
  /** Address of this node's sockets, without a path. */
  readonly url: string
  /** The authority's address as this machine reaches it, where that role is here. */
  readonly localUrl: string
  readonly trust: MarketTrust
  readonly roles: ReadonlyMap<ServerRole, HostedRole>
  /** Resolves when every role takes requests. */
  readonly ready: Promise<void>
  /** Takes nothing more, lets the answers under way finish, closes the databases. */
  readonly stop: () => Promise<void>
}

export interface NodeOptions {
  readonly loaded: LoadedConfig
  readonly passphrase: string | undefined
  readonly logger: Logger
}

/** Starts every role that the configuration names, in this process, behind one port. */
export async function startNode({ loaded, passphrase, logger }: NodeOptions): Promise<RunningNode> {
  const { config, dataFolder } = loaded
  const tls = readTls(loaded)
  const verifier = nodeVerifier()
  const trust = new MarketTrust({ rootThumbprint: config.market.root, verifier, clock: systemClock })
  const names = (['authority', 'issuer', 'exchange', 'settlement'] as const).filter(
    (name) => config.roles[name] !== undefined,
  )
  const loadedRoles = new Map<ServerRole, LoadedRole>()
  for (const name of names)
    loadedRoles.set(name, await loadRole(roleFolder(dataFolder, name), name, passphrase, systemClock.now()))
  const links = new PeerLinks(trust)
  const composed = await composeRoles({ loaded, loadedRoles, trust, passphrase, openStore: openSqliteStore })
  /** Where the start fails, what was opened is closed: the databases' locks end with it. */
  const abandon = (error: unknown): never => {
    for (const { store } of composed.values()) store.close()
    throw error
  }
  const roles = new Map<ServerRole, HostedRole>()
  try {
    for (const [name, role] of composed) roles.set(name, host(name, role))
  } catch (error) {
    abandon(error)
  }

  function host(name: ServerRole, role: ComposedRole): HostedRole {
    const own = loadedRoles.get(name)
    if (own === undefined) throw new Error(`the role ${name} was not loaded`)
    const me = meOf(own)
    const { identity } = own
    return role.host({
      store: role.store,
      signer: me.signer,
      self: identity.userId,
      chain: () => identity.chain,
      trust,
      verifier,
      clock: systemClock,
      ids: randomIds,
      logger,
      link: (peer, peerRole) => links.to(peer, peerRole, me),
    })
  }

  let started = false
  const pages = new Map<string, Page>()
  for (const [name, role] of roles)
    for (const [path, page] of composed.get(name)?.pages(role) ?? []) pages.set(path, page)
  const readiness = (): Record<string, Readiness> =>
    Object.fromEntries(
      [...roles].map(([name, role]) => {
        const problem = role.problem()
        const warning = warningOf(name)
        const more = warning === undefined ? {} : { warning }
        if (problem !== undefined) return [name, { ready: false, reason: problem.code, ...more }]
        return [name, { ...(started ? { ready: true } : { ready: false, reason: 'starting' }), ...more }]
      }),
    )
  const warningOf = (name: ServerRole): string | undefined => {
    const soon = systemClock.now() + ENDS_SOON_MS
    if ((trust.rootListEndsAt ?? Infinity) < soon) return 'root_list_ends_soon'
    const notAfter = loadedRoles.get(name)?.certificate.certificate.notAfter ?? Infinity
    if (notAfter < soon) return 'certificate_ends_soon'
    return (composed.get(name)?.uncertified ?? []).length > 0 ? 'security_not_certified' : undefined
  }
  for (const [role, { uncertified = [] }] of composed)
    if (uncertified.length > 0)
      logger.warn(
        { role, code: 'security_not_certified', securities: uncertified.join(',') },
        'left out: the certificate of the issuer does not name them. Ask the authority for a wider one (kabuken node widen)',
      )
  // Before anybody can call: between a known market and its revocation lists nobody revoked slips in.
  const memoryFile = join(dataFolder, 'market.json')
  await recallMarket(trust, memoryFile)
  const listener = await listen({
    host: config.node.host,
    port: config.node.port,
    ...tls,
    allowPlain: config.node.allowPlain,
    endpoints: new Map([...roles].map(([name, role]) => [`/${name}`, role.endpoint])),
    pages: { readiness, pages },
    allowed: {
      hosts: config.node.publicUrl === undefined ? [] : [new URL(config.node.publicUrl).hostname],
      origins: config.node.allowedOrigins,
    },
    limits: { maxConnectionsPerAddress: config.node.connectionsPerAddress },
    clock: systemClock,
    log: logger,
  }).catch(abandon)
  const descriptor = composed.get('authority')?.descriptor
  if (descriptor !== undefined) {
    // Everybody else waits for what this role publishes, so it cannot wait for that itself.
    const taken = await trust.takeDescriptor(await descriptor())
    // The one mistake that no later fetch mends: the root of the configuration is not this authority's own.
    if (!taken.ok && taken.error.code === 'untrusted_root') {
      await listener.close()
      abandon(new ConfigError(loaded.file, 'market.root', taken.error.message))
    }
    await roles.get('authority')?.start()
  }
  const follower = followMarket({
    trust,
    origin: httpOrigin(config.market.authority),
    memoryFile,
    everyMs: config.node.refreshSeconds * 1000,
    fetch: descriptor === undefined ? fetch : ownPages(pages),
    logger,
  })
  const ready = follower.known.then(async () => {
    const issuer = loadedRoles.get('issuer')
    if (issuer !== undefined)
      await openIssuerAccount(issuer, trust, follower.refresh, (peer, role) => links.to(peer, role, meOf(issuer)))
    // The authority was started above.
    const others = [...roles.values()].filter(({ name }) => name !== 'authority')
    await Promise.all(others.map((role) => role.start(follower.refresh)))
    started = true
    logger.info({ roles: names.join(','), port: listener.port }, 'ready')
  })
  ready.catch((error: unknown) => logger.error({ reason: String(error) }, 'start failed'))
  const scheme = config.node.tls === undefined ? 'ws' : 'wss'
  return {
    port: listener.port,
    url: config.node.publicUrl ?? `${scheme}://${config.node.host}:${listener.port}`,
    localUrl: `${scheme}://${config.node.host}:${listener.port}/authority`,
    trust,
    roles,
    ready,
    async stop() {
      follower.stop()
      await listener.close()
      links.close()
      for (const role of roles.values()) role.stop()
    },
  }
}

/** With the authority in this process, its pages are read here: its public address need not be reachable from inside. */
function ownPages(pages: ReadonlyMap<string, Page>): typeof fetch {
  return async (url) => {
    const { pathname: path, searchParams: query } = new URL(url instanceof Request ? url.url : url)
    const reply = await pages.get(path)?.({ path, query, acceptLanguage: '' })
    const body = reply === undefined ? null : Buffer.from(reply.body)
    return new Response(body, { status: reply?.status ?? 404 })
  }
}

function readTls(loaded: LoadedConfig): { readonly tls?: { readonly cert: string; readonly key: string } } {
  const { tls } = loaded.config.node
  if (tls === undefined) return {}
  const read = (member: 'certificate' | 'key'): string => {
    const file = resolve(dirname(loaded.file), tls[member])
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw new ConfigError(loaded.file, `node.tls.${member}`, `${file} cannot be read`, error)
    }
  }
  const [cert, key] = [read('certificate'), read('key')]
  try {
    // Node would say it too, but only of the key or the certificate, and never that it is about this setting.
    createSecureContext({ cert, key })
  } catch (error) {
    throw new ConfigError(
      loaded.file,
      'node.tls',
      `certificate and key cannot be used: ${(error as Error).message}`,
      error,
    )
  }
  return { tls: { cert, key } }
}

type Me = ClientIdentity & { readonly signer: SyncSigner }

function meOf({ identity, signingKey, certificate }: LoadedRole): Me {
  const name = { 'x5t#S256': certificate.certificate.thumbprint }
  const signer = nodeSigner(signingKey.export({ type: 'pkcs8', format: 'der' }), name)
  return { from: identity.userId, signer, chain: identity.chain }
}

/** One connection from each role of this node to each peer that it has something to say to. */
class PeerLinks {
  readonly #trust: MarketTrust
  readonly #links = new Map<string, PeerConnection>()

  constructor(trust: MarketTrust) {
    this.#trust = trust
  }

  to(peer: string, role: ServerRole, me: Me): PeerLink {
    const url = this.#trust.member(peer)?.url
    if (url === undefined) return { request: () => Promise.reject(new Error(`${peer} is no server of the market`)) }
    // A peer that moved gets a new connection.
    const name = `${me.from} ${peer} ${url}`
    let connection = this.#links.get(name)
    if (connection === undefined) {
      connection = new PeerConnection({
        url,
        server: { role, userId: peer },
        me,
        trust: this.#trust.messageTrust(),
        clock: systemClock,
        random: systemRandom,
      })
      this.#links.set(name, connection)
    }
    return connection
  }

  close(): void {
    for (const connection of this.#links.values()) connection.close()
  }
}

/** A link whose requests wait for the connection while it is being made, and fail when it cannot be. */
class PeerConnection implements PeerLink {
  readonly #link: Link
  #opening = Promise.withResolvers<void>()

  constructor(options: PeerLinkOptions) {
    this.#opening.promise.catch(() => undefined)
    this.#link = peerLink({ ...options, onState: (state) => this.#changed(state) })
    this.#link.open()
  }

  readonly request = async (id: string, jws: string): Promise<string> => {
    await this.#opening.promise
    return this.#link.request(id, jws)
  }

  close(): void {
    this.#link.close()
  }

  #changed(state: LinkState): void {
    if (state.kind === 'ready') this.#opening.resolve()
    else if (state.kind === 'waiting' || state.kind === 'closed')
      this.#opening.reject(new Error('there is no connection'))
    else {
      this.#opening = Promise.withResolvers<void>()
      this.#opening.promise.catch(() => undefined)
    }
  }
}
