import { createPublicKey, randomInt } from 'node:crypto'
import { toBase64 } from '../shared/kernel/bytes.ts'
import type { MarketTrust } from '../shared/market/market-trust.ts'
import { createRequest } from '../shared/pki/request.ts'
import { sealAccount } from '../shared/signing/jwe.ts'
import { signJws, type Signer } from '../shared/signing/jws.ts'
import { keyThumbprint, verificationKey } from '../shared/signing/keys.ts'
import { parseCertificate } from '../shared/pki/certificate.ts'
import { fromBase64 } from '../shared/kernel/bytes.ts'
import { endorsement, type Endorsement } from '../shared/documents/endorsement.ts'
import { writeMembers } from '../shared/documents/document.ts'
import { webKeys } from '../server/node/enrol.ts'
import { randomIds } from '../server/runtime/ids.ts'
import { newPrivateKey } from '../server/runtime/key-file.ts'
import { nodeSigner } from '../server/runtime/node-signing.ts'
import { Client, type ReadyRequest } from './client.ts'
import { CURRENCY, LOWEST_PRICE_MINOR, SECURITY } from './market.ts'

const ADDRESS = '7 Measuring Lane, Sokudo'
const DAY_MS = 24 * 60 * 60 * 1000

export interface Investor {
  readonly name: string
  readonly userId: string
  readonly signer: Signer
  readonly chain: readonly string[]
  readonly account: string
}

/** Enrols with a new key, as a wallet does; whoever applies to a market for play is admitted. */
export async function enrolInvestor(name: string, trust: MarketTrust): Promise<Investor> {
  const key = newPrivateKey()
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const publicKey = verificationKey(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  if (publicKey === undefined) throw new Error('a new key is on P-256')
  const kid = await keyThumbprint(publicKey)
  const request = toBase64(await createRequest({ keys: await webKeys(key), commonName: name }))
  const applicant = new Client(
    { from: `applicant:${kid}`, signer: nodeSigner(pkcs8, { kid }), request },
    'authority',
    trust,
  )
  const { userId, chain } = await applicant.ask('authority.enrol', { name, role: 'investor', request })
  applicant.close()
  const certificate = await parseCertificate(fromBase64(chain?.[0] ?? '') ?? new Uint8Array())
  if (userId === undefined || chain === undefined || !certificate.ok) throw new Error(`${name} was not admitted`)
  const signer = nodeSigner(pkcs8, { 'x5t#S256': certificate.value.thumbprint })
  const account = Array.from({ length: 14 }, () => randomInt(10)).join('')
  return { name, userId, signer, chain, account }
}

export function connect(
  { userId, signer, chain }: Investor,
  role: 'issuer' | 'exchange' | 'settlement',
  trust: MarketTrust,
) {
  return new Client({ from: userId, signer, chain }, role, trust)
}

async function sealed({ account, userId }: Investor, requestId: string, trust: MarketTrust): Promise<string> {
  const recipient = await trust.settlementRecipient()
  if (!recipient.ok) throw new Error(recipient.error.message)
  return sealAccount({ account, userId, requestId }, recipient.value)
}

export async function openAccount(investor: Investor, trust: MarketTrust): Promise<void> {
  const client = connect(investor, 'settlement', trust)
  const id = randomIds.next()
  const account = await sealed(investor, id, trust)
  await client.ask('settlement.open-account', { account, name: investor.name, currency: CURRENCY }, id)
  client.close()
}

/** One share at the lowest price of the day, which nobody sells at: the order rests, and its cost is on hold. */
export async function signOrder(
  investor: Investor,
  exchange: Client,
  trust: MarketTrust,
): Promise<ReadyRequest<'exchange.order'>> {
  const id = randomIds.next()
  const order = {
    side: 'buy',
    security: SECURITY,
    shareClass: 'common',
    price: { kind: 'limit', limitMinor: LOWEST_PRICE_MINOR },
    currency: CURRENCY,
    quantity: 1n,
    timeInForce: { kind: 'day' },
    userId: investor.userId,
    settlementAccount: await sealed(investor, id, trust),
    name: investor.name,
    postalAddress: ADDRESS,
  } as const
  return exchange.sign('exchange.order', order, id)
}

/** A certificate that its holder signs over to somebody, who asks the issuer to register it. */
export async function signTransfer(
  held: { readonly certificateId: string; readonly certificate: string; readonly quantity: bigint },
  from: Investor,
  to: Investor,
  issuer: Client,
  trust: MarketTrust,
): Promise<ReadyRequest<'issuer.transfer'>> {
  const now = Date.now()
  const endorsed: Endorsement = {
    ...held,
    transferorUserId: from.userId,
    transfereeUserId: to.userId,
    cause: 'gift',
    issuedAt: now,
    validUntil: now + DAY_MS,
  }
  const id = randomIds.next()
  const body = {
    certificateId: held.certificateId,
    userId: to.userId,
    name: to.name,
    postalAddress: ADDRESS,
    dividendAccount: await sealed(to, id, trust),
    endorsement: await signJws(from.signer, endorsement.typ, writeMembers(endorsement.schema, endorsed)),
    transferorCertificate: from.chain[0] ?? '',
  }
  return issuer.sign('issuer.transfer', body, id)
}
