import { createPublicKey, hash, sign, verify, X509Certificate, type KeyObject } from 'node:crypto'
import { der, element, elements, oid, TAG } from './der.ts'
import { algorithmOf } from './jws.ts'

/** "Identity certificates": the arc of the identity extensions. */
const ARC = '2.25.179220935357698079643055715444513223623'

export interface Identity {
  readonly userId: string
  readonly role: string
}

export function readX509(base64: string): X509Certificate {
  return new X509Certificate(Buffer.from(base64, 'base64'))
}

/** SHA-256 of the DER, base64url: `x5t#S256`, and the fingerprint of a root. */
export function thumbprint(certificate: X509Certificate): string {
  return hash('sha256', certificate.raw, 'base64url')
}

/** RFC 5280 section 4.1: extensions are the member [3] of what is signed. */
export function identityOf(certificate: X509Certificate): Identity {
  const tbs = elements(element(certificate.raw).content)[0]
  const tagged = elements(tbs?.content ?? Buffer.alloc(0)).find(({ tag }) => tag === 0xa3)
  if (tagged === undefined) throw new Error('no extensions')
  const extensions = elements(element(tagged.content).content).map(({ content }) => elements(content))
  const valueOf = (name: string): string => {
    const value = extensions.find(([id]) => id?.whole.equals(oid(name)))?.find(({ tag }) => tag === TAG.octets)
    if (value === undefined) throw new Error(`no extension ${name}`)
    const inner = element(value.content)
    if (inner.tag !== TAG.utf8) throw new Error(`extension ${name} is no UTF8String`)
    return inner.content.toString()
  }
  return { userId: valueOf(`${ARC}.1`), role: valueOf(`${ARC}.2`) }
}

/** RFC 5280 section 6 for the three levels of a market: signatures, names, validity, authority. */
export function checkIssuedBy(certificate: X509Certificate, issuer: X509Certificate, now: Date): void {
  if (!issuer.ca) throw new Error('issued by what is no authority')
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) throw new Error('not issued by it')
  for (const each of [certificate, issuer])
    if (now < each.validFromDate || now > each.validToDate) throw new Error('not valid now')
}

export interface RevocationList {
  readonly number: bigint
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  readonly revoked: ReadonlySet<string>
}

/** RFC 5280 section 5.1, as far as complete version 2 lists go. */
export function readRevocationList(bytes: Buffer, issuer: X509Certificate): RevocationList {
  const [tbs, , signature] = elements(element(bytes).content)
  if (tbs === undefined || signature === undefined) throw new Error('no revocation list')
  // The first byte of a BIT STRING counts unused bits: none here.
  if (!verify('sha256', tbs.whole, issuer.publicKey, signature.content.subarray(1))) throw new Error('not signed by it')
  const [version, , , thisUpdate, nextUpdate, ...rest] = elements(tbs.content)
  if (version?.content.readUInt8(0) !== 1 || thisUpdate === undefined || nextUpdate === undefined)
    throw new Error('not version 2')
  const entries = rest.find(({ tag }) => tag === TAG.sequence)
  const extensions = rest.find(({ tag }) => tag === 0xa0)
  const crlNumber = elements(element(extensions?.content ?? Buffer.alloc(0)).content)
    .map(({ content }) => elements(content))
    .find(([id]) => id?.whole.equals(oid('2.5.29.20')))
    ?.at(-1)
  if (crlNumber === undefined) throw new Error('no CRL number')
  return {
    number: BigInt(`0x${element(crlNumber.content).content.toString('hex')}`),
    thisUpdate: timeOf(thisUpdate.content),
    nextUpdate: timeOf(nextUpdate.content),
    revoked: new Set(
      elements(entries?.content ?? Buffer.alloc(0)).map(({ content }) => serialOf(elements(content)[0]?.content)),
    ),
  }
}

/** As `X509Certificate.serialNumber` writes it. */
function serialOf(integer: Buffer | undefined): string {
  const hex = integer?.toString('hex').toUpperCase() ?? ''
  return hex.replace(/^00/, '')
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 section 5.1.2.4). */
function timeOf(content: Buffer): Date {
  const digits = content.toString('ascii').padStart(15, '20')
  return new Date(digits.replace(/^(.{4})(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/** "Identity certificates": PKCS#10 (RFC 2986) with one common name and the key, signed with that key. Base64. */
export function certificationRequest(name: string, key: KeyObject): string {
  const commonName = der(TAG.sequence, oid('2.5.4.3'), der(TAG.utf8, Buffer.from(name)))
  const unsigned = der(
    TAG.sequence,
    der(TAG.integer, Buffer.from([0])),
    der(TAG.sequence, der(0x31, commonName)),
    createPublicKey(key).export({ format: 'der', type: 'spki' }),
    der(0xa0),
  )
  const edwards = algorithmOf(key) === 'EdDSA'
  const signature = sign(edwards ? null : 'sha256', unsigned, key)
  const algorithm = der(TAG.sequence, oid(edwards ? '1.3.101.112' : '1.2.840.10045.4.3.2'))
  const request = der(TAG.sequence, unsigned, algorithm, der(TAG.bits, Buffer.from([0]), signature))
  return request.toString('base64')
}
