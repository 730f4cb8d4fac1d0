import { readMembers } from '../shared/documents/document.ts'
import { endorsement, type EndorsementFile } from '../shared/documents/endorsement.ts'
import { parseJws } from '../shared/signing/jws.ts'
import type { Refusal, Result } from '../shared/kernel/result.ts'
import { MarketTrust } from '../shared/market/market-trust.ts'
import { httpOrigin, readMarketLink } from '../shared/market/market-link.ts'
import { sealAccount } from '../shared/signing/jwe.ts'
import { Asker } from '../server/node/enrol.ts'
import { fetchMarket } from '../server/node/market-follower.ts'
import { randomIds, systemClock } from '../server/runtime/ids.ts'
import { nodeSigner, nodeVerifier } from '../server/runtime/node-signing.ts'
import { CURRENCY } from './cast.ts'
import { keychainOf, keyNameOf, userIdOf, type Person } from './people.ts'

/** A connection with somebody's own key, through a client that checks nothing: what the wallet would never send goes out here. */
async function bareClient(person: Person, link: string, role: 'issuer' | 'exchange') {
  const market = readMarketLink(link)
  const identity = person.wallet.identity()
  const keyName = keyNameOf(person)
  if (!market.ok || identity === undefined || keyName === undefined) throw new Error(`${person.name} has no identity`)
  const trust = new MarketTrust({ rootThumbprint: market.value.root, verifier: nodeVerifier(), clock: systemClock })
  await fetchMarket(trust, httpOrigin(market.value.authority), fetch)
  const member = trust.find(role)
  const recipient = await trust.settlementRecipient()
  const known = await trust.authenticate(identity.chain)
  const secret = await keychainOf(person.folder).load(keyName)
  if (member === undefined || !recipient.ok || !known.ok || secret === undefined)
    throw new Error('the market is not ready')
  const signer = nodeSigner(secret, { 'x5t#S256': known.value.signer.thumbprint })
  const from = userIdOf(person)
  const server = { role, userId: member.userId }
  const asker = new Asker({ me: { from, signer, chain: identity.chain }, url: member.url, server, trust })
  const account = (requestId: string): Promise<string> =>
    sealAccount({ account: '0000000000', userId: from, requestId }, recipient.value)
  return { asker, from, account }
}

/** Offers a certificate for sale that is somebody else's. Returns the exchange's answer. */
export async function sellCopy(
  thief: Person,
  link: string,
  stolen: {
    readonly certificateId: string
    readonly certificate: string
    readonly security: string
    readonly quantity: bigint
  },
): Promise<Result<unknown, Refusal>> {
  const { asker, from, account } = await bareClient(thief, link, 'exchange')
  try {
    return await asker.ask('exchange.order', {
      side: 'sell',
      security: stolen.security,
      shareClass: 'common',
      price: { kind: 'limit', limitMinor: 1_250n },
      currency: CURRENCY,
      quantity: stolen.quantity,
      timeInForce: { kind: 'day' },
      userId: from,
      settlementAccount: await account(randomIds.next()),
      certificateIds: [stolen.certificateId],
      certificates: [stolen.certificate],
    })
  } finally {
    asker.close()
  }
}

/** Asks the issuer to register a hand-over whose file was used before. Returns the issuer's answer. */
export async function useFileAgain(
  person: Person,
  link: string,
  file: EndorsementFile,
): Promise<Result<unknown, Refusal>> {
  const { asker, from, account } = await bareClient(person, link, 'issuer')
  const [transferorCertificate] = file.transferorChain
  const certificateId = certificateIdOf(file)
  if (transferorCertificate === undefined) throw new Error('the file has no chain')
  try {
    return await asker.ask('issuer.transfer', {
      certificateId,
      userId: from,
      name: person.name,
      postalAddress: person.address,
      dividendAccount: await account(randomIds.next()),
      endorsement: file.endorsement,
      transferorCertificate,
    })
  } finally {
    asker.close()
  }
}

function certificateIdOf(file: EndorsementFile): string {
  const parsed = parseJws(file.endorsement, { typ: endorsement.typ })
  const read = parsed.ok ? readMembers(endorsement.schema, parsed.value.payload) : parsed
  if (!read.ok) throw new Error(read.error.code)
  return read.value.certificateId
}
