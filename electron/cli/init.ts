import { existsSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { fileKeychain } from '../wallet/keychain/file.ts'
import type { Keychain, KeychainError } from '../wallet/keychain/keychain.ts'
import { granted, inOwnWords } from './failure.ts'
import { keysFolder, openWith } from './open.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'
import { givenPassphrase, newPassphrase } from './passphrase.ts'
import { personAtTerminal, type Person } from './terminal.ts'
import { wordsFor } from './words.ts'

type KeyPlace = 'os' | 'file'

export interface InitFlags extends WalletFlags {
  readonly keys?: KeyPlace
}

export function keysOption(): Option {
  return new Option(
    '--keys <place>',
    "where the key is kept: this system's keychain if it works, if not given",
  ).choices(['os', 'file'])
}

export function initCommand(): Command {
  return walletSubcommand('init', 'make a wallet: its folder and its key')
    .addOption(keysOption())
    .action(async (flags: InitFlags) => {
      const person = personAtTerminal()
      const { keys, keychain } = await chooseKeychain(flags, person)
      await openWith(flags, person, keychain, async ({ wallet, out }) => {
        const { thumbprint } = granted(await wallet.createKey())
        out.result({ folder: flags.wallet, keys, thumbprint }, () =>
          [
            `wallet: ${flags.wallet}`,
            `key:    ${placeInWords(keys, flags.wallet)}`,
            '',
            'Join a market with: kabuken wallet enrol --join LINK --name NAME --address ADDRESS',
          ].join('\n'),
        )
      })
    })
}

export function placeInWords(keys: KeyPlace, wallet: string): string {
  return keys === 'os' ? "in this system's keychain" : `in an encrypted file below ${keysFolder(wallet)}`
}

interface ChosenKeychain {
  readonly keys: KeyPlace
  readonly keychain: Keychain
}

/** The system's keychain where it works. Instead of it only an encrypted file, and only when a person or their passphrase says so. */
export async function chooseKeychain(flags: InitFlags, person: Person | undefined): Promise<ChosenKeychain> {
  const passphrase = givenPassphrase(flags.passphraseFile)
  const file: ChosenKeychain = {
    keys: 'file',
    keychain: fileKeychain({
      folder: keysFolder(flags.wallet),
      passphrase: async () => passphrase ?? (await newPassphrase(person)),
    }),
  }
  // Where a key file lies already, the wallet itself refuses to make a second key.
  if (flags.keys === 'file' || existsSync(keysFolder(flags.wallet))) return file
  const detected = await inOwnWords(() => detectKeychain())
  if (detected.ok) return { keys: 'os', keychain: detected.value }
  if (flags.keys === 'os') throw notUsable(detected.error)
  process.stderr.write(`${wordsFor(detected.error)}\n`)
  if (passphrase !== undefined) return file
  if ((await person?.agrees('Keep the key in a file that is encrypted with a passphrase?')) !== true)
    throw notUsable(detected.error)
  return file
}

function notUsable(error: KeychainError): CommandFailed {
  return new CommandFailed(EXIT.storage, error.code, wordsFor(error), error)
}
