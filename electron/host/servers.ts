import { createHash, X509Certificate } from 'node:crypto'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { OperationOutput } from '../../shared/wallet-api/operations.ts'
import { formatFingerprint } from '../wallet/wallet.ts'

/** The market's servers with the certificate that each signs with at present, as the market's description names them. */
export function serversOf(members: readonly MarketMember[]): OperationOutput<'market.servers'> {
  return members.flatMap(({ role, userId, name, url, certificates, securities }) => {
    if (role === 'investor') return []
    const leaf = Buffer.from(certificates[0] ?? '', 'base64')
    const notAfter = Date.parse(new X509Certificate(leaf).validTo)
    const fingerprint = formatFingerprint(createHash('sha256').update(leaf).digest('base64url'))
    return [{ role, userId, name, url, ...(securities !== undefined && { securities }), notAfter, fingerprint }]
  })
}
