/**
 * Project Wycheproof's vectors through our own functions. Documents of others never have our header, so the envelope
 * refuses them all; the signatures inside are therefore also verified bare, without it, or the vectors would not bite.
 */
import { createPublicKey } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fromBase64Url, toUtf8 } from '../../shared/kernel/bytes.ts'
import { accountRecipient } from '../../shared/signing/jwe.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import { verificationKey } from '../../shared/signing/keys.ts'
import type { VerificationKey } from '../../shared/signing/keys.ts'
import { webCryptoVerifier } from '../../shared/signing/webcrypto.ts'
import { nodeVerifier } from './node-signing.ts'

const folder = join(
  process.env['KABUKEN_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors'),
  'wycheproof',
)
const absent = !existsSync(folder)

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid'
  readonly msg?: string
  readonly sig?: string
  readonly jws?: unknown
  readonly jwe?: unknown
}
type KeyOrSet = JsonWebKey & { readonly keys?: readonly JsonWebKey[] }
interface Group {
  readonly publicKeyDer?: string
  readonly public?: KeyOrSet
  readonly private?: KeyOrSet
  readonly tests: readonly Vector[]
}

function groupsOf(file: string): readonly Group[] {
  return (JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as { testGroups: Group[] }).testGroups
}

const verifiers = { 'node:crypto': nodeVerifier(), 'Web Crypto': webCryptoVerifier() }
const hex = (text = ''): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

/** The P-256 keys of a group; its other keys we have no use for. */
function keysOf(group: Group): VerificationKey[] {
  const sets = [group.public, group.private].flatMap((each) => (each === undefined ? [] : (each.keys ?? [each])))
  return sets.flatMap((jwk) => {
    try {
      const key = verificationKey(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
      return key === undefined ? [] : [key]
    } catch {
      return []
    }
  })
}

/** Whether one of the keys verifies the compact JWS, its header left unread. */
async function verifiesBare(compact: string, keys: readonly VerificationKey[]): Promise<boolean> {
  const [head = '', payload = '', text = '', ...rest] = compact.split('.')
  const signature = fromBase64Url(text)
  const spelt = [head, payload].every((part) => fromBase64Url(part) !== undefined)
  if (signature === undefined || !spelt || rest.length > 0) return false
  const input = toUtf8(`${head}.${payload}`)
  const answers = await Promise.all(keys.map((key) => verifiers['node:crypto'].verify(key, input, signature)))
  return answers.includes(true)
}

/** Two vectors are in the JSON serialisation, which must not pass for the compact one. */
function textOf(jose: unknown): string {
  return typeof jose === 'string' ? jose : JSON.stringify(jose)
}

function tally(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1
  return counts
}

describe('Wycheproof', () => {
  beforeEach(({ skip }) =>
    skip(absent, '911 vectors are not here; KABUKEN_VECTORS names the folder that holds wycheproof/'),
  )

  it.each(Object.entries(verifiers))('[P10] 262 ECDSA signatures on P-256 through %s', async (_, verifier) => {
    const wrong: number[] = []
    let count = 0
    for (const group of groupsOf('ecdsa_secp256r1_sha256_p1363')) {
      const key = verificationKey(hex(group.publicKeyDer))
      for (const { tcId, msg, sig, result } of group.tests) {
        const verified = key !== undefined && (await verifier.verify(key, hex(msg), hex(sig)))
        if (verified !== (result === 'valid')) wrong.push(tcId)
        count += 1
      }
    }
    expect({ count, wrong }).toEqual({ count: 262, wrong: [] })
  })

  /**
   * Why valid documents are refused: `bad_alg` uses an algorithm other than ES256 (HS256, RS256, PS256, ES384 ...);
   * `header_not_allowed` is ES256 with a `kid` of its own choice, where we ask for a thumbprint;
   * `not_canonical` spells its base64url loosely.
   */
  it.each([
    ['json_web_signature', 401, { bad_alg: 43, header_not_allowed: 2, not_canonical: 1 }],
    ['json_web_crypto', 49, { bad_alg: 3, header_not_allowed: 1 }],
    ['json_web_key', 26, { bad_alg: 5 }],
  ])('[P10] no JWS of %s passes the envelope', (file, count, validRefused) => {
    const vectors = groupsOf(file).flatMap((group) => group.tests.filter(({ jws }) => jws !== undefined))
    const codes = vectors.map(({ jws, result }) => {
      const answers = (['certificate', 'applicant'] as const).map((header) =>
        parseJws(textOf(jws), { typ: () => true, header } as { typ: () => boolean; header: 'applicant' }),
      )
      return answers.map((each) => ({ result, code: each.ok ? 'accepted' : each.error.code }))
    })
    const first = codes.flatMap(([certificate]) => certificate ?? [])
    expect(vectors).toHaveLength(count)
    expect(codes.flat().filter(({ code }) => code === 'accepted')).toEqual([])
    expect(tally(first.filter(({ result }) => result === 'valid').map(({ code }) => code))).toEqual(validRefused)
  })

  /** Only what the JWK says of itself makes these invalid; our keys are certificates, whose keyUsage the chain's validation checks. */
  const BY_KEY_METADATA = [
    'json_web_signature 354 rejectWrongUse',
    'json_web_signature 356 rejectWrongKeyOps',
    'json_web_key 19 mismatchedAlgAndCurve',
    'json_web_key 20 mismatchedAlgAndCurve',
    'json_web_key 21 rejectsModifiedKey',
  ]

  it('[P10] no invalid ES256 signature verifies, even without the envelope', async () => {
    const accepted: string[] = []
    let valid = 0
    for (const file of ['json_web_signature', 'json_web_crypto', 'json_web_key']) {
      for (const group of groupsOf(file)) {
        const keys = keysOf(group)
        for (const { tcId, comment, jws, result } of group.tests) {
          if (jws === undefined || !(await verifiesBare(textOf(jws), keys))) continue
          if (result === 'invalid') accepted.push(`${file} ${tcId} ${comment}`)
          else valid += 1
        }
      }
    }
    expect({ accepted, valid }).toEqual({ accepted: BY_KEY_METADATA, valid: 3 })
  })

  /** Valid ones refused: other algorithms than ECDH-ES+A256KW with A256GCM; and one with it, whose header is not ours. */
  it.each([
    ['json_web_encryption', 139, { bad_alg: 64, header_not_allowed: 1 }],
    ['json_web_crypto', 34, { bad_alg: 2 }],
  ])('[P10] no JWE of %s is taken for an account number', (file, count, validRefused) => {
    const vectors = groupsOf(file).flatMap((group) => group.tests.filter(({ jwe }) => jwe !== undefined))
    const answers = vectors.map(({ jwe, result }) => ({ result, answer: accountRecipient(textOf(jwe)) }))
    expect(vectors).toHaveLength(count)
    expect(answers.filter(({ answer }) => answer.ok)).toEqual([])
    const valid = answers.filter(({ result }) => result === 'valid')
    expect(tally(valid.map(({ answer }) => (answer.ok ? 'accepted' : answer.error.code)))).toEqual(validRefused)
  })
})
