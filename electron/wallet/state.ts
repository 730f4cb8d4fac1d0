import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { decodeEnvelope } from './store/envelope.ts'
import { openStore } from './store/open-store.ts'
import type { WalletStore } from './store/store.ts'

/**
 * What the wallet remembers, as JSON: share counts as decimal text, instants as milliseconds since 1970. Documents are kept word
 * for word as they were signed; what can be read out of them is not repeated, except what lists are made from.
 */

const millis = z.number().int()
const count = z.string().regex(/^\d+$/)
const chain = z.array(z.string()).min(1)

const toCollect = z.strictObject({
  number: z.string(),
  issuer: z.string(),
  security: z.string(),
  shareClass: z.enum(['common', 'preferred', 'deferred', 'convertible']),
  quantity: count,
})

const walletState = z.strictObject({
  market: z
    .strictObject({
      authorityUrl: z.string(),
      rootThumbprint: z.string(),
      descriptor: z.string(),
      /** The descriptor's; kept apart, so that no older one is taken when the kept one can no longer be verified. */
      sequence: z.number().int(),
      crls: z.array(z.string()),
    })
    .nullable(),
  key: z
    .strictObject({
      /** Name of the keychain's entry. */
      name: z.string(),
      /** SubjectPublicKeyInfo, base64. */
      spki: z.string(),
      /** RFC 7638. */
      thumbprint: z.string(),
    })
    .nullable(),
  profile: z.strictObject({ name: z.string(), postalAddress: z.string().optional() }).nullable(),
  application: z
    .strictObject({
      applicationNumber: z.string(),
      state: z.enum(['pending', 'approved', 'refused']),
      reason: z.string().optional(),
    })
    .nullable(),
  identity: z.strictObject({ userId: z.string(), name: z.string(), notAfter: millis, chain }).nullable(),
  /** From a backup, and the authority has not been asked since: it may have been renewed. */
  identityUnchecked: z.literal(true).optional(),
  accounts: z.array(z.strictObject({ currency: z.string(), number: z.string(), state: z.enum(['opening', 'open']) })),
  toCollect: z.array(toCollect),
  /** Last event seen, by user ID of the server: all are of the topic `user:<own user ID>`. */
  events: z.record(z.string(), count),
  syncedAt: millis.nullable(),
  /**
   * By user ID of the issuer: when its register last agreed with everything that is kept of it as live or stopped. Ten thousand
   * certificates are not written anew to say so.
   */
  confirmedAt: z.record(z.string(), millis).optional(),
  /** What a restored backup brought for whoever keeps things beside this store; gone when it took them. */
  beside: z.unknown().optional(),
})

const certificateRow = z.strictObject({
  /** The share certificate in compact form. */
  certificate: z.string(),
  /** What the register last said. */
  state: z.enum(['live', 'stopped', 'retired', 'lost']),
  checkedAt: millis,
  /** From a backup, and the issuer has not been asked since: it may have been spent long ago. */
  unchecked: z.literal(true).optional(),
  retiredAt: millis.optional(),
  retiredBy: z.string().optional(),
  /** Given out, not accepted yet: the endorsement and what its file needs besides. */
  endorsed: z
    .strictObject({ endorsement: z.string(), transferorChain: chain, issuerChain: chain, transfereeName: z.string() })
    .optional(),
})

const requestRow = z.strictObject({
  operation: z.string(),
  to: z.string(),
  /** User ID, or `applicant:<key thumbprint>`. */
  from: z.string(),
  at: millis,
  request: z.string(),
  hash: z.string(),
  /** Certificates that are pending while this is under way. */
  certificateIds: z.array(z.string()),
  state: z.enum(['under_way', 'answered', 'refused']),
  reply: z.string().optional(),
  answeredAt: millis.optional(),
  /** Of the refusal; with `answered`: what is wrong with the reply. */
  code: z.string().optional(),
  /** It was without an answer when the backup was made: the reply may be as old as that, and what it brought spent. */
  restored: z.literal(true).optional(),
})

const orderRow = z.strictObject({
  /** On offer: those attached, and remainders that took their place. */
  certificateIds: z.array(z.string()),
  /** The exchange's last word, in wire form. */
  status: z.record(z.string(), z.unknown()).optional(),
  placedAt: millis,
})

const noticeRow = z.strictObject({ notice: z.string() })

const rows = { certificates: certificateRow, requests: requestRow, orders: orderRow, notices: noticeRow }

export type WalletState = z.output<typeof walletState>
export type CertificateRow = z.output<typeof certificateRow>
export type RequestRow = z.output<typeof requestRow>
export type OrderRow = z.output<typeof orderRow>

/** By certificate ID, request ID, reception number and match number. */
export interface WalletRows {
  certificates: CertificateRow
  requests: RequestRow
  orders: OrderRow
  notices: z.output<typeof noticeRow>
}

export type Store = WalletStore<WalletState, WalletRows>
/** A change of state and rows, to be made durable together with others. */
export type Change = Parameters<Store['update']>[0]

const EMPTY: WalletState = {
  market: null,
  key: null,
  profile: null,
  application: null,
  identity: null,
  accounts: [],
  toCollect: [],
  events: {},
  syncedAt: null,
}

/** Throws StoreError. */
export function openWalletStore(folder: string): Promise<Store> {
  return openStore<WalletState, WalletRows>({
    folder,
    empty: EMPTY,
    validate: (value) => walletState.parse(value),
    collections: {
      certificates: (value) => rows.certificates.parse(value),
      requests: (value) => rows.requests.parse(value),
      orders: (value) => rows.orders.parse(value),
      notices: (value) => rows.notices.parse(value),
    },
  })
}

/** Of a wallet that is not open: there is one and it has no key yet. What cannot be read may name one. */
export async function namesNoKey(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'wallet.json'), 'utf8').catch(() => '')
  const read = decodeEnvelope(text, Number.MAX_SAFE_INTEGER)
  return read.ok && (read.value.content as { readonly state?: { readonly key?: unknown } }).state?.key === null
}
