import { beforeAll, describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import type { CrlCheck } from './crl.ts'
import { MAX_CLOCK_LEAD_MS, MAX_CRL_BYTES, parseCrl, REVOCATION_REASONS, verifyCrl } from './crl.ts'
import { TAG } from './der.ts'
import { encode, encodeCommonName, encodeExtension, encodeInteger, encodeOid, encodeTime } from './encoding.ts'
import type { Extension } from './extensions.ts'
import type { Hierarchy } from './forge.ts'
import {
  authorityKeyId,
  basicConstraints,
  buildHierarchy,
  DAY,
  extension,
  forge,
  issueCrl,
  keyUsage,
  NOW,
  parsed,
  subjectKeyId,
} from './forge.ts'
import type { Revocation } from './issue-crl.ts'
import { createCrl } from './issue-crl.ts'
import { OID } from './oids.ts'
import { signatureIdentifier, signWith } from './signature.ts'

let h: Hierarchy

beforeAll(async () => {
  h = await buildHierarchy()
})

const number = extension(OID.crlNumber, encodeInteger(5n))
const numbered = (content: Bytes): Extension => extension(OID.crlNumber, encode(TAG.integer, content))
const entryOf = (serial: bigint, ...extensions: readonly Extension[]): Bytes =>
  encode(
    TAG.sequence,
    encodeInteger(serial),
    encodeTime(NOW),
    ...(extensions.length > 0 ? [encode(TAG.sequence, ...extensions.map(encodeExtension))] : []),
  )
const reasonOf = (code: number): Extension => extension(OID.crlReason, encode(TAG.enumerated, Uint8Array.of(code)))

interface Draft {
  readonly version: readonly Bytes[]
  readonly algorithm: Bytes
  readonly nextUpdate: readonly Bytes[]
  readonly revoked: readonly Bytes[]
  readonly extensions: readonly Extension[]
}

async function forgeCrl(change: Partial<Draft>): Promise<Bytes> {
  const { certificate, privateKey } = h.authority
  const draft = {
    version: [encodeInteger(1n)],
    algorithm: signatureIdentifier(certificate.publicKey),
    nextUpdate: [encodeTime(NOW + DAY)],
    revoked: [],
    extensions: [authorityKeyId(h.authority), number],
    ...change,
  }
  const body = encode(
    TAG.sequence,
    ...draft.version,
    draft.algorithm,
    certificate.subject.der,
    encodeTime(NOW),
    ...draft.nextUpdate,
    ...draft.revoked,
    ...(draft.extensions.length > 0
      ? [encode(0xa0, encode(TAG.sequence, ...draft.extensions.map(encodeExtension)))]
      : []),
  )
  return signWith(certificate.publicKey, privateKey, body)
}

async function reading(der: Bytes): Promise<string> {
  const result = await parseCrl(der)
  return result.ok ? 'readable' : result.error.code
}

describe('[P13] revocation lists are read strictly', () => {
  const key = (): Extension => authorityKeyId(h.authority)
  test.each<[string, () => Partial<Draft>, string]>([
    ['as it should be', () => ({}), 'readable'],
    ['with an entry', () => ({ revoked: [encode(TAG.sequence, entryOf(9n, reasonOf(1)))] }), 'readable'],
    ['empty list written out', () => ({ revoked: [encode(TAG.sequence)] }), 'crl_malformed'],
    [
      'empty list of entry extensions',
      () => ({
        revoked: [encode(TAG.sequence, encode(TAG.sequence, encodeInteger(9n), encodeTime(NOW), encode(TAG.sequence)))],
      }),
      'crl_malformed',
    ],
    ['serial number twice', () => ({ revoked: [encode(TAG.sequence, entryOf(9n), entryOf(9n))] }), 'crl_malformed'],
    ['reason of delta lists', () => ({ revoked: [encode(TAG.sequence, entryOf(9n, reasonOf(8)))] }), 'crl_malformed'],
    [
      'critical entry extension',
      () => ({
        revoked: [encode(TAG.sequence, entryOf(9n, { ...reasonOf(1), critical: true }))],
      }),
      'crl_unsupported',
    ],
    ['version 1', () => ({ version: [] }), 'crl_malformed'],
    ['no nextUpdate', () => ({ nextUpdate: [] }), 'crl_malformed'],
    [
      'another algorithm within',
      () => ({ algorithm: encode(TAG.sequence, encodeOid(OID.ecdsaSha512)) }),
      'crl_malformed',
    ],
    ['no number', () => ({ extensions: [key()] }), 'crl_malformed'],
    ['negative number', () => ({ extensions: [key(), numbered(Uint8Array.of(0xff))] }), 'crl_malformed'],
    ['number of 20 octets', () => ({ extensions: [key(), numbered(new Uint8Array(20).fill(1))] }), 'readable'],
    ['number of 21 octets', () => ({ extensions: [key(), numbered(new Uint8Array(21).fill(1))] }), 'crl_malformed'],
    [
      'two lists of extensions',
      () => ({
        revoked: [encode(0xa0, ...[1, 2].map(() => encode(TAG.sequence, ...[key(), number].map(encodeExtension))))],
        extensions: [],
      }),
      'crl_malformed',
    ],
    ['no authority key identifier', () => ({ extensions: [number] }), 'crl_malformed'],
    ['no extensions', () => ({ extensions: [] }), 'crl_malformed'],
    ['two numbers', () => ({ extensions: [key(), number, number] }), 'crl_malformed'],
    ['critical number', () => ({ extensions: [key(), { ...number, critical: true }] }), 'crl_unsupported'],
    [
      'delta list',
      () => ({ extensions: [key(), number, extension('2.5.29.27', encodeInteger(1n), true)] }),
      'crl_unsupported',
    ],
    [
      'indirect list',
      () => ({
        extensions: [key(), number, extension('2.5.29.28', encode(TAG.sequence, Uint8Array.of(0x84, 1, 0xff)), true)],
      }),
      'crl_unsupported',
    ],
    [
      'unknown extension, not critical',
      () => ({ extensions: [key(), number, extension('2.25.1', Uint8Array.of(5, 0))] }),
      'readable',
    ],
  ])('[P13] %s', async (_, change, code) => {
    expect(await reading(await forgeCrl(change()))).toBe(code)
  })

  test('[P13] what is larger than any list is not read', async () => {
    expect(await reading(new Uint8Array(MAX_CRL_BYTES + 1))).toBe('crl_malformed')
  })

  test('[P13] what was issued is what is read, every reason of it', async () => {
    const reasons = Object.keys(REVOCATION_REASONS) as (keyof typeof REVOCATION_REASONS)[]
    const revoked = reasons.map((reason, i): Revocation => ({ serial: `8${i}`, at: NOW - i * DAY, reason }))
    const crl = await issueCrl(h.authority, { number: 1n << 64n, revoked })
    expect(crl).toMatchObject({ number: 1n << 64n, thisUpdate: NOW - 1000, nextUpdate: NOW + DAY })
    expect([...crl.revoked]).toEqual(revoked.map(({ serial, at, reason }) => [serial, { at, reason }]))
  })

  test('[P13] a list of 50,000 is issued and read', async () => {
    const revoked = Array.from({ length: 50_000 }, (_, i): Revocation => ({
      serial: (0x10_00_00_00 + i).toString(16),
      at: NOW,
      reason: 'superseded',
    }))
    expect((await issueCrl(h.authority, { revoked })).revoked.size).toBe(50_000)
  })
})

describe('[P13] a list replaces the one in use only if it is better', () => {
  async function verdict(change: Parameters<typeof issueCrl>[1], check: Partial<CrlCheck> = {}): Promise<string> {
    const crl = await issueCrl(h.authority, change)
    const result = await verifyCrl(crl, { issuer: h.authority.certificate, at: NOW, ...check })
    return result.ok ? 'accepted' : result.error.code
  }

  test.each<[string, Parameters<typeof issueCrl>[1], Partial<CrlCheck>, string]>([
    ['the first', {}, {}, 'accepted'],
    ['the same number again', { number: 7n }, { highestNumber: 7n }, 'accepted'],
    ['an older number', { number: 6n }, { highestNumber: 7n }, 'crl_rollback'],
    ['on its last instant', { nextUpdate: NOW }, {}, 'accepted'],
    ['overdue', { nextUpdate: NOW - 1000 }, {}, 'crl_stale'],
    ['from a clock a little ahead', { thisUpdate: NOW + MAX_CLOCK_LEAD_MS }, {}, 'accepted'],
    ['from the future', { thisUpdate: NOW + MAX_CLOCK_LEAD_MS + 1000 }, {}, 'crl_not_yet_valid'],
  ])('[A25] %s', async (_, change, check, code) => {
    expect(await verdict(change, check)).toBe(code)
  })

  test('[A25] of another issuer, of another key of that name, of a changed byte', async () => {
    const other = await buildHierarchy()
    expect(await verdict({}, { issuer: h.root.certificate })).toBe('crl_wrong_issuer')
    expect(await verdict({}, { issuer: other.authority.certificate })).toBe('crl_wrong_issuer')
    const alias = await parsed(await forge(h.root, h.authority.certificate, { subject: encodeCommonName('Alias') }))
    expect(await verdict({}, { issuer: alias })).toBe('crl_wrong_issuer')
    const { der } = await issueCrl(h.authority, { revoked: [{ serial: '1001', at: NOW, reason: 'keyCompromise' }] })
    for (const at of der.keys()) {
      const changed = der.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      const crl = await parseCrl(changed)
      const result = crl.ok ? await verifyCrl(crl.value, { issuer: h.authority.certificate, at: NOW }) : crl
      expect(result.ok, `octet ${at}`).toBe(false)
    }
  })

  test('[A25] a forged signature', async () => {
    const other = await buildHierarchy()
    const { publicKey, subject } = h.authority.certificate
    const body = encode(
      TAG.sequence,
      encodeInteger(1n),
      signatureIdentifier(publicKey),
      subject.der,
      encodeTime(NOW),
      encodeTime(NOW + DAY),
      encode(0xa0, encode(TAG.sequence, ...[authorityKeyId(h.authority), number].map(encodeExtension))),
    )
    const crl = await parseCrl(await signWith(publicKey, other.authority.privateKey, body))
    if (!crl.ok) expect.fail(crl.error.message)
    const result = await verifyCrl(crl.value, { issuer: h.authority.certificate, at: NOW })
    expect(result).toMatchObject({ ok: false, error: { code: 'crl_bad_signature' } })
  })

  test('[A25] by an authority without cRLSign', async () => {
    const { publicKey } = h.authority.certificate
    const extensions = [
      basicConstraints(),
      keyUsage('keyCertSign'),
      subjectKeyId(Uint8Array.of(1)),
      authorityKeyId(h.root),
    ]
    const der = await forge(h.root, h.authority.certificate, {
      subject: encodeCommonName('Mute'),
      spki: publicKey.spki,
      extensions,
    })
    const issuer = { certificate: await parsed(der), privateKey: h.authority.privateKey }
    await expect(
      createCrl({ issuer, number: 1n, thisUpdate: NOW, nextUpdate: NOW + DAY, revoked: [] }),
    ).rejects.toThrow('may not sign lists')
  })
})
