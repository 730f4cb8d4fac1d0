/**
 * Account numbers travel only like this: a compact JWE (RFC 7516) to the settlement server's key-agreement certificate,
 * which nobody between can read. Request and sender stand inside the ciphertext, so it cannot be cut out of one
 * instruction and pasted into another ([SIG4], [A20]).
 */
import { CompactEncrypt, compactDecrypt } from 'jose'
import { assert } from '../kernel/assert.ts'
import { fromBase64Url, fromUtf8, toUtf8 } from '../kernel/bytes.ts'
import type { Bytes } from '../kernel/bytes.ts'
import { ok, refuse } from '../kernel/result.ts'
import type { Refusal, Result } from '../kernel/result.ts'
import { canonicalText, readCanonical } from './canonical.ts'
import { verificationKey } from './keys.ts'
import type { KeyHandle } from './webcrypto.ts'

/** In the order of the checks. `cannot_decrypt` is every failure of the cryptography, always in the same words. */
export type AccountCode =
  | 'too_large'
  | 'bad_jwe'
  | 'not_canonical'
  | 'bad_alg'
  | 'header_not_allowed'
  | 'wrong_typ'
  | 'cannot_decrypt'
  | 'account_not_bound_to_signer'

/** What an account number is bound to: the request that names it and the user who signs that request. */
export interface AccountBinding {
  readonly userId: string
  readonly requestId: string
}

export interface SealedAccount extends AccountBinding {
  readonly account: string
}

/** The settlement server's key-agreement certificate: its key, and its `x5t#S256`. The caller has validated it. */
export interface AccountRecipient {
  readonly spki: Bytes
  readonly thumbprint: string
}

export const ACCOUNT_TYP = 'kabuken.account'

/** Header 330 + key 54 + IV 16 + tag 22 characters leave some 1,600 for account, user and request: 1,200 bytes. */
export const MAX_ACCOUNT_JWE = 2048

const ALG = 'ECDH-ES+A256KW'
const ENC = 'A256GCM'
const ALLOWED = new Set(['alg', 'enc', 'epk', 'typ', 'x5t#S256'])
const ALLOWED_EPK = new Set(['crv', 'kty', 'x', 'y'])

type Members = Readonly<Record<string, unknown>>

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a header that re-encodes to itself, so that no reader can see other members in it than we do. */
function readHeader(bytes: Bytes): Members | undefined {
  try {
    const text = fromUtf8(bytes) ?? ''
    const header: unknown = JSON.parse(text)
    return isMembers(header) && JSON.stringify(header) === text ? header : undefined
  } catch {
    return undefined
  }
}

function onlyHas(members: Members, allowed: ReadonlySet<string>): boolean {
  const names = Object.keys(members)
  return names.length === allowed.size && names.every((name) => allowed.has(name))
}

/**
 * The thumbprint of the key-agreement certificate it is encrypted to: which of its keys a settlement server opens it
 * with. Checks size, spelling and header; decrypts nothing, and so costs an attacker's bomb nothing ([A21]).
 */
export function accountRecipient(compact: string): Result<string, Refusal<AccountCode>> {
  if (compact.length > MAX_ACCOUNT_JWE) return refuse('too_large', 'the encrypted account number is too large')
  const parts = compact.split('.', 6)
  if (parts.length !== 5) return refuse('bad_jwe', 'a compact JWE has five parts')
  const [headerBytes, ...others] = parts.map(fromBase64Url)
  if (headerBytes === undefined || others.includes(undefined))
    return refuse('not_canonical', 'a part is not base64url in its one spelling')
  const header = readHeader(headerBytes)
  if (header === undefined) return refuse('bad_jwe', 'the header is not a JSON object that re-encodes to itself')
  const { alg, enc, epk, typ, 'x5t#S256': thumbprint } = header
  if (alg !== ALG || enc !== ENC) return refuse('bad_alg', `the algorithms are not ${ALG} and ${ENC}`)
  if (!onlyHas(header, ALLOWED) || !isMembers(epk) || !onlyHas(epk, ALLOWED_EPK))
    return refuse('header_not_allowed', 'the header does not have exactly the allowed members')
  if (typeof thumbprint !== 'string' || fromBase64Url(thumbprint)?.length !== 32)
    return refuse('header_not_allowed', 'the header does not name its recipient')
  if (typ !== ACCOUNT_TYP) return refuse('wrong_typ', 'the ciphertext is of another kind')
  return ok(thumbprint)
}

/** Encrypts an account number to a settlement server, for one request of one user. */
export async function sealAccount(sealed: SealedAccount, recipient: AccountRecipient): Promise<string> {
  assert(verificationKey(recipient.spki)?.algorithm === 'ES256', 'key agreement is on P-256')
  const { account, requestId, userId } = sealed
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey('spki', recipient.spki, algorithm, false, [])
  const compact = await new CompactEncrypt(toUtf8(canonicalText({ account, requestId, userId })))
    .setProtectedHeader({ alg: ALG, enc: ENC, typ: ACCOUNT_TYP, 'x5t#S256': recipient.thumbprint })
    .encrypt(key)
  assert(accountRecipient(compact).ok, 'an encrypted account number that its reader would refuse')
  return compact
}

const cannotDecrypt = refuse('cannot_decrypt', 'the account number cannot be decrypted')

/** The epk off its curve or on another, a wrong tag, a wrong key: jose throws, and nobody learns which ([A19]). */
async function decrypt(compact: string, key: KeyHandle): Promise<Bytes | undefined> {
  try {
    const options = { keyManagementAlgorithms: [ALG], contentEncryptionAlgorithms: [ENC] }
    return Uint8Array.from((await compactDecrypt(compact, key, options)).plaintext)
  } catch {
    return undefined
  }
}

/**
 * The account number, if it was sealed for just this request by just this user: the signer of the request that carries
 * it. `privateKey` is that of {@link accountRecipient}, from `importAgreementKey`.
 */
export async function openAccount(
  compact: string,
  privateKey: KeyHandle,
  expected: AccountBinding,
): Promise<Result<string, Refusal<AccountCode>>> {
  const recipient = accountRecipient(compact)
  if (!recipient.ok) return recipient
  const plaintext = await decrypt(compact, privateKey)
  const read = plaintext === undefined ? cannotDecrypt : readCanonical(plaintext)
  if (!read.ok || !isMembers(read.value)) return cannotDecrypt
  const { account, requestId, userId, ...others } = read.value
  if (typeof account !== 'string' || Object.keys(others).length > 0) return cannotDecrypt
  if (userId !== expected.userId || requestId !== expected.requestId)
    return refuse('account_not_bound_to_signer', 'the account number was sealed for another request or sender')
  return ok(account)
}
