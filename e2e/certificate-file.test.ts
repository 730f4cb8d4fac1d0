import { execFile, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { granted } from '../demo/expect.ts'
import { openMarket, type DemoMarket } from '../demo/market.ts'
import { closePeople, largest, makeKeys, openPeople, settleIn, userIdOf, type People } from '../demo/people.ts'

const run = promisify(execFile)

const openssl = spawnSync('openssl', ['version']).status === 0
// A skipped proof must be seen: the files are checked here with nothing of this program.
if (!openssl) console.warn('SKIPPED 6 tests of certificate files with foreign tools: openssl is missing')

/** Generous: two cores may be busy with other tests. */
const PATIENCE_MS = 120_000
const DAY_MS = 24 * 60 * 60 * 1000

interface CertificateFile {
  readonly format: string
  readonly certificate: string
  readonly issuerChain: readonly string[]
}

interface EndorsementFile {
  readonly format: string
  readonly endorsement: string
  readonly transferorChain: readonly string[]
  readonly issuerChain: readonly string[]
}

describe.skipIf(!openssl)(
  'the files that people hand over, with jose and openssl alone',
  { timeout: PATIENCE_MS },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kabuken-files-'))
    const path = (name: string): string => join(folder, name)
    let market: DemoMarket
    let people: People
    let file: CertificateFile
    let handOver: EndorsementFile

    beforeAll(async () => {
      market = await openMarket(folder, false, () => {})
      people = await openPeople(folder)
      await makeKeys(people)
      const { emi, aoi } = people
      for (const person of [emi, aoi]) await settleIn(person, market.link)
      await market.atDesk('settlement', (desk) =>
        desk.ask('settlement.deposit', {
          userId: userIdOf(emi),
          currency: 'JPY',
          amountMinor: 1_000_000n,
          reference: 'opening',
          operator: 'test',
        }),
      )
      const { offeringNumber } = await market.atDesk('issuer', (desk) =>
        desk.ask('issuer.offer', {
          security: 'HOSHI',
          shareClass: 'common',
          terms: 'One vote a share.',
          priceMinor: 1_200n,
          quantity: 500n,
          opensAt: Date.now() - 1_000,
          closesAt: Date.now() + DAY_MS,
          operator: 'test',
        }),
      )
      await granted('Emi subscribes', emi.wallet.subscribe({ offeringNumber, quantity: 150n }))
      const { certificateId } = largest(emi, 'HOSHI')
      const exported = await granted('Emi exports', emi.wallet.exportCertificate(certificateId))
      const transferee = aoi.wallet.identityFile()
      if (!transferee.ok) throw new Error(transferee.error.code)
      const endorsed = await granted(
        'Emi endorses',
        emi.wallet.endorse({
          certificateId,
          transferee: transferee.value,
          cause: 'gift',
          validUntil: Date.now() + DAY_MS,
        }),
      )
      // Through the disk, as people do.
      writeFileSync(path('emi-HOSHI.certificate.json'), JSON.stringify(exported))
      writeFileSync(path('emi-to-aoi.kabuken.json'), JSON.stringify(endorsed))
      file = JSON.parse(readFileSync(path('emi-HOSHI.certificate.json'), 'utf8')) as CertificateFile
      handOver = JSON.parse(readFileSync(path('emi-to-aoi.kabuken.json'), 'utf8')) as EndorsementFile
    }, PATIENCE_MS)

    // Each time: a list is good for two minutes only.
    beforeEach(keepTrust)

    afterAll(async () => {
      if (people !== undefined) await closePeople(people)
      await market?.stop()
      rmSync(folder, { recursive: true, force: true })
    }, PATIENCE_MS)

    /** The root with the fingerprint of the link, and both revocation lists as they are now. */
    async function keepTrust(): Promise<void> {
      const query = new URL(market.link).searchParams
      const page = async (at: string): Promise<Buffer> => {
        const response = await fetch(new URL(at, query.get('authority')?.replace(/^ws/, 'http')))
        return Buffer.from(await response.arrayBuffer())
      }
      const { root } = decodeJwt<{ root: string }>((await page('/market')).toString())
      expect(createHash('sha256').update(Buffer.from(root, 'base64')).digest('base64url')).toBe(query.get('root'))
      writeFileSync(path('root.pem'), pem(root))
      const lists = await Promise.all(
        ['root', 'issuing'].map(async (name) => {
          writeFileSync(path(`${name}.crl`), await page(`/crl/${name}.crl`))
          return (await run('openssl', ['crl', '-inform', 'DER', '-in', path(`${name}.crl`)])).stdout
        }),
      )
      writeFileSync(path('lists.pem'), lists.join(''))
    }

    /** What `openssl verify` says of a chain, leaf first. */
    async function verdict([leaf = '', ...above]: readonly string[], ...options: string[]): Promise<string> {
      writeFileSync(path('leaf.pem'), pem(leaf))
      writeFileSync(path('above.pem'), above.map(pem).join(''))
      const trust = ['-x509_strict', '-CAfile', path('root.pem'), '-untrusted', path('above.pem')]
      const asked = run('openssl', ['verify', ...trust, ...options, path('leaf.pem')])
      return asked.then(
        ({ stdout }) => stdout.replace(/^.*: /, '').trim(),
        (reason: { readonly stderr: string }) => `refused ${reason.stderr}`,
      )
    }

    const withLists = (): string[] => ['-crl_check_all', '-CRLfile', path('lists.pem')]

    it('[IS4] jose verifies the certificate with the key of the leaf in the file', async () => {
      expect(file.format).toBe('kabuken-share-certificate')
      const { payload, header } = await verifiedBy(file.certificate, file.issuerChain)
      expect(header['typ']).toBe('kabuken.share-certificate')
      expect(payload).toMatchObject({ security: 'HOSHI', quantity: '150', holderName: people.emi.name })
    })

    it('[SIG6] openssl leads the issuer’s chain to the root, with and without revocation lists', async () => {
      expect(await verdict(file.issuerChain)).toBe('OK')
      expect(await verdict(file.issuerChain, ...withLists())).toBe('OK')
    })

    it('[TF1] the same for the endorsement file: the holder signed over the certificate, the issuer signed that', async () => {
      expect(handOver.format).toBe('kabuken-endorsement')
      const { payload, header } = await verifiedBy(handOver.endorsement, handOver.transferorChain)
      expect(header['typ']).toBe('kabuken.endorsement')
      expect(payload).toMatchObject({ transferorUserId: userIdOf(people.emi), transfereeUserId: userIdOf(people.aoi) })
      const inner = await verifiedBy(String(payload['certificate']), handOver.issuerChain)
      expect(inner.payload).toMatchObject({ userId: userIdOf(people.emi), certificateId: payload['certificateId'] })
      expect(await verdict(handOver.transferorChain, ...withLists())).toBe('OK')
      expect(await verdict(handOver.issuerChain, ...withLists())).toBe('OK')
    })

    it('[SIG1] one changed character anywhere in a signed document fails', async () => {
      for (const [document, chain] of [
        [file.certificate, file.issuerChain],
        [handOver.endorsement, handOver.transferorChain],
      ] as const) {
        const bytes = document.length
        for (let at = 0; at < bytes; at += Math.ceil(bytes / 50)) {
          if (document[at] === '.') continue
          // Another value of the six bits, so that the signed octets differ too.
          const changed = document.slice(0, at) + (document[at] === 'A' ? 'Q' : 'A') + document.slice(at + 1)
          await expect(verifiedBy(changed, chain), `character ${at}`).rejects.toBeInstanceOf(Error)
        }
      }
    })

    it('[SIG6] one changed byte anywhere in a certificate of the chain fails', async () => {
      for (const link of [0, 1]) {
        const good = Buffer.from(file.issuerChain[link] ?? '', 'base64')
        for (let at = 0; at < good.length; at += Math.ceil(good.length / 10)) {
          const bad = Buffer.from(good)
          bad.writeUInt8(good.readUInt8(at) ^ 1, at)
          const chain = file.issuerChain.with(link, bad.toString('base64'))
          expect(await verdict(chain), `byte ${at} of certificate ${link}`).toMatch(/^refused/)
        }
      }
    })

    it('[CA4] after a revocation the lists of the market refuse the transferor’s chain, and nobody else’s', async () => {
      await market.atDesk('authority', (desk) =>
        desk.ask('authority.revoke', { userId: userIdOf(people.emi), reason: 'key_compromise', operator: 'test' }),
      )
      await keepTrust()
      expect(await verdict(handOver.transferorChain, ...withLists())).toMatch(/^refused[^]*certificate revoked/)
      expect(await verdict(file.issuerChain, ...withLists())).toBe('OK')
      expect(await verdict(handOver.transferorChain)).toBe('OK')
    })
  },
)

function pem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
}

/** The algorithm is that of the key, and the header names the certificate of that key. */
async function verifiedBy(document: string, [leaf = '']: readonly string[]) {
  const certificate = new X509Certificate(Buffer.from(leaf, 'base64'))
  const algorithm = certificate.publicKey.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256'
  const { payload } = await compactVerify(document, certificate.publicKey, { algorithms: [algorithm] })
  const header = decodeProtectedHeader(document)
  expect(header['x5t#S256']).toBe(createHash('sha256').update(certificate.raw).digest('base64url'))
  return { header, payload: JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>> }
}
