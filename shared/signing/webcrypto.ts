/** Signer and Verifier over Web Crypto, which Node, Electron and browsers all have. */
import { concatBytes, toBase64Url } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import type { Signer, Verifier } from './jws.ts'
import type { KeyName, VerificationKey } from './keys.ts'
import { Recent } from './recent.ts'
import { isSignatureInRange, toLowS } from './signature-form.ts'
import type { Algorithm } from './signature-form.ts'

/** The platform's CryptoKey, under whichever types this is compiled. */
export type KeyHandle = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** A node talks to some hundred peers and the wallets on line; a key handle takes about 1 KiB. */
const CACHED_KEYS = 4096

function keyParameters(algorithm: Algorithm): { name: string; namedCurve?: string } {
  return algorithm === 'ES256' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' }
}

function signatureParameters(algorithm: Algorithm): { name: string; hash?: string } {
  return algorithm === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'Ed25519' }
}

/** Takes a PKCS#8 private key in; it cannot be exported again. Throws the platform's DataError if it is none. */
export async function importSigner(pkcs8: Bytes, algorithm: Algorithm, name: KeyName): Promise<Signer> {
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, keyParameters(algorithm), false, ['sign'])
  return {
    algorithm,
    name,
    async sign(input) {
      const signature = await crypto.subtle.sign(signatureParameters(algorithm), key, concatBytes(input))
      return algorithm === 'ES256' ? toLowS(new Uint8Array(signature)) : new Uint8Array(signature)
    },
  }
}

/** Undefined for a key that is none, such as a point off the curve. */
async function importVerificationKey(key: VerificationKey): Promise<KeyHandle | undefined> {
  try {
    return await crypto.subtle.importKey('spki', key.spki, keyParameters(key.algorithm), false, ['verify'])
  } catch {
    return undefined
  }
}

/** Keeps the key handles of the `cachedKeys` most recent signers. */
export function webCryptoVerifier(cachedKeys = CACHED_KEYS): Verifier {
  const handles = new Recent<Promise<KeyHandle | undefined>>(cachedKeys)
  return {
    async verify(key, input, signature) {
      if (!isSignatureInRange(key.algorithm, signature)) return false
      const handle = await handles.get(`${key.algorithm} ${toBase64Url(key.spki)}`, () => importVerificationKey(key))
      if (handle === undefined) return false
      return crypto.subtle.verify(
        signatureParameters(key.algorithm),
        handle,
        concatBytes(signature),
        concatBytes(input),
      )
    },
  }
}

/** A settlement server's private key-agreement key (P-256, PKCS#8), for opening account numbers only. */
export function importAgreementKey(pkcs8: Bytes): Promise<KeyHandle> {
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
}
