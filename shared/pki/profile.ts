import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { toUtf8 } from '../kernel/bytes.ts'
import type { DerReader } from './der.ts'
import { DerError, DerReader as Reader, listOf, only, readBoolean, readInteger, readText, TAG } from './der.ts'
import { encode, encodeBoolean, encodeInteger, encodeUtf8 } from './encoding.ts'
import type { Extension } from './extensions.ts'

/**
 * The identity certificate's own extensions (Fig. 4): who the holder is in the market, in which role, and within which
 * limits. They are NOT critical: a certificate must stay verifiable with any X.509 tool (`openssl verify` refuses unknown
 * critical extensions), and nothing is lost, because every party here reads them and refuses a certificate without them.
 */

export const ROLES = ['investor', 'issuer', 'exchange', 'settlement', 'authority'] as const

export type Role = (typeof ROLES)[number]

/** What its holder may do; checked at steps S55-S57 and S78-S80. Amounts are minor units of `currency`. */
export interface CertificatePolicy {
  /** Greatest value of one order; 0 means that no order is allowed. */
  readonly orderLimitMinor: bigint
  /** Greatest value of a day's orders. */
  readonly dayLimitMinor: bigint
  /** ISO 4217. */
  readonly currency: string
  readonly shortSellingProhibited: boolean
  /** Securities that may be held; absent: any. */
  readonly mayHold?: readonly string[]
  /** Securities that an issuer may issue; absent: none. */
  readonly mayIssue?: readonly string[]
}

export interface CertificateIdentity {
  readonly userId: string
  readonly role: Role
  readonly policy: CertificatePolicy
}

/** One arc of our own without a registry: a fixed UUID below 2.25 (X.667). This one is 86d4b254-d033-460a-9e26-72643442b3c7. */
const ARC = '2.25.179220935357698079643055715444513223623'

export const IDENTITY_OID = { userId: `${ARC}.1`, role: `${ARC}.2`, policy: `${ARC}.3` } as const

const MAY_HOLD = 0xa0
const MAY_ISSUE = 0xa1
/** Amounts stay within a signed 64-bit column. */
const MAX_AMOUNT = (1n << 63n) - 1n
/** 256 securities of 64 characters keep a certificate far below its size limit. */
const MAX_SECURITIES = 256

// No control, format (bidi override), private or unassigned characters: a name must not forge a log line or a screen.
// 64 characters is the upper bound of a common name (RFC 5280 appendix A.1, ub-common-name).
const NAME = /^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,64}(?<! )$/u
const IDENTIFIER = /^[^\p{C}\p{Z}]{1,64}$/u
const CURRENCY = /^[A-Z]{3}$/

/** May this stand as the holder's name? */
export function isHolderName(text: string): boolean {
  return NAME.test(text) && text.normalize('NFC') === text
}

/** May this stand as a user ID or as the code of a security? */
function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && text.normalize('NFC') === text
}

function isSecurities(list: readonly string[] | undefined): boolean {
  if (list === undefined) return true
  return list.length <= MAX_SECURITIES && new Set(list).size === list.length && list.every(isIdentifier)
}

/** Is this an identity that a certificate can carry? */
function isProperIdentity({ userId, role, policy }: CertificateIdentity): boolean {
  return (
    isIdentifier(userId) &&
    ROLES.includes(role) &&
    CURRENCY.test(policy.currency) &&
    [policy.orderLimitMinor, policy.dayLimitMinor].every((amount) => amount >= 0n && amount <= MAX_AMOUNT) &&
    isSecurities(policy.mayHold) &&
    isSecurities(policy.mayIssue)
  )
}

function encodePolicy(policy: CertificatePolicy): Bytes {
  const list = (tag: number, items: readonly string[] | undefined): readonly Bytes[] =>
    items === undefined ? [] : [encode(tag, ...items.map(encodeUtf8))]
  return encode(
    TAG.sequence,
    encodeInteger(policy.orderLimitMinor),
    encodeInteger(policy.dayLimitMinor),
    encode(TAG.printableString, toUtf8(policy.currency)),
    encodeBoolean(policy.shortSellingProhibited),
    ...list(MAY_HOLD, policy.mayHold),
    ...list(MAY_ISSUE, policy.mayIssue),
  )
}

/** The three extensions of an identity certificate. */
export function encodeIdentity(identity: CertificateIdentity): readonly Extension[] {
  assert(isProperIdentity(identity), 'not an identity that a certificate can carry')
  const extension = (oid: string, value: Bytes): Extension => ({ oid, critical: false, value })
  return [
    extension(IDENTITY_OID.userId, encodeUtf8(identity.userId)),
    extension(IDENTITY_OID.role, encodeUtf8(identity.role)),
    extension(IDENTITY_OID.policy, encodePolicy(identity.policy)),
  ]
}

function readUtf8(list: DerReader): string {
  return readText(list.expect(TAG.utf8String))
}

function readSecurities(list: DerReader, tag: number): readonly string[] | undefined {
  const inside = list.optionalInside(tag)
  if (inside === undefined) return undefined
  return inside.done ? [] : listOf(inside, readUtf8)
}

function readPolicy(value: Bytes): CertificatePolicy {
  const fields = only(value, TAG.sequence)
  const orderLimitMinor = readInteger(fields.expect(TAG.integer).content)
  const dayLimitMinor = readInteger(fields.expect(TAG.integer).content)
  const currency = readText(fields.expect(TAG.printableString))
  const shortSellingProhibited = readBoolean(fields.expect(TAG.boolean).content)
  const mayHold = readSecurities(fields, MAY_HOLD)
  const mayIssue = readSecurities(fields, MAY_ISSUE)
  fields.end()
  return {
    orderLimitMinor,
    dayLimitMinor,
    currency,
    shortSellingProhibited,
    ...(mayHold !== undefined && { mayHold }),
    ...(mayIssue !== undefined && { mayIssue }),
  }
}

/** Undefined when there is none of the three extensions; throws {@link DerError} when some are missing or improper. */
export function readIdentity(extensions: readonly Extension[]): CertificateIdentity | undefined {
  const value = (oid: string): Bytes | undefined => extensions.find((extension) => extension.oid === oid)?.value
  const parts = [value(IDENTITY_OID.userId), value(IDENTITY_OID.role), value(IDENTITY_OID.policy)] as const
  const [userIdValue, roleValue, policyValue] = parts
  if (userIdValue === undefined || roleValue === undefined || policyValue === undefined) {
    if (parts.some((part) => part !== undefined)) throw new DerError('an identity lacks a part')
    return undefined
  }
  const text = (der: Bytes): string => {
    const outer = new Reader(der)
    const inside = readUtf8(outer)
    outer.end()
    return inside
  }
  const roleText = text(roleValue)
  const role = ROLES.find((known) => known === roleText)
  if (role === undefined) throw new DerError('unknown role')
  const identity = { userId: text(userIdValue), role, policy: readPolicy(policyValue) }
  if (!isProperIdentity(identity)) throw new DerError('improper identity')
  return identity
}
