import { completionNotice } from '../../shared/documents/completion-notice.ts'
import { readMembers, type DocumentKind, type DocumentOf } from '../../shared/documents/document.ts'
import { endorsement } from '../../shared/documents/endorsement.ts'
import type { IssueRequest } from '../../shared/documents/issue-request.ts'
import type { Order } from '../../shared/documents/order.ts'
import type { ReissueRequest } from '../../shared/documents/reissue.ts'
import { shareCertificate } from '../../shared/documents/share-certificate.ts'
import { fromBase64Url, fromUtf8 } from '../../shared/kernel/bytes.ts'
import { findOperation, type OperationName, type RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../shared/protocol/message.ts'
import { readCanonical, type Json } from '../../shared/signing/canonical.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import type { NamedCertificate, SigningSummary } from './api.ts'

/** The name of a server of the market, or of a person who was verified, by user ID. */
type NameOf = (userId: string) => string | undefined

type RequestFacts = {
  readonly to: string
  readonly toName: string | undefined
  readonly requestId: string
  readonly at: number
}

/** The payload of a document inside a document, its signature unseen; undefined if it cannot be read. */
export function readDocument<Kind extends DocumentKind>(kind: Kind, jws: string): DocumentOf<Kind> | undefined {
  const parsed = parseJws(jws, { typ: kind.typ })
  const read = parsed.ok ? readMembers(kind.schema, parsed.value.payload) : undefined
  // The kind's type of its payload is what its schema puts out.
  return read?.ok === true ? (read.value as DocumentOf<Kind>) : undefined
}

/** What the bytes to be signed say (`header.payload` in ASCII), or undefined where it cannot be told for certain. */
export function summarise(input: Uint8Array, nameOf: NameOf): SigningSummary | undefined {
  const parts = fromUtf8(input)?.split('.') ?? []
  const [header, payload] = parts.map(readPart)
  if (parts.length !== 2 || header === undefined || payload === undefined) return undefined
  const typ = typeof header === 'object' && header !== null ? (Reflect.get(header, 'typ') as unknown) : undefined
  if (typeof typ !== 'string') return undefined
  return typ === endorsement.typ ? summariseEndorsement(payload, nameOf) : summariseRequest(typ, payload, nameOf)
}

function readPart(part: string): Json | undefined {
  const bytes = fromBase64Url(part)
  const read = bytes === undefined ? undefined : readCanonical(bytes)
  return read?.ok === true ? read.value : undefined
}

/** The operation of a request's `typ`. */
function operationOf(typ: string): OperationName | undefined {
  const name = typ.slice(requestTyp('').length)
  return requestTyp(name) === typ && findOperation(name) !== undefined ? (name as OperationName) : undefined
}

function summariseRequest(typ: string, wire: Json, nameOf: NameOf): SigningSummary | undefined {
  const operation = operationOf(typ)
  const payload = readMembers(requestPayload, wire)
  if (operation === undefined || !payload.ok) return undefined
  const schema = findOperation(operation)
  const body = schema === undefined ? undefined : readMembers(schema.request, payload.value.body as Json)
  if (schema === undefined || body?.ok !== true) return undefined
  const { to, id, at } = payload.value
  const facts = { to, toName: nameOf(to), requestId: id, at }
  return schema.kind === 'inquiry'
    ? { kind: 'inquiry', operation, ...facts }
    : summariseCommand(operation, body.value, facts, nameOf)
}

function summariseCommand(
  operation: OperationName,
  read: unknown,
  facts: RequestFacts,
  nameOf: NameOf,
): SigningSummary | undefined {
  // Its schema was chosen by the operation's name, so the body is what that schema puts out.
  const body = <Name extends OperationName>(name: Name): RequestBody<typeof name> => read as RequestBody<Name>
  switch (operation) {
    case 'authority.enrol': {
      const { name, role, postalAddress } = body(operation)
      return role === 'investor' ? { kind: 'enrolment', name, postalAddress, ...facts } : undefined
    }
    case 'authority.renew':
      return { kind: 'renewal', ...facts }
    case 'settlement.open-account': {
      const { name, currency } = body(operation)
      return { kind: 'account_opening', name, currency, ...facts }
    }
    case 'settlement.claim':
      return summariseClaim(body(operation).completionNotice, facts)
    case 'issuer.issue':
      return summariseIssue(body(operation), facts)
    case 'issuer.transfer':
      return summariseTransfer(body(operation), facts, nameOf)
    case 'issuer.reissue':
      return summariseReissue(body(operation), facts)
    case 'exchange.order':
      return summariseOrder(body(operation), facts)
    case 'exchange.cancel':
      return { kind: 'cancellation', receptionNumber: body(operation).receptionNumber, ...facts }
    case 'exchange.replace': {
      const { receptionNumber, price, quantity } = body(operation)
      return { kind: 'replacement', receptionNumber, price, quantity, ...facts }
    }
    default:
      // Operations of servers and their operators: no investor's key signs them.
      return undefined
  }
}

function nameCertificate(jws: string): NamedCertificate | undefined {
  const read = readDocument(shareCertificate, jws)
  if (read === undefined) return undefined
  const { certificateId, companyName, security, shareClass, quantity } = read
  return { certificateId, companyName, security, shareClass, quantity }
}

function nameCertificates(jwss: readonly string[]): readonly NamedCertificate[] | undefined {
  const named = jwss.map(nameCertificate)
  return named.every((certificate) => certificate !== undefined) ? named : undefined
}

function summariseIssue(request: IssueRequest, facts: RequestFacts): SigningSummary {
  const { ground, security, shareClass, quantity, holderName } = request
  const shares = { security, shareClass, quantity, ...facts }
  switch (ground.kind) {
    case 'offering': {
      const { offeringNumber, termsHash } = ground
      return { kind: 'subscription', offeringNumber, termsHash, holderName, ...shares }
    }
    case 'transfer':
      return { kind: 'collection', number: ground.transferNumber, ...shares }
    case 'allotment':
      return { kind: 'collection', number: ground.allotmentNumber, ...shares }
    case 'reissue':
      return { kind: 'collection', number: ground.reissueNumber, ...shares }
  }
}

function summariseOrder(order: Order, facts: RequestFacts): SigningSummary | undefined {
  const { side, security, shareClass, price, currency, quantity, timeInForce } = order
  const certificates = order.side === 'sell' ? nameCertificates(order.certificates) : []
  if (certificates === undefined) return undefined
  const named = order.side === 'sell' ? order.certificateIds : []
  // What is listed and what is attached must be the same certificates, or one would be shown and the other sold.
  if (named.join() !== certificates.map(({ certificateId }) => certificateId).join()) return undefined
  const limitAmountMinor = price.kind === 'limit' ? price.limitMinor * quantity : undefined
  const terms = { side, security, shareClass, price, currency, quantity, timeInForce }
  return { kind: 'order', ...terms, certificates, limitAmountMinor, ...facts }
}

function summariseTransfer(
  request: RequestBody<'issuer.transfer'>,
  facts: RequestFacts,
  nameOf: NameOf,
): SigningSummary | undefined {
  const endorsed = readDocument(endorsement, request.endorsement)
  const certificate = endorsed === undefined ? undefined : nameCertificate(endorsed.certificate)
  if (endorsed === undefined || certificate?.certificateId !== request.certificateId) return undefined
  const { quantity, transferorUserId, cause } = endorsed
  const transferorName = nameOf(transferorUserId)
  return { kind: 'transfer', certificate, quantity, transferorUserId, transferorName, cause, ...facts }
}

function summariseReissue({ ground }: ReissueRequest, facts: RequestFacts): SigningSummary | undefined {
  if (ground.kind === 'lost') {
    const { certificateIds } = ground
    return { kind: 'reissue', ground: ground.kind, certificateIds, certificates: [], quantities: [], ...facts }
  }
  const surrendered = 'certificate' in ground ? [ground.certificate] : ground.certificates
  const certificates = nameCertificates(surrendered)
  if (certificates === undefined) return undefined
  const certificateIds = certificates.map(({ certificateId }) => certificateId)
  const quantities = ground.kind === 'split' ? ground.quantities : []
  return { kind: 'reissue', ground: ground.kind, certificateIds, certificates, quantities, ...facts }
}

function summariseClaim(notice: string, facts: RequestFacts): SigningSummary | undefined {
  const completed = readDocument(completionNotice, notice)
  if (completed === undefined) return undefined
  const { matchNumber, amountMinor, currency } = completed
  return { kind: 'claim', matchNumber, amountMinor, currency, ...facts }
}

function summariseEndorsement(wire: Json, nameOf: NameOf): SigningSummary | undefined {
  const read = readMembers(endorsement.schema, wire)
  if (!read.ok) return undefined
  const { certificateId, quantity, transfereeUserId, cause, issuedAt, validUntil } = read.value
  const certificate = nameCertificate(read.value.certificate)
  if (certificate?.certificateId !== certificateId) return undefined
  const transferee = { transfereeUserId, transfereeName: nameOf(transfereeUserId) }
  return { kind: 'endorsement', certificate, quantity, ...transferee, cause, at: issuedAt, validUntil }
}
