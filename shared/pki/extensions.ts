import type { Bytes } from '../kernel/bytes.ts'
import { Refused } from './codes.ts'
import type { DerReader } from './der.ts'
import {
  DerError,
  DerReader as Reader,
  listOf,
  only,
  readBits,
  readCount,
  readFlag,
  readInteger,
  readOid,
  TAG,
} from './der.ts'
import type { GeneralName } from './general-name.ts'
import { readGeneralName } from './general-name.ts'
import { OID } from './oids.ts'

/** The extensions of RFC 5280 section 4.2.1 that path validation reads, one reader each; all throw {@link DerError}. */

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Bytes
}

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

// In the order of the bits (section 4.2.1.3); nonRepudiation is today's contentCommitment.
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

export type KeyUsage = (typeof KEY_USAGES)[number]

/** Reads `Extensions`. A second one of a kind is refused, or two readers might each believe another (section 4.2). */
export function readExtensions(list: DerReader): readonly Extension[] {
  const extensions = listOf(list.inside(TAG.sequence), (items) => {
    const fields = items.inside(TAG.sequence)
    const oid = readOid(fields.expect(TAG.oid).content)
    const critical = readFlag(fields)
    const value = fields.expect(TAG.octetString).content
    fields.end()
    return { oid, critical, value }
  })
  const oids = extensions.map(({ oid }) => oid)
  if (new Set(oids).size < oids.length)
    throw new Refused('cert_profile.duplicate_extension', 'an extension stands there twice')
  return extensions
}

export function readBasicConstraints(value: Bytes): BasicConstraints {
  const fields = only(value, TAG.sequence)
  const ca = readFlag(fields)
  const limit = fields.optional(TAG.integer)
  fields.end()
  return { ca, ...(limit !== undefined && { pathLength: readCount(limit.content) }) }
}

export function readKeyUsage(value: Bytes): ReadonlySet<KeyUsage> {
  const outer = new Reader(value)
  const { bits, unused } = readBits(outer.expect(TAG.bitString).content)
  outer.end()
  const last = bits.at(-1) ?? 0
  // A named bit list ends with its last set bit (X.690 section 11.2.2), and one bit at least must be set.
  if (((last >> unused) & 1) === 0 || bits.length > 2) throw new DerError('key usage bits')
  const set = [...bits].flatMap((octet, i) =>
    Array.from({ length: 8 }, (_, bit) => ((octet >> (7 - bit)) & 1 ? 8 * i + bit : -1)).filter((bit) => bit >= 0),
  )
  return new Set(
    set.map((bit) => {
      const usage = KEY_USAGES[bit]
      if (usage === undefined) throw new DerError('unknown key usage')
      return usage
    }),
  )
}

export function readExtKeyUsage(value: Bytes): readonly string[] {
  return listOf(only(value, TAG.sequence), (list) => readOid(list.expect(TAG.oid).content))
}

export function readSubjectKeyId(value: Bytes): Bytes {
  const outer = new Reader(value)
  const { content } = outer.expect(TAG.octetString)
  outer.end()
  if (content.length === 0) throw new DerError('empty key identifier')
  return content
}

/** The keyIdentifier; issuer and serial number beside it add nothing to the search for the issuer (section 4.2.1.1). */
export function readAuthorityKeyId(value: Bytes): Bytes | undefined {
  const fields = only(value, TAG.sequence)
  const id = fields.optional(0x80)?.content
  const issuer = fields.optionalInside(0xa1)
  const serial = fields.optional(0x82)
  fields.end()
  if ((issuer === undefined) !== (serial === undefined) || id?.length === 0)
    throw new DerError('authority key identifier')
  if (issuer !== undefined) listOf(issuer, readGeneralName)
  if (serial !== undefined) readInteger(serial.content)
  return id
}

export function readAlternativeNames(value: Bytes): readonly GeneralName[] {
  return listOf(only(value, TAG.sequence), readGeneralName)
}

function readSubtree(list: DerReader): GeneralName {
  const fields = list.inside(TAG.sequence)
  const base = readGeneralName(fields)
  // minimum is always 0, hence never written, and maximum is always absent (section 4.2.1.10).
  fields.end()
  return base
}

export function readNameConstraints(value: Bytes): NameConstraints {
  const fields = only(value, TAG.sequence)
  if (fields.done) throw new DerError('name constraints say nothing')
  const permitted = fields.optionalInside(0xa0)
  const excluded = fields.optionalInside(0xa1)
  fields.end()
  return {
    permitted: permitted === undefined ? [] : listOf(permitted, readSubtree),
    excluded: excluded === undefined ? [] : listOf(excluded, readSubtree),
  }
}

const QUALIFIERS: readonly string[] = [OID.certificationPracticeStatement, OID.userNotice]

/** Whoever marks policies as critical wants every qualifier understood (section 4.2.1.4). */
export function readCertificatePolicies({ value, critical }: Extension): ReadonlySet<string> {
  const policies = listOf(only(value, TAG.sequence), (list) => {
    const fields = list.inside(TAG.sequence)
    const policy = readOid(fields.expect(TAG.oid).content)
    const qualifiers = fields.optionalInside(TAG.sequence)
    fields.end()
    if (qualifiers === undefined) return policy
    const ids = listOf(qualifiers, (items) => {
      const qualifier = items.inside(TAG.sequence)
      const id = readOid(qualifier.expect(TAG.oid).content)
      qualifier.next()
      qualifier.end()
      return id
    })
    if (critical && ids.some((id) => !QUALIFIERS.includes(id)))
      throw new Refused('cert_profile.unknown_critical_extension', 'unknown policy qualifier')
    return policy
  })
  const unique = new Set(policies)
  if (unique.size < policies.length) throw new DerError('a policy stands there twice')
  return unique
}

/** Pairs of the issuer's policy and the subject's that counts as the same. */
export function readPolicyMappings(value: Bytes): readonly (readonly [string, string])[] {
  return listOf(only(value, TAG.sequence), (list) => {
    const pair = list.inside(TAG.sequence)
    const issuers = readOid(pair.expect(TAG.oid).content)
    const subjects = readOid(pair.expect(TAG.oid).content)
    pair.end()
    return [issuers, subjects] as const
  })
}

export function readPolicyConstraints(value: Bytes): PolicyConstraints {
  const fields = only(value, TAG.sequence)
  if (fields.done) throw new DerError('policy constraints say nothing')
  const explicit = fields.optional(0x80)
  const mapping = fields.optional(0x81)
  fields.end()
  return {
    ...(explicit !== undefined && { requireExplicitPolicy: readCount(explicit.content) }),
    ...(mapping !== undefined && { inhibitPolicyMapping: readCount(mapping.content) }),
  }
}

export function readInhibitAnyPolicy(value: Bytes): number {
  const outer = new Reader(value)
  const count = readCount(outer.expect(TAG.integer).content)
  outer.end()
  return count
}
