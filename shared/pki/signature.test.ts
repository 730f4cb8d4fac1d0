import { describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import { toUtf8 } from '../kernel/bytes.ts'
import { DerReader, only, TAG } from './der.ts'
import { encode } from './encoding.ts'
import { generateKeys, publicKeyOf } from './forge.ts'
import { readSignatureAlgorithm, signatureIdentifier, signWith, verifySignature } from './signature.ts'

const BODY = encode(TAG.sequence, toUtf8('anything'))

/** The content octets of r and s, and the raw numbers of a fresh signature in which both need a sign octet. */
async function signature() {
  const keys = await generateKeys()
  const key = await publicKeyOf(keys)
  for (;;) {
    const fields = only(await signWith(key, keys.privateKey, BODY), TAG.sequence)
    fields.next()
    fields.next()
    const value = fields.expect(TAG.bitString).content.slice(1)
    const pair = only(value, TAG.sequence)
    const [r, s] = [pair.expect(TAG.integer).content, pair.expect(TAG.integer).content]
    if (r[0] === 0 && s[0] === 0) return { key, value, r, s }
  }
}

describe('[P10] one ECDSA signature has one spelling', () => {
  test('[P10] every other encoding of the same two numbers is refused', async () => {
    const { key, value, r, s } = await signature()
    const algorithm = readSignatureAlgorithm(new DerReader(signatureIdentifier(key)).next().content)
    const integers = (...contents: readonly Bytes[]): Bytes =>
      encode(TAG.sequence, ...contents.map((content) => encode(TAG.integer, content)))
    const verdicts = await Promise.all(
      [
        value,
        integers(r, s),
        integers(r.slice(1), s),
        integers(r, s.slice(1)),
        integers(Uint8Array.of(0, ...r), s),
        integers(r, s, Uint8Array.of(1)),
        integers(r),
        Uint8Array.of(...value, 0),
        Uint8Array.of(...r.slice(1), ...s.slice(1)),
        integers(Uint8Array.of(0), s),
        new Uint8Array(0),
      ].map((spelling) => verifySignature(key, algorithm, BODY, spelling)),
    )
    expect(verdicts).toEqual([true, true, ...Array.from({ length: 9 }, () => false)])
  })

  test('[P10] a signature of one family is not tried with a key of another', async () => {
    const [ec, ed] = await Promise.all(['P-256', 'Ed25519'].map(async (kind) => publicKeyOf(await generateKeys(kind))))
    if (ec === undefined || ed === undefined) expect.fail()
    expect(await verifySignature(ec, { family: 'Ed25519' }, BODY, new Uint8Array(64))).toBe(false)
    expect(await verifySignature(ed, { family: 'ECDSA', hash: 'SHA-256' }, BODY, new Uint8Array(64))).toBe(false)
    expect(await verifySignature(ec, { family: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, BODY, new Uint8Array(256))).toBe(
      false,
    )
  })
})
