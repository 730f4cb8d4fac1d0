import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes } from '../../../shared/kernel/bytes.ts'
import { createDurably, isErrno, isThere, makeFolder, syncFolder } from '../store/durable-write.ts'
import { MAX_KEY_FILE_BYTES, openKeyFile, sealKeyFile } from './key-file.ts'
import { assertName, assertSecret, exists, KeychainError, missing } from './keychain.ts'
import type { Keychain } from './keychain.ts'

export interface FileKeychainOptions {
  /** Made if need be. */
  readonly folder: string
  /** Asks the user. Undefined or empty when there is nobody to ask, or they gave none: `passphrase_required`. */
  readonly passphrase: (name: string) => Promise<string | undefined>
}

const OTHERS = 0o077

/** For machines without a keychain: a file for each key, encrypted with a passphrase and never in plain. */
export function fileKeychain(options: FileKeychainOptions): Keychain {
  const { folder } = options

  async function passphrase(name: string): Promise<string> {
    const given = await options.passphrase(name)
    if (given === undefined || given === '') {
      throw new KeychainError('passphrase_required', `the key ${name} needs a passphrase`)
    }
    return given
  }

  function pathOf(name: string): string {
    assertName(name)
    return join(folder, `${name}.key.json`)
  }

  return {
    async load(name) {
      const text = await readKeyFile(name, pathOf(name))
      return text === undefined ? undefined : await openKeyFile(name, text, () => passphrase(name))
    },
    async create(name, secret) {
      const path = pathOf(name)
      assertSecret(secret)
      // Nobody should be asked for a passphrase in vain; what keeps a file from being overwritten is the link below.
      await onDisk(name, 'keychain_unavailable', async () => {
        if (await isThere(path)) throw exists(name)
      })
      const given = await passphrase(name)
      const text = await sealKeyFile(name, secret, given)
      await onDisk(name, 'keychain_not_saved', async () => {
        await makeFolder(folder)
        try {
          await createDurably(path, text)
        } catch (error) {
          throw isErrno(error, 'EEXIST') ? exists(name) : error
        }
      })
      const saved = await readKeyFile(name, path)
      // Opened anew and not only compared as text: what matters is that the passphrase gives the key back.
      if (saved !== text || !equalBytes(await openKeyFile(name, saved, () => Promise.resolve(given)), secret)) {
        throw new KeychainError('keychain_not_saved', `the file system did not keep the key ${name}`)
      }
    },
    async remove(name) {
      const path = pathOf(name)
      await onDisk(name, 'keychain_unavailable', async () => {
        if (!(await isThere(path))) throw missing(name)
        await rm(path)
        await syncFolder(folder)
      })
    },
  }
}

/** Undefined when there is no such file. */
async function readKeyFile(name: string, path: string): Promise<string | undefined> {
  return await onDisk(name, 'keychain_unavailable', async () => {
    if (!(await isThere(path))) return undefined
    const handle = await open(path, 'r')
    try {
      const { mode, size } = await handle.stat()
      // Windows has no such bits; there the user's profile folder keeps others out.
      if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
        throw new KeychainError(
          'keychain_insecure_permissions',
          `the key file ${path} is open to others; set its mode to 600`,
        )
      }
      if (size > MAX_KEY_FILE_BYTES)
        throw new KeychainError('keychain_damaged', `the file of the key ${name} is too long`)
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  })
}

/** What the operating system refuses, under the code for what was tried. */
async function onDisk<T>(
  name: string,
  code: 'keychain_unavailable' | 'keychain_not_saved',
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof KeychainError) throw cause
    throw new KeychainError(code, `the file of the key ${name} cannot be used`, { cause })
  }
}
