import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { AssertionError } from '../kernel/assert.ts'
import { concatBytes, fromBase64Url, toBase64, toBase64Url, toHex, toUtf8 } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { MAX_JWS_BYTES, finishJws, hashJws, parseJws, signJws, signingInput, verifyJws } from './jws.ts'
import type { ParseOptions, ParsedJws, Signer } from './jws.ts'
import { keyThumbprint, sha256Base64Url, verificationKey } from './keys.ts'
import type { VerificationKey } from './keys.ts'
import { SigningRefusedError, restrictSigner } from './restrict-signer.ts'
import { toLowS } from './signature-form.ts'
import { importSigner, webCryptoVerifier } from './webcrypto.ts'

const TYP = 'kabuken.share-certificate'
const verifier = webCryptoVerifier()
const x5t = toBase64Url(new Uint8Array(32).fill(7))
const der = toBase64(new Uint8Array(10).fill(9))

let signer: Signer
let applicant: Signer
let key: VerificationKey
let compact: string

beforeAll(async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pkcs8 = Uint8Array.from(pair.privateKey.export({ format: 'der', type: 'pkcs8' }))
  const spki = verificationKey(pair.publicKey.export({ format: 'der', type: 'spki' }))
  if (spki === undefined) throw new Error('Node makes keys of another form')
  key = spki
  signer = await importSigner(pkcs8, 'ES256', { 'x5t#S256': x5t })
  applicant = await importSigner(pkcs8, 'ES256', { kid: await keyThumbprint(key) })
  compact = await signJws(signer, TYP, { quantity: '100', holder: '山田太郎' })
})

function codeOf(text: string, options: Partial<ParseOptions> = {}): string {
  const all = { typ: TYP, ...options }
  const parsed =
    all.header === 'applicant' ? parseJws(text, { ...all, header: 'applicant' }) : parseJws(text, all as never)
  return parsed.ok ? 'accepted' : parsed.error.code
}

function parsed(text: string): ParsedJws {
  const result = parseJws(text, { typ: TYP })
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}

/** A JWS with this header text and a signature of good form: what is refused is refused before it is verified. */
function withHeader(header: string, payload: string | Uint8Array = '{}'): string {
  const [part, payloadPart] = [toUtf8(header), typeof payload === 'string' ? toUtf8(payload) : payload].map(toBase64Url)
  return `${part}.${payloadPart}.${compact.split('.')[2]}`
}

const header = (members: object): string => JSON.stringify({ alg: 'ES256', typ: TYP, 'x5t#S256': x5t, ...members })

describe('parseJws', () => {
  it('[SIG1] reads what was signed, and the signature verifies', async () => {
    const jws = parsed(compact)
    expect(jws.header).toEqual({ alg: 'ES256', typ: TYP, 'x5t#S256': x5t })
    expect(jws.payload).toEqual({ quantity: '100', holder: '山田太郎' })
    expect(await verifyJws(jws, key, verifier)).toEqual({ ok: true, value: undefined })
  })

  it.each<[string, string]>([
    ['[A8] none', JSON.stringify({ alg: 'none' })],
    ['[A9] HS256', header({ alg: 'HS256' })],
    ['none in capitals', header({ alg: 'NONE' })],
    ['ES384', header({ alg: 'ES384' })],
    ['an algorithm that is no text', header({ alg: ['ES256'] })],
    ['no algorithm', '{}'],
    ['none, beside members that are not allowed', '{"typ":"JWT","jwk":{},"alg":"none"}'],
  ])('[A8] refuses the algorithm %s before all else in the header', (_, text) => {
    expect(codeOf(withHeader(text))).toBe('bad_alg')
    expect(codeOf(withHeader(text).replace(/[^.]*$/, ''))).toBe('bad_alg')
  })

  it.each<[string, object]>([
    ['[A10] a key of its own', { jwk: { kty: 'EC' } }],
    ['[A10] the address of a key', { jku: 'https://example.com/key' }],
    ['[A10] the address of a certificate', { x5u: 'https://example.com/certificate' }],
    ['[A11] an unencoded payload', { b64: false, crit: ['b64'] }],
    ['a critical extension', { crit: ['exp'], exp: 1 }],
    ['compression', { zip: 'DEF' }],
    ['a SHA-1 thumbprint', { x5t: 'AAAA' }],
    ['an unknown member', { note: 1 }],
    ['a thumbprint of 42 characters', { 'x5t#S256': x5t.slice(1) }],
    ['a thumbprint with unused bits set', { 'x5t#S256': `${x5t.slice(0, 42)}d` }],
    ['a thumbprint that is no text', { 'x5t#S256': null }],
    ['both names', { kid: x5t }],
    ['a kind that is no text', { typ: 1 }],
    ['a chain that is no list', { x5c: der }],
    ['an empty chain', { x5c: [] }],
    ['a chain of five', { x5c: [der, der, der, der, der] }],
    ['a chain with an empty certificate', { x5c: [''] }],
    ['a chain without padding', { x5c: [der.replace(/=+$/, '')] }],
    ['a chain with a number', { x5c: [1] }],
  ])('[A10] refuses %s in the header', (_, members) => {
    expect(codeOf(withHeader(header(members)))).toBe('header_not_allowed')
  })

  it('[SIG1] takes a certificate holder and an applicant only where each is expected', async () => {
    const application = await signJws(applicant, TYP, {})
    expect(codeOf(application, { header: 'applicant' })).toBe('accepted')
    expect(codeOf(application)).toBe('header_not_allowed')
    expect(codeOf(compact, { header: 'applicant' })).toBe('header_not_allowed')
    const withChain = `{"alg":"ES256","kid":"${x5t}","typ":"${TYP}","x5c":["${der}"]}`
    expect(codeOf(withHeader(withChain), { header: 'applicant' })).toBe('header_not_allowed')
  })

  it('[SIG1] takes a chain of one to four certificates', async () => {
    const jws = parsed(await signJws(signer, TYP, {}, { x5c: [der, der, der, der] }))
    expect(jws.header.x5c).toEqual([der, der, der, der])
    await expect(signJws(signer, TYP, {}, { x5c: [] })).rejects.toThrow(AssertionError)
  })

  it.each<[string, string, string]>([
    ['members out of order', `{"typ":"${TYP}","alg":"ES256","x5t#S256":"${x5t}"}`, 'not_canonical'],
    ['white space', `{"alg":"ES256", "typ":"${TYP}","x5t#S256":"${x5t}"}`, 'not_canonical'],
    ['alg twice', `{"alg":"ES256","alg":"ES256","typ":"${TYP}","x5t#S256":"${x5t}"}`, 'bad_json.duplicate_member'],
    ['a list', '["ES256"]', 'bad_jws'],
    ['null', 'null', 'bad_jws'],
    ['no JSON', 'ES256', 'bad_jws'],
    ['a prototype', `{"__proto__":{"alg":"ES256"},"typ":"${TYP}","x5t#S256":"${x5t}"}`, 'bad_alg'],
    ['200,000 levels', `{"alg":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'bad_alg'],
  ])('[P11] refuses a header with %s', (_, text, code) => {
    expect(codeOf(withHeader(text))).toBe(code)
  })

  it('[A13] refuses a document of another kind', async () => {
    expect(codeOf(compact, { typ: 'kabuken.order-receipt' })).toBe('wrong_typ')
    expect(codeOf(compact, { typ: (typ) => typ.startsWith('kabuken.order') })).toBe('wrong_typ')
    expect(codeOf(compact, { typ: (typ) => typ === TYP })).toBe('accepted')
  })

  it.each<[string, string | Uint8Array, string]>([
    ['[A14] a member twice', '{"amount":"1","amount":"1"}', 'bad_json.duplicate_member'],
    ['[A17] invalid UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 'bad_utf8'],
    ['[A17] a bidi override', '{"memo":"\u202e"}', 'bad_text'],
    ['[A18] 20,000 levels', '['.repeat(20_000), 'too_deep'],
    ['[A15] a fraction', '{"amount":1.5}', 'bad_number'],
    ['white space', '{ }', 'not_canonical'],
    ['nothing in it', '', 'bad_json'],
  ])('[P11] refuses a payload with %s', (_, payload, code) => {
    expect(codeOf(withHeader(header({}), payload))).toBe(code)
  })

  it.each<[string, (parts: string[]) => string]>([
    ['no dots', ([head]) => head ?? ''],
    ['two parts', ([head, payload]) => `${head}.${payload}`],
    ['four parts', (parts) => [...parts, 'AAAA'].join('.')],
    ['a dot at the end', (parts) => `${parts.join('.')}.`],
    ['nothing at all', () => ''],
    ['the JSON form', ([head, payload, signature]) => JSON.stringify({ protected: head, payload, signature })],
  ])('[SIG1] refuses %s as no compact JWS', (_, change) => {
    expect(codeOf(change(compact.split('.')))).toBe('bad_jws')
  })

  it('[A18] refuses one character more than the limit, before looking at it', () => {
    expect(codeOf('.'.repeat(MAX_JWS_BYTES + 1))).toBe('too_large')
    expect(codeOf(compact, { maxBytes: compact.length })).toBe('accepted')
    expect(codeOf(compact, { maxBytes: compact.length - 1 })).toBe('too_large')
  })

  it('[P10] with any character changed is refused or does not verify, and never crashes', async () => {
    const character = fc.constantFrom(...Array.from('AZaz09-_.=+/ \n\u0000é'))
    const changed = fc.tuple(fc.nat(), character).map(([at, to]) => {
      const index = at % compact.length
      return compact.slice(0, index) + to + compact.slice(index + 1)
    })
    await fc.assert(
      fc.asyncProperty(changed, async (text) => {
        const result = parseJws(text, { typ: () => true })
        const verified = result.ok && (await verifyJws(result.value, key, verifier)).ok
        expect(verified).toBe(text === compact)
      }),
      { numRuns: 500 },
    )
  })
})

describe('one signature', () => {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`)
  const bytes = (value: bigint, length = 32): Bytes =>
    Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'))
  const integer = (value: Uint8Array): number[] => [0x02, value.length + 1, 0, ...value]

  /** The last of the 86 characters holds two bits of the signature and four that must be zero. */
  function setUnusedBits(text: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) | 1)
  }

  it.each<[string, (text: string, r: Bytes, s: Bytes) => string]>([
    ['(r, n-s)', (_, r, s) => toBase64Url(concatBytes(r, bytes(ORDER - number(s))))],
    ['padding', (text) => `${text}==`],
    ['a space', (text) => `${text.slice(0, 40)} ${text.slice(40)}`],
    ['a newline at the end', (text) => `${text}\n`],
    ['unused bits set', (text) => setUnusedBits(text)],
    ['the alphabet of base64', (text) => `+/${text.slice(2)}`],
    ['DER', (_, r, s) => toBase64Url(Uint8Array.from([0x30, 70, ...integer(r), ...integer(s)]))],
    [
      'r + n in 33 bytes each',
      (_, r, s) => toBase64Url(concatBytes(bytes(number(r) + ORDER, 33), bytes(number(s), 33))),
    ],
    ['a byte more', (_, r, s) => toBase64Url(concatBytes(r, s, Uint8Array.of(0)))],
  ])('[A12] spelt otherwise is refused: %s', async (_, respell) => {
    const [head, payload, text = ''] = compact.split('.')
    const signature = parsed(compact).signature
    const respelt = respell(text, signature.slice(0, 32), signature.slice(32))
    expect(respelt).not.toBe(text)
    expect(codeOf(`${head}.${payload}.${respelt}`)).toBe('not_canonical')
    expect(codeOf(compact)).toBe('accepted')
  })

  it('[A12] with n-s is the same signature to plain ECDSA, which is why its form is checked', async () => {
    const { signature, signingInput: input } = parsed(compact)
    const high = concatBytes(signature.slice(0, 32), bytes(ORDER - number(signature.slice(32))))
    expect(await verifier.verify(key, input, high)).toBe(true)
    expect(toLowS(high)).toEqual(signature)
    expect(toLowS(signature)).toEqual(signature)
  })

  it.each<[string, bigint, bigint]>([
    ['r = 0', 0n, 1n],
    ['s = 0', 1n, 0n],
    ['r = n', ORDER, 1n],
    ['s = n', 1n, ORDER],
    ['s just above n/2', 1n, (ORDER >> 1n) + 1n],
    ['all ones', 2n ** 256n - 1n, 2n ** 256n - 1n],
  ])('[P10] out of range is refused: %s', (_, r, s) => {
    const text = toBase64Url(concatBytes(bytes(r), bytes(s)))
    expect(codeOf(compact.replace(/[^.]*$/, text))).toBe('not_canonical')
  })

  it('[P10] is in range up to n-1 and n/2', () => {
    const text = toBase64Url(concatBytes(bytes(ORDER - 1n), bytes(ORDER >> 1n)))
    expect(codeOf(compact.replace(/[^.]*$/, text))).toBe('accepted')
  })

  it('[P10] of Ed25519 has its scalar below the order of the group', async () => {
    const order = bytes(2n ** 252n + 27742317777372353535851937790883648493n).toReversed()
    const below = concatBytes(Uint8Array.of((order[0] ?? 0) - 1), order.slice(1))
    const input = signingInput({ alg: 'EdDSA', typ: TYP, 'x5t#S256': x5t }, {})
    expect(codeOf(finishJws(input, concatBytes(new Uint8Array(32), order)))).toBe('not_canonical')
    expect(codeOf(finishJws(input, concatBytes(new Uint8Array(32), below)))).toBe('accepted')
  })

  it.each([0, 1])('[A12] part %i of the signed text has one spelling too', (part) => {
    const respell = (change: (text: string) => string): string =>
      compact
        .split('.')
        .map((text, at) => (at === part ? change(text) : text))
        .join('.')
    for (const change of [
      (text: string) => `${text}=`,
      (text: string) => ` ${text}`,
      (text: string) => `${text}A`,
      (text: string) => `${text}é`,
    ])
      expect(codeOf(respell(change))).not.toBe('accepted')
  })
})

describe('verifyJws', () => {
  it('[A9] lets the key decide the algorithm, not the header', async () => {
    const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
    const other = verificationKey(ed)
    if (other === undefined) throw new Error('Node makes keys of another form')
    expect(await verifyJws(parsed(compact), other, verifier)).toMatchObject({ ok: false, error: { code: 'bad_alg' } })
  })

  it('[P10] refuses a signature over another payload, and by another key', async () => {
    const other = await signJws(signer, TYP, { quantity: '101' })
    const [head, , signature] = compact.split('.')
    const forged = parsed(`${head}.${other.split('.')[1]}.${signature}`)
    const refused = { ok: false, error: { code: 'bad_signature' } }
    expect(await verifyJws(forged, key, verifier)).toMatchObject(refused)
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
    const strangerKey = verificationKey(stranger.export({ format: 'der', type: 'spki' }))
    expect(await verifyJws(parsed(compact), strangerKey ?? key, verifier)).toMatchObject(refused)
  })
})

describe('names and hashes', () => {
  it('[SIG2] a request is named by the SHA-256 of its compact form', async () => {
    expect(await hashJws('a.b.c')).toBe(await sha256Base64Url(toUtf8('a.b.c')))
    expect(await hashJws('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
  })

  it('[SIG1] an applicant is named by the RFC 7638 thumbprint of its key', async () => {
    // RFC 8037 appendix A.3
    const spki = concatBytes(
      Buffer.from('302a300506032b6570032100', 'hex'),
      fromBase64Url('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo') ?? new Uint8Array(),
    )
    const example = verificationKey(spki)
    expect(example?.algorithm).toBe('EdDSA')
    expect(example && (await keyThumbprint(example))).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  it.each<[string, () => Uint8Array]>([
    [
      'on P-384',
      () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'der', type: 'spki' }),
    ],
    [
      'RSA',
      () => generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' }),
    ],
    ['X25519', () => generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' })],
    ['with a byte more', () => concatBytes(key.spki, Uint8Array.of(0))],
    ['with a byte less', () => key.spki.slice(0, -1)],
    ['of nothing', () => new Uint8Array()],
  ])('[SIG1] takes no key %s', (_, spki) => {
    expect(verificationKey(spki())).toBeUndefined()
  })
})

describe('restrictSigner', () => {
  it('[SIG1] signs the kinds of its role and refuses the others by what the bytes say', async () => {
    const restricted = restrictSigner(signer, new Set([TYP]))
    expect(codeOf(await signJws(restricted, TYP, {}))).toBe('accepted')
    await expect(signJws(restricted, 'kabuken.settlement-request', {})).rejects.toMatchObject({
      code: 'kind_not_allowed',
    })
  })

  it.each([
    '',
    'random nonce',
    '.',
    '{"typ":"x"}.e30',
    'bnVsbA.e30',
    'WyJ0eXAiXQ.e30',
    'eyJ0eXAiOiJ4In0',
    'eyJ0eXAiOiJ4In0x',
    'eyJ0eXAiOiJ4In0.e30.',
  ])('[SIG1] signs no bytes that are no JWS: %j', async (text) => {
    const restricted = restrictSigner(signer, new Set([TYP, 'x']))
    await expect(restricted.sign(toUtf8(text))).rejects.toThrow(SigningRefusedError)
  })
})
