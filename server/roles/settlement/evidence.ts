import { readMembers } from '../../../shared/documents/document.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import { operationNamed, type OperationName, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import type { Evidence, OrderEvidence, PaymentEvidence, ReplacementEvidence, SignedRequest } from './domain/evidence.ts'
import type { OpenAccount } from './handlers.ts'

interface ReadRequest<Name extends OperationName> extends SignedRequest {
  readonly body: RequestBody<Name>
}

/**
 * A user's request that travels inside a server's: signed by that user, and addressed to the very server that forwards it, so
 * that no server can use what was said to another.
 */
async function readForwarded<Name extends OperationName>(
  trust: DocumentTrust,
  operation: Name,
  { jws, certificate, forwarder }: { readonly jws: string; readonly certificate: string; readonly forwarder: string },
): Promise<Result<ReadRequest<Name>, Refusal>> {
  const signed = await trust.verifyWith(jws, requestTyp(operation), certificate)
  if (!signed.ok) return signed
  const payload = readMembers(requestPayload, signed.value.payload)
  if (!payload.ok) return payload
  const { id, from, to, body } = payload.value
  const { userId } = signed.value.signer
  if (from !== userId) return refuse('wrong_sender', 'the forwarded request names another sender than its signer')
  if (to !== forwarder) return refuse('wrong_audience', 'the forwarded request was made to another server')
  const members = readMembers(operationNamed(operation).request, body as Json)
  if (!members.ok) return members
  const { hash } = signed.value
  return ok({ userId, requestId: id, hash, body: members.value as RequestBody<Name> })
}

/** Null for a market order: its greatest cost is the exchange's to say. */
function costOf(price: RequestBody<'exchange.order'>['price'], quantity: bigint): bigint | null {
  return price.kind === 'limit' ? price.limitMinor * quantity : null
}

export async function readOrder(
  trust: DocumentTrust,
  open: OpenAccount,
  body: RequestBody<'settlement.hold'>,
  exchange: string,
): Promise<Evidence<OrderEvidence>> {
  const forwarded = { jws: body.order, certificate: body.signerCertificate, forwarder: exchange }
  const order = await readForwarded(trust, 'exchange.order', forwarded)
  if (!order.ok) return order
  const { userId, requestId, hash } = order.value
  const { side, currency, price, quantity, settlementAccount } = order.value.body
  const account = await open(settlementAccount, { userId, requestId })
  if (!account.ok) return account
  return ok({ userId, requestId, hash, side, currency, costMinor: costOf(price, quantity), account: account.value })
}

export async function readReplacement(
  trust: DocumentTrust,
  body: RequestBody<'settlement.change-hold'>,
  exchange: string,
): Promise<Evidence<ReplacementEvidence>> {
  const forwarded = { jws: body.replacement, certificate: body.signerCertificate, forwarder: exchange }
  const replacement = await readForwarded(trust, 'exchange.replace', forwarded)
  if (!replacement.ok) return replacement
  const { userId, requestId, hash } = replacement.value
  const { price, quantity } = replacement.value.body
  return ok({ userId, requestId, hash, costMinor: costOf(price, quantity) })
}

export async function readPayment(
  trust: DocumentTrust,
  open: OpenAccount,
  body: RequestBody<'settlement.pay'>,
  issuer: string,
): Promise<Evidence<PaymentEvidence>> {
  const forwarded = { jws: body.issueRequest, certificate: body.signerCertificate, forwarder: issuer }
  const request = await readForwarded(trust, 'issuer.issue', forwarded)
  if (!request.ok) return request
  const { userId, requestId, hash } = request.value
  const payer = await open(request.value.body.dividendAccount, { userId, requestId })
  if (!payer.ok) return payer
  const payee = await open(body.payeeAccount, { userId: issuer, requestId: body.paymentId })
  if (!payee.ok) return payee
  return ok({ userId, requestId, hash, payerAccount: payer.value, payeeAccount: payee.value })
}
