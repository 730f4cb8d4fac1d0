import { createECDH, generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt } from 'jose'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AssertionError } from '../kernel/assert.ts'
import { toBase64Url, toUtf8 } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { ACCOUNT_TYP, MAX_ACCOUNT_JWE, accountRecipient, openAccount, sealAccount } from './jwe.ts'
import { importAgreementKey } from './webcrypto.ts'
import type { KeyHandle } from './webcrypto.ts'

const sealed = { account: '0012-3456789', userId: 'user-1', requestId: 'request-1' }
const thumbprint = toBase64Url(new Uint8Array(32).fill(5))

let spki: Bytes
let privateKey: KeyHandle
let compact: string
let header: Record<string, unknown>

function makePair(): { spki: Bytes; pkcs8: Bytes } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    spki: Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' })),
    pkcs8: Uint8Array.from(pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
  }
}

beforeAll(async () => {
  const pair = makePair()
  spki = pair.spki
  privateKey = await importAgreementKey(pair.pkcs8)
  compact = await sealAccount(sealed, { spki, thumbprint })
  header = JSON.parse(Buffer.from(compact.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
})

async function codeOf(text: string, expected = sealed): Promise<string> {
  const opened = await openAccount(text, privateKey, expected)
  return opened.ok ? 'opened' : opened.error.code
}

function withHeader(members: object): string {
  return compact.replace(/^[^.]*/, toBase64Url(toUtf8(JSON.stringify(members))))
}

/** Encrypts anything as a sender with its own code could, to our key and under our header. */
async function encrypt(plaintext: string): Promise<string> {
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('spki', spki, algorithm, false, [])
  return new CompactEncrypt(toUtf8(plaintext))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: ACCOUNT_TYP, 'x5t#S256': thumbprint })
    .encrypt(key)
}

describe('an account number', () => {
  it('[SIG4] is opened by the settlement server for the request and the user it was sealed for', async () => {
    expect(await openAccount(compact, privateKey, sealed)).toEqual({ ok: true, value: '0012-3456789' })
    expect(accountRecipient(compact)).toEqual({ ok: true, value: thumbprint })
  })

  it('[SIG4] has exactly the members alg, enc, epk, typ and x5t#S256 in its header', () => {
    const epk = { crv: 'P-256', kty: 'EC', x: expect.any(String), y: expect.any(String) }
    const fixed = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: ACCOUNT_TYP, 'x5t#S256': thumbprint }
    expect(header).toEqual({ ...fixed, epk })
  })

  it('[SIG4] is encrypted anew each time', async () => {
    const again = await sealAccount(sealed, { spki, thumbprint })
    expect(again.split('.').filter((part) => compact.includes(part))).toEqual([])
  })

  it.each([
    ['[A20] pasted into the request of another user', { ...sealed, userId: 'user-2' }],
    ['[A20] pasted into another request of the same user', { ...sealed, requestId: 'request-2' }],
  ])('%s is refused', async (_, expected) => {
    expect(await codeOf(compact, expected)).toBe('account_not_bound_to_signer')
  })

  it.each<[string, object, string]>([
    ['dir', { alg: 'dir' }, 'bad_alg'],
    ['PBES2 with 2,000,000,000 rounds', { alg: 'PBES2-HS256+A128KW', p2c: 2e9, p2s: 'AAAA' }, 'bad_alg'],
    ['ECDH-ES without key wrap', { alg: 'ECDH-ES' }, 'bad_alg'],
    ['RSA', { alg: 'RSA-OAEP' }, 'bad_alg'],
    ['another content encryption', { enc: 'A128CBC-HS256' }, 'bad_alg'],
    ['compression', { zip: 'DEF' }, 'header_not_allowed'],
    ['rounds beside our algorithm', { p2c: 2e9 }, 'header_not_allowed'],
    ['apu', { apu: 'AAAA' }, 'header_not_allowed'],
    ['apv', { apv: 'AAAA' }, 'header_not_allowed'],
    ['crit', { crit: ['exp'] }, 'header_not_allowed'],
    ['a kid', { kid: '1' }, 'header_not_allowed'],
    ['no recipient', { 'x5t#S256': '' }, 'header_not_allowed'],
    ['no ephemeral key', { epk: null }, 'header_not_allowed'],
    ['a private ephemeral key', { epk: { kty: 'EC', crv: 'P-256', x: '', y: '', d: '' } }, 'header_not_allowed'],
    ['another kind', { typ: 'kabuken.order' }, 'wrong_typ'],
  ])('[A21] is refused before anything is computed with %s', async (_, members, code) => {
    const text = withHeader({ ...header, ...members })
    expect(accountRecipient(text)).toMatchObject({ ok: false, error: { code } })
    expect(await codeOf(text)).toBe(code)
  })

  it('[A19] answers every failure of the cryptography in the same words', async () => {
    const point = (x: Uint8Array, y: Uint8Array): object => ({
      ...header,
      epk: { crv: 'P-256', kty: 'EC', x: toBase64Url(x), y: toBase64Url(y) },
    })
    const p384 = createECDH('secp384r1').generateKeys()
    const other = createECDH('prime256v1').generateKeys()
    const strangers = await sealAccount(sealed, { spki: makePair().spki, thumbprint })
    const [head, key, iv, text, tag] = compact.split('.')
    const refusals = await Promise.all(
      [
        withHeader(point(new Uint8Array(32).fill(1), new Uint8Array(32).fill(1))),
        withHeader(point(new Uint8Array(32), new Uint8Array(32))),
        withHeader(point(new Uint8Array(32).fill(255), new Uint8Array(32).fill(255))),
        withHeader(point(new Uint8Array(0), new Uint8Array(0))),
        withHeader(point(other.subarray(1, 33), other.subarray(33))),
        withHeader({
          ...header,
          epk: { crv: 'P-384', kty: 'EC', x: toBase64Url(p384.subarray(1, 49)), y: toBase64Url(p384.subarray(49)) },
        }),
        withHeader({ ...header, epk: { crv: 'X25519', kty: 'OKP', x: 'AAAA', y: '' } }),
        withHeader({ ...header, epk: { crv: 1, kty: null, x: {}, y: [] } }),
        withHeader({ ...header, 'x5t#S256': toBase64Url(new Uint8Array(32)) }),
        strangers,
        [head, key, iv, text, toBase64Url(new Uint8Array(16))].join('.'),
        [head, key, iv, text, tag?.slice(0, 16)].join('.'),
        [head, key, iv, '', tag].join('.'),
        [head, key, '', text, tag].join('.'),
        [head, '', iv, text, tag].join('.'),
        [head, toBase64Url(new Uint8Array(40)), iv, text, tag].join('.'),
        await encrypt('no JSON'),
        await encrypt('{"requestId":"request-1","account":"1","userId":"user-1"}'),
        await encrypt('{"account":1,"requestId":"request-1","userId":"user-1"}'),
        await encrypt('{"account":"1","more":"2","requestId":"request-1","userId":"user-1"}'),
        await encrypt('["account"]'),
      ].map((each) => openAccount(each, privateKey, sealed)),
    )
    const expected = { code: 'cannot_decrypt', message: 'the account number cannot be decrypted' }
    for (const refusal of refusals) expect(refusal).toEqual({ ok: false, error: expected })
  })

  it('[A19] the platform itself refuses a point off the curve', async () => {
    const text = spki.slice()
    text[text.length - 1] = (text.at(-1) ?? 0) ^ 1
    await expect(sealAccount(sealed, { spki: text, thumbprint })).rejects.toMatchObject({ name: 'DataError' })
    await expect(sealAccount(sealed, { spki: spki.slice(1), thumbprint })).rejects.toThrow(AssertionError)
  })

  it.each([0, 1, 2, 3, 4])('[P10] has one spelling of its part %i', async (part) => {
    const respell = (change: (text: string) => string): string =>
      compact
        .split('.')
        .map((text, at) => (at === part ? change(text) : text))
        .join('.')
    expect(await codeOf(respell((text) => `${text}=`))).toBe('not_canonical')
    expect(await codeOf(respell((text) => ` ${text}`))).toBe('not_canonical')
    expect(await codeOf(respell((text) => `${text}\n`))).toBe('not_canonical')
  })

  it.each<[string, string]>([
    ['members twice', '{"alg":"dir","alg":"ECDH-ES+A256KW"}'],
    ['white space', '{ "alg":"ECDH-ES+A256KW" }'],
    ['a list', '[]'],
    ['no JSON', 'alg'],
  ])('[P11] is refused with a header of %s', async (_, text) => {
    expect(await codeOf(compact.replace(/^[^.]*/, toBase64Url(toUtf8(text))))).toBe('bad_jwe')
  })

  it('[A18] is refused when too large or of other than five parts', async () => {
    expect(await codeOf('.'.repeat(MAX_ACCOUNT_JWE + 1))).toBe('too_large')
    expect(await codeOf(compact.split('.').slice(0, 4).join('.'))).toBe('bad_jwe')
    expect(await codeOf(`${compact}.`)).toBe('bad_jwe')
  })

  it('[P10] with any character changed is refused, and never crashes', async () => {
    const character = fc.constantFrom(...Array.from('AZaz09-_.=+/ \n\u0000é'))
    const changed = fc.tuple(fc.nat(), character).map(([at, to]) => {
      const index = at % compact.length
      return compact.slice(0, index) + to + compact.slice(index + 1)
    })
    await fc.assert(
      fc.asyncProperty(changed, async (text) => {
        expect((await codeOf(text)) === 'opened').toBe(text === compact)
      }),
      { numRuns: 300 },
    )
  })
})
