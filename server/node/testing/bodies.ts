import { writeMembers } from '../../../shared/documents/document.ts'
import { endorsement } from '../../../shared/documents/endorsement.ts'
import type { IssueRequest } from '../../../shared/documents/issue-request.ts'
import type { Order } from '../../../shared/documents/order.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import { signJwsSync } from '../../../shared/signing/jws.ts'
import { CURRENCY, KAWA, REFERENCE_MINOR, type Holding, type Investor } from './cast.ts'

/** What a request says, once the ID is drawn that account numbers are sealed for. */
type Make<Body> = (id: string) => Promise<Body>

const DAY_MS = 86_400_000
const postalAddress = '1 Test Street'

const common = {
  ...KAWA,
  currency: CURRENCY,
  price: { kind: 'limit', limitMinor: REFERENCE_MINOR },
  timeInForce: { kind: 'day' },
} as const

/** Offers all of the certificates at the reference price, but for what the test changes. */
export function sell(
  { member }: Investor,
  holdings: readonly Holding[],
  change: Partial<Extract<Order, { side: 'sell' }>> = {},
): Make<RequestBody<'exchange.order'>> {
  return async (id) => ({
    ...common,
    side: 'sell',
    userId: member.userId,
    quantity: holdings.reduce((sum, { quantity }) => sum + quantity, 0n),
    settlementAccount: await member.sealed(id),
    certificateIds: holdings.map(({ certificateId }) => certificateId),
    certificates: holdings.map(({ certificate }) => certificate),
    ...change,
  })
}

export function buy(
  { member, name }: Investor,
  quantity: bigint,
  change: Partial<Extract<Order, { side: 'buy' }>> = {},
): Make<RequestBody<'exchange.order'>> {
  return async (id) => ({
    ...common,
    side: 'buy',
    userId: member.userId,
    quantity,
    settlementAccount: await member.sealed(id),
    name,
    postalAddress,
    ...change,
  })
}

/** A request for certificates on any ground. */
export function issue(
  { member, name }: Investor,
  quantity: bigint,
  ground: IssueRequest['ground'],
  issued: Pick<IssueRequest, 'security' | 'shareClass'> = KAWA,
): Make<RequestBody<'issuer.issue'>> {
  return async (id) => ({
    ...issued,
    userId: member.userId,
    holderName: name,
    postalAddress,
    quantity,
    dividendAccount: await member.sealed(id),
    ground,
  })
}

/** The whole certificate from one to the other, as the one who gets it asks for it. */
export function transfer(from: Investor, to: Investor, holding: Holding): Make<RequestBody<'issuer.transfer'>> {
  const now = Date.now()
  const signed = signJwsSync(
    from.member.signer,
    endorsement.typ,
    writeMembers(endorsement.schema, {
      certificateId: holding.certificateId,
      certificate: holding.certificate,
      quantity: holding.quantity,
      transferorUserId: from.member.userId,
      transfereeUserId: to.member.userId,
      cause: 'gift',
      issuedAt: now,
      validUntil: now + DAY_MS,
    }),
  )
  return async (id) => ({
    certificateId: holding.certificateId,
    userId: to.member.userId,
    name: to.name,
    postalAddress,
    dividendAccount: await to.member.sealed(id),
    endorsement: signed,
    transferorCertificate: from.member.certificate,
  })
}

export function split({ member }: Investor, { certificate, quantity }: Holding): RequestBody<'issuer.reissue'> {
  const quantities = [1n, quantity - 1n]
  return { ...KAWA, userId: member.userId, ground: { kind: 'split', certificate, quantities } }
}

export function lost({ member }: Investor, { certificateId }: Holding): RequestBody<'issuer.reissue'> {
  return { ...KAWA, userId: member.userId, ground: { kind: 'lost', certificateIds: [certificateId] } }
}
