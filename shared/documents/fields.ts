import { z } from 'zod'

/**
 * The members that documents are made of. Wire form on the left of each codec, memory form on the right:
 * `z.encode` writes the wire form, `z.decode` reads it. A failed amount is reported as the code `bad_amount`.
 */

/** Greatest amount or share count: 18 digits, so that a sum of nine of them still fits a signed 64-bit database column. */
export const MAX_QUANTITY = 999_999_999_999_999_999n

const NATURAL = /^(0|[1-9][0-9]{0,17})$/

function whole(least: bigint, code: string) {
  return z.codec(
    z.string({ error: code }).regex(NATURAL, { error: code }),
    z.bigint().min(least, { error: code }).max(MAX_QUANTITY, { error: code }),
    { decode: (text) => BigInt(text), encode: (value) => value.toString() },
  )
}

/** Money in minor units of its currency, at least 0. */
export const amountMinor = whole(0n, 'bad_amount')
/** Money in minor units, at least 1. */
export const positiveAmountMinor = whole(1n, 'bad_amount')
/** A count of shares, at least 1. */
export const shareCount = whole(1n, 'bad_amount')
/** A count of shares that may be none, as in sums. */
export const shareTotal = whole(0n, 'bad_amount')
/** A position in a sequence: journal, certificate ID list, event stream. Starts at 1; 0 means "before the first". */
export const sequenceNumber = whole(0n, 'bad_sequence')

/** ISO 4217 alphabetic code. */
export const currency = z.string().regex(/^[A-Z]{3}$/)

/** RFC 3339 in UTC with milliseconds; memory form is milliseconds since 1970. */
export const instant = z.codec(z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/), z.number().int(), {
  decode: (text) => readInstant(text),
  encode: (millis) => new Date(millis).toISOString(),
})

function readInstant(text: string): number {
  const millis = Date.parse(text)
  // Date.parse rolls 31 February over into March; the wire has one spelling of one instant.
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text ? millis : Number.NaN
}

/** ISO 8601 calendar date, kept as text: it has no time zone. */
export const calendarDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => !Number.isNaN(readInstant(`${text}T00:00:00.000Z`)), { error: 'bad_date' })

/** Text that people wrote. Control and direction-changing characters are refused earlier, by the reader of the canonical form. */
export function text(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => value.trim() === value, { error: 'bad_text' })
}

export const personName = text(120)
export const postalAddress = text(300)

/** Whether a name that somebody gives is the one in their identity certificate, which is in Unicode's form NFC. */
export function isCertifiedName(given: string, certified: string): boolean {
  return given.normalize('NFC') === certified
}

/** Why a person did something: shown, searched, never interpreted. */
export const remark = text(500)

/** Names a member of the market for good; the authority gives it at enrolment. */
export const userId = z.string().regex(/^[a-z]{3}-[0-9a-z]{10,26}$/)
/** Chosen by the sender of a request before it is sent (SIG2). */
export const requestId = z.string().regex(/^[0-9A-Za-z._:-]{16,80}$/)
/** Names the shares of one company on this market, e.g. `HOSHI`. */
export const securityId = z.string().regex(/^[A-Z0-9]{2,12}$/)
/** Changes with every hand-over, so that a copy of an older file is worthless ([0025]). */
export const certificateId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
/** SHA-256 over the compact form of a signed message or document, base64url. */
export const documentHash = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** A signed document in compact form. */
export const signedDocument = z.string().regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
/** An account number encrypted to the settlement server (SIG4). */
export const sealedAccount = z.string().regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$/)
/** An X.509 certificate, DER in padded base64 as in `x5c`. */
export const x509 = z
  .string()
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)
  .max(4096)

export const offeringNumber = z.string().regex(/^OF-\d{6,12}$/)
export const allotmentNumber = z.string().regex(/^AL-\d{6,12}$/)
export const certificateNumber = z.string().regex(/^\d{6,12}$/)
export const transferNumber = z.string().regex(/^TR-\d{8,12}$/)
export const reissueNumber = z.string().regex(/^RE-\d{6,12}$/)
export const receptionNumber = z.string().regex(/^OR-\d{8,12}$/)
export const matchNumber = z.string().regex(/^MA-\d{8,12}$/)
export const applicationNumber = z.string().regex(/^AP-\d{6,12}$/)

/** Fig. 6: common, preferred, deferred or convertible shares (普通株, 優先株, 劣後株, 転換株). */
export const shareClass = z.enum(['common', 'preferred', 'deferred', 'convertible'])

/** Which shares: those of one company, of one class. */
export const classMembers = { security: securityId, shareClass }

export type ShareClass = z.output<typeof shareClass>

export interface ClassRef {
  readonly security: string
  readonly shareClass: ShareClass
}

/** One text for one class of one security, for keys and topics: `HOSHI:common`. */
export function classKey(ref: ClassRef): string {
  return `${ref.security}:${ref.shareClass}`
}
