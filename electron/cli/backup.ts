import { join } from 'node:path'
import { Option, type Command } from 'commander'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { makeBackup, restoreBackup } from '../host/backup.ts'
import { openPreferences, type Preferences } from '../host/preferences.ts'
import { MAX_BACKUP_CHARS, MIN_PASSPHRASE, openBackup } from '../wallet/wallet.ts'
import { granted, inOwnWords } from './failure.ts'
import { readText, refuseExisting, writeNew } from './files.ts'
import { chooseKeychain, keysOption, placeInWords, type InitFlags } from './init.ts'
import { openWith, withWallet } from './open.ts'
import { signingCommand, walletSubcommand, type WalletFlags } from './options.ts'
import { givenBackupPassphrase, newPassphrase } from './passphrase.ts'
import { personAtTerminal, type Person } from './terminal.ts'

/** Sealed, and still nobody else's: a passphrase can be guessed at by whoever has the file. */
const OWNER_ONLY = 0o600

interface BackupFlags {
  readonly backupPassphraseFile?: string
}

function backupPassphraseOption(): Option {
  return new Option(
    '--backup-passphrase-file <file>',
    'file with the passphrase of the backup (or KABUKEN_BACKUP_PASSPHRASE)',
  )
}

export function backupCommand(): Command {
  return signingCommand('backup', 'write everything, the key included, into one encrypted file')
    .argument('<file>', 'file to be written')
    .addOption(backupPassphraseOption())
    .action((file: string, flags: WalletFlags & BackupFlags) =>
      withWallet(flags, async ({ wallet, out, person }) => {
        refuseExisting(file)
        const passphrase =
          givenBackupPassphrase(flags.backupPassphraseFile) ?? (await newPassphrase(person, 'the backup'))
        if (passphrase === undefined) throw passphraseRequired()
        if (passphrase.length < MIN_PASSPHRASE) throw passphraseTooShort()
        await withPreferences(flags.wallet, async (preferences) => {
          const { text } = granted(
            await makeBackup(wallet, preferences, passphrase, (made) => writeNew(file, made, OWNER_ONLY)),
          )
          const certificates = wallet
            .certificates()
            .filter(({ state }) => state !== 'retired' && state !== 'lost').length
          out.result({ file, certificates, bytes: text.length }, () =>
            [
              `backup:       ${file}`,
              `certificates: ${certificates}`,
              '',
              'Keep it apart from this machine, and its passphrase apart from both. Without the passphrase nobody can open it.',
            ].join('\n'),
          )
        })
      }),
    )
}

export function restoreBackupCommand(): Command {
  return walletSubcommand('restore-backup', 'make a wallet from a backup, in a folder that has none')
    .argument('<file>', 'file of the backup')
    .addOption(keysOption())
    .addOption(backupPassphraseOption())
    .action(async (file: string, flags: InitFlags & BackupFlags) => {
      const person = personAtTerminal()
      const text = readText(file, MAX_BACKUP_CHARS)
      const passphrase = givenBackupPassphrase(flags.backupPassphraseFile) ?? (await typed(person))
      const content = granted(await inOwnWords(() => openBackup(text, passphrase)))
      const { keys, keychain } = await chooseKeychain(flags, person)
      await openWith(flags, person, keychain, ({ wallet, out }) =>
        withPreferences(flags.wallet, async (preferences) => {
          const { thumbprint } = granted(await restoreBackup(wallet, preferences, content, keys))
          out.result({ folder: flags.wallet, keys, thumbprint, madeAt: content.madeAt }, () =>
            [
              `wallet: ${flags.wallet}`,
              `key:    ${placeInWords(keys, flags.wallet)}`,
              `backup: made on ${minute(content.madeAt)} UTC`,
              '',
              'What was spent or came since then, the servers know. Ask them with: kabuken wallet sync && kabuken wallet restore',
            ].join('\n'),
          )
        }),
      )
    })
}

async function typed(person: Person | undefined): Promise<string> {
  const passphrase = await person?.secret('Passphrase of the backup')
  if (passphrase === undefined || passphrase === '') throw passphraseRequired()
  return passphrase
}

/** Contacts, labels and settings are the screens'; a backup holds them too. */
async function withPreferences(wallet: string, work: (preferences: Preferences) => Promise<void>): Promise<void> {
  const preferences = await openPreferences(join(wallet, 'preferences'), 'en')
  try {
    await work(preferences)
  } finally {
    await preferences.close()
  }
}

function passphraseRequired(): CommandFailed {
  return new CommandFailed(
    EXIT.usage,
    'passphrase_required',
    'The backup needs a passphrase: type it, or give --backup-passphrase-file FILE or KABUKEN_BACKUP_PASSPHRASE.',
  )
}

function passphraseTooShort(): CommandFailed {
  return new CommandFailed(
    EXIT.usage,
    'passphrase_too_short',
    `The passphrase of a backup has at least ${MIN_PASSPHRASE} characters. Nothing was made.`,
  )
}
