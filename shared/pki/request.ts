import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { assert } from '../kernel/assert.ts'
import type { Bytes } from '../kernel/bytes.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { readSigned } from './certificate.ts'
import type { PkiCode } from './codes.ts'
import { attempt, Refused } from './codes.ts'
import { readInteger, TAG } from './der.ts'
import { encodeCommonName } from './encoding.ts'
import type { KeyPair } from './keys.ts'
import { exportSpki, parsePublicKey, readPublicKey } from './keys.ts'
import { readName } from './name.ts'
import { isHolderName } from './profile.ts'
import { signingAlgorithm, verifySignature } from './signature.ts'

/** Certification requests (PKCS#10, RFC 2986): a name and a key, signed with that key as proof of possession (CA1). */

export interface CertificationRequest {
  readonly commonName: string
  readonly subjectPublicKeySpki: Bytes
}

/** A request holds one name of 64 characters and one key; RSA-8192 is the longest. */
const MAX_REQUEST_BYTES = 4 * 1024

/** Returns DER. What else the applicant claims travels beside it, where the authority can vet it (CA2). */
export async function createRequest(request: { keys: KeyPair; commonName: string }): Promise<Bytes> {
  const { publicKey, privateKey } = request.keys
  assert(isHolderName(request.commonName), 'improper common name')
  const key = await parsePublicKey(await exportSpki(publicKey))
  assert(key.ok, 'an applicant has a strong key')
  const created = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(encodeCommonName(request.commonName)),
    keys: { publicKey, privateKey },
    signingAlgorithm: signingAlgorithm(key.value),
  })
  return new Uint8Array(created.rawData)
}

/**
 * Reads a request and verifies the proof of possession. Refuses `request_malformed`, `request_bad_signature`, or the
 * `cert_profile` reason why no certificate could come of it. Attributes are signed but not read: extensions are the
 * authority's to choose.
 */
export async function readRequest(der: Bytes): Promise<Result<CertificationRequest, Refusal<PkiCode>>> {
  return attempt('request_malformed', async () => {
    if (der.length > MAX_REQUEST_BYTES) throw new Refused('request_malformed', 'larger than any request')
    const { body, signature } = readSigned(der.slice())
    if (readInteger(body.expect(TAG.integer).content) !== 0n) throw new Refused('request_malformed', 'unknown version')
    const { commonName, parts } = readName(body)
    const publicKey = readPublicKey(body)
    body.expect(0xa0)
    body.end()
    if (commonName === undefined || parts.length > 1 || !isHolderName(commonName))
      throw new Refused('cert_profile.subject_name', 'the name is not one proper common name')
    if (publicKey.kind !== 'P-256' && publicKey.kind !== 'Ed25519')
      throw new Refused('cert_profile.public_key', 'a party has a P-256 or Ed25519 key')
    if (!(await verifySignature(publicKey, signature.algorithm, signature.signed, signature.value)))
      throw new Refused('request_bad_signature', 'not signed with the key that it names')
    return { commonName, subjectPublicKeySpki: publicKey.spki }
  })
}
