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

/**
 * Offers a certificate for sale that is somebody else's, with a client that checks nothing: what the wallet would never send.
 * Returns the exchange's answer.
 */
export async function sellWithCopy(
  thief: Person,
  link: string,
  stolen: {
    readonly certificateId: string
    readonly certificate: string
    readonly security: string
    readonly quantity: bigint
  },
): Promise<Result<unknown, Refusal>> {
  const market = readMarketLink(link)
  const identity = thief.wallet.identity()
  const keyName = keyNameOf(thief)
  if (!market.ok || identity === undefined || keyName === undefined) throw new Error('the thief has no identity')
  const trust = new MarketTrust({ rootThumbprint: market.value.root, verifier: nodeVerifier(), clock: systemClock })
  await fetchMarket(trust, httpOrigin(market.value.authority), fetch)
  const exchange = trust.find('exchange')
  const recipient = await trust.settlementRecipient()
  const known = await trust.authenticate(identity.chain)
  const secret = await keychainOf(thief.folder).load(keyName)
  if (exchange === undefined || !recipient.ok || !known.ok || secret === undefined)
    throw new Error('the market is not ready')
  const signer = nodeSigner(secret, { 'x5t#S256': known.value.signer.thumbprint })
  const from = userIdOf(thief)
  const server = { role: 'exchange' as const, userId: exchange.userId }
  const asker = new Asker({ me: { from, signer, chain: identity.chain }, url: exchange.url, server, trust })
  const id = randomIds.next()
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
      settlementAccount: await sealAccount({ account: '0000000000', userId: from, requestId: id }, recipient.value),
      certificateIds: [stolen.certificateId],
      certificates: [stolen.certificate],
    })
  } finally {
    asker.close()
  }
}
