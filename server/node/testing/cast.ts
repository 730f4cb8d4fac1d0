import type { Member } from './member.ts'

/** Everybody and everything here is invented. */

export const CURRENCY = 'JPY'
/** The class that tests trade, and one that is traded in lots of ten. */
export const KAWA = { security: 'KAWA', shareClass: 'common' } as const
export const MORI = { security: 'MORI', shareClass: 'common' } as const
export const AUTHORISED = 100_000n
export const REFERENCE_MINOR = 1_000n

/** Whom a test plays besides the servers. */
export interface Investor {
  readonly member: Member
  readonly name: string
}

export interface Holding {
  readonly certificateId: string
  readonly certificate: string
  readonly quantity: bigint
}
