import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto'
import type { ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { assert } from '../../../shared/kernel/assert.ts'
import { concatBytes, fromBase64Url, toBase64Url } from '../../../shared/kernel/bytes.ts'
import type { Bytes } from '../../../shared/kernel/bytes.ts'

/**
 * scrypt (RFC 7914) needs 128 * N * r bytes: 128 * 2^17 * 8 = 128 MiB for each guess at a passphrase, and about half a second.
 * A file may ask for four times that, 128 * 2^19 * 8 = 512 MiB, and never for less than what we write.
 */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const
const MAX_N = 2 ** 19
const MAX_P = 4
const KEY_BYTES = 32
const SALT_BYTES = 16
/** NIST SP 800-38D, sections 5.2.1.1 and 5.2.1.2. The key is new with every salt, so a random nonce cannot repeat under it. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

const base64url = (bytes: (length: number) => boolean): z.ZodString =>
  z.string().refine((text) => bytes(fromBase64Url(text)?.length ?? 0))

/** Members of a file that a passphrase opens, beside those that say what file it is. */
export const sealedMembers = {
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z
      .int()
      .min(SCRYPT.N)
      .max(MAX_N)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.literal(SCRYPT.r),
    p: z.int().min(SCRYPT.p).max(MAX_P),
    salt: base64url((length) => length === SALT_BYTES),
  }),
  cipher: z.literal('A256GCM'),
  nonce: base64url((length) => length === NONCE_BYTES),
  /** Ciphertext and tag. */
  sealed: base64url((length) => length > TAG_BYTES),
  /** Tells a file that was altered from a passphrase that is wrong, which the tag alone cannot. */
  sha256: z.string(),
}

const form = z.object(sealedMembers)
export type Sealed = z.infer<typeof form>
type Unsealed = Omit<Sealed, 'sealed' | 'sha256'>

/** What file it is and of what, such as `['kabuken key file', 1, name]`: the tag covers it. */
type Heading = readonly [kind: string, ...of: (string | number)[]]

/** What the tag covers beside the secret: the heading, and what it costs to open it. */
function boundText(heading: Heading, { kdf, cipher, nonce }: Unsealed): string {
  return JSON.stringify([...heading, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher, nonce])
}

function checksum(heading: Heading, file: Omit<Sealed, 'sha256'>): string {
  return createHash('sha256').update(boundText(heading, file)).update(file.sealed).digest('hex')
}

/** Not altered since it was sealed, or altered by somebody who took the trouble to compute the checksum again. */
export function isWhole(heading: Heading, file: Sealed): boolean {
  return checksum(heading, file) === file.sha256
}

export async function seal(heading: Heading, secret: Uint8Array, passphrase: string): Promise<Sealed> {
  const kdf = { name: 'scrypt', ...SCRYPT, salt: toBase64Url(randomBytes(SALT_BYTES)) } as const
  const nonce = randomBytes(NONCE_BYTES)
  const unsealed: Unsealed = { kdf, cipher: 'A256GCM', nonce: toBase64Url(nonce) }
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, kdf), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(boundText(heading, unsealed)))
  const ciphertext = concatBytes(cipher.update(secret), cipher.final())
  const file = { ...unsealed, sealed: toBase64Url(concatBytes(ciphertext, cipher.getAuthTag())) }
  return { ...file, sha256: checksum(heading, file) }
}

/** Undefined where the passphrase does not open it. */
export async function unseal(heading: Heading, file: Sealed, passphrase: string): Promise<Bytes | undefined> {
  const key = await deriveKey(passphrase, file.kdf)
  const sealed = bytesOf(file.sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytesOf(file.nonce), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(boundText(heading, file)))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const secret = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    return concatBytes(secret, decipher.final())
  } catch {
    return undefined
  }
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64Url(text)
  assert(bytes !== undefined, 'the schema lets base64url through and nothing else')
  return bytes
}

/** libuv's threads do the work: the wallet's window stays alive meanwhile. */
async function deriveKey(passphrase: string, { N, r, p, salt }: Omit<Sealed['kdf'], 'name'>): Promise<Buffer> {
  // The table of N blocks, two more to work in (as OpenSSL counts) and one for each lane.
  const maxmem = 128 * r * (N + 2 + p)
  return await promisify<string, Bytes, number, ScryptOptions, Buffer>(scrypt)(
    prepared(passphrase),
    bytesOf(salt),
    KEY_BYTES,
    { N, r, p, maxmem },
  )
}

/** RFC 8265, section 4.2.2 (OpaqueString): one passphrase whichever keyboard or input method typed it. */
function prepared(passphrase: string): string {
  return passphrase.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
}
