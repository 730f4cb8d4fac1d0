import { join } from 'node:path'
import { COMPANIES, CURRENCY } from '../../demo/cast.ts'
import { until } from '../../demo/expect.ts'
import { openMarket } from '../../demo/market.ts'
import { openHost } from '../../electron/host/host.ts'
import { systemPorts } from '../../electron/host/system-ports.ts'
import { openWalletStore } from '../../electron/wallet/state.ts'
import { loadConfig } from '../../server/config/config.ts'
import { loadIdentity, roleFolder } from '../../server/node/role-folder.ts'
import { readKeyFile } from '../../server/runtime/key-file.ts'
import { nodeSigner } from '../../server/runtime/node-signing.ts'
import { writeMembers } from '../../shared/documents/document.ts'
import { shareCertificate, type ShareCertificate } from '../../shared/documents/share-certificate.ts'
import { fromBase64 } from '../../shared/kernel/bytes.ts'
import { parseCertificate } from '../../shared/pki/certificate.ts'
import type { OperationName } from '../../shared/wallet-api/operations.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { signJwsSync } from '../../shared/signing/jws.ts'
import { NO_KEYCHAIN, PASSPHRASE } from './key.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Rows made durable together. */
const AT_ONCE = 1_000
const STATES = ['live', 'live', 'live', 'live', 'live', 'live', 'live', 'retired', 'lost', 'stopped'] as const

/**
 * A wallet folder of somebody who was certified by a real market, with as many certificates as are asked for, each signed by the
 * market's issuer. The market is stopped afterwards: the wallet then starts as on a machine that is offline.
 */
export async function makeWallet(folder: string, certificates: number): Promise<string> {
  const wallet = join(folder, 'wallet')
  const market = await openMarket(join(folder, 'market'), false, () => {})
  try {
    await enrolIn(wallet, market.link)
  } finally {
    await market.stop()
  }
  await fill(wallet, join(folder, 'market', 'node', 'kabuken.toml'), certificates)
  return wallet
}

async function enrolIn(folder: string, link: string): Promise<void> {
  const host = await openHost({
    kind: 'browser',
    folder,
    language: 'en',
    keychain: NO_KEYCHAIN,
    ports: systemPorts(),
    onFault: (fault) => {
      throw fault
    },
  })
  const have = async (name: OperationName, input: Json): Promise<void> => {
    let answer: Awaited<ReturnType<typeof host.answer>> | undefined
    void host.answer(name, input).then((given) => (answer = given))
    const given = await until(`${name} is answered`, async () => {
      for (const { id } of host.confirmations.pending()) host.confirmations.answer(id, true)
      return answer
    })
    if (!given.ok) throw new Error(`${name}: ${given.error.code}`)
  }
  await have('key.create', { place: 'file', passphrase: PASSPHRASE })
  await have('market.join', { link })
  await have('identity.apply', { name: 'Aoi Hanada', postalAddress: '3-1 Kawabata, Mizuho' })
  await have('cash.openAccount', { currency: CURRENCY })
  await host.close()
}

async function fill(folder: string, marketConfig: string, certificates: number): Promise<void> {
  const store = await openWalletStore(folder)
  const sign = await issuerOf(marketConfig)
  const holder = store.read().identity
  if (holder === null) throw new Error('the holder has no identity')
  for (let from = 0; from < certificates; from += AT_ONCE)
    await store.update((_, rows) => {
      for (let index = from; index < Math.min(certificates, from + AT_ONCE); index += 1) {
        const { certificateId, issuedAt, jws } = sign(index, holder)
        const state = STATES[index % STATES.length] ?? 'live'
        rows.certificates.put(certificateId, {
          certificate: jws,
          state,
          checkedAt: issuedAt,
          ...((state === 'retired' || state === 'lost') && { retiredAt: issuedAt + DAY_MS, retiredBy: 'TR-00000001' }),
        })
      }
    })
  await store.close()
}

/** Signs with the key of the issuer whose configuration this is. */
async function issuerOf(marketConfig: string) {
  const { ids } = systemPorts()
  const { dataFolder } = loadConfig(marketConfig)
  const folder = roleFolder(dataFolder, 'issuer')
  const identity = loadIdentity(folder)
  const leaf = await parseCertificate(fromBase64(identity.chain[0] ?? '') ?? new Uint8Array())
  if (!leaf.ok) throw new Error('the issuer has no certificate')
  const key = readKeyFile(folder.signingKey, undefined).export({ type: 'pkcs8', format: 'der' })
  const signer = nodeSigner(key, { 'x5t#S256': leaf.value.thumbprint })
  return (index: number, holder: { readonly userId: string; readonly name: string }) => {
    const company = COMPANIES[index % COMPANIES.length] ?? COMPANIES[0]
    const certificateId = ids.next()
    const issuedAt = Date.UTC(2026, 0, 5) + index * 3_600_000
    const content: ShareCertificate = {
      companyName: company.companyName,
      incorporatedOn: company.incorporatedOn,
      certificateNumber: String(index + 1).padStart(8, '0'),
      certificateId,
      security: company.security,
      shareClass: 'common',
      quantity: BigInt(1 + (index % 500)),
      currency: CURRENCY,
      issuedAt,
      holderName: holder.name,
      userId: holder.userId,
      transferRestriction: 'none',
      signatureAlgorithm: 'ES256',
      issuingAgent: { userId: identity.userId, name: 'Demonstration', url: 'ws://127.0.0.1:1/issuer' },
    }
    const jws = signJwsSync(signer, shareCertificate.typ, writeMembers(shareCertificate.schema, content))
    return { certificateId, issuedAt, jws }
  }
}
