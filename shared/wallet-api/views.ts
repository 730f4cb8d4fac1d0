import { z } from 'zod'
import {
  certificateId,
  certificateNumber,
  classMembers,
  currency,
  instant,
  amountMinor,
  positiveAmountMinor,
  securityId,
  shareCount,
  shareTotal,
  userId,
} from '../documents/fields.ts'
import { marketMember, memberRole } from '../documents/market-descriptor.ts'
import { orderPrice, orderStatus, timeInForce } from '../documents/order.ts'
import { shareCertificate, transferRestriction } from '../documents/share-certificate.ts'
import { transferCause } from '../documents/transfer.ts'
import { list, refusal, serverOperation, thumbprint } from './members.ts'
import { signingSummary } from './signing.ts'

// ---------------------------------------------------------------------------------------------------------------- market

/** What a link or market file says, before anything is asked: the fingerprint is what a person compares. */
export const marketLink = z.strictObject({
  authority: z.string(),
  root: thumbprint,
  /** The root's thumbprint in 16 groups of four hexadecimal digits. */
  fingerprint: z.string(),
})

export const marketView = z.strictObject({
  marketName: z.string(),
  demonstration: z.boolean(),
  currency,
  authorityUrl: z.string(),
  rootThumbprint: thumbprint,
  fingerprint: z.string(),
  members: list(marketMember),
  /** Present (`revocation_unknown`) when no fresh revocation lists are at hand: no shares and no money move then (SIG6). */
  stale: refusal.optional(),
})

export const marketServer = z.strictObject({
  role: memberRole.exclude(['investor']),
  userId,
  name: z.string(),
  url: z.string(),
  /** Those that an issuer may issue. */
  securities: list(securityId).optional(),
  /** Of its certificate. */
  notAfter: instant,
  /** SHA-256 of its certificate, in 16 groups of four hexadecimal digits. */
  fingerprint: z.string(),
})

export const connection = z.strictObject({
  userId,
  name: z.string(),
  role: memberRole,
  state: z.enum(['closed', 'opening', 'ready', 'waiting']),
  /** When `waiting`: the next attempt. */
  retryAt: instant.optional(),
})

// -------------------------------------------------------------------------------------------------------------- identity

export const identityView = z.strictObject({
  userId,
  name: z.string(),
  postalAddress: z.string().optional(),
  notAfter: instant,
  /** Who certified it, by name. */
  issuer: z.string(),
  /** Of the certificate, in groups of four hexadecimal digits. */
  fingerprint: z.string(),
  /** Leaf first, DER in base64. */
  chain: list(z.string()),
})

export const enrolmentView = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('pending'), applicationNumber: z.string(), since: instant }),
  z.strictObject({ state: z.literal('refused'), applicationNumber: z.string(), reason: z.string().optional() }),
  z.strictObject({ state: z.literal('approved'), identity: identityView }),
])

export const accountView = z.strictObject({
  currency,
  /** The last four digits. */
  accountEnding: z.string(),
  state: z.enum(['opening', 'open']),
})

// ---------------------------------------------------------------------------------------------------------- certificates

/** The one state word of a certificate, the same everywhere. */
const certificateWord = z.enum(['live', 'pending', 'stopped', 'retired', 'lost'])

/** Why a certificate is pending. */
const pendingCause = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('offered'), receptionNumber: z.string() }),
  z.strictObject({
    kind: z.literal('endorsed'),
    transfereeUserId: z.string(),
    transfereeName: z.string(),
    quantity: shareCount,
    validUntil: instant,
  }),
  z.strictObject({ kind: z.literal('request'), requestId: z.string(), operation: serverOperation }),
  /** From a backup: the issuer has not said yet that it is still live. */
  z.strictObject({ kind: z.literal('unchecked') }),
])

export const heldCertificate = z.strictObject({
  certificateId,
  certificateNumber,
  companyName: z.string(),
  ...classMembers,
  quantity: shareCount,
  holderName: z.string(),
  issuedAt: instant,
  validUntil: instant.optional(),
  transferRestriction,
  state: certificateWord,
  pending: pendingCause.optional(),
  /** When and by which transfer or reissue number the ID was retired, if known. */
  retiredAt: instant.optional(),
  retiredBy: z.string().optional(),
  /** When the issuer last said so. */
  checkedAt: instant,
})

/** The holder's own words about a certificate; they never leave the wallet. */
export const remarks = { label: z.string().max(80).optional(), note: z.string().max(2000).optional() }

export const listedCertificate = heldCertificate.extend(remarks)

const toCollect = z.strictObject({
  /** Transfer, allotment or reissue number. */
  number: z.string(),
  ...classMembers,
  quantity: shareCount,
})

/** In the order in which they are shown. */
const checkName = z.enum([
  'form',
  'transferor',
  'endorsement',
  'transferee',
  'endorsement_validity',
  'issuer',
  'chain',
  'revocation',
  'signature',
  'issuer_may_issue',
  'validity',
  'register',
])

const check = z.strictObject({
  check: checkName,
  outcome: z.enum(['passed', 'failed', 'not_checked']),
  /** Why it failed or was not checked. */
  code: z.string().optional(),
  details: z.record(z.string(), z.string()).readonly().optional(),
})

const verification = {
  /** `undecided`: nothing failed, but something could not be checked. */
  verdict: z.enum(['valid', 'invalid', 'undecided']),
  checks: list(check),
  /** What the document says (all members of Fig. 6), whether it is valid or not; absent if it cannot be read. */
  certificate: shareCertificate.schema.optional(),
  /** Of the signed certificate, as `marketLink.fingerprint` of a root. */
  fingerprint: z.string().optional(),
}

export const verificationReport = z.strictObject(verification)

export const endorsementReport = z.strictObject({
  ...verification,
  endorsement: z
    .strictObject({
      certificateId,
      quantity: shareCount,
      transferorUserId: z.string(),
      /** As the transferor's verified certificate says. */
      transferorName: z.string().optional(),
      transfereeUserId: z.string(),
      cause: transferCause,
      issuedAt: instant,
      validUntil: instant,
    })
    .optional(),
})

// ----------------------------------------------------------------------------------------------------------------- trade

export const orderForm = z.strictObject({
  side: z.enum(['buy', 'sell']),
  ...classMembers,
  /** Minor units a share. */
  price: orderPrice,
  quantity: shareCount,
  timeInForce,
  /** For a sale; chosen by the wallet if absent: the fewest that cover the quantity. */
  certificateIds: list(certificateId).optional(),
})

export const orderView = z.strictObject({
  receptionNumber: z.string(),
  certificateIds: list(certificateId),
  /** The exchange's last word; absent until it gave one. */
  status: orderStatus.optional(),
})

/** A signed completion notice (Fig. 18) that this wallet received. */
export const completionView = z.strictObject({
  matchNumber: z.string(),
  side: z.enum(['buy', 'sell']),
  ...classMembers,
  quantity: shareCount,
  priceMinor: positiveAmountMinor,
  amountMinor,
  currency,
  at: instant,
  receptionNumber: z.string(),
  transferNumber: z.string(),
  /** The document itself, in compact form. */
  notice: z.string(),
})

// --------------------------------------------------------------------------------------------------------------- history

const requestState = z.enum(['under_way', 'answered', 'refused'])

/** One signed act of the wallet and what became of it. */
export const historyEntry = z.strictObject({
  requestId: z.string(),
  operation: serverOperation,
  at: instant,
  state: requestState,
  answeredAt: instant.optional(),
  /** Why it was refused, or what is wrong with the reply. */
  code: z.string().optional(),
  /** What was signed. */
  summary: signingSummary,
  certificateIds: list(certificateId),
})

/** What was made over, and what became of it. */
export const givenView = z.strictObject({
  certificateId,
  ...classMembers,
  companyName: z.string(),
  quantity: shareCount,
  transfereeUserId: z.string(),
  transfereeName: z.string(),
  cause: transferCause,
  at: instant,
  validUntil: instant,
  state: z.enum(['waiting', 'accepted', 'withdrawn', 'expired']),
  endedAt: instant.optional(),
  /** Transfer or reissue number. */
  endedBy: z.string().optional(),
  /** The document itself, in compact form. */
  endorsement: z.string(),
})

/** The signed request and reply, word for word: evidence for others. */
export const evidence = historyEntry.extend({
  request: z.string(),
  reply: z.string().optional(),
  proves: z.string(),
})

/** One thing in the life of a certificate. */
export const lifeEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('issued'), at: instant, holderName: z.string() }),
  z.strictObject({ kind: z.literal('request'), at: instant, entry: historyEntry }),
  z.strictObject({ kind: z.literal('match'), at: instant, completion: completionView }),
  z.strictObject({
    kind: z.literal('endorsed'),
    at: instant,
    transfereeName: z.string(),
    quantity: shareCount,
    validUntil: instant,
  }),
  z.strictObject({
    kind: z.literal('retired'),
    at: instant,
    state: z.enum(['retired', 'lost']),
    by: z.string().optional(),
  }),
])

export const syncStep = z.enum(['market', 'requests', 'events', 'holdings', 'collect', 'orders'])

export const syncReport = z.strictObject({
  syncedAt: instant,
  /** Requests that are still without an answer. */
  underWay: z.number().int(),
  /** Certificate IDs. */
  collected: list(z.string()),
  faults: list(z.strictObject({ step: syncStep, refusal })),
})

export const restoreReport = z.strictObject({
  fetched: list(certificateId),
  live: z.number().int(),
  faults: list(refusal),
})

// ------------------------------------------------------------------------------------------- what the wallet's host keeps

/** Somebody to whom certificates can be made over. The name is as in their file; it is verified whenever it is used. */
export const contact = z.strictObject({
  userId,
  name: z.string(),
  market: z.string(),
  ...remarks,
  addedAt: instant,
  notAfter: instant,
})

export const language = z.enum(['en', 'ja'])

export const settings = z.strictObject({
  language,
  theme: z.enum(['system', 'light', 'dark']),
  hideAmounts: z.boolean(),
  /** Locked after so long without `lock.touch`; 0: never. */
  autoLockMinutes: z.number().int().min(0).max(1440),
  /** What the system's notifications say: nothing at all, only that something happened, or also what and how much. */
  notifications: z.enum(['off', 'plain', 'full']),
})

/** Newer versions of this program. `off`: it is not updated by itself, as where it runs in a browser or from source. */
export const updates = z.strictObject({
  state: z.enum(['off', 'idle', 'checking', 'current', 'available', 'loading', 'ready', 'failed']),
  /** The newer version, from `available` on. */
  version: z.string().max(80).optional(),
})

/** `version`: absent where the host was given none. */
export const about = z.strictObject({ version: z.string().max(80).optional(), updates })

export const keyPlace = z.enum(['os', 'file'])

/** A signature that waits for the person. Whoever shows this only points to the host's own confirmation, which shows the content. */
export const pendingConfirmation = z.strictObject({
  id: z.string(),
  /** What is to be signed, of `signingSummary`. */
  kind: z.string(),
  /** Where the host asks, to be opened in a new window by the person; absent where the host has shown its dialog itself. */
  url: z.string().optional(),
  /** Unanswered until then, it counts as declined. */
  expiresAt: instant,
})

/** What a person should see to, the most pressing first. */
export const attention = z.discriminatedUnion('kind', [
  /** The store was damaged and repaired: call `restore`. */
  z.strictObject({ kind: z.literal('recovered') }),
  /** No fresh revocation lists: no shares and no money move (SIG6). */
  z.strictObject({ kind: z.literal('revocation_unknown') }),
  /** From a backup, and their issuers have not been asked: call `restore`. */
  z.strictObject({ kind: z.literal('unchecked'), count: z.number().int() }),
  z.strictObject({ kind: z.literal('to_collect'), count: z.number().int() }),
  z.strictObject({ kind: z.literal('under_way'), count: z.number().int() }),
  /** Revoked or expired: what is signed here counts no more. */
  z.strictObject({ kind: z.literal('identity_refused'), refusal }),
  z.strictObject({ kind: z.literal('identity_expires'), at: instant }),
  /** How many share certificates, and when the first of them. */
  z.strictObject({ kind: z.literal('certificate_expires'), count: z.number().int(), at: instant }),
  /** Made over and not accepted by the transferee, and until when the first of them can be. */
  z.strictObject({ kind: z.literal('to_accept'), count: z.number().int(), at: instant }),
  z.strictObject({ kind: z.literal('orders_open'), count: z.number().int() }),
  /** Who loses this machine loses the key, and with it every certificate. */
  z.strictObject({ kind: z.literal('no_backup') }),
  /** The last backup holds the identity certificate of before a renewal, with which it cannot be renewed again. */
  z.strictObject({ kind: z.literal('backup_identity') }),
  /** Certificates came that the last backup does not hold. */
  z.strictObject({ kind: z.literal('backup_old'), count: z.number().int() }),
])

export const holding = z.strictObject({
  ...classMembers,
  companyName: z.string(),
  live: shareTotal,
  pending: shareTotal,
  certificates: z.number().int(),
})

/** The last backup that was made or restored here; `missing`: certificates held now that are not in it. */
const backup = z.strictObject({ madeAt: instant.optional(), missing: z.number().int() })

export const overview = z.strictObject({
  host: z.enum(['browser', 'desktop']),
  lock: z.enum(['open', 'locked']),
  /** Where the private key is kept; absent while there is none. */
  keyPlace: keyPlace.optional(),
  confirmations: list(pendingConfirmation),
  /** Absent while locked. */
  wallet: z
    .strictObject({
      recovered: z.boolean(),
      syncedAt: instant.optional(),
      /** Absent until a market is joined. */
      market: marketView.optional(),
      identity: identityView.optional(),
      /** As last heard; absent until the authority was asked once. */
      enrolment: enrolmentView.optional(),
      accounts: list(accountView),
      backup,
      /** Live and pending shares by class. */
      holdings: list(holding),
      toCollect: list(toCollect),
      counts: z.strictObject({
        live: z.number().int(),
        pending: z.number().int(),
        underWay: z.number().int(),
        openOrders: z.number().int(),
      }),
      attention: list(attention),
      connections: list(connection),
    })
    .optional(),
})

export type Overview = z.output<typeof overview>
export type Attention = z.output<typeof attention>
export type Holding = z.output<typeof holding>
export type Settings = z.output<typeof settings>
export type Updates = z.output<typeof updates>
export type About = z.output<typeof about>
export type Language = z.output<typeof language>
export type Contact = z.output<typeof contact>
export type ListedCertificate = z.output<typeof listedCertificate>
export type PendingConfirmation = z.output<typeof pendingConfirmation>
export type Connection = z.output<typeof connection>
export type KeyPlace = z.output<typeof keyPlace>
