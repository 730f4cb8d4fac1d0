import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import { equalBytes } from '../kernel/bytes.ts'
import type { Certificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import { TAG } from './der.ts'
import { encode, encodeBoolean, encodeCommonName, encodeInteger, encodeOid, encodeTime } from './encoding.ts'
import type { Draft, Hierarchy } from './forge.ts'
import {
  authorityKeyId,
  basicConstraints,
  buildHierarchy,
  DAY,
  extension,
  forge,
  generateKeys,
  issueCrl,
  issueLeaf,
  keyUsage,
  NOW,
  parsed,
  publicKeyOf,
  subjectKeyId,
  TERM,
} from './forge.ts'
import { identify } from './identity.ts'
import { createIssuingAuthority } from './issue.ts'
import type { Issuer } from './issue.ts'
import { exportSpki } from './keys.ts'
import { OID } from './oids.ts'
import type { PathInput } from './path.ts'
import { validatePath } from './path.ts'
import { createRequest, readRequest } from './request.ts'

let h: Hierarchy

beforeAll(async () => {
  h = await buildHierarchy()
})

async function outcome(change: Partial<PathInput> = {}): Promise<string> {
  const chain = [h.leaf.der, h.authority.certificate.der]
  const input = { chain, anchors: [h.root.certificate], at: NOW, crls: [], revocation: 'none' as const, ...change }
  const result = await validatePath(input)
  return result.ok ? 'valid' : result.error.code
}

/** The outcome for a leaf of these contents below the authority. */
async function leafOutcome(change: Partial<Draft>): Promise<string> {
  const leaf = await forge(h.authority, h.leaf, change)
  return outcome({ chain: [leaf, h.authority.certificate.der] })
}

/** An authority of these extensions below `above`, with a key of its own. */
async function authorityBelow(
  above: Issuer,
  name: string,
  pathLength?: bigint,
  more = [] as Certificate['extensions'],
) {
  const keys = await generateKeys()
  const { spki, bits } = await publicKeyOf(keys)
  const usual = [
    basicConstraints(pathLength),
    keyUsage('keyCertSign', 'cRLSign'),
    subjectKeyId(bits),
    authorityKeyId(above),
  ]
  const replaced = more.map(({ oid }) => oid)
  const extensions = [...usual.filter(({ oid }) => !replaced.includes(oid)), ...more]
  const der = await forge(above, above.certificate, { subject: encodeCommonName(name), spki, extensions })
  return { certificate: await parsed(der), privateKey: keys.privateKey } satisfies Issuer
}

describe('[SIG6] chains are validated by RFC 5280 section 6', () => {
  test('[SIG6] a leaf below an issuing authority below a root is valid, and names a party', async () => {
    const crls = [await issueCrl(h.root), await issueCrl(h.authority, { nextUpdate: NOW + 60_000 })]
    const chain = [h.leaf.der, h.authority.certificate.der]
    const result = await validatePath({ chain, anchors: [h.root.certificate], at: NOW, crls, revocation: 'required' })
    if (!result.ok) expect.fail(result.error.message)
    expect(result.value.path.map(({ thumbprint }) => thumbprint)).toEqual(
      [h.leaf, h.authority.certificate, h.root.certificate].map(({ thumbprint }) => thumbprint),
    )
    expect(result.value.validUntil).toBe(NOW + 60_000)
    expect(identify(result.value)).toMatchObject({
      ok: true,
      value: { userId: 'investor-1', name: '山田 太郎', role: 'investor', usage: 'signing' },
    })
  })

  test('[SIG6] a path is valid until the first of its certificates ends', async () => {
    const leaf = await issueLeaf(h.authority, h.keys, { notAfter: NOW + DAY })
    const chain = [leaf, h.authority.certificate.der]
    const result = await validatePath({ chain, anchors: [h.root.certificate], at: NOW, crls: [], revocation: 'none' })
    expect(result).toMatchObject({ ok: true, value: { validUntil: NOW + DAY } })
  })

  test('[SIG6] a policy demanded by the anchor or by the leaf is missed', async () => {
    const demand = extension(OID.policyConstraints, encode(TAG.sequence, Uint8Array.of(0x80, 1, 0)), true)
    const strict = await authorityBelow(h.root, 'Strict', 0n, [demand])
    const leaf = await issueLeaf(strict, h.keys)
    expect(await outcome({ chain: [leaf], anchors: [strict.certificate] })).toBe('policy_violated')
    expect(await leafOutcome({ extensions: [...h.leaf.extensions, demand] })).toBe('policy_violated')
  })

  test('[SIG6] the order of the other certificates does not matter, nor do strangers among them', async () => {
    const stranger = await buildHierarchy()
    const chain = [h.leaf, stranger.root.certificate, stranger.authority.certificate, h.authority.certificate]
    expect(await outcome({ chain: chain.map(({ der }) => der) })).toBe('valid')
  })

  test.each([
    ['without its authority', () => [h.leaf.der]],
    [
      'of another hierarchy with the same names',
      async () => {
        const other = await buildHierarchy()
        return [other.leaf.der, other.authority.certificate.der]
      },
    ],
    ['that is the root itself', () => [h.root.certificate.der]],
  ])('[SIG6] no trust in a chain %s', async (_, chain) => {
    expect(await outcome({ chain: await chain() })).toBe('untrusted_root')
  })

  test('[SIG6] an empty chain and one of too many certificates are refused unread', async () => {
    expect(await outcome({ chain: [] })).toBe('cert_malformed')
    expect(await outcome({ chain: Array.from({ length: 17 }, () => h.leaf.der) })).toBe('path_too_complex')
  })

  test('[SIG6] a signature by another key than the one named', async () => {
    const other = await buildHierarchy()
    const impostor = { certificate: h.authority.certificate, privateKey: other.authority.privateKey }
    const leaf = await forge(impostor, h.leaf)
    expect(await outcome({ chain: [leaf, h.authority.certificate.der] })).toBe('cert_bad_signature')
  })

  test('[SIG6] decoys of the same name and key identifier do not hide the authority', async () => {
    const hint = h.authority.certificate.extensions.filter(({ oid }) => oid === OID.subjectKeyId)
    const decoys = await Promise.all(Array.from({ length: 14 }, () => authorityBelow(h.root, 'Authority', 0n, hint)))
    const ders = decoys.map(({ certificate }) => certificate.der)
    expect(await outcome({ chain: [h.leaf.der, ...ders, h.authority.certificate.der] })).toBe('valid')
    expect(await outcome({ chain: [h.leaf.der, ...ders] })).toBe('cert_bad_signature')
  })

  test('[SIG6] copies of authorities that lead nowhere end the search early', async () => {
    const stranger = await buildHierarchy()
    const copies = async (issuer: Issuer, certificate: Certificate, count: number): Promise<Bytes[]> =>
      Promise.all(Array.from({ length: count }, (_, i) => forge(issuer, certificate, { serial: Uint8Array.of(i + 1) })))
    const upper = await authorityBelow(stranger.root, 'Upper')
    const lower = await authorityBelow(upper, 'Lower')
    const chain = [
      await issueLeaf(lower, h.keys),
      ...(await copies(upper, lower.certificate, 8)),
      ...(await copies(stranger.root, upper.certificate, 7)),
    ]
    expect(await outcome({ chain })).toBe('path_too_complex')
  })
})

describe('[A24] validity', () => {
  test.each([
    ['first second', TERM.notBefore, 'valid'],
    ['last second', TERM.notAfter + 999, 'valid'],
    ['1 s past notAfter', TERM.notAfter + 1000, 'cert_expired'],
    ['1 ms before notBefore', TERM.notBefore - 1, 'cert_not_yet_valid'],
  ])('[A24] %s', async (_, at, code) => {
    expect(await outcome({ at })).toBe(code)
  })

  test('[A24] an authority that has expired before its leaf', async () => {
    const short = encode(TAG.sequence, encodeTime(TERM.notBefore), encodeTime(NOW - 1000))
    const old = await forge(h.root, h.authority.certificate, { validity: short })
    expect(await outcome({ chain: [h.leaf.der, old] })).toBe('cert_expired')
  })
})

describe('[A25] revocation', () => {
  const entry = { serial: '1001', at: NOW - 1000, reason: 'keyCompromise' as const }

  test.each([
    ['revoked leaf', { revoked: [entry] }, 'cert_revoked'],
    ['revoked leaf on an overdue list', { revoked: [entry], nextUpdate: NOW - 1 }, 'cert_revoked'],
    ['another serial number', { revoked: [{ ...entry, serial: '1002' }] }, 'valid'],
  ])('[A25] %s', async (_, change, code) => {
    const crls = [await issueCrl(h.root), await issueCrl(h.authority, change)]
    expect(await outcome({ crls, revocation: 'required' })).toBe(code)
    expect(await outcome({ crls, revocation: 'when-available' })).toBe(code)
    expect(await outcome({ crls, revocation: 'none' })).toBe('valid')
  })

  test('[A25] a revoked issuing authority', async () => {
    const crls = [await issueCrl(h.root, { revoked: [{ ...entry, serial: '02' }] }), await issueCrl(h.authority)]
    expect(await outcome({ crls, revocation: 'required' })).toBe('cert_revoked')
  })

  test('[A25] the newest list counts, in whatever order they come', async () => {
    const lists = [
      await issueCrl(h.authority, { number: 7n }),
      await issueCrl(h.authority, { number: 8n, revoked: [entry] }),
    ]
    expect(await outcome({ crls: lists, revocation: 'when-available' })).toBe('cert_revoked')
    expect(await outcome({ crls: lists.toReversed(), revocation: 'when-available' })).toBe('cert_revoked')
  })

  test('[A25] a list by another authority of the same name revokes nothing', async () => {
    const other = await buildHierarchy()
    const crls = [await issueCrl(other.authority, { revoked: [entry] })]
    expect(await outcome({ crls, revocation: 'when-available' })).toBe('valid')
  })
})

describe('[A26] unknown state', () => {
  test.each([
    ['no list at all', async () => []],
    ['no list of the root', async () => [await issueCrl(h.authority)]],
    [
      'list past nextUpdate',
      async () => [await issueCrl(h.root), await issueCrl(h.authority, { nextUpdate: NOW - 1 })],
    ],
    [
      'list from tomorrow',
      async () => [
        await issueCrl(h.root),
        await issueCrl(h.authority, { thisUpdate: NOW + DAY, nextUpdate: NOW + 2 * DAY }),
      ],
    ],
  ])('[A26] %s', async (_, lists) => {
    expect(await outcome({ crls: await lists(), revocation: 'required' })).toBe('revocation_unknown')
    expect(await outcome({ crls: await lists(), revocation: 'when-available' })).toBe('valid')
  })
})

describe('[A28] only authorities certify', () => {
  test('[A28] a leaf used as authority', async () => {
    const forger = { certificate: h.leaf, privateKey: h.keys.privateKey }
    const victim = await forge(forger, h.leaf, {
      subject: encodeCommonName('Somebody Else'),
      spki: await exportSpki((await generateKeys()).publicKey),
      extensions: h.leaf.extensions.map((known) => (known.oid === OID.authorityKeyId ? authorityKeyId(forger) : known)),
    })
    expect(await outcome({ chain: [victim, h.leaf.der, h.authority.certificate.der] })).toBe('not_a_ca')
  })

  test.each([
    [
      'without basic constraints',
      [extension(OID.basicConstraints, encode(TAG.sequence), true), keyUsage('digitalSignature')],
      'not_a_ca',
    ],
    ['without keyCertSign', [keyUsage('cRLSign')], 'not_a_ca'],
    [
      'with keyCertSign but without the authority bit',
      [extension(OID.basicConstraints, encode(TAG.sequence), true)],
      'cert_profile.key_usage',
    ],
    [
      'with basic constraints not critical',
      [extension(OID.basicConstraints, encode(TAG.sequence, encodeBoolean(true)))],
      'cert_profile.criticality',
    ],
  ])('[A28] an issuer %s', async (_, extensions, code) => {
    const issuer = await authorityBelow(h.root, 'Weak', undefined, extensions)
    const leaf = await issueLeaf(issuer, h.keys)
    expect(await outcome({ chain: [leaf, issuer.certificate.der] })).toBe(code)
  })

  test('[A28] more authorities than pathLenConstraint allows', async () => {
    const keys = await generateKeys()
    const second = await createIssuingAuthority({
      ...TERM,
      issuer: h.authority,
      name: 'Second',
      subjectPublicKeySpki: await exportSpki(keys.publicKey),
      serial: '03',
    })
    const issuer = { certificate: await parsed(second), privateKey: keys.privateKey }
    const chain = [await issueLeaf(issuer, h.keys), second, h.authority.certificate.der]
    expect(await outcome({ chain })).toBe('path_too_long')
    expect(await outcome({ chain, maxIntermediates: 1 })).toBe('path_too_long')
  })

  test('[A28] more authorities than the root\u2019s pathLenConstraint allows', async () => {
    const upper = await authorityBelow(h.root, 'Upper')
    const lower = await authorityBelow(upper, 'Lower')
    expect(await outcome({ chain: [await issueLeaf(upper, h.keys), upper.certificate.der] })).toBe('valid')
    const chain = [await issueLeaf(lower, h.keys), lower.certificate.der, upper.certificate.der]
    expect(await outcome({ chain })).toBe('path_too_long')
  })

  test('[A28] a path length in a leaf', async () => {
    const limit = extension(OID.basicConstraints, encode(TAG.sequence, encodeInteger(0n)), true)
    expect(await leafOutcome({ extensions: [...h.leaf.extensions, limit] })).toBe('cert_profile.basic_constraints')
  })
})

describe('[A30] what is not understood is not accepted', () => {
  test.each([
    [
      'unknown critical extension',
      () => [...h.leaf.extensions, extension('2.25.1', Uint8Array.of(5, 0), true)],
      'cert_profile.unknown_critical_extension',
    ],
    [
      'unknown extension, not critical',
      () => [...h.leaf.extensions, extension('2.25.1', Uint8Array.of(5, 0))],
      'valid',
    ],
    [
      'duplicate extension',
      () => [...h.leaf.extensions, keyUsage('digitalSignature')],
      'cert_profile.duplicate_extension',
    ],
    [
      'identity extensions critical',
      () => h.leaf.extensions.map((known) => ({ ...known, critical: true })),
      'cert_profile.criticality',
    ],
    [
      'no authority key identifier',
      () => h.leaf.extensions.filter(({ oid }) => oid !== OID.authorityKeyId),
      'cert_profile.authority_key_id',
    ],
    [
      'critical policy qualifier that is unknown',
      () => [
        ...h.leaf.extensions,
        extension(
          OID.certificatePolicies,
          encode(
            TAG.sequence,
            encode(
              TAG.sequence,
              encodeOid('2.25.9'),
              encode(TAG.sequence, encode(TAG.sequence, encodeOid('2.25.8'), Uint8Array.of(5, 0))),
            ),
          ),
          true,
        ),
      ],
      'cert_profile.unknown_critical_extension',
    ],
  ])('[A30] %s', async (_, extensions, code) => {
    expect(await leafOutcome({ extensions: extensions() })).toBe(code)
  })

  test('[A30] a critical extension is unknown in an authority too', async () => {
    const issuer = await authorityBelow(h.root, 'Odd', 0n, [extension('2.25.1', Uint8Array.of(5, 0), true)])
    const chain = [await issueLeaf(issuer, h.keys), issuer.certificate.der]
    expect(await outcome({ chain })).toBe('cert_profile.unknown_critical_extension')
  })
})

describe('[P9] no byte of a chain can be changed', () => {
  const bytesOf = (certificate: Certificate): Bytes => certificate.der

  test('[P9] flipping any bits of any byte of the leaf or its authority is refused', async () => {
    const certificates = [h.leaf, h.authority.certificate].map(bytesOf)
    await fc.assert(
      fc.asyncProperty(fc.nat(1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, place, mask) => {
        const chain = certificates.map((der) => der.slice())
        const der = chain[which] ?? expect.fail()
        const at = place % der.length
        der[at] = (der[at] ?? 0) ^ mask
        expect(await outcome({ chain })).not.toBe('valid')
      }),
      { numRuns: 2000 },
    )
  })

  test('[P9] every single byte of a leaf, replaced by its neighbour value, is refused', async () => {
    for (const at of h.leaf.der.keys()) {
      const der = h.leaf.der.slice()
      der[at] = (der[at] ?? 0) ^ 1
      expect(await outcome({ chain: [der, h.authority.certificate.der] }), `octet ${at}`).not.toBe('valid')
    }
  })

  test('[P9] no bytes make a reader throw', async () => {
    const crl = await issueCrl(h.authority, { revoked: [{ serial: '1001', at: NOW, reason: 'keyCompromise' }] })
    const request = await createRequest({ keys: h.keys, commonName: 'A' })
    const edit = fc.record({ at: fc.nat(), drop: fc.nat(4), insert: fc.uint8Array({ maxLength: 4 }) })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(h.leaf.der, h.root.certificate.der, crl.der, request),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        async (der, edits) => {
          const changed = edits.reduce((bytes, { at, drop, insert }) => {
            const place = at % (bytes.length + 1)
            return Uint8Array.of(...bytes.subarray(0, place), ...insert, ...bytes.subarray(place + drop))
          }, der)
          fc.pre(!equalBytes(changed, der))
          expect(await outcome({ chain: [changed, h.authority.certificate.der] })).not.toBe('valid')
          expect((await readRequest(changed)).ok).toBe(false)
          await parseCrl(changed)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('[P9] a truncated leaf or one with something behind it is refused', async () => {
    for (const der of [h.leaf.der.slice(0, -1), Uint8Array.of(...h.leaf.der, 0)])
      expect(await outcome({ chain: [der, h.authority.certificate.der] })).toBe('cert_malformed')
  })
})
