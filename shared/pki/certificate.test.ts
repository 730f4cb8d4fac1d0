import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import { concatBytes } from '../kernel/bytes.ts'
import { parseCertificate } from './certificate.ts'
import { TAG } from './der.ts'
import { encode, encodeExtension, encodeInteger, encodeOctetBits, encodeOid, encodeUtf8 } from './encoding.ts'
import type { Draft, Hierarchy } from './forge.ts'
import { buildHierarchy, extension, forge, generateKeys, NOW, DAY } from './forge.ts'
import { OID } from './oids.ts'
import { IDENTITY_OID } from './profile.ts'

let h: Hierarchy

beforeAll(async () => {
  h = await buildHierarchy()
})

async function outcome(der: Bytes): Promise<string> {
  const result = await parseCertificate(der)
  return result.ok ? 'readable' : result.error.code
}

const ec = (curve: string, octets: number, form = 4): Bytes =>
  encode(
    TAG.sequence,
    encode(TAG.sequence, encodeOid(OID.ecPublicKey), encodeOid(curve)),
    encodeOctetBits(Uint8Array.of(form, ...new Uint8Array(2 * octets))),
  )

const ed25519 = (octets: number): Bytes =>
  encode(TAG.sequence, encode(TAG.sequence, encodeOid(OID.ed25519)), encodeOctetBits(new Uint8Array(octets)))

const rsa = (bits: number, exponent = 65537n): Bytes =>
  encode(
    TAG.sequence,
    encode(TAG.sequence, encodeOid(OID.rsaEncryption), encode(TAG.null)),
    encodeOctetBits(encode(TAG.sequence, encodeInteger((1n << BigInt(bits - 1)) + 1n), encodeInteger(exponent))),
  )

const sha1 = (): Bytes => encode(TAG.sequence, encodeOid('1.2.840.10045.4.1'))
const v = (version: bigint): readonly Bytes[] => [encode(0xa0, encodeInteger(version))]

const someExtension = encodeExtension(extension('2.25.1', Uint8Array.of(TAG.null, 0)))

describe('[A30] certificates that the profile forbids', () => {
  test.each<[string, Partial<Draft>, string]>([
    ['as it should be', {}, 'readable'],
    ['version 1', { version: [], extensions: [] }, 'cert_profile.version'],
    ['version 1 with extensions', { version: [] }, 'cert_profile.version'],
    ['version 2', { version: v(1n) }, 'cert_profile.version'],
    ['version 4', { version: v(3n) }, 'cert_profile.version'],
    ['negative serial number', { serial: Uint8Array.of(0x80) }, 'cert_profile.serial'],
    ['zero serial number', { serial: Uint8Array.of(0) }, 'cert_profile.serial'],
    ['serial number of 20 octets', { serial: new Uint8Array(20).fill(0x7f) }, 'readable'],
    ['serial number of 21 octets', { serial: new Uint8Array(21).fill(0x7f) }, 'cert_profile.serial'],
    ['serial number not minimal', { serial: Uint8Array.of(0, 1) }, 'cert_malformed'],
    ['P-192 key', { spki: ec('1.2.840.10045.3.1.1', 24) }, 'cert_profile.public_key'],
    ['secp256k1 key', { spki: ec('1.3.132.0.10', 32) }, 'cert_profile.public_key'],
    ['point of the wrong length', { spki: ec(OID.p256, 31) }, 'cert_profile.public_key'],
    ['compressed point', { spki: ec(OID.p256, 32, 3) }, 'cert_profile.public_key'],
    ['Ed25519 key of 31 octets', { spki: ed25519(31) }, 'cert_profile.public_key'],
    ['Ed25519 key of 32 octets', { spki: ed25519(32) }, 'readable'],
    ['even RSA exponent', { spki: rsa(2048, 65538n) }, 'cert_profile.public_key'],
    ['RSA-1024 key', { spki: rsa(1024) }, 'cert_profile.public_key'],
    ['RSA-2048 key', { spki: rsa(2048) }, 'readable'],
    ['RSA exponent 3', { spki: rsa(2048, 3n) }, 'cert_profile.public_key'],
    ['SHA-1 within only', { innerAlgorithm: sha1() }, 'cert_profile.signature_algorithm'],
    ['issuer name that is no name', { subject: encode(TAG.sequence, encode(TAG.sequence)) }, 'cert_malformed'],
    ['half an identity', { extensions: [extension(IDENTITY_OID.role, encodeUtf8('issuer'))] }, 'cert_profile.identity'],
    ['empty list of extensions', { extensions: [], version: [...v(2n)] }, 'readable'],
  ])('[A30] %s', async (_, change, code) => {
    expect(await outcome(await forge(h.authority, h.leaf, change))).toBe(code)
  })

  test('[A30] SHA-1 signature', async () => {
    const signed = encode(TAG.sequence, encode(TAG.sequence), sha1(), encodeOctetBits(Uint8Array.of(1)))
    expect(await outcome(signed)).toBe('cert_profile.signature_algorithm')
  })

  test.each<[string, () => Partial<Draft>]>([
    ['a unique identifier', () => ({ spki: concatBytes(h.leaf.publicKey.spki, encode(0x81, Uint8Array.of(0, 1))) })],
    [
      'two lists of extensions',
      () => ({
        spki: concatBytes(
          h.leaf.publicKey.spki,
          encode(0xa3, ...[1, 2].map(() => encode(TAG.sequence, someExtension))),
        ),
        extensions: [],
      }),
    ],
    [
      'half an authority key identifier',
      () => ({
        extensions: [extension(OID.authorityKeyId, encode(TAG.sequence, encode(0x82, Uint8Array.of(1))))],
      }),
    ],
    [
      'a policy twice',
      () => ({
        extensions: [
          extension(
            OID.certificatePolicies,
            encode(TAG.sequence, ...[1, 2].map(() => encode(TAG.sequence, encodeOid('2.25.1')))),
          ),
        ],
      }),
    ],
  ])('[A30] malformed by %s', async (_, change) => {
    expect(await outcome(await forge(h.authority, h.leaf, change()))).toBe('cert_malformed')
  })

  test('[A30] malformed by something behind the signature', async () => {
    const longer = (...more: readonly number[]): Bytes =>
      encode(TAG.sequence, h.leaf.der.subarray(4), Uint8Array.from(more))
    expect(await outcome(longer())).toBe('readable')
    expect(await outcome(longer(TAG.null, 0))).toBe('cert_malformed')
  })

  test('[A30] what is larger than any certificate is not read', async () => {
    expect(await outcome(new Uint8Array(48 * 1024 + 1))).toBe('cert_malformed')
  })
})

describe('the reader and an independent library agree', () => {
  test('about our certificate', () => {
    const theirs = new x509.X509Certificate(h.leaf.der)
    expect(theirs.serialNumber).toBe(h.leaf.serial)
    expect(theirs.subjectName.getField('CN')).toEqual([h.leaf.subject.commonName])
    expect(theirs.notAfter.getTime()).toBe(h.leaf.notAfter)
    expect(new Uint8Array(theirs.publicKey.rawData)).toEqual(h.leaf.publicKey.spki)
  })

  test('about its certificate', async () => {
    const keys = await generateKeys()
    const theirs = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: 'ab'.repeat(16),
      name: 'CN=Some One, O=Somewhere',
      notBefore: new Date(NOW),
      notAfter: new Date(NOW + DAY),
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 3, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.decipherOnly, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'example.com' },
          { type: 'ip', value: '::1' },
        ]),
      ],
    })
    const ours = await parseCertificate(new Uint8Array(theirs.rawData))
    if (!ours.ok) expect.fail(ours.error.message)
    expect(ours.value).toMatchObject({
      serial: 'ab'.repeat(16),
      notBefore: NOW,
      notAfter: NOW + DAY,
      subject: { commonName: 'Some One' },
      basicConstraints: { ca: true, pathLength: 3 },
      keyUsage: new Set(['keyCertSign', 'decipherOnly']),
      extKeyUsage: ['1.3.6.1.5.5.7.3.2'],
      subjectAltNames: [{ form: 'dns', value: 'example.com' }, { form: 'ip' }],
    })
    expect(ours.value.identity).toBeUndefined()
  })
})

test('[SIG1] the thumbprint is that of x5t#S256, and the certificate keeps its own bytes', async () => {
  const der = h.leaf.der.slice()
  const result = await parseCertificate(der)
  if (!result.ok) expect.fail(result.error.message)
  der.fill(0)
  const digest = await crypto.subtle.digest('SHA-256', result.value.der)
  expect(result.value.thumbprint).toBe(Buffer.from(digest).toString('base64url'))
  expect(result.value.der).toEqual(h.leaf.der)
})
