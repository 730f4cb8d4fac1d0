import { setTimeout as pause } from 'node:timers/promises'
import { assert } from '../../shared/kernel/assert.ts'
import type { MarketTrust } from '../../shared/market/market-trust.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { TRANSIENT_CODES } from '../../shared/protocol/codes.ts'
import { buildRequest, readReply } from '../../shared/protocol/request-reply.ts'
import { sealAccount } from '../../shared/signing/jwe.ts'
import type { PeerLink } from '../commit/outbox.ts'
import { nodeSigner } from '../runtime/node-signing.ts'
import { systemClock } from '../runtime/ids.ts'
import { StartRefused, type LoadedRole } from './role-folder.ts'

const RETRY_MS = 500

/**
 * Opens the issuer's account at the settlement server, where the price of subscriptions goes. Asked at every start, under an
 * ID of its own each market has one of: the account is opened by the first, the others are told so.
 */
export async function openIssuerAccount(
  own: LoadedRole,
  trust: MarketTrust,
  refreshMarket: () => Promise<void>,
  link: (peer: string, role: ServerRole) => PeerLink,
): Promise<void> {
  const { identity, certificate } = own
  assert(identity.account !== undefined, 'an issuer is enrolled with an account number')
  const signer = nodeSigner(own.signingKey.export({ type: 'pkcs8', format: 'der' }), {
    'x5t#S256': certificate.certificate.thumbprint,
  })
  const id = `open-account-${identity.userId}`
  for (;;) {
    const settlement = trust.find('settlement')
    const recipient = await trust.settlementRecipient()
    const currency = trust.descriptor?.currency
    if (settlement !== undefined && recipient.ok && currency !== undefined) {
      const sealed = await sealAccount(
        { account: identity.account, userId: identity.userId, requestId: id },
        recipient.value,
      )
      const draft = {
        operation: 'settlement.open-account' as const,
        id,
        from: identity.userId,
        to: settlement.userId,
        at: systemClock.now(),
        body: { account: sealed, name: certificate.name, currency },
      }
      const { jws, hash } = await buildRequest(draft, signer)
      const reply = await link(settlement.userId, 'settlement')
        .request(id, jws)
        .catch(() => undefined)
      if (reply !== undefined) {
        const server = { role: 'settlement' as const, userId: settlement.userId }
        const read = await readReply(reply, { ...draft, hash }, server, trust.messageTrust())
        // Asked and answered at an earlier start: this time the number is encrypted anew, so the content differs.
        if (read.ok && (read.value.ok || read.value.error.code === 'duplicate_id')) return
        if (read.ok && !read.value.ok && !TRANSIENT_CODES.has(read.value.error.code))
          throw new StartRefused(
            read.value.error.code,
            `the settlement server does not open the issuer's account: ${read.value.error.message}`,
          )
      }
    }
    await pause(RETRY_MS)
    await refreshMarket()
  }
}
