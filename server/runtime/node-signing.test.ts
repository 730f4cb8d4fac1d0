/** One contract for every Signer and Verifier, run on the adapter over node:crypto and on the one over Web Crypto. */
import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AssertionError } from '../../shared/kernel/assert.ts'
import { concatBytes, toUtf8 } from '../../shared/kernel/bytes.ts'
import type { Bytes } from '../../shared/kernel/bytes.ts'
import { hashJws, parseJws, signJws, signJwsSync, verifyJws } from '../../shared/signing/jws.ts'
import type { Signer, Verifier } from '../../shared/signing/jws.ts'
import { verificationKey } from '../../shared/signing/keys.ts'
import type { VerificationKey } from '../../shared/signing/keys.ts'
import { Recent } from '../../shared/signing/recent.ts'
import { SigningRefusedError, restrictSigner } from '../../shared/signing/restrict-signer.ts'
import { isCanonicalSignature } from '../../shared/signing/signature-form.ts'
import type { Algorithm } from '../../shared/signing/signature-form.ts'
import { importSigner, webCryptoVerifier } from '../../shared/signing/webcrypto.ts'
import { derToJose, joseToDer } from './ecdsa-der.ts'
import { UnusableKeyError, hashJwsSync, nodeSigner, nodeVerifier } from './node-signing.ts'

const NAME = { 'x5t#S256': 'A'.repeat(43) }

interface Adapter {
  readonly signer: (pkcs8: Bytes, algorithm: Algorithm) => Promise<Signer>
  readonly verifier: (cachedKeys?: number) => Verifier
}

const adapters: Readonly<Record<string, Adapter>> = {
  'node:crypto': { signer: async (pkcs8) => nodeSigner(pkcs8, NAME), verifier: nodeVerifier },
  'Web Crypto': { signer: (pkcs8, algorithm) => importSigner(pkcs8, algorithm, NAME), verifier: webCryptoVerifier },
}

function makePair(algorithm: Algorithm): { key: VerificationKey; pkcs8: Bytes } {
  const pair =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const key = verificationKey(pair.publicKey.export({ format: 'der', type: 'spki' }))
  if (key === undefined) throw new Error('Node makes keys of another form')
  return { key, pkcs8: Uint8Array.from(pair.privateKey.export({ format: 'der', type: 'pkcs8' })) }
}

describe.each(Object.entries(adapters))('%s', (_, adapter) => {
  describe.each<Algorithm>(['ES256', 'EdDSA'])('%s', (algorithm) => {
    const { key, pkcs8 } = makePair(algorithm)

    it('[SIG1] signs in the one accepted form, and every adapter verifies it', async () => {
      const signer = await adapter.signer(pkcs8, algorithm)
      expect([signer.algorithm, signer.name]).toEqual([algorithm, NAME])
      // Half of all ECDSA signatures come out with the higher s, and one in 128 has a short r or s.
      for (let i = 0; i < 300; i += 1) {
        const input = toUtf8(`input ${i}`)
        const signature = await signer.sign(input)
        expect(isCanonicalSignature(algorithm, signature)).toBe(true)
        for (const { verifier } of Object.values(adapters))
          expect(await verifier().verify(key, input, signature)).toBe(true)
      }
    })

    it('[P10] refuses a changed input, a changed signature, another length and another key', async () => {
      const signer = await adapter.signer(pkcs8, algorithm)
      const verifier = adapter.verifier()
      const input = toUtf8('input')
      const signature = await signer.sign(input)
      expect(await verifier.verify(key, input, signature)).toBe(true)
      expect(await verifier.verify(key, toUtf8('Input'), signature)).toBe(false)
      expect(await verifier.verify(makePair(algorithm).key, input, signature)).toBe(false)
      const zero = Uint8Array.of(0)
      const wider = concatBytes(signature.slice(0, 32), zero, signature.slice(32))
      for (const other of [signature.slice(1), concatBytes(signature, zero), wider, zero, new Uint8Array(64)])
        expect(await verifier.verify(key, input, other)).toBe(false)
      for (let at = 0; at < signature.length; at += 1) {
        const changed = signature.slice()
        changed[at] = (changed[at] ?? 0) ^ 1
        expect(await verifier.verify(key, input, changed)).toBe(false)
      }
    })

    it('[P10] verifies nothing by what is no key', async () => {
      const signature = await (await adapter.signer(pkcs8, algorithm)).sign(toUtf8('input'))
      const other = makePair(algorithm === 'ES256' ? 'EdDSA' : 'ES256').key
      const cut = key.spki.slice(0, -1)
      const verifier = adapter.verifier()
      for (const spki of [other.spki, cut, new Uint8Array(), key.spki.map((byte, at) => (at > 30 ? 0xff : byte))])
        expect(await verifier.verify({ algorithm, spki }, toUtf8('input'), signature)).toBe(false)
    })

    it('[P10] keeps keys apart, also when it keeps only one', async () => {
      const verifier = adapter.verifier(1)
      const pairs = [makePair(algorithm), makePair(algorithm)]
      const signatures = await Promise.all(
        pairs.map(async (pair) => (await adapter.signer(pair.pkcs8, algorithm)).sign(toUtf8('input'))),
      )
      for (const at of [0, 1, 0, 0, 1]) {
        const [pair, signature, strange] = [pairs[at], signatures[at], signatures[1 - at]]
        if (pair === undefined || signature === undefined || strange === undefined) throw new Error('two pairs')
        expect(await verifier.verify(pair.key, toUtf8('input'), signature)).toBe(true)
        expect(await verifier.verify(pair.key, toUtf8('input'), strange)).toBe(false)
      }
    })

    it('[SIG1] signs documents that parse and verify', async () => {
      const compact = await signJws(await adapter.signer(pkcs8, algorithm), 'kabuken.order', { quantity: '1' })
      const parsed = parseJws(compact, { typ: 'kabuken.order' })
      expect(parsed.ok && (await verifyJws(parsed.value, key, adapter.verifier()))).toEqual({ ok: true })
    })
  })
})

describe('node:crypto alone', () => {
  it('[SIG1] signs inside a transaction: the same text as with waiting', async () => {
    const { pkcs8 } = makePair('EdDSA')
    const signer = nodeSigner(pkcs8, NAME)
    const x5c = ['AAAA']
    expect(signJwsSync(signer, 'kabuken.order', { b: 1, a: 2 }, { x5c })).toBe(
      await signJws(signer, 'kabuken.order', { a: 2, b: 1 }, { x5c }),
    )
  })

  it('[SIG1] a restricted signer refuses inside a transaction too', () => {
    const signer = restrictSigner(nodeSigner(makePair('ES256').pkcs8, NAME), new Set(['kabuken.order']))
    expect(signJwsSync(signer, 'kabuken.order', {})).toMatch(/^[^.]+\.e30\.[^.]+$/)
    expect(() => signJwsSync(signer, 'kabuken.receipt', {})).toThrow(SigningRefusedError)
  })

  it('[SIG2] hashes to the same name without waiting', async () => {
    for (const text of ['', 'a.b.c', 'x'.repeat(70_000)]) expect(hashJwsSync(text)).toBe(await hashJws(text))
  })

  it('[P14] refuses a private key it cannot use, and does not quote it', () => {
    const pem = (type: 'P-384' | 'secp256k1'): Uint8Array =>
      generateKeyPairSync('ec', { namedCurve: type }).privateKey.export({ format: 'der', type: 'pkcs8' })
    for (const key of [pem('P-384'), pem('secp256k1'), toUtf8('canary'), new Uint8Array()]) {
      expect(() => nodeSigner(key, NAME)).toThrow(UnusableKeyError)
      expect(() => nodeSigner(key, NAME)).toThrow(/^the private key is /)
    }
  })

  it('[P10] r and s are the same in DER, short and long', () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 32 }).filter((bytes) => bytes.some((byte) => byte !== 0))
    fc.assert(
      fc.property(part, part, (r, s) => {
        const jose = new Uint8Array(64)
        jose.set(r, 32 - r.length)
        jose.set(s, 64 - s.length)
        expect(derToJose(joseToDer(jose))).toEqual(jose)
      }),
    )
    expect(() => derToJose(Uint8Array.of(0x30, 2, 5, 0))).toThrow(AssertionError)
  })
})

describe('Recent', () => {
  it('keeps the most recently used and makes each once while it is kept', () => {
    const made: string[] = []
    const recent = new Recent<undefined>(2)
    const ask = (key: string): void => recent.get(key, () => void made.push(key))
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b', 'c']) ask(key)
    expect(made).toEqual(['a', 'b', 'c', 'b', 'c'])
  })
})
