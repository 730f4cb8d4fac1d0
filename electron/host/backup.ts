import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { KeyPlace } from '../../shared/wallet-api/views.ts'
import type { Snapshot } from '../wallet/store/store.ts'
import {
  certificatesOf,
  MAX_BACKUP_CHARS,
  openBackup,
  readBackup,
  refusalOf,
  type BackupContent,
  type Wallet,
} from '../wallet/wallet.ts'
import type { HostState } from './key-and-lock.ts'
import { LAST, type Preferences } from './preferences.ts'

/** What the host itself keeps, as it travels in a backup. */
interface Beside {
  readonly preferences: Snapshot
  readonly lastBackup: { readonly madeAt: number; readonly holds: string[] }
}

/** Backup and restoration over the wallet API. The host sees no file system here: the screens save and open the file. */
export function backupAndRestore(
  host: HostState,
): Pick<Implementation, `backup.${'make' | 'give' | 'inspect' | 'restore'}`> {
  const { session, keys, preferences, events } = host
  /** Given so far. One file at a time: there is one person. */
  let given: string[] = []
  return {
    'backup.make': async ({ passphrase }) => {
      const wallet = session.open()
      if (!wallet.ok) return wallet
      const made = await makeBackup(wallet.value, preferences, passphrase)
      if (!made.ok) return made
      events.changed('wallet')
      return made
    },
    'backup.give': async ({ from, text }) => {
      if (from === 0) given = []
      const length = given.reduce((sum, part) => sum + part.length, 0)
      if (from !== length) return refuse('bad_input', 'the pieces are not in order')
      if (length + text.length > MAX_BACKUP_CHARS) return refuse('bad_backup', 'longer than any backup')
      given.push(text)
      return ok({})
    },
    'backup.inspect': async () => {
      const file = readBackup(given.join(''))
      return file.ok ? ok({ madeAt: Date.parse(file.value.madeAt) }) : file
    },
    'backup.restore': async ({ passphrase, ...choice }) => {
      const wallet = session.open()
      if (!wallet.ok) return wallet
      // Before the choice: another passphrase must not take the place of the one that opens the present key.
      if (wallet.value.hasKey()) return refuse('key_exists', 'the wallet has a key already')
      const content = await openBackup(given.join(''), passphrase)
      if (!content.ok) return content
      keys.setAside()
      keys.choose(choice.place, choice.place === 'file' ? choice.keyPassphrase : undefined)
      const restored = await restoreBackup(wallet.value, preferences, content.value, choice.place)
      if (!restored.ok) return restored
      given = []
      session.touch()
      for (const topic of ['wallet', 'contacts', 'remarks', 'settings'] as const) events.changed(topic)
      return restored
    },
  }
}

/** A file, which counts as the last backup once it is saved; whether a person keeps what the screens give them, nobody can know. */
export async function makeBackup(
  wallet: Wallet,
  preferences: Preferences,
  passphrase: string,
  save: (text: string) => void = () => {},
): Promise<Result<{ readonly fileName: string; readonly text: string }, Refusal>> {
  const made = await wallet.makeBackup({ passphrase, beside: preferences.snapshot() })
  if (!made.ok) return made
  const { text, madeAt, holds } = made.value
  save(text)
  const identityUntil = wallet.identity()?.notAfter ?? null
  await preferences.collections.backups.put(LAST, { madeAt, holds: [...holds], identityUntil })
  return ok({ fileName: `kabuken-${new Date(madeAt).toISOString().slice(0, 10)}.kabuken-backup.json`, text })
}

/** All of it or nothing, contacts, labels and settings included. `place`: where the wallet's keychain puts the key. */
export async function restoreBackup(
  wallet: Wallet,
  preferences: Preferences,
  content: BackupContent,
  place: KeyPlace,
): Promise<Result<{ readonly thumbprint: string }, Refusal>> {
  const kept = content.beside as Snapshot
  try {
    preferences.accept(kept)
  } catch (error) {
    return refusalOf(error)
  }
  const lastBackup = { madeAt: content.madeAt, holds: [...certificatesOf(content.wallet)] }
  const beside: Beside = { preferences: kept, lastBackup }
  const restored = await wallet.restoreBackup({ ...content, beside })
  if (restored.ok) await takeBeside(wallet, preferences, place)
  return restored
}

/**
 * [P16] Contacts, labels and settings have a store of their own, so they came into the wallet's with everything else and are taken
 * from there: now, or at the next start if the program died in between.
 */
export async function takeBeside(wallet: Wallet, preferences: Preferences, place: KeyPlace): Promise<void> {
  const beside = wallet.besideBackup() as Beside | undefined
  if (beside === undefined) return
  const { state, rows } = preferences.accept(beside.preferences)
  const lastBackup = { ...beside.lastBackup, identityUntil: wallet.identity()?.notAfter ?? null }
  await preferences.replace({
    state: { ...state, keyPlace: place },
    rows: { ...rows, backups: new Map([[LAST, lastBackup]]) },
  })
  await wallet.besideTaken()
}
