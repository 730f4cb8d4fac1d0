/** Public keys as the signed documents name them. */
import { concatBytes, equalBytes, toBase64Url, toUtf8 } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { canonicalText } from './canonical.ts'
import type { Algorithm } from './signature-form.ts'

/** `spki` is the DER SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7); the key decides the algorithm, never a header. */
export interface VerificationKey {
  readonly algorithm: Algorithm
  readonly spki: Bytes
}

/** How a JWS header names its signer: by certificate, or by bare key while there is no certificate yet. */
export type KeyName = { readonly 'x5t#S256': string } | { readonly kid: string }

/** All of a SubjectPublicKeyInfo before the key itself: id-ecPublicKey on prime256v1, point uncompressed (RFC 5480). */
const P256_PREFIX = Uint8Array.from([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
])
/** id-Ed25519 (RFC 8410 section 4). */
const ED25519_PREFIX = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00])

const COORDINATE_BYTES = 32

function hasForm(spki: Uint8Array, prefix: Uint8Array, keyBytes: number): boolean {
  return spki.length === prefix.length + keyBytes && equalBytes(spki.subarray(0, prefix.length), prefix)
}

/** Undefined unless the bytes are a P-256 or Ed25519 key in their one DER form. Does not test the point for the curve. */
export function verificationKey(spki: Uint8Array): VerificationKey | undefined {
  if (hasForm(spki, P256_PREFIX, 2 * COORDINATE_BYTES)) return { algorithm: 'ES256', spki: concatBytes(spki) }
  if (hasForm(spki, ED25519_PREFIX, COORDINATE_BYTES)) return { algorithm: 'EdDSA', spki: concatBytes(spki) }
  return undefined
}

/** The key's `kid`: RFC 7638 thumbprint of its JWK, base64url, 43 characters. */
export function keyThumbprint(key: VerificationKey): Promise<string> {
  const { algorithm, spki } = key
  const last = toBase64Url(spki.subarray(-COORDINATE_BYTES))
  const jwk =
    algorithm === 'EdDSA'
      ? { crv: 'Ed25519', kty: 'OKP', x: last }
      : { crv: 'P-256', kty: 'EC', x: toBase64Url(spki.subarray(-2 * COORDINATE_BYTES, -COORDINATE_BYTES)), y: last }
  // RFC 7638 section 3.3 asks for just this: sorted members, no white space, only the required ones.
  return sha256Base64Url(toUtf8(canonicalText(jwk)))
}

/** base64url of SHA-256, 43 characters. Of a certificate's DER this is its `x5t#S256` (RFC 7515 section 4.1.8). */
export async function sha256Base64Url(bytes: Uint8Array): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', concatBytes(bytes))))
}
