import { classKey } from '../../../../shared/documents/fields.ts'
import type { ShareCertificate } from '../../../../shared/documents/share-certificate.ts'
import type { TransferResponse } from '../../../../shared/documents/transfer.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { findClass } from '../settings.ts'
import type { IssuerReadView } from '../tables.ts'
import type { Decide } from './contract.ts'
import { newCertificateOf, registerTransfer, transferable } from './transfer.ts'

export type CertificateFacts = Pick<
  ShareCertificate,
  'certificateId' | 'userId' | 'quantity' | 'security' | 'shareClass'
>

/** The seller's signed order and the certificates attached to it, all signatures verified (S102-107). */
export interface SellOrder {
  readonly orderHash: string
  /** Whom the order was addressed to, and who signed it. */
  readonly exchange: string
  readonly signer: string
  readonly userId: string
  readonly security: string
  readonly shareClass: string
  readonly quantity: bigint
  readonly certificateIds: readonly string[]
  readonly certificates: readonly CertificateFacts[]
}

/** S101-107: the order is a sale of this class, by this seller, to this exchange, with the seller's own certificates. */
function orderRefusal(body: RequestBody<'issuer.match-transfer'>, exchange: string, order: SellOrder) {
  const mismatch = (member: string) => refuse('order_mismatch', `the order disagrees: ${member}`, { member })
  if (order.exchange !== exchange) return mismatch('to')
  if (order.signer !== body.sellerUserId || order.userId !== body.sellerUserId) return mismatch('sellerUserId')
  if (order.security !== body.security || order.shareClass !== body.shareClass) return mismatch('shareClass')
  const agrees = order.certificates.every(
    (certificate, index) =>
      certificate.certificateId === order.certificateIds[index] &&
      certificate.userId === order.userId &&
      certificate.security === order.security &&
      certificate.shareClass === order.shareClass,
  )
  return agrees && order.certificates.length === order.certificateIds.length
    ? undefined
    : refuse('certificate_mismatch', 'the certificates are not those that the order names')
}

/** S108-110: the ID is one that the order offers, or the rest of one; and no more shares than it offers move. */
function quantityRefusal(view: IssuerReadView, body: RequestBody<'issuer.match-transfer'>, order: SellOrder) {
  const attached = order.certificates.find(({ certificateId }) => certificateId === body.certificateId)
  if (attached === undefined && view.get('register', body.certificateId)?.mandate !== order.orderHash) {
    return refuse('certificate_mismatch', 'the order does not offer this certificate')
  }
  if (attached !== undefined && body.quantity > attached.quantity) {
    return refuse('exceeds_holding', 'more shares than the certificate has')
  }
  const moved = view.get('mandates', order.orderHash)?.quantity ?? 0n
  return moved + body.quantity > order.quantity
    ? refuse('exceeds_order', 'more shares than the order offers', { left: (order.quantity - moved).toString() })
    : undefined
}

/** What was registered for this match, if it is what is asked for once more: an exchange asks anew where it could not use the first response. */
function registered(
  view: IssuerReadView,
  body: RequestBody<'issuer.match-transfer'>,
  match: string,
  transferNumber: string,
): Omit<TransferResponse, 'requestHash'> | undefined {
  const entry = view.get('history', transferNumber)
  const listSequence = view.get('matchChanges', match)?.listSequence
  const agrees =
    entry?.certificateId === body.certificateId &&
    entry.quantity === body.quantity &&
    entry.buyerUserId === body.buyerUserId &&
    entry.sellerUserId === body.sellerUserId
  if (!agrees || listSequence === undefined) return undefined
  const made = (certificateId: string) => view.get('register', certificateId)
  const [transferred, remainder] = [made(entry.newCertificateId), made(entry.remainderCertificateId ?? '')]
  assert(transferred !== undefined, 'what was registered stays on record')
  return {
    matchNumber: body.matchNumber,
    transferNumber,
    transferred: newCertificateOf(transferred),
    ...(remainder !== undefined && { remainder: newCertificateOf(remainder) }),
    listSequence,
  }
}

/** TR5, S101-119: an exchange asks for the registration of a match (株主名義書換要求). */
export const matchTransfer: Decide<'issuer.match-transfer', Result<SellOrder, Refusal>> = (
  view,
  { body, sender, hash, at, evidence },
  surroundings,
) => {
  if (!evidence.ok) return evidence
  const issued = findClass(surroundings.settings, body)
  if (issued === undefined) return refuse('unknown_class', 'no register of this class is kept here')
  const order = evidence.value
  const mismatch = orderRefusal(body, sender.name, order)
  if (mismatch !== undefined) return mismatch
  const match = `${sender.name}/${body.matchNumber}`
  const known = view.get('matches', match)
  if (known !== undefined) {
    const before = registered(view, body, match, known.transferNumber)
    return before === undefined
      ? refuse('duplicate_match', 'the match was registered before', { transferNumber: known.transferNumber })
      : ok({ reply: { ...before, requestHash: hash } })
  }
  const exceeding = quantityRefusal(view, body, order)
  if (exceeding !== undefined) return exceeding
  const claim = {
    certificateId: body.certificateId,
    quantity: body.quantity,
    transferorUserId: body.sellerUserId,
    acquirerUserId: body.buyerUserId,
    cause: 'trade',
  } as const
  const old = transferable(view, surroundings.settings, issued, classKey(body), claim, at)
  if (!old.ok) return old
  const { response, messages, events } = registerTransfer(view, surroundings, at, old.value, {
    ...claim,
    issued,
    acquirerName: body.buyerName,
    acquirerAddress: body.buyerAddress,
    dividendAccount: null,
    matchNumber: body.matchNumber,
    mandate: order.orderHash,
  })
  const moved = view.get('mandates', order.orderHash)?.quantity ?? 0n
  view.put('mandates', { orderHash: order.orderHash, quantity: moved + body.quantity })
  view.put('matches', { match, transferNumber: response.transferNumber })
  view.put('matchChanges', { match, listSequence: response.listSequence })
  return ok({ reply: { ...response, requestHash: hash }, messages, events })
}
