import { completionNotice } from '../../../shared/documents/completion-notice.ts'
import { readMembers } from '../../../shared/documents/document.ts'
import { isCertifiedName } from '../../../shared/documents/fields.ts'
import type { Order } from '../../../shared/documents/order.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust, SignedPayload } from '../../../shared/market/document-trust.ts'
import { operationNamed, type OperationName, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import type { AccountBinding } from '../../../shared/signing/jwe.ts'
import type { Prepared } from '../../commit/decision.ts'
import type {
  ClaimEvidence,
  Evidence,
  OrderEvidence,
  PaymentEvidence,
  ReplacementEvidence,
  SettlementEvidence,
  SignedRequest,
} from './domain/evidence.ts'

/** Decrypts an account number with the server's key for key agreement, if it was sealed for this request of this user (SIG4). */
export type OpenAccount = (jwe: string, binding: AccountBinding) => Promise<Result<string, Refusal>>

/** Verifies what is signed or encrypted inside requests, before the commit queue. */
export interface Opening {
  readonly trust: DocumentTrust
  readonly openAccount: OpenAccount
}

interface VerifiedRequest<Name extends OperationName> {
  readonly signed: SignedRequest
  /** The signer's, as certified. */
  readonly name: string
  readonly body: RequestBody<Name>
}

const wrongName = refuse('wrong_name', 'the name is not that of the signer’s identity certificate')

/** A user's request that was addressed to the server which now shows it to us, and to no other. */
async function verifyRequest<Name extends OperationName>(
  trust: DocumentTrust,
  operation: Name,
  shown: { readonly jws: string; readonly certificate: string; readonly by: string },
): Promise<Result<VerifiedRequest<Name>, Refusal>> {
  const signed = await trust.verifyWith(shown.jws, requestTyp(operation), shown.certificate)
  if (!signed.ok) return signed
  const { signer, payload, hash } = signed.value
  const { askers, request } = operationNamed(operation)
  if (!askers.includes(signer.role)) return refuse('wrong_role', `${operation} is not for the role ${signer.role}`)
  const read = readMembers(requestPayload, payload)
  if (!read.ok) return read
  const { id, from, to } = read.value
  if (from !== signer.userId) return refuse('wrong_sender', 'the sender of the request is not its signer')
  if (to !== shown.by) return refuse('wrong_audience', 'the request was addressed to another server')
  const body = readMembers(request, read.value.body as Json)
  if (!body.ok) return body
  // The catalogue's type of this body is what its schema puts out; the look-up by name has lost it.
  const verified = { userId: signer.userId, requestId: id, hash }
  return ok({ signed: verified, name: signer.name, body: body.value as RequestBody<Name> })
}

function costOf(price: Order['price'], quantity: bigint): bigint | null {
  return price.kind === 'limit' ? price.limitMinor * quantity : null
}

export async function openOrder(
  { trust, openAccount }: Opening,
  body: RequestBody<'settlement.hold'>,
  { sender }: Prepared,
): Promise<Evidence<OrderEvidence>> {
  const shown = { jws: body.order, certificate: body.signerCertificate, by: sender.name }
  const request = await verifyRequest(trust, 'exchange.order', shown)
  if (!request.ok) return request
  const { body: order, signed, name } = request.value
  if (order.userId !== signed.userId) return refuse('wrong_user', 'the order is in the name of another user')
  if (order.side === 'buy' && !isCertifiedName(order.name, name)) return wrongName
  const account = await openAccount(order.settlementAccount, signed)
  if (!account.ok) return account
  const costMinor = costOf(order.price, order.quantity)
  return ok({ ...signed, side: order.side, currency: order.currency, costMinor, account: account.value })
}

export async function openReplacement(
  { trust }: Opening,
  body: RequestBody<'settlement.change-hold'>,
  { sender }: Prepared,
): Promise<Evidence<ReplacementEvidence>> {
  const shown = { jws: body.replacement, certificate: body.signerCertificate, by: sender.name }
  const request = await verifyRequest(trust, 'exchange.replace', shown)
  if (!request.ok) return request
  const { body: replacement, signed } = request.value
  return ok({ ...signed, costMinor: costOf(replacement.price, replacement.quantity) })
}

export async function openSettlement(
  { openAccount }: Opening,
  body: RequestBody<'settlement.settle'>,
): Promise<Evidence<SettlementEvidence>> {
  const buyer = await openAccount(body.buyerAccount, body.buyOrder)
  if (!buyer.ok) return buyer
  const seller = await openAccount(body.sellerAccount, body.sellOrder)
  return seller.ok ? ok({ buyerAccount: buyer.value, sellerAccount: seller.value }) : seller
}

export async function openPayment(
  { trust, openAccount }: Opening,
  body: RequestBody<'settlement.pay'>,
  { sender }: Prepared,
): Promise<Evidence<PaymentEvidence>> {
  const shown = { jws: body.issueRequest, certificate: body.signerCertificate, by: sender.name }
  const request = await verifyRequest(trust, 'issuer.issue', shown)
  if (!request.ok) return request
  const { body: issueRequest, signed, name } = request.value
  if (issueRequest.userId !== signed.userId) return refuse('wrong_user', 'the request is in the name of another user')
  if (!isCertifiedName(issueRequest.holderName, name)) return wrongName
  if (issueRequest.ground.kind !== 'offering') return refuse('wrong_typ', 'only a subscription is paid for')
  const payer = await openAccount(issueRequest.dividendAccount, signed)
  if (!payer.ok) return payer
  const payee = await openAccount(body.payeeAccount, { userId: sender.name, requestId: body.paymentId })
  return payee.ok ? ok({ ...signed, payerAccount: payer.value, payeeAccount: payee.value }) : payee
}

/** The exchange is listed in the market; one that has left it is known by the certificate that comes along ([0033]). */
async function verifyNotice(
  trust: DocumentTrust,
  { completionNotice: jws, exchangeCertificate }: RequestBody<'settlement.claim'>,
): Promise<Result<SignedPayload, Refusal>> {
  const listed = await trust.verifyMember(jws, completionNotice.typ, 'exchange')
  if (listed.ok || listed.error.code !== 'unknown_signer') return listed
  const shown = await trust.verifyWith(jws, completionNotice.typ, exchangeCertificate)
  if (!shown.ok || shown.value.signer.role === 'exchange') return shown
  return refuse('wrong_role', `signed by the role ${shown.value.signer.role}, not exchange`)
}

export async function openClaim(
  { trust, openAccount }: Opening,
  body: RequestBody<'settlement.claim'>,
  { sender, id }: Prepared,
): Promise<Evidence<ClaimEvidence>> {
  const signed = await verifyNotice(trust, body)
  if (!signed.ok) return signed
  const notice = readMembers(completionNotice.schema, signed.value.payload)
  if (!notice.ok) return notice
  const account = await openAccount(body.account, { userId: sender.name, requestId: id })
  if (!account.ok) return account
  return ok({ exchange: signed.value.signer.userId, notice: notice.value, account: account.value })
}

/** The account number that the sender gives directly. */
export function openOwn(
  { openAccount }: Opening,
  { account }: { readonly account: string },
  { sender, id }: Prepared,
): Promise<Evidence<string>> {
  return openAccount(account, { userId: sender.name, requestId: id })
}
