import type { Bytes } from '../../../shared/kernel/bytes.ts'
import type { Clock, Ids, Random } from '../../../shared/kernel/ports.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { parseCertificate, type Certificate } from '../../../shared/pki/certificate.ts'
import { createCrl } from '../../../shared/pki/issue-crl.ts'
import { createIssuingAuthority, createRoot, issueIdentityCertificate, type Issuer } from '../../../shared/pki/issue.ts'
import { exportSpki, type KeyPair } from '../../../shared/pki/keys.ts'
import { userIdFor } from './domain/form.ts'
import { BACKDATED_MS, drawSerial } from './issuing.ts'

/**
 * CA5: how a market's authority begins. The root certifies the issuing authority and goes into a safe; it is needed again for
 * its yearly revocation list and when the issuing authority's certificate ends.
 */

const DAY_MS = 24 * 60 * 60 * 1000
const YEAR_MS = 365 * DAY_MS
const ROOT_MS = 20 * YEAR_MS
const ISSUING_MS = 5 * YEAR_MS
const ROOT_LIST_MS = YEAR_MS
/** Of the certificate with which the authority signs its messages: as long as those of its members. */
const LEAF_MS = 397 * DAY_MS

interface Surroundings {
  readonly clock: Clock
  readonly random: Random
}

export interface CeremonyRequest extends Surroundings {
  readonly ids: Ids
  /** Names in the certificates; the issuing authority's also names the holder of the message-signing certificate. */
  readonly rootName: string
  readonly authorityName: string
  readonly rootKeys: KeyPair
  readonly issuingKeys: KeyPair
  /** Of the authority's message-signing key. */
  readonly authoritySpki: Bytes
  /** ISO 4217. */
  readonly currency: string
}

export interface Ceremony {
  readonly rootDer: Bytes
  readonly issuingDer: Bytes
  readonly rootCrlDer: Bytes
  readonly authorityLeafDer: Bytes
  readonly authorityUserId: string
  /** SHA-256 of the root certificate, which people compare. */
  readonly rootThumbprint: string
}

async function read(der: Bytes): Promise<Certificate> {
  const parsed = await parseCertificate(der)
  assert(parsed.ok, 'what is issued can be read')
  return parsed.value
}

export async function holdCeremony(request: CeremonyRequest): Promise<Ceremony> {
  const { clock, random, ids, rootName, authorityName, rootKeys, issuingKeys, authoritySpki, currency } = request
  assert(rootName !== authorityName, 'a path from an authority to itself goes nowhere')
  const now = clock.now()
  const notBefore = now - BACKDATED_MS
  const rootTerm = { serial: drawSerial(random), notBefore, notAfter: now + ROOT_MS }
  const rootDer = await createRoot({ ...rootTerm, name: rootName, keys: rootKeys })
  const root: Issuer = { certificate: await read(rootDer), privateKey: rootKeys.privateKey }
  const issuingSpki = await exportSpki(issuingKeys.publicKey)
  const issuingDer = await certifyIssuing({ clock, random, root, spki: issuingSpki, name: authorityName })
  const issuer: Issuer = { certificate: await read(issuingDer), privateKey: issuingKeys.privateKey }
  const authorityUserId = userIdFor('authority', ids.next())
  return {
    rootDer,
    issuingDer,
    rootCrlDer: await issueRootList({ clock, root, number: 1n }),
    authorityLeafDer: await certifyAuthority({
      clock,
      random,
      issuer,
      spki: authoritySpki,
      name: authorityName,
      userId: authorityUserId,
      currency,
    }),
    authorityUserId,
    rootThumbprint: root.certificate.thumbprint,
  }
}

/** The root's list, which says that it revoked no issuing authority: for the ceremony, and every year after it with the next number. */
export function issueRootList(request: {
  readonly clock: Clock
  readonly root: Issuer
  readonly number: bigint
}): Promise<Bytes> {
  const { clock, root, number } = request
  const thisUpdate = clock.now()
  return createCrl({ issuer: root, number, thisUpdate, nextUpdate: thisUpdate + ROOT_LIST_MS, revoked: [] })
}

/** The certificate of the issuing authority: for the ceremony, and again before it ends. With the same key, what it certified stays valid. */
export function certifyIssuing(
  request: Surroundings & { readonly root: Issuer; readonly spki: Bytes; readonly name: string },
): Promise<Bytes> {
  const { clock, random, root, spki, name } = request
  const now = clock.now()
  return createIssuingAuthority({
    issuer: root,
    serial: drawSerial(random),
    notBefore: now - BACKDATED_MS,
    notAfter: Math.min(now + ISSUING_MS, root.certificate.notAfter),
    name,
    subjectPublicKeySpki: spki,
  })
}

/** The certificate with which the authority signs its messages and the descriptor: for the ceremony, and every year after it. */
export function certifyAuthority(
  request: Surroundings & {
    readonly issuer: Issuer
    readonly spki: Bytes
    readonly name: string
    readonly userId: string
    readonly currency: string
  },
): Promise<Bytes> {
  const { clock, random, issuer, spki, name, userId, currency } = request
  const now = clock.now()
  return issueIdentityCertificate({
    issuer,
    serial: drawSerial(random),
    notBefore: now - BACKDATED_MS,
    notAfter: Math.min(now + LEAF_MS, issuer.certificate.notAfter),
    subjectPublicKeySpki: spki,
    commonName: name,
    userId,
    role: 'authority',
    policy: { orderLimitMinor: 0n, dayLimitMinor: 0n, currency, shortSellingProhibited: true },
    usage: 'signing',
  })
}
