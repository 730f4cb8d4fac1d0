import { z } from 'zod'
import { calendarDate, positiveAmountMinor, securityId, shareCount, text } from '../documents/fields.ts'

export const nodeRole = z.enum(['authority', 'issuer', 'exchange', 'settlement'])

export type NodeRole = z.output<typeof nodeRole>

/** A company whose shares a new node issues or trades. */
export const company = z.strictObject({
  security: securityId,
  companyName: text(120),
  incorporatedOn: calendarDate,
  /** Shares that may be issued at most. */
  authorised: shareCount,
  /** Minor units a share; where the exchange's price limits start from. */
  referencePriceMinor: positiveAmountMinor,
})

/** Where a node is reached. */
export const ownAddress = {
  port: z.number().int().min(1).max(65_535),
  /** For other machines; without it only this one reaches the node. */
  publicUrl: z
    .string()
    .regex(/^wss?:\/\/[^/\s]+$/)
    .max(200)
    .optional(),
  /** PEM files of the TLS server. Without them a public address is served by a reverse proxy on this machine. */
  tls: z.strictObject({ certificate: z.string().min(1), key: z.string().min(1) }).optional(),
}
