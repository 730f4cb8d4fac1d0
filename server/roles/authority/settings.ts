import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { MarketMember } from '../../../shared/documents/market-descriptor.ts'
import { amountMinor, currency, text } from '../../../shared/documents/fields.ts'

/** About a year and a month, so that a yearly renewal never comes late. */
const CERTIFICATE_DAYS = 397

function admission(limits: { readonly orderMinor: bigint; readonly dayMinor: bigint }) {
  return z
    .strictObject({
      /** Who decides on an application without an invitation: the operator, nobody (only invitations count), or nobody at all (demonstrations). */
      approval: z.enum(['by_hand', 'invitation', 'automatic']).default('by_hand'),
      /** Greatest value of one order, minor units of the market's currency; 0: no orders. Stands in the certificate. */
      orderLimitMinor: amountMinor.default(limits.orderMinor),
      /** Greatest value of a day's orders. */
      dayLimitMinor: amountMinor.default(limits.dayMinor),
      /** How long a certificate is valid; never longer than the issuing authority's own. */
      certificateDays: z.number().int().min(1).max(1825).default(CERTIFICATE_DAYS),
    })
    .prefault({})
}

const noOrders = { orderMinor: 0n, dayMinor: 0n }

/** What the operator of an authority configures. */
export const authoritySettings = z.strictObject({
  /** What the market calls itself in its descriptor. */
  marketName: text(120),
  /** ISO 4217; the limits in certificates are in it. */
  currency,
  /** Play money: everybody is told. */
  demonstration: z.boolean().default(false),
  /** A new revocation list comes at least this often; each is good for two periods. */
  crlPeriodSeconds: z.number().int().min(5).max(86_400).default(60),
  /** How applications are vetted and what certificates allow, by role. Servers place no orders unless their limits say so. */
  admission: z
    .strictObject({
      investor: admission({ orderMinor: 10_000_000n, dayMinor: 50_000_000n }),
      issuer: admission(noOrders),
      exchange: admission(noOrders),
      settlement: admission(noOrders),
    })
    .prefault({}),
})

export type AuthoritySettings = z.output<typeof authoritySettings>

/** What the operator configured and what the ceremony made, certificates as DER in base64. */
export interface AuthorityTerms extends AuthoritySettings {
  readonly root: string
  readonly issuing: string
  /** The authority as a server of its market: where it listens and with what it signs. */
  readonly self: MarketMember
}

/** Over all that the settings and the ceremony contribute to the descriptor: what changes it, makes a new descriptor. */
export function termsHash({ marketName, currency, demonstration, root, issuing, self }: AuthorityTerms): string {
  const { userId, name, url, certificates } = self
  const said = [marketName, currency, demonstration, root, issuing, userId, name, url, certificates]
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url')
}

/** Who may apply. The authority's own certificate comes from the ceremony alone: its holder describes the market. */
export type ApplicantRole = keyof AuthoritySettings['admission']

/** A new list is due after this; the present one is then at half of its life, which leaves everybody a period to fetch it. */
export function crlPeriodMs(settings: AuthoritySettings): number {
  return settings.crlPeriodSeconds * 1000
}
