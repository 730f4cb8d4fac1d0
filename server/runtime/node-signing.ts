/**
 * Signer and Verifier over node:crypto: the server's hot path. Signing is synchronous, so that a reply is signed inside
 * the transaction that decides it; verifying runs on libuv's threads and leaves the main thread alone.
 */
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Bytes } from '../../shared/kernel/bytes.ts'
import type { SyncSigner, Verifier } from '../../shared/signing/jws.ts'
import type { KeyName, VerificationKey } from '../../shared/signing/keys.ts'
import { Recent } from '../../shared/signing/recent.ts'
import { isSignatureInRange, toLowS } from '../../shared/signing/signature-form.ts'
import type { Algorithm } from '../../shared/signing/signature-form.ts'
import { derToJose, joseToDer } from './ecdsa-der.ts'

/** All peers of a node and the wallets on line; a parsed key takes about 2 KiB, so 8 MiB in all. */
const CACHED_KEYS = 4096

/** Thrown for a private key that cannot sign: not PKCS#8, or neither on P-256 nor Ed25519. Says nothing of the key. */
export class UnusableKeyError extends Error {
  override readonly name = 'UnusableKeyError'
  readonly code = 'unusable_key'
}

function algorithmOf(key: KeyObject): Algorithm | undefined {
  if (key.asymmetricKeyType === 'ed25519') return 'EdDSA'
  const onP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  return onP256 ? 'ES256' : undefined
}

function importPrivateKey(pkcs8: Uint8Array): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  } catch {
    // OpenSSL's error is not passed on: it may quote what it read.
    throw new UnusableKeyError('the private key is not PKCS#8')
  }
}

/** A signer from a PKCS#8 private key; the key decides the algorithm. Throws {@link UnusableKeyError}. */
export function nodeSigner(pkcs8: Uint8Array, name: KeyName): SyncSigner {
  const key = importPrivateKey(pkcs8)
  const algorithm = algorithmOf(key)
  if (algorithm === undefined) throw new UnusableKeyError('the private key is neither on P-256 nor Ed25519')
  const signSync = (input: Uint8Array): Bytes =>
    algorithm === 'ES256' ? toLowS(derToJose(sign('sha256', input, key))) : Uint8Array.from(sign(null, input, key))
  return { algorithm, name, signSync, sign: async (input) => signSync(input) }
}

/** Undefined for a key that is none, such as a point off the curve, or not of the algorithm it claims. */
function importPublicKey({ algorithm, spki }: VerificationKey): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return algorithmOf(key) === algorithm ? key : undefined
  } catch {
    return undefined
  }
}

/** Keeps the parsed keys of the `cachedKeys` most recent signers. */
export function nodeVerifier(cachedKeys = CACHED_KEYS): Verifier {
  const keys = new Recent<KeyObject | undefined>(cachedKeys)
  return {
    async verify(key, input, signature) {
      if (!isSignatureInRange(key.algorithm, signature)) return false
      const name = `${key.algorithm} ${Buffer.from(key.spki).toString('latin1')}`
      const handle = keys.get(name, () => importPublicKey(key))
      if (handle === undefined) return false
      const ecdsa = key.algorithm === 'ES256'
      return await new Promise<boolean>((resolve, reject) => {
        verify(ecdsa ? 'sha256' : null, input, handle, ecdsa ? joseToDer(signature) : signature, (error, verified) => {
          if (error === null) resolve(verified)
          else reject(error)
        })
      })
    },
  }
}

/** `hashJws` without waiting: base64url of SHA-256 over the compact form. */
export function hashJwsSync(compact: string): string {
  return hash('sha256', compact, 'base64url')
}
