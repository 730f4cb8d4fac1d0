import { createPublicKey, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { MAX_SERVER_CERTIFICATES } from '../../shared/documents/market-descriptor.ts'
import { applicationNumber, x509, userId } from '../../shared/documents/fields.ts'
import { equalBytes, fromBase64 } from '../../shared/kernel/bytes.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { parseCertificate } from '../../shared/pki/certificate.ts'
import { readCertificateIdentity, type Identity } from '../../shared/pki/identity.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { writeDurably } from '../runtime/durable-file.ts'
import { readKeyFile } from '../runtime/key-file.ts'

/** Why a node does not start; `code` is stable, the message says what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

const identityFile = z.strictObject({
  userId,
  /** Leaf first, DER in base64. */
  chain: z.array(x509).min(1).max(4),
  agreementChain: z.array(x509).min(1).max(4).optional(),
  /** The authority's own certificates before the present one, the newest first. */
  former: z
    .array(x509)
    .max(MAX_SERVER_CERTIFICATES - 1)
    .optional(),
  /** Of an issuer: its application for a wider certificate, until it was seen that it is decided. */
  application: applicationNumber.optional(),
  /** The role's own account at the settlement server; an issuer receives the price of subscriptions there. */
  account: z
    .string()
    .regex(/^\d{10,16}$/)
    .optional(),
})

export type RoleIdentity = z.output<typeof identityFile>

/** Where a role keeps its keys, its certificates and its database. */
export interface RoleFolder {
  readonly path: string
  readonly signingKey: string
  readonly agreementKey: string
  readonly identity: string
  readonly database: string
}

export function roleFolder(dataFolder: string, role: ServerRole): RoleFolder {
  const path = join(dataFolder, role)
  return {
    path,
    signingKey: join(path, 'signing.pem'),
    agreementKey: join(path, 'agreement.pem'),
    identity: join(path, 'identity.json'),
    database: join(path, 'state.sqlite'),
  }
}

export function makeRoleFolder(folder: RoleFolder): void {
  mkdirSync(folder.path, { recursive: true, mode: 0o700 })
}

export function saveIdentity(folder: RoleFolder, identity: RoleIdentity): void {
  writeDurably(folder.identity, JSON.stringify(identityFile.parse(identity), undefined, 2))
}

export function loadIdentity(folder: RoleFolder): RoleIdentity {
  if (!existsSync(folder.identity))
    throw new StartRefused('not_enrolled', `${folder.identity} is missing: enrol the role first (kabuken node init)`)
  const read = identityFile.safeParse(JSON.parse(readFileSync(folder.identity, 'utf8')))
  if (!read.success) throw new StartRefused('bad_identity', `${folder.identity} cannot be read`)
  return read.data
}

export interface LoadedRole {
  readonly identity: RoleIdentity
  readonly signingKey: KeyObject
  /** Settlement only. */
  readonly agreementKey: KeyObject | undefined
  readonly certificate: Identity
}

/** Loads keys and certificates and refuses to start with what is expired, of another role, or not of the key (A60). */
export async function loadRole(
  folder: RoleFolder,
  role: ServerRole,
  passphrase: string | undefined,
  now: Millis,
): Promise<LoadedRole> {
  const identity = loadIdentity(folder)
  const signingKey = readKeyFile(folder.signingKey, passphrase)
  const certificate = await checkCertificate(identity.chain[0], signingKey, role, 'signing', now)
  if (certificate.userId !== identity.userId)
    throw new StartRefused('bad_identity', `${folder.identity} names another user ID`)
  const agreement = identity.agreementChain?.[0]
  if (agreement === undefined) return { identity, signingKey, agreementKey: undefined, certificate }
  const agreementKey = readKeyFile(folder.agreementKey, passphrase)
  await checkCertificate(agreement, agreementKey, role, 'key-agreement', now)
  return { identity, signingKey, agreementKey, certificate }
}

/** Of a role's own certificate: that it can be used now, is for this role and use, and of this key. */
export async function checkCertificate(
  base64: string | undefined,
  key: KeyObject,
  role: ServerRole,
  usage: Identity['usage'],
  now: Millis,
): Promise<Identity> {
  const parsed = await parseCertificate(fromBase64(base64 ?? '') ?? new Uint8Array())
  const read = parsed.ok ? readCertificateIdentity(parsed.value) : parsed
  if (!read.ok)
    throw new StartRefused('bad_certificate', `the ${usage} certificate of the role ${role}: ${read.error.message}`)
  const { certificate } = read.value
  if (read.value.role !== role || read.value.usage !== usage)
    throw new StartRefused(
      'wrong_role',
      `the certificate is for ${read.value.role} (${read.value.usage}), not ${role} (${usage})`,
    )
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  if (!equalBytes(spki, certificate.publicKey.spki))
    throw new StartRefused('wrong_key', `the key file is not the key of the role's ${usage} certificate`)
  if (now > certificate.notAfter)
    throw new StartRefused('cert_expired', `the certificate of the role ${role} has expired: renew it`)
  if (now < certificate.notBefore)
    throw new StartRefused(
      'cert_not_yet_valid',
      `the certificate of the role ${role} is not valid yet: check the clock`,
    )
  return read.value
}
