/** A process of its own that restores a backup until it is killed or done: `restore-child.ts <folder> <file of the content>`. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fromBase64 } from '../../../../shared/kernel/bytes.ts'
import { idsFrom } from '../../../../shared/kernel/ids.ts'
import type { Random } from '../../../../shared/kernel/ports.ts'
import type { Keychain } from '../../keychain/keychain.ts'
import { createDurably } from '../../store/durable-write.ts'
import { openWallet, type BackupContent } from '../../wallet.ts'

const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }

/** As durable as a key file, and not as slow. */
function quickKeychain(folder: string): Keychain {
  return {
    load: () => Promise.resolve(undefined),
    create: (name, secret) => createDurably(join(folder, `${name}.secret`), Buffer.from(secret).toString('base64')),
    remove: () => Promise.resolve(),
  }
}

export function contentFrom(file: string): BackupContent {
  const content = JSON.parse(readFileSync(file, 'utf8')) as BackupContent & { readonly key: string }
  return { ...content, key: fromBase64(content.key) ?? new Uint8Array() }
}

export function openOffline(folder: string, keychain = quickKeychain(folder)): ReturnType<typeof openWallet> {
  return openWallet({
    folder,
    keychain,
    clock: { now: () => Date.now() },
    random,
    ids: idsFrom(random),
    fetch: () => Promise.reject(new Error('there is no network')),
    openSocket: () => {
      throw new Error('there is no network')
    },
    schedule: () => () => {},
    confirm: () => Promise.resolve(true),
  })
}

if (process.argv[1] === import.meta.filename) {
  const [, , folder = '', file = ''] = process.argv
  const wallet = await openOffline(folder)
  const restored = await wallet.restoreBackup(contentFrom(file))
  writeSync(1, `${JSON.stringify({ acknowledged: restored.ok ? 1 : 0 })}\n`)
  await wallet.close()
}
