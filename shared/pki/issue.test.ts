import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { AssertionError } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { parseCertificate } from './certificate.ts'
import { TAG } from './der.ts'
import { encode, encodeBoolean, encodeCommonName, encodeInteger, encodeOid, encodeUtf8 } from './encoding.ts'
import type { Hierarchy } from './forge.ts'
import {
  buildHierarchy,
  extension,
  forge,
  generateKeys,
  issueLeaf,
  keyUsage,
  parsed,
  publicKeyOf,
  TERM,
} from './forge.ts'
import { readCertificateIdentity } from './identity.ts'
import type { IdentityRequest } from './issue.ts'
import { createRoot } from './issue.ts'
import { OID } from './oids.ts'
import type { CertificatePolicy } from './profile.ts'
import { encodeIdentity, IDENTITY_OID, readIdentity, ROLES } from './profile.ts'
import { createRequest, readRequest } from './request.ts'
import { signWith } from './signature.ts'

let h: Hierarchy

beforeAll(async () => {
  h = await buildHierarchy()
})

const POLICY: CertificatePolicy = {
  orderLimitMinor: 1n,
  dayLimitMinor: 0n,
  currency: 'JPY',
  shortSellingProhibited: false,
}

describe('[CA3] identity certificates', () => {
  test('[CA3] an independent implementation verifies every level', () => {
    const [leaf, authority, root] = [h.leaf, h.authority.certificate, h.root.certificate].map(
      ({ der }) => new X509Certificate(der),
    )
    if (leaf === undefined || authority === undefined || root === undefined) expect.fail()
    expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true)
    expect(authority.checkIssued(root) && authority.verify(root.publicKey) && authority.ca).toBe(true)
    expect(root.verify(root.publicKey) && root.ca && !leaf.ca).toBe(true)
    expect(leaf.subject).toBe('CN=山田 太郎')
  })

  test('[CA3] roots may have the stronger curves, and below them Ed25519 may sign', async () => {
    for (const curve of ['P-384', 'P-521']) {
      const keys = await generateKeys(curve)
      const certificate = await parsed(await createRoot({ ...TERM, name: curve, keys, serial: '7f' }))
      expect(certificate.publicKey.kind).toBe(curve)
    }
    const ed = await generateKeys('Ed25519')
    const leaf = await parsed(await issueLeaf(h.authority, ed))
    expect(readCertificateIdentity(leaf)).toMatchObject({ ok: true, value: { usage: 'signing' } })
    await expect(issueLeaf(h.authority, ed, { usage: 'key-agreement' })).rejects.toThrow('usage')
  })

  test('[CA3] keys for signing and for key agreement are kept apart', async () => {
    const leaf = await parsed(await issueLeaf(h.authority, h.keys, { usage: 'key-agreement', role: 'settlement' }))
    expect(leaf.keyUsage).toEqual(new Set(['keyAgreement']))
    expect(readCertificateIdentity(leaf)).toMatchObject({
      ok: true,
      value: { usage: 'key-agreement', role: 'settlement' },
    })
  })

  test.each<[string, Partial<IdentityRequest>]>([
    ['serial number zero', { serial: '00' }],
    ['serial number of 21 octets', { serial: '7f'.repeat(21) }],
    ['serial number with leading zeros', { serial: '0001' }],
    ['empty name', { commonName: '' }],
    ['name with a bidi override', { commonName: 'A\u202eB' }],
    ['name with a line break', { commonName: 'A\nB' }],
    ['name of 65 characters', { commonName: 'x'.repeat(65) }],
    ['name in another Unicode form', { commonName: 'Andre\u0301' }],
    ['user ID with a space', { userId: 'a b' }],
    ['negative limit', { policy: { ...POLICY, orderLimitMinor: -1n } }],
    ['limit beyond 63 bits', { policy: { ...POLICY, dayLimitMinor: 1n << 63n } }],
    ['currency in lower case', { policy: { ...POLICY, currency: 'jpy' } }],
    ['a security twice', { policy: { ...POLICY, mayHold: ['7203', '7203'] } }],
  ])('[CA3] is never issued: %s', async (_, change) => {
    await expect(issueLeaf(h.authority, h.keys, change)).rejects.toThrow(AssertionError)
  })

  test('[CA3] is never issued under a key that is not the issuer\u2019s', async () => {
    const issuer = { certificate: h.authority.certificate, privateKey: h.keys.privateKey }
    await expect(issueLeaf(issuer, h.keys)).rejects.toThrow('private key')
  })
})

describe('the policy extension (Fig. 4)', () => {
  const amount = fc.bigInt({ min: 0n, max: (1n << 63n) - 1n })
  const securities = fc.option(fc.uniqueArray(fc.stringMatching(/^[A-Z0-9:]{1,12}$/), { maxLength: 8 }), {
    nil: undefined,
  })

  test('what was written is what is read', () => {
    fc.assert(
      fc.property(
        amount,
        amount,
        fc.boolean(),
        securities,
        securities,
        fc.constantFrom(...ROLES),
        (orderLimitMinor, dayLimitMinor, shortSellingProhibited, mayHold, mayIssue, role) => {
          const policy = {
            orderLimitMinor,
            dayLimitMinor,
            currency: 'EUR',
            shortSellingProhibited,
            ...(mayHold !== undefined && { mayHold }),
            ...(mayIssue !== undefined && { mayIssue }),
          }
          const identity = { userId: 'u', role, policy }
          expect(readIdentity(encodeIdentity(identity))).toEqual(identity)
        },
      ),
    )
  })

  const policyOf = (...parts: readonly Bytes[]): Bytes => encode(TAG.sequence, ...parts)
  const usual = [
    encodeInteger(1n),
    encodeInteger(2n),
    encode(TAG.printableString, Uint8Array.of(0x4a, 0x50, 0x59)),
    encodeBoolean(true),
  ]
  const negative = encode(TAG.integer, Uint8Array.of(0xff))

  test.each<[string, string, Bytes, string]>([
    ['as it should be', IDENTITY_OID.policy, policyOf(...usual), 'readable'],
    ['a part too few', IDENTITY_OID.policy, policyOf(...usual.slice(0, 3)), 'cert_profile.identity'],
    ['a part too many', IDENTITY_OID.policy, policyOf(...usual, encodeBoolean(true)), 'cert_profile.identity'],
    ['negative limit', IDENTITY_OID.policy, policyOf(negative, ...usual.slice(1)), 'cert_profile.identity'],
    [
      'boolean that is neither',
      IDENTITY_OID.policy,
      policyOf(...usual.slice(0, 3), Uint8Array.of(1, 1, 1)),
      'cert_profile.identity',
    ],
    [
      'lists in the wrong order',
      IDENTITY_OID.policy,
      policyOf(...usual, encode(0xa1), encode(0xa0)),
      'cert_profile.identity',
    ],
    ['unknown role', IDENTITY_OID.role, encodeUtf8('broker'), 'cert_profile.identity'],
    ['role in capitals', IDENTITY_OID.role, encodeUtf8('Issuer'), 'cert_profile.identity'],
    ['empty user ID', IDENTITY_OID.userId, encodeUtf8(''), 'cert_profile.identity'],
    [
      'user ID that is not UTF-8',
      IDENTITY_OID.userId,
      encode(TAG.utf8String, Uint8Array.of(0xff)),
      'cert_profile.identity',
    ],
  ])('%s', async (_, oid, value, code) => {
    const extensions = h.leaf.extensions.map((known) => (known.oid === oid ? extension(oid, value) : known))
    const result = await parseCertificate(await forge(h.authority, h.leaf, { extensions }))
    expect(result.ok ? 'readable' : result.error.code).toBe(code)
  })
})

describe('an identity is read only from a certificate of the profile', () => {
  const without = (oid: string) => h.leaf.extensions.filter((known) => known.oid !== oid)
  const own = Object.values<string>(IDENTITY_OID)

  test.each([
    ['no identity', () => h.leaf.extensions.filter(({ oid }) => !own.includes(oid)), 'cert_profile.identity'],
    ['no key usage', () => without(OID.keyUsage), 'cert_profile.key_usage'],
    [
      'a key for both',
      () => [...without(OID.keyUsage), keyUsage('digitalSignature', 'nonRepudiation', 'keyAgreement')],
      'cert_profile.key_usage',
    ],
    [
      'a signature that can be denied',
      () => [...without(OID.keyUsage), keyUsage('digitalSignature')],
      'cert_profile.key_usage',
    ],
    [
      'an authority',
      () => [...h.authority.certificate.extensions, ...h.leaf.extensions.filter(({ oid }) => own.includes(oid))],
      'cert_profile.basic_constraints',
    ],
  ])('%s', async (_, extensions, code) => {
    const certificate = await parsed(await forge(h.authority, h.leaf, { extensions: extensions() }))
    expect(readCertificateIdentity(certificate)).toMatchObject({ ok: false, error: { code } })
  })

  test('a key stronger than the wallet can use, and a nameless holder', async () => {
    const { spki } = await publicKeyOf(await generateKeys('P-384'))
    const strong = await parsed(await forge(h.authority, h.leaf, { spki }))
    expect(readCertificateIdentity(strong)).toMatchObject({ error: { code: 'cert_profile.public_key' } })
    const nameless = await parsed(await forge(h.authority, h.leaf, { subject: encode(TAG.sequence) }))
    expect(readCertificateIdentity(nameless)).toMatchObject({ error: { code: 'cert_profile.subject_name' } })
  })
})

describe('[CA1] requests with proof of possession', () => {
  test('[CA1] a request names its applicant and key', async () => {
    const request = await readRequest(await createRequest({ keys: h.keys, commonName: 'O=x, CN="Müller"+1' }))
    expect(request).toEqual({
      ok: true,
      value: { commonName: 'O=x, CN="Müller"+1', subjectPublicKeySpki: h.leaf.publicKey.spki },
    })
  })

  test('[CA1] a changed byte, a foreign key and a stranger\u2019s signature are refused', async () => {
    const der = await createRequest({ keys: h.keys, commonName: 'A' })
    for (const at of der.keys()) {
      const changed = der.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      expect((await readRequest(changed)).ok, `octet ${at}`).toBe(false)
    }
    const other = await generateKeys()
    const stolen = await createRequest({ keys: { ...h.keys, privateKey: other.privateKey }, commonName: 'A' })
    expect(await readRequest(stolen)).toMatchObject({ error: { code: 'request_bad_signature' } })
    const strong = await createRequest({ keys: await generateKeys('P-384'), commonName: 'A' })
    expect(await readRequest(strong)).toMatchObject({ error: { code: 'cert_profile.public_key' } })
  })

  test.each<[string, Partial<{ version: bigint; subject: Bytes; attributes: Bytes }>, string]>([
    ['as it should be', {}, 'readable'],
    ['version 2', { version: 1n }, 'request_malformed'],
    ['no attributes', { attributes: new Uint8Array(0) }, 'request_malformed'],
    ['extensions in the place of attributes', { attributes: encode(0xa3) }, 'request_malformed'],
    ['something behind the attributes', { attributes: Uint8Array.of(0xa0, 0, 5, 0) }, 'request_malformed'],
    ['no name', { subject: encode(TAG.sequence) }, 'cert_profile.subject_name'],
    [
      'a name with a unit',
      {
        subject: encode(
          TAG.sequence,
          ...['2.5.4.11', OID.commonName].map((oid) =>
            encode(TAG.set, encode(TAG.sequence, encodeOid(oid), encodeUtf8('A'))),
          ),
        ),
      },
      'cert_profile.subject_name',
    ],
    ['a name with a line break', { subject: encodeCommonName('A\nB') }, 'cert_profile.subject_name'],
  ])('[CA1] a request with %s', async (_, change, code) => {
    const draft = { version: 0n, subject: encodeCommonName('A'), attributes: encode(0xa0), ...change }
    const { publicKey } = h.leaf
    const body = encode(TAG.sequence, encodeInteger(draft.version), draft.subject, publicKey.spki, draft.attributes)
    const result = await readRequest(await signWith(publicKey, h.keys.privateKey, body))
    expect(result.ok ? 'readable' : result.error.code).toBe(code)
  })

  test('[CA1] what is no request is refused', async () => {
    expect(await readRequest(new Uint8Array(0))).toMatchObject({ error: { code: 'request_malformed' } })
    expect(await readRequest(new Uint8Array(5000))).toMatchObject({ error: { code: 'request_malformed' } })
    expect(await readRequest(h.leaf.der)).toMatchObject({ error: { code: 'request_malformed' } })
  })
})
