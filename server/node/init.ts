import { createPublicKey, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MakingStep } from '../../shared/bundled-node/channel.ts'
import { toBase64 } from '../../shared/kernel/bytes.ts'
import { httpOrigin, readMarketLink, writeMarketLink, type MarketLink } from '../../shared/market/market-link.ts'
import { MarketTrust } from '../../shared/market/market-trust.ts'
import { isHolderName } from '../../shared/pki/profile.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { loadConfig, readConfig } from '../config/config.ts'
import { holdCeremony } from '../roles/authority/ceremony.ts'
import { writeDurably } from '../runtime/durable-file.ts'
import { randomIds, systemClock, systemRandom } from '../runtime/ids.ts'
import { newPrivateKey, writeKeyFile } from '../runtime/key-file.ts'
import { silentLogger } from '../runtime/logger.ts'
import { nodeVerifier } from '../runtime/node-signing.ts'
import { configTemplate, type ConfigPlan } from './config-template.ts'
import { enrolRole, webKeys } from './enrol.ts'
import { fetchMarket } from './market-follower.ts'
import { startNode, type RunningNode } from './node.ts'
import { makeRoleFolder, roleFolder, saveIdentity, StartRefused, type RoleFolder } from './role-folder.ts'

export type InitRole = ServerRole

export interface InitOptions extends Omit<ConfigPlan, 'authority' | 'root' | 'data'> {
  readonly configFile: string
  /** Encrypts the key files; undefined: they are plain, for their owner's eyes only. */
  readonly passphrase: string | undefined
  /** Link of the market to join, for a node without an authority. */
  readonly join?: string
  readonly invitation?: string
  /** In words, and as a program reads it where there is something to read. */
  readonly progress: (text: string, step?: MakingStep) => void
}

export interface Initialised {
  readonly configFile: string
  readonly dataFolder: string
  readonly link: string
  readonly roles: Readonly<Record<string, string>>
}

/** Invitations that init makes for its own roles last just long enough. */
const OWN_INVITATION_MS = 10 * 60 * 1000

/**
 * Makes a node: keys, a commented configuration, and certificates for its roles. With the role authority it makes a new
 * market, root and all; without, it joins the one that the link names and applies to its authority.
 */
export async function initNode(options: InitOptions): Promise<Initialised> {
  const { configFile } = options
  const dataFolder = join(dirname(configFile), 'data')
  if (existsSync(dataFolder))
    throw new StartRefused('data_exists', `${dataFolder} exists: its keys are not overwritten`)
  if (existsSync(configFile)) throw new StartRefused('config_exists', `${configFile} exists and is not overwritten`)
  const names = [`${options.marketName} Root`, `${options.name} Authority`, `${options.name} settlement`]
  if (!names.every(isHolderName))
    throw new StartRefused(
      'bad_name',
      'names of markets and servers have 1 to 50 characters, and none that are invisible',
    )
  const makesMarket = options.roles.includes('authority')
  const joins = makesMarket ? undefined : linkToJoin(options.join)
  // What is wrong with the plan is found before there is anything to overwrite at the next attempt.
  readConfig(configFile, configTemplate({ ...options, ...(joins ?? PLANNED_MARKET), data: 'data' }))
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  try {
    return await makeNode(options, dataFolder, joins)
  } catch (error) {
    // Half a node is of no use, and its keys are nobody's: the next attempt begins anew.
    rmSync(dataFolder, { recursive: true, force: true })
    rmSync(configFile, { force: true })
    throw error
  }
}

/** Stands in the plan for the market that is still to be made. */
const PLANNED_MARKET = { authority: 'ws://127.0.0.1/authority', root: 'A'.repeat(43) }

async function makeNode(options: InitOptions, dataFolder: string, joins: MarketLink | undefined): Promise<Initialised> {
  const { configFile, roles, progress } = options
  const market = joins ?? (await makeAuthority(dataFolder, options))
  writeFileSync(configFile, configTemplate({ ...options, ...market, data: 'data' }), { flag: 'wx' })
  const others = roles.filter((role) => role !== 'authority')
  const enrolled =
    joins === undefined
      ? await enrolAtOwnAuthority(others, dataFolder, options)
      : await enrolAtRemote(others, dataFolder, market, options)
  progress('done')
  return { configFile, dataFolder, link: writeMarketLink(market), roles: enrolled }
}

function linkToJoin(text: string | undefined): MarketLink {
  const link = readMarketLink(text ?? '')
  if (link.ok) return link.value
  throw new StartRefused('bad_link', 'a node without the role authority joins a market: give its link (--join)')
}

/** [CA5]: root, issuing authority and the authority's own certificate. */
async function makeAuthority(dataFolder: string, options: InitOptions): Promise<MarketLink> {
  const { passphrase, name, marketName, currency, progress } = options
  progress('creating the root and the issuing authority', { step: 'root' })
  const folder = roleFolder(dataFolder, 'authority')
  makeRoleFolder(folder)
  const [root, issuing, signing] = [newPrivateKey(), newPrivateKey(), newPrivateKey()]
  const ceremony = await holdCeremony({
    clock: systemClock,
    random: systemRandom,
    ids: randomIds,
    rootName: `${marketName} Root`,
    authorityName: `${name} Authority`,
    rootKeys: await webKeys(root),
    issuingKeys: await webKeys(issuing),
    authoritySpki: new Uint8Array(createPublicKey(signing).export({ type: 'spki', format: 'der' })),
    currency,
  })
  writeKeyFile(join(folder.path, 'root.pem'), root, passphrase)
  writeKeyFile(join(folder.path, 'issuing.pem'), issuing, passphrase)
  writeKeyFile(folder.signingKey, signing, passphrase)
  writeDurably(join(folder.path, 'root.crt'), ceremony.rootDer, 0o644)
  writeDurably(join(folder.path, 'issuing.crt'), ceremony.issuingDer, 0o644)
  writeDurably(join(folder.path, 'root.crl'), ceremony.rootCrlDer, 0o644)
  const chain = [ceremony.authorityLeafDer, ceremony.issuingDer].map((der) => toBase64(der))
  saveIdentity(folder, { userId: ceremony.authorityUserId, chain })
  progress(`move ${join(folder.path, 'root.pem')} to a safe place: it is needed once a year`)
  return { authority: `${publicUrl(options)}/authority`, root: ceremony.rootThumbprint }
}

/** The node runs for a moment with its authority alone, and the other roles apply to it as they would to any. */
async function enrolAtOwnAuthority(
  roles: readonly ServerRole[],
  dataFolder: string,
  options: InitOptions,
): Promise<Record<string, string>> {
  if (roles.length === 0) return {}
  const { config, ...loaded } = loadConfig(options.configFile)
  const { authority } = config.roles
  const node = await startNode({
    // On the loopback address only, where no TLS is needed, and on any free port.
    loaded: {
      ...loaded,
      config: { ...config, node: { ...config.node, host: '127.0.0.1', port: 0, tls: undefined }, roles: { authority } },
    },
    passphrase: options.passphrase,
    logger: silentLogger,
  })
  try {
    await node.ready
    const enrolled: Record<string, string> = {}
    for (const role of roles) {
      const invitation = await invite(node, role, securitiesOf(options))
      enrolled[role] = await enrolOne(role, dataFolder, { ...options, invitation }, node.trust, node.localUrl)
    }
    return enrolled
  } finally {
    await node.stop()
  }
}

async function invite(node: RunningNode, role: ServerRole, securities: readonly string[]): Promise<string> {
  const answer = await node.roles.get('authority')?.ask('authority.invite', {
    role,
    validUntil: systemClock.now() + OWN_INVITATION_MS,
    operator: 'kabuken node init',
    ...(role === 'issuer' ? { securities: [...securities] } : {}),
  })
  if (answer?.ok !== true)
    throw new StartRefused('not_ready', `no invitation for the role ${role}: ${answer?.error.message ?? ''}`)
  return answer.value.invitation
}

async function enrolAtRemote(
  roles: readonly ServerRole[],
  dataFolder: string,
  market: MarketLink,
  options: InitOptions,
): Promise<Record<string, string>> {
  const trust = new MarketTrust({ rootThumbprint: market.root, verifier: nodeVerifier(), clock: systemClock })
  const problem = await fetchMarket(trust, httpOrigin(market.authority), fetch)
  if (problem !== undefined) throw new StartRefused(problem.code, `${market.authority}: ${problem.message}`)
  const enrolled: Record<string, string> = {}
  for (const role of roles) enrolled[role] = await enrolOne(role, dataFolder, options, trust, market.authority)
  return enrolled
}

async function enrolOne(
  role: ServerRole,
  dataFolder: string,
  options: InitOptions,
  trust: MarketTrust,
  authorityUrl: string,
): Promise<string> {
  if (role === 'authority') throw new StartRefused('wrong_role', 'an authority makes a market, it does not join one')
  options.progress(`enrolling the role ${role}`, { step: 'enrol', role })
  const folder = roleFolder(dataFolder, role)
  makeRoleFolder(folder)
  const signingKey = newKeyIn(folder.signingKey, options.passphrase)
  const identity = await enrolRole(
    {
      role,
      name: `${options.name} ${role}`,
      url: `${publicUrl(options)}/${role}`,
      signingKey,
      ...(role === 'settlement' ? { agreementKey: newKeyIn(folder.agreementKey, options.passphrase) } : {}),
      ...(role === 'issuer' ? { securities: securitiesOf(options) } : {}),
      ...(options.invitation === undefined ? {} : { invitation: options.invitation }),
    },
    {
      trust,
      authorityUrl,
      waiting: (applicationNumber) =>
        options.progress(
          `application ${applicationNumber} waits for the authority (kabuken authority approve ${applicationNumber})`,
          { step: 'waits', applicationNumber },
        ),
    },
  )
  save(folder, role, identity)
  return identity.userId
}

function securitiesOf({ classes }: Pick<InitOptions, 'classes'>): string[] {
  return [...new Set(classes.map(({ security }) => security))]
}

function newKeyIn(file: string, passphrase: string | undefined) {
  const key = newPrivateKey()
  writeKeyFile(file, key, passphrase)
  return key
}

function save(folder: RoleFolder, role: ServerRole, identity: Parameters<typeof saveIdentity>[1]): void {
  saveIdentity(folder, role === 'issuer' ? { ...identity, account: drawAccountNumber() } : identity)
}

/** Chosen by its holder, so that it only ever travels to the settlement server. */
function drawAccountNumber(): string {
  return Array.from({ length: 14 }, () => randomInt(10)).join('')
}

function publicUrl({
  publicUrl: url,
  tls,
  host,
  port,
}: Pick<InitOptions, 'publicUrl' | 'tls' | 'host' | 'port'>): string {
  return url ?? `${tls === undefined ? 'ws' : 'wss'}://${host}:${port}`
}
