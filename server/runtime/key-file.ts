import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type KeyFileCode =
  | 'key_file_missing'
  | 'key_file_exists'
  | 'key_file_readable_by_others'
  | 'key_file_damaged'
  | 'passphrase_required'
  | 'passphrase_wrong'

class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
  readonly code: KeyFileCode

  constructor(code: KeyFileCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** A new P-256 key pair, private part as PKCS#8 DER. */
export function newPrivateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/**
 * Writes a private key as PEM, readable by its owner only, and never over another one. With a passphrase it is encrypted
 * (PKCS#8, PBES2, AES-256), so that standard tools can read it; without, whoever can read the file has the key.
 */
export function writeKeyFile(file: string, key: KeyObject, passphrase: string | undefined): void {
  const pem = key.export(
    passphrase === undefined
      ? { type: 'pkcs8', format: 'pem' }
      : { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  )
  let handle: number
  try {
    handle = openSync(file, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new KeyFileError('key_file_exists', `${file} exists and is not overwritten`, error)
    throw error
  }
  try {
    writeFileSync(handle, pem)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** Refuses a file that others may read (A60). Errors say nothing of what is inside. */
export function readKeyFile(file: string, passphrase: string | undefined): KeyObject {
  const pem = readPrivately(file)
  const encrypted = pem.includes('ENCRYPTED PRIVATE KEY')
  if (encrypted && passphrase === undefined)
    throw new KeyFileError(
      'passphrase_required',
      `${file} is encrypted and needs its passphrase: --passphrase-file FILE, or KABUKEN_PASSPHRASE`,
    )
  try {
    return createPrivateKey(encrypted ? { key: pem, passphrase } : { key: pem })
  } catch {
    throw encrypted
      ? new KeyFileError('passphrase_wrong', `${file}: the passphrase is wrong`)
      : new KeyFileError('key_file_damaged', `${file} holds no private key`)
  }
}

function readPrivately(file: string): string {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch (error) {
    throw new KeyFileError('key_file_missing', `${file} cannot be read`, error)
  }
  try {
    // Windows has no such bits; there the folder's access list protects the file.
    if (process.platform !== 'win32' && (fstatSync(handle).mode & 0o077) !== 0)
      throw new KeyFileError('key_file_readable_by_others', `${file} must be readable by its owner only (chmod 600)`)
    return readFileSync(handle, 'utf8')
  } finally {
    closeSync(handle)
  }
}
