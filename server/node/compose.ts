import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { Offering } from '../../shared/documents/offering.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Bytes } from '../../shared/kernel/bytes.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { httpOrigin } from '../../shared/market/market-link.ts'
import type { MarketTrust } from '../../shared/market/market-trust.ts'
import { parseCertificate, type Certificate } from '../../shared/pki/certificate.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { openAccount, sealAccount } from '../../shared/signing/jwe.ts'
import { importAgreementKey } from '../../shared/signing/webcrypto.ts'
import type { JournalEntry } from '../commit/journal.ts'
import { replay } from '../commit/replay.ts'
import type { Role } from '../commit/role.ts'
import type { RoleStore } from '../commit/store.ts'
import type { Tables } from '../commit/tables.ts'
import { LayeredView } from '../commit/view.ts'
import type { LoadedConfig, NodeConfig } from '../config/config.ts'
import { authorityRole } from '../roles/authority/role.ts'
import { publication } from '../roles/authority/publication.ts'
import { authorityTables } from '../roles/authority/tables.ts'
import { exchangeRole } from '../roles/exchange/role.ts'
import { issuerRole } from '../roles/issuer/role.ts'
import type { IssuerSettings } from '../roles/issuer/settings.ts'
import { settlementRole } from '../roles/settlement/role.ts'
import { randomIds, systemClock, systemRandom } from '../runtime/ids.ts'
import { readKeyFile } from '../runtime/key-file.ts'
import { nodeSigner } from '../runtime/node-signing.ts'
import { offeringsPage } from '../transport/offerings-page.ts'
import { plainReply, type Page } from '../transport/pages.ts'
import { webKeys } from './enrol.ts'
import { loadIdentity, roleFolder, StartRefused, type LoadedRole, type RoleIdentity } from './role-folder.ts'
import { hostRole, type HostedRole, type HostOptions } from './role-host.ts'

/** A role with its database, ready to be hosted. Its own types stay inside. */
export interface ComposedRole {
  readonly store: RoleStore
  readonly host: (options: HostOptions) => HostedRole
  /** HTTP pages, by path, of the running role. */
  readonly pages: (hosted: HostedRole) => ReadonlyMap<string, Page>
  /** An issuer's securities that its certificate does not name: their classes are left out. */
  readonly uncertified?: readonly string[]
  /** The market's descriptor, where the authority is in this process: it need not be fetched. */
  readonly descriptor?: () => Promise<string>
}

/** A role as far as its journal needs it to be decided again. */
export interface ReplayableRole {
  readonly tables: Tables
  readonly replay: (journal: Iterable<JournalEntry>, into: RoleStore) => void
}

export interface ComposeOptions {
  readonly loaded: LoadedConfig
  readonly loadedRoles: ReadonlyMap<ServerRole, LoadedRole>
  readonly trust: MarketTrust
  readonly passphrase: string | undefined
  readonly openStore: (options: { readonly file: string; readonly role: string; readonly tables: Tables }) => RoleStore
}

const noPages = (): ReadonlyMap<string, Page> => new Map()

function hosting<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
): (options: HostOptions) => HostedRole {
  return (options) => hostRole(role, options)
}

function replaying<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
): ReplayableRole {
  return { tables: role.tables, replay: (journal, into) => replay(role, journal, into) }
}

/** Builds each configured role out of its settings, its keys and its database. */
export async function composeRoles(options: ComposeOptions): Promise<ReadonlyMap<ServerRole, ComposedRole>> {
  const composed = new Map<ServerRole, ComposedRole>()
  try {
    for (const [name, own] of options.loadedRoles) composed.set(name, await composeRole(name, own, options))
    return composed
  } catch (error) {
    for (const { store } of composed.values()) store.close()
    throw error
  }
}

async function composeRole(name: ServerRole, own: LoadedRole, options: ComposeOptions): Promise<ComposedRole> {
  const { loaded, trust, openStore } = options
  const { roles } = loaded.config
  const folder = roleFolder(loaded.dataFolder, name)
  const open = (tables: Tables): RoleStore => openStore({ file: folder.database, role: name, tables })
  if (name === 'authority') return composeAuthority(own, options, open)
  if (name === 'issuer') {
    const configured = issuerSettingsOf(loaded.config, own.identity, trust.member(own.identity.userId)?.url)
    const { settings, uncertified } = certifiedClasses(configured, own)
    const role = issuerRole(settings, trust, async (paymentId) => {
      const recipient = await trust.settlementRecipient()
      if (!recipient.ok) throw new Error(recipient.error.message)
      assert(settings.account !== undefined, 'an issuer is enrolled with an account number')
      return sealAccount(
        { account: settings.account, userId: own.identity.userId, requestId: paymentId },
        recipient.value,
      )
    })
    return {
      store: open(role.tables),
      host: hosting(role),
      pages: (hosted) => new Map([['/offerings', showOfferings(hosted)]]),
      uncertified,
    }
  }
  if (name === 'exchange') {
    assert(roles.exchange !== undefined, 'configured')
    const role = exchangeRole(roles.exchange, trust)
    return { store: open(role.tables), host: hosting(role), pages: noPages }
  }
  assert(
    roles.settlement !== undefined && own.agreementKey !== undefined,
    'a settlement server has a key for account numbers',
  )
  const agreementKey = await importAgreementKey(
    new Uint8Array(own.agreementKey.export({ type: 'pkcs8', format: 'der' })),
  )
  const role = settlementRole(roles.settlement, trust, (jwe, expected): Promise<Result<string, Refusal>> =>
    openAccount(jwe, agreementKey, expected),
  )
  return { store: open(role.tables), host: hosting(role), pages: noPages }
}

async function composeAuthority(
  own: LoadedRole,
  { loaded, passphrase }: ComposeOptions,
  open: (tables: Tables) => RoleStore,
): Promise<ComposedRole> {
  const settings = loaded.config.roles.authority
  assert(settings !== undefined, 'configured')
  const { path } = roleFolder(loaded.dataFolder, 'authority')
  const { rootDer, certificate } = await readAuthority(path)
  const { privateKey } = await webKeys(readKeyFile(join(path, 'issuing.pem'), passphrase))
  const issuer = { certificate, privateKey }
  const store = open(authorityTables)
  const committed = (): LayeredView<typeof authorityTables> => new LayeredView(authorityTables, store)
  const desk = { issuer, random: systemRandom, ids: randomIds }
  const self = authorityMember(own.identity, settings.name, loaded.config)
  const role = authorityRole(settings, { desk, rootDer, self, committed })
  const published = publication({
    terms: role.settings,
    issuer,
    signer: nodeSigner(own.signingKey.export({ type: 'pkcs8', format: 'der' }), {
      'x5t#S256': own.certificate.certificate.thumbprint,
    }),
    chain: own.identity.chain,
    rootCrlDer: () => new Uint8Array(readFileSync(join(path, 'root.crl'))),
    committed,
  })
  const crl =
    (of: 'root' | 'issuing'): Page =>
    async () => ({ status: 200, contentType: 'application/pkix-crl', body: await published.crl(of) })
  return {
    store,
    host: hosting(role),
    pages: () =>
      new Map<string, Page>([
        ['/market', async () => ({ status: 200, contentType: 'application/jose', body: await published.descriptor() })],
        ['/crl/root.crl', crl('root')],
        ['/crl/issuing.crl', crl('issuing')],
      ]),
    descriptor: () => published.descriptor(),
  }
}

/** [0021]: the conditions of issue as a page of the web, for people without a wallet. */
const showOfferings =
  (hosted: HostedRole): Page =>
  async (request) => {
    const offerings: Offering[] = []
    for (;;) {
      const after = offerings.at(-1)?.offeringNumber
      const page = await hosted.ask('issuer.offerings', after === undefined ? {} : { after })
      if (!page.ok) return plainReply(503, 'the register is not ready yet\n')
      offerings.push(...page.value.offerings)
      if (!page.value.more) return offeringsPage(offerings, page.value.classes, systemClock.now(), request)
    }
  }

/**
 * A class beside the issuer's certificate would be subscribed and paid for, and its share certificates be valid nowhere. It is left
 * out until the authority has approved a wider certificate, and the companies that were there before go on.
 */
function certifiedClasses(
  settings: IssuerSettings,
  { certificate: { policy } }: LoadedRole,
): { readonly settings: IssuerSettings; readonly uncertified: readonly string[] } {
  const isCertified = (security: string): boolean => policy.mayIssue?.includes(security) === true
  const classes = settings.classes.filter(({ security }) => isCertified(security))
  if (classes.length === 0)
    throw new StartRefused(
      'security_not_certified',
      'roles.issuer.classes: the certificate of this issuer covers none of them; for another company ask the authority for a wider one (kabuken node widen)',
    )
  const others = settings.classes.map(({ security }) => security).filter((security) => !isCertified(security))
  return { settings: { ...settings, classes }, uncertified: [...new Set(others)] }
}

function issuerSettingsOf(config: NodeConfig, identity: RoleIdentity, url: string | undefined): IssuerSettings {
  const { issuer } = config.roles
  assert(issuer !== undefined, 'configured')
  const { name, ...settings } = issuer
  const agent = {
    userId: identity.userId,
    name,
    // What the market says of this role; before it is known, where it should be.
    url: url ?? `${config.node.publicUrl ?? httpOrigin(config.market.authority).replace('http', 'ws')}/issuer`,
    signatureAlgorithm: 'ES256' as const,
  }
  return { ...settings, agent, ...(identity.account === undefined ? {} : { account: identity.account }) }
}

/** A role as it was when its journal was written, to decide the entries again: nothing is verified, sealed or signed then. */
export async function definitionForReplay(name: ServerRole, loaded: LoadedConfig): Promise<ReplayableRole> {
  const { roles } = loaded.config
  const folder = roleFolder(loaded.dataFolder, name)
  const unused = (): never => {
    throw new Error('a replay prepares nothing')
  }
  const trust = { verifyWith: unused, verifyMember: unused, verifyShareCertificate: unused }
  if (name === 'issuer')
    return replaying(issuerRole(issuerSettingsOf(loaded.config, loadIdentity(folder), undefined), trust, unused))
  if (name === 'exchange' && roles.exchange !== undefined) return replaying(exchangeRole(roles.exchange, trust))
  if (name === 'settlement' && roles.settlement !== undefined)
    return replaying(settlementRole(roles.settlement, trust, unused))
  assert(name === 'authority' && roles.authority !== undefined, `the configuration has no role ${name}`)
  const { rootDer, certificate } = await readAuthority(folder.path)
  const issuer = { certificate, privateKey: undefined as never }
  const desk = { issuer, random: systemRandom, ids: randomIds }
  const self = authorityMember(loadIdentity(folder), roles.authority.name, loaded.config)
  return replaying(authorityRole(roles.authority, { desk, rootDer, self, committed: unused }))
}

function authorityMember({ userId, chain, former = [] }: RoleIdentity, name: string, config: NodeConfig): MarketMember {
  return {
    role: 'authority',
    userId,
    name,
    url: config.market.authority,
    certificates: [...chain.slice(0, 1), ...former],
  }
}

async function readAuthority(path: string): Promise<{ rootDer: Bytes; certificate: Certificate }> {
  const certificate = await parseCertificate(new Uint8Array(readFileSync(join(path, 'issuing.crt'))))
  if (!certificate.ok) throw new Error(`issuing.crt: ${certificate.error.message}`)
  return { rootDer: new Uint8Array(readFileSync(join(path, 'root.crt'))), certificate: certificate.value }
}
