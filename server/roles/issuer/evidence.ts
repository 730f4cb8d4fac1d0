import { readMembers } from '../../../shared/documents/document.ts'
import { endorsement } from '../../../shared/documents/endorsement.ts'
import { order } from '../../../shared/documents/order.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust, SignedPayload } from '../../../shared/market/document-trust.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import type { Endorsed } from './domain/endorsed-transfer.ts'
import type { CertificateFacts, SellOrder } from './domain/match-transfer.ts'

/**
 * What is signed inside requests, verified before the queue. The results are data: they stand in the journal, so that a
 * decision can be repeated without the market's certificates of that day.
 */

/** A share certificate by what identifies it and counts: the rest is in the register. */
async function readCertificate(trust: DocumentTrust, jws: string): Promise<Result<CertificateFacts, Refusal>> {
  const read = await trust.verifyShareCertificate(jws)
  if (!read.ok) return read
  const { certificateId, userId, quantity, security, shareClass } = read.value
  return ok({ certificateId, userId, quantity, security, shareClass })
}

/** All of them, or the first that does not verify. */
async function readCertificates(
  trust: DocumentTrust,
  signed: readonly string[],
): Promise<Result<readonly CertificateFacts[], Refusal>> {
  const facts: CertificateFacts[] = []
  for (const jws of signed) {
    // One after the other: the first that fails is the answer, and the rest need no work.
    const read = await readCertificate(trust, jws)
    if (!read.ok) return read
    facts.push(read.value)
  }
  return ok(facts)
}

/** Signed by an investor, whose certificate comes along. */
async function verifyInvestor(
  trust: DocumentTrust,
  jws: string,
  typ: string,
  certificate: string,
): Promise<Result<SignedPayload, Refusal>> {
  const verified = await trust.verifyWith(jws, typ, certificate)
  if (!verified.ok || verified.value.signer.role === 'investor') return verified
  return refuse('wrong_role', 'the signer is no investor')
}

/** S102-107: the seller's order, as the exchange received it, and the certificates attached to it. */
export async function readSellOrder(
  trust: DocumentTrust,
  { sellOrder, sellerCertificate }: RequestBody<'issuer.match-transfer'>,
): Promise<Result<SellOrder, Refusal>> {
  const verified = await verifyInvestor(trust, sellOrder, requestTyp('exchange.order'), sellerCertificate)
  if (!verified.ok) return verified
  const request = readMembers(requestPayload, verified.value.payload)
  if (!request.ok) return request
  if (request.value.from !== verified.value.signer.userId)
    return refuse('wrong_sender', 'the order is not of its signer')
  const read = readMembers(order, request.value.body as Json)
  if (!read.ok) return read
  const sale = read.value
  if (sale.side !== 'sell') return refuse('order_mismatch', 'the order is no sale', { member: 'side' })
  const certificates = await readCertificates(trust, sale.certificates)
  if (!certificates.ok) return certificates
  return ok({
    orderHash: verified.value.hash,
    exchange: request.value.to,
    signer: verified.value.signer.userId,
    userId: sale.userId,
    security: sale.security,
    shareClass: sale.shareClass,
    quantity: sale.quantity,
    certificateIds: sale.certificateIds,
    certificates: certificates.value,
  })
}

/** [0052]: the transferor's signature first, then the issuer's. */
export async function readEndorsement(
  trust: DocumentTrust,
  body: RequestBody<'issuer.transfer'>,
): Promise<Result<Endorsed, Refusal>> {
  const verified = await verifyInvestor(trust, body.endorsement, endorsement.typ, body.transferorCertificate)
  if (!verified.ok) return verified
  const read = readMembers(endorsement.schema, verified.value.payload)
  if (!read.ok) return read
  const { certificate: jws, ...rest } = read.value
  const certificate = await readCertificate(trust, jws)
  if (!certificate.ok) return certificate
  return ok({ signer: verified.value.signer.userId, endorsement: rest, certificate: certificate.value })
}

/** The certificates that a reissue surrenders; none where they are lost. */
export function readSurrendered(
  trust: DocumentTrust,
  { ground }: RequestBody<'issuer.reissue'>,
): Promise<Result<readonly CertificateFacts[], Refusal>> {
  switch (ground.kind) {
    case 'lost':
      return Promise.resolve(ok([]))
    case 'split':
    case 'withdrawal':
      return readCertificates(trust, [ground.certificate])
    default:
      return readCertificates(trust, ground.certificates)
  }
}
