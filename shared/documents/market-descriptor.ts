import { z } from 'zod'
import type { DocumentKind, DocumentOf } from './document.ts'
import { currency, instant, securityId, text, userId, x509 } from './fields.ts'

export const memberRole = z.enum(['investor', 'issuer', 'exchange', 'settlement', 'authority'])

export const MAX_SERVERS = 64
/** The present certificate and those before it: of the last years, and one for each time that an issuer's was widened. */
export const MAX_SERVER_CERTIFICATES = 24

/** One server of the market: where it listens and with which certificates it signs and decrypts. */
export const marketMember = z.strictObject({
  role: memberRole,
  userId,
  name: text(120),
  /** WebSocket address, e.g. `wss://issuer.example/issuer`. */
  url: z.string().max(300),
  /** Signing certificates, the present one first; older ones stay while documents signed with them are about. */
  certificates: z.array(x509).min(1).max(MAX_SERVER_CERTIFICATES),
  /** Key-agreement certificate; settlement servers only. */
  agreementCertificate: x509.optional(),
  /** Securities that this issuer may issue, as its certificate says too. */
  securities: z.array(securityId).max(200).optional(),
})

/** Names the market and its members; signed by the authority. Wallets trust it because its chain ends in the root they compared. */
export const marketDescriptor = {
  typ: 'kabuken.market',
  schema: z.strictObject({
    marketName: text(120),
    /** Greater with every change: an older descriptor is refused. */
    sequence: z.number().int().min(1),
    issuedAt: instant,
    currency,
    demonstration: z.boolean(),
    root: x509,
    issuing: z.array(x509).min(1).max(8),
    members: z.array(marketMember).max(MAX_SERVERS),
  }),
} as const satisfies DocumentKind

export type MarketDescriptor = DocumentOf<typeof marketDescriptor>
export type MarketMember = z.output<typeof marketMember>
export type MemberRole = z.output<typeof memberRole>
