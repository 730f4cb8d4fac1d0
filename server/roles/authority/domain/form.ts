import { refuse, type Refusal } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { MemberRole } from '../../../../shared/documents/market-descriptor.ts'
import type { ApplicantRole } from '../settings.ts'

/** What is wrong with an application whatever the state: checked before any certificate is made for it. */

const SERVER_URL = /^wss?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/

const PREFIX: Readonly<Record<MemberRole, string>> = {
  authority: 'aut',
  investor: 'inv',
  issuer: 'iss',
  exchange: 'exc',
  settlement: 'set',
}

/** Random characters of a user ID: 80 bits. */
const USER_ID_LENGTH = 16

export function isApplicantRole(role: string): role is ApplicantRole {
  return role !== 'authority' && Object.hasOwn(PREFIX, role)
}

/** `drawn`: an identifier as {@link Ids} draws it. */
export function userIdFor(role: MemberRole, drawn: string): string {
  return `${PREFIX[role]}-${drawn.slice(-USER_ID_LENGTH).toLowerCase()}`
}

export function isRepeating(list: readonly string[] = []): boolean {
  return new Set(list).size < list.length
}

/** Every server listens somewhere, a settlement server decrypts account numbers, an issuer issues something; nobody else does. */
export function formProblem(body: RequestBody<'authority.enrol'>): Refusal | undefined {
  const { role, url, securities = [], agreementRequest } = body
  if (!isApplicantRole(role)) return refuse('role_not_offered', `nobody enrols as ${role}`).error
  if (role === 'investor' ? url !== undefined : url === undefined || !SERVER_URL.test(url))
    return refuse('bad_url', 'a server, and nobody else, has a WebSocket address').error
  if ((agreementRequest !== undefined) !== (role === 'settlement'))
    return refuse('bad_agreement_request', 'a settlement server, and nobody else, has a key-agreement key').error
  if (securities.length > 0 !== (role === 'issuer') || isRepeating(securities))
    return refuse('bad_securities', 'an issuer, and nobody else, names the securities that it issues').error
  return undefined
}

type Policy = NonNullable<RequestBody<'authority.approve'>['policy']>

/** An operator's own policy for a member. */
export function policyProblem(policy: Policy, role: string): Refusal | undefined {
  const { mayIssue, mayHold } = policy
  const wrong = role === 'issuer' ? mayIssue?.length === 0 : mayIssue !== undefined
  if (wrong || isRepeating(mayIssue) || isRepeating(mayHold))
    return refuse('bad_securities', 'securities twice, or to be issued by nobody who issues').error
  return undefined
}
