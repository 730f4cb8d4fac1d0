import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../shared/kernel/assert.ts'
import { equalBytes, fromBase64, toBase64, type Bytes } from '../../shared/kernel/bytes.ts'
import type { Clock } from '../../shared/kernel/ports.ts'
import { httpOrigin } from '../../shared/market/market-link.ts'
import { MarketTrust } from '../../shared/market/market-trust.ts'
import { MAX_SERVER_CERTIFICATES } from '../../shared/documents/market-descriptor.ts'
import { parseCertificate, type Certificate } from '../../shared/pki/certificate.ts'
import { parseCrl } from '../../shared/pki/crl.ts'
import type { Issuer } from '../../shared/pki/issue.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import type { LoadedConfig } from '../config/config.ts'
import { certifyAuthority, certifyIssuing, issueRootList } from '../roles/authority/ceremony.ts'
import { writeDurably } from '../runtime/durable-file.ts'
import { systemClock, systemRandom } from '../runtime/ids.ts'
import { readKeyFile } from '../runtime/key-file.ts'
import { nodeSigner, nodeVerifier } from '../runtime/node-signing.ts'
import { applicantWith, Asker, requestFor, webKeys } from './enrol.ts'
import { fetchMarket, recallMarket } from './market-follower.ts'
import {
  checkCertificate,
  loadIdentity,
  loadRole,
  roleFolder,
  saveIdentity,
  StartRefused,
  type LoadedRole,
  type RoleIdentity,
} from './role-folder.ts'

/**
 * What ends in a market and is renewed by its operators: the root's list (a year), the certificates of the servers (about
 * 13 months), the certificate of the issuing authority (5 years). The root's key comes out of its safe for the first and the last.
 */

export interface RenewalOptions {
  readonly loaded: LoadedConfig
  readonly passphrase: string | undefined
  readonly clock?: Clock
}

/** [CA5]: the root's next list. A running node gives it out at once. */
export async function renewRootList(
  options: RenewalOptions & { readonly rootKey: string },
): Promise<{ readonly number: bigint; readonly nextUpdate: number }> {
  const { clock = systemClock, rootKey, passphrase } = options
  const path = authorityFolder(options.loaded).path
  const root = await issuerIn(join(path, 'root.crt'), rootKey, passphrase)
  const present = await readList(join(path, 'root.crl'))
  const der = await issueRootList({ clock, root, number: present.number + 1n })
  const { number, nextUpdate } = listIn(await parseCrl(der))
  writeDurably(join(path, 'root.crl'), der, 0o644)
  return { number, nextUpdate }
}

/**
 * [CA5]: new certificates of the authority for the keys that it has: the one with which it signs its messages; with the
 * root's key also that of the issuing authority. The node takes them over when it starts next.
 */
export async function renewAuthority(
  options: RenewalOptions & { readonly rootKey?: string | undefined },
): Promise<{ readonly notAfter: number; readonly issuingNotAfter: number }> {
  const { clock = systemClock, rootKey, passphrase, loaded } = options
  const settings = loaded.config.roles.authority
  assert(settings !== undefined, 'the folder of the authority was found')
  const folder = authorityFolder(loaded)
  const issuingFile = join(folder.path, 'issuing.crt')
  let issuing = await issuerIn(issuingFile, join(folder.path, 'issuing.pem'), passphrase)
  if (rootKey !== undefined) {
    const root = await issuerIn(join(folder.path, 'root.crt'), rootKey, passphrase)
    const { subject, publicKey } = issuing.certificate
    assert(subject.commonName !== undefined, 'an authority has a name')
    const spki = publicKey.spki
    const der = await certifyIssuing({ clock, random: systemRandom, root, spki, name: subject.commonName })
    issuing = { ...issuing, certificate: await certificateIn(der) }
    // First this one: the present certificate of the authority's messages stands under it too, its key being the same.
    writeDurably(issuingFile, der, 0o644)
  }
  const identity = loadIdentity(folder)
  const [present = ''] = identity.chain
  const { subject } = await certificateIn(derIn(present))
  assert(subject.commonName !== undefined, 'an authority has a name')
  const key = readKeyFile(folder.signingKey, passphrase)
  const leaf = await certifyAuthority({
    clock,
    random: systemRandom,
    issuer: issuing,
    spki: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    name: subject.commonName,
    userId: identity.userId,
    currency: settings.currency,
  })
  saveIdentity(folder, {
    ...identity,
    chain: [toBase64(leaf), toBase64(issuing.certificate.der)],
    // What it signed before is still verified by the certificates of then.
    former: [present, ...(identity.former ?? [])].slice(0, MAX_SERVER_CERTIFICATES - 1),
  })
  return { notAfter: (await certificateIn(leaf)).notAfter, issuingNotAfter: issuing.certificate.notAfter }
}

/** [CA4]: new certificates from the authority for the keys of this node's other roles, taken over when the node starts next. */
export async function renewRoles(options: RenewalOptions): Promise<Readonly<Record<string, number>>> {
  const { loaded, passphrase, clock = systemClock } = options
  const market = await openMarket(loaded, clock)
  const ends: Record<string, number> = {}
  for (const role of ['issuer', 'exchange', 'settlement'] as const)
    if (loaded.config.roles[role] !== undefined)
      ends[role] = await renewRole(role, { loaded, passphrase, clock, market })
  return ends
}

/** A market as somebody sees it who has something to ask of its authority. */
export interface OpenMarket {
  readonly trust: MarketTrust
  readonly authority: { readonly role: 'authority'; readonly userId: string }
  readonly url: string
}

export async function openMarket({ config, dataFolder }: LoadedConfig, clock: Clock): Promise<OpenMarket> {
  const trust = new MarketTrust({ rootThumbprint: config.market.root, verifier: nodeVerifier(), clock })
  await recallMarket(trust, join(dataFolder, 'market.json'))
  const url = config.market.authority
  const problem = await fetchMarket(trust, httpOrigin(url), fetch)
  if (problem !== undefined) throw new StartRefused(problem.code, `${url}: ${problem.message}`)
  const authority = trust.find('authority')
  if (authority === undefined) throw new StartRefused('not_ready', 'the market has no authority')
  return { trust, authority: { role: 'authority', userId: authority.userId }, url }
}

interface RoleOptions {
  readonly loaded: LoadedConfig
  readonly passphrase: string | undefined
  readonly clock: Clock
  readonly market: OpenMarket
}

/** A connection to the authority with the role's own certificate. */
export function memberAsker(
  { identity, signingKey, certificate }: LoadedRole,
  { trust, authority, url }: OpenMarket,
): Asker {
  const signer = nodeSigner(signingKey.export({ type: 'pkcs8', format: 'der' }), {
    'x5t#S256': certificate.certificate.thumbprint,
  })
  return new Asker({ me: { from: identity.userId, signer, chain: identity.chain }, url, server: authority, trust })
}

/**
 * A role with the newest certificate of its key: the one that an operator approved since, or that a backup knew nothing of.
 * What is newer is kept.
 */
export async function presentRole(
  role: Exclude<ServerRole, 'authority'>,
  { loaded, passphrase, clock, market }: RoleOptions,
): Promise<LoadedRole> {
  const folder = roleFolder(loaded.dataFolder, role)
  const own = await loadRole(folder, role, passphrase, clock.now())
  const { trust, authority: server, url } = market
  const asker = new Asker({ me: await applicantWith(own.signingKey, own.certificate.name), url, server, trust })
  try {
    const answered = await asker.ask('authority.own-certificate', {})
    if (!answered.ok)
      throw new StartRefused(answered.error.code, `the authority has no certificate: ${answered.error.message}`)
    const { userId, chain } = answered.value
    if (chain[0] === own.identity.chain[0]) return own
    const certificate = await checkCertificate(chain[0], own.signingKey, role, 'signing', clock.now())
    if (userId !== own.identity.userId || certificate.userId !== userId)
      throw new StartRefused('bad_identity', 'the authority has a certificate of somebody else')
    const identity = { ...own.identity, chain }
    saveIdentity(folder, identity)
    return { ...own, identity, certificate }
  } finally {
    asker.close()
  }
}

async function renewRole(role: Exclude<ServerRole, 'authority'>, options: RoleOptions): Promise<number> {
  const own = await presentRole(role, options)
  const { name } = own.certificate
  const asker = memberAsker(own, options.market)
  try {
    const renewed = await asker.ask('authority.renew', {
      request: await requestFor(own.signingKey, name),
      ...(own.agreementKey === undefined ? {} : { agreementRequest: await requestFor(own.agreementKey, name) }),
    })
    if (!renewed.ok) throw new StartRefused(renewed.error.code, `the authority refused: ${renewed.error.message}`)
    const { chain, agreementChain } = renewed.value
    const identity: RoleIdentity = {
      ...own.identity,
      chain,
      ...(agreementChain === undefined ? {} : { agreementChain }),
    }
    saveIdentity(roleFolder(options.loaded.dataFolder, role), identity)
    return (await certificateIn(derIn(chain[0]))).notAfter
  } finally {
    asker.close()
  }
}

function authorityFolder({ config, dataFolder }: LoadedConfig) {
  if (config.roles.authority === undefined)
    throw new StartRefused('wrong_role', 'this node has no authority: its root is somewhere else')
  return roleFolder(dataFolder, 'authority')
}

/** A certificate and its key. They must belong together: the wrong safe was opened else. */
async function issuerIn(certificateFile: string, keyFile: string, passphrase: string | undefined): Promise<Issuer> {
  const certificate = await certificateIn(new Uint8Array(readFileSync(certificateFile)))
  const key = readKeyFile(keyFile, passphrase)
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  if (!equalBytes(spki, certificate.publicKey.spki))
    throw new StartRefused('wrong_key', `${keyFile} is not the key of ${certificateFile}`)
  return { certificate, privateKey: (await webKeys(key)).privateKey }
}

function derIn(base64 = ''): Bytes {
  const der = fromBase64(base64)
  if (der === undefined) throw new StartRefused('bad_certificate', 'not base64')
  return der
}

async function certificateIn(der: Bytes): Promise<Certificate> {
  const parsed = await parseCertificate(der)
  if (!parsed.ok) throw new StartRefused('bad_certificate', parsed.error.message)
  return parsed.value
}

async function readList(file: string) {
  return listIn(await parseCrl(new Uint8Array(readFileSync(file))))
}

function listIn(parsed: Awaited<ReturnType<typeof parseCrl>>) {
  if (!parsed.ok) throw new StartRefused('bad_certificate', `the root's list: ${parsed.error.message}`)
  return parsed.value
}
