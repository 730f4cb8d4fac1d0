import type { ShareClass } from '../../../../shared/documents/fields.ts'
import type { TransferCause, TransferResponse } from '../../../../shared/documents/transfer.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { Event, Message } from '../../../commit/decision.ts'
import type { IssuedClass, IssuerSettings } from '../settings.ts'
import type { IssuerView } from '../tables.ts'
import { isApproved } from './approve.ts'
import { eventTo, type IssuerSurroundings } from './contract.ts'
import { changeList } from './list.ts'
import { drawNumber } from './numbers.ts'
import { enter, heldEntry, retire, validUntil, type Entry } from './register.ts'

/** What both kinds of transfer check in the same way (S108-113, [0052]). */
export interface Claim {
  readonly certificateId: string
  readonly quantity: bigint
  readonly transferorUserId: string
  readonly acquirerUserId: string
  readonly cause: TransferCause
}

/** S111-113 and the rules of the class: the entry that the shares can move from. */
export function transferable(
  view: IssuerView,
  settings: IssuerSettings,
  issued: IssuedClass,
  key: string,
  claim: Claim,
  at: Millis,
): Result<Entry, Refusal> {
  const { certificateId, transferorUserId, quantity, acquirerUserId } = claim
  const entry = heldEntry(view, certificateId, transferorUserId, key)
  if (!entry.ok) return entry
  if (quantity > entry.value.quantity) return refuse('exceeds_holding', 'more shares than the certificate has')
  const until = validUntil(settings, entry.value)
  if (until !== undefined && at > until) return refuse('certificate_expired', 'the certificate is to be renewed first')
  if (acquirerUserId === transferorUserId) return refuse('self_transfer', 'the shares are held by the acquirer already')
  return restrictionRefusal(view, issued, claim) ?? entry
}

/** The cause is what the parties say, so inheritance passes only what the company knows of: else everybody would inherit. */
function restrictionRefusal(view: IssuerView, { transferRestriction }: IssuedClass, claim: Claim) {
  if (transferRestriction === 'none') return undefined
  const approved = isApproved(view, claim.certificateId, claim.acquirerUserId)
  if (transferRestriction === 'not_transferable' && (claim.cause !== 'inheritance' || !approved))
    return refuse('not_transferable', 'shares of this class cannot be transferred, except by a recognised inheritance')
  return approved ? undefined : refuse('transfer_restricted', 'the company has not approved the acquirer')
}

export interface Movement extends Claim {
  readonly issued: IssuedClass
  readonly acquirerName: string
  readonly acquirerAddress: string
  /** Not known yet when an exchange asks: it comes when the buyer collects (S148). */
  readonly dividendAccount: string | null
  readonly matchNumber?: string
  /** The sell order that goes on standing for the remainder. */
  readonly mandate: string | null
}

export interface Registered {
  readonly response: Omit<TransferResponse, 'requestHash'>
  readonly messages: readonly Message[]
  readonly events: readonly Event[]
}

/** S114-119: retires the old ID, numbers and enters the new ones, draws the transfer number, writes the history. */
export function registerTransfer(
  view: IssuerView,
  surroundings: IssuerSurroundings,
  at: Millis,
  old: Entry,
  moved: Movement,
): Registered {
  const { issued, quantity, cause, matchNumber } = moved
  const transferNumber = drawNumber(view, 'TR')
  retire(view, old, transferNumber, at)
  const whole = quantity === old.quantity
  const transferred = enter(view, surroundings, at, {
    issued,
    holderName: moved.acquirerName,
    postalAddress: moved.acquirerAddress,
    userId: moved.acquirerUserId,
    quantity,
    conditionsOfIssue: old.conditionsOfIssue,
    dividendAccount: moved.dividendAccount,
    acquiredAt: at,
    // [0048]: the certificate number is carried over; a division makes two certificates, each with a number of its own.
    ...(whole && { certificateNumber: old.certificateNumber }),
    enteredBy: transferNumber,
    toCollect: true,
    mandate: null,
  })
  // TR3, TF4: what is not transferred stays with the transferor under a new ID.
  const remainder = whole
    ? undefined
    : enter(view, surroundings, at, {
        issued,
        holderName: old.holderName,
        postalAddress: old.postalAddress,
        userId: old.userId,
        quantity: old.quantity - quantity,
        conditionsOfIssue: old.conditionsOfIssue,
        dividendAccount: old.dividendAccount,
        acquiredAt: Number(old.acquiredAt),
        enteredBy: transferNumber,
        toCollect: true,
        mandate: moved.mandate,
      })
  view.put('history', {
    transferNumber,
    classKey: old.classKey,
    security: old.security,
    shareClass: old.shareClass,
    certificateId: old.certificateId,
    newCertificateId: transferred.certificateId,
    remainderCertificateId: remainder?.certificateId ?? null,
    quantity,
    buyerUserId: moved.acquirerUserId,
    sellerUserId: old.userId,
    cause,
    matchNumber: matchNumber ?? null,
    transferredAt: BigInt(at),
  })
  const made = remainder === undefined ? [transferred] : [transferred, remainder]
  const { listSequence, messages } = changeList(view, issued, [old.certificateId], made)
  return {
    response: {
      ...(matchNumber !== undefined && { matchNumber }),
      transferNumber,
      transferred: newCertificateOf(transferred),
      ...(remainder !== undefined && { remainder: newCertificateOf(remainder) }),
      listSequence,
    },
    messages,
    events: [
      eventTo(old.userId, 'transfer-registered', {
        transferNumber,
        security: issued.security,
        shareClass: issued.shareClass,
        certificateId: old.certificateId,
        ...(remainder !== undefined && { remainderCertificateId: remainder.certificateId }),
        quantity,
        cause,
        ...(matchNumber !== undefined && { matchNumber }),
        at,
        userId: old.userId,
      }),
      ...made.map(toCollect),
    ],
  }
}

export function newCertificateOf({ certificateId, quantity, userId }: Entry) {
  return { certificateId, quantity, userId }
}

/** Tells the holder that a certificate lies ready. */
export function toCollect(entry: Entry): Event {
  return eventTo(entry.userId, 'to-collect', {
    security: entry.security,
    shareClass: entry.shareClass as ShareClass,
    number: entry.enteredBy,
    certificateId: entry.certificateId,
    quantity: entry.quantity,
  })
}
