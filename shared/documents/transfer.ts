import { z } from 'zod'
import {
  certificateId,
  classMembers,
  documentHash,
  instant,
  matchNumber,
  personName,
  postalAddress,
  sealedAccount,
  sequenceNumber,
  shareCount,
  signedDocument,
  transferNumber,
  userId,
  x509,
} from './fields.ts'

/** What moved the shares (Fig. 16, art. 121 of the Companies Act asks for the date and the acquirer). */
export const transferCause = z.enum(['trade', 'sale', 'gift', 'inheritance', 'other'])

/** Fig. 15: the exchange asks the issuer to register a match (株主名義書換要求). */
export const matchTransferRequest = z.strictObject({
  matchNumber,
  ...classMembers,
  certificateId,
  quantity: shareCount,
  buyerUserId: userId,
  sellerUserId: userId,
  buyerName: personName,
  buyerAddress: postalAddress,
  /** The seller's signed order with the certificate in it: the owner's signature over the certificate ([0030]). */
  sellOrder: signedDocument,
  sellerCertificate: x509,
})

/** Fig. 27: the transferee asks the issuer to register a hand-over (名義書換要求). */
export const endorsedTransferRequest = z.strictObject({
  certificateId,
  userId,
  name: personName,
  postalAddress,
  dividendAccount: sealedAccount,
  endorsement: signedDocument,
  transferorCertificate: x509,
})

/** One certificate that a registration made; the holder collects it with the transfer or reissue number. */
export const newCertificate = z.strictObject({ certificateId, quantity: shareCount, userId })

/** Fig. 17: the transfer response (株主名義書換応答). `remainder` is what is left to the transferor of a divided certificate. */
export const transferResponse = z.strictObject({
  matchNumber: matchNumber.optional(),
  transferNumber,
  transferred: newCertificate,
  remainder: newCertificate.optional(),
  requestHash: documentHash,
  /** Position of this change in the certificate ID list of the class, so that the two are never applied out of order. */
  listSequence: sequenceNumber,
})

/** Fig. 16: one entry of the transfer history (株主名義書換履歴). */
export const transferHistoryEntry = z.strictObject({
  transferNumber,
  ...classMembers,
  certificateId,
  newCertificateId: certificateId,
  remainderCertificateId: certificateId.optional(),
  quantity: shareCount,
  buyerUserId: userId,
  sellerUserId: userId,
  cause: transferCause,
  matchNumber: matchNumber.optional(),
  at: instant,
})

export type TransferCause = z.output<typeof transferCause>
export type TransferResponse = z.output<typeof transferResponse>
export type TransferHistoryEntry = z.output<typeof transferHistoryEntry>
