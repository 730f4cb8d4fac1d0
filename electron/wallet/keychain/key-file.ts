import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from 'node:crypto'
import type { ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { assert } from '../../../shared/kernel/assert.ts'
import { concatBytes, fromBase64Url, toBase64Url } from '../../../shared/kernel/bytes.ts'
import type { Bytes } from '../../../shared/kernel/bytes.ts'
import { KeychainError, MAX_SECRET_BYTES } from './keychain.ts'
import type { Secret } from './keychain.ts'

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

/** The longest file: 4/3 of the secret and less than 500 characters around it. */
export const MAX_KEY_FILE_BYTES = Math.ceil((MAX_SECRET_BYTES * 4) / 3) + 500

const base64url = (bytes: (length: number) => boolean): z.ZodString =>
  z.string().refine((text) => bytes(fromBase64Url(text)?.length ?? 0))

const KEY_FILE = z.strictObject({
  version: z.literal(1),
  name: z.string(),
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
})

type KeyFile = z.infer<typeof KEY_FILE>
type Unsealed = Omit<KeyFile, 'sealed' | 'sha256'>

/** What the tag covers beside the secret: whose key this is and what it costs to open it. */
function boundText({ version, name, kdf, cipher, nonce }: Unsealed): string {
  return JSON.stringify(['kabuken key file', version, name, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher, nonce])
}

function checksum(file: Unsealed & Pick<KeyFile, 'sealed'>): string {
  return createHash('sha256')
    .update(`${boundText(file)}${file.sealed}`)
    .digest('hex')
}

export async function sealKeyFile(name: string, secret: Secret, passphrase: string): Promise<string> {
  const kdf = { name: 'scrypt', ...SCRYPT, salt: toBase64Url(randomBytes(SALT_BYTES)) } as const
  const nonce = randomBytes(NONCE_BYTES)
  const unsealed: Unsealed = { version: 1, name, kdf, cipher: 'A256GCM', nonce: toBase64Url(nonce) }
  const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, kdf), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(boundText(unsealed)))
  const ciphertext = concatBytes(cipher.update(secret), cipher.final())
  const file = { ...unsealed, sealed: toBase64Url(concatBytes(ciphertext, cipher.getAuthTag())) }
  return `${JSON.stringify({ ...file, sha256: checksum(file) }, undefined, 2)}\n`
}

/** Throws `keychain_damaged` for what we did not write, before any memory is spent on it, or `passphrase_wrong`. */
export async function openKeyFile(name: string, text: string, passphrase: () => Promise<string>): Promise<Secret> {
  const file = parse(text)
  if (file === undefined) throw new KeychainError('keychain_damaged', `the file of the key ${name} was altered`)
  if (file.name !== name) throw new KeychainError('keychain_damaged', `the file of the key ${name} is another key's`)
  const key = await deriveKey(await passphrase(), file.kdf)
  const sealed = bytesOf(file.sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytesOf(file.nonce), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(boundText(file)))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const secret = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    return concatBytes(secret, decipher.final())
  } catch (cause) {
    throw new KeychainError('passphrase_wrong', `the passphrase does not open the key ${name}`, { cause })
  }
}

function parse(text: string): KeyFile | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { data: file } = KEY_FILE.safeParse(value)
  return file !== undefined && checksum(file) === file.sha256 ? file : undefined
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64Url(text)
  assert(bytes !== undefined, 'the schema lets base64url through and nothing else')
  return bytes
}

/** libuv's threads do the work: the wallet's window stays alive meanwhile. */
async function deriveKey(passphrase: string, { N, r, p, salt }: Omit<KeyFile['kdf'], 'name'>): Promise<Buffer> {
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
