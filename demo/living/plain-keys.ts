import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keychain } from '../../electron/wallet/keychain/keychain.ts'
import { isErrno } from '../../electron/wallet/store/durable-write.ts'

/** For people who do not exist: nobody is there to give a passphrase, and nothing of theirs is worth one. */
export function plainKeys(folder: string): Keychain {
  const pathOf = (name: string): string => join(folder, `${name}.play.der`)
  return {
    async load(name) {
      try {
        return new Uint8Array(await readFile(pathOf(name)))
      } catch (error) {
        if (isErrno(error, 'ENOENT')) return undefined
        throw error
      }
    },
    async create(name, secret) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(pathOf(name), secret, { mode: 0o600, flag: 'wx' })
    },
    remove: (name) => rm(pathOf(name)),
  }
}
