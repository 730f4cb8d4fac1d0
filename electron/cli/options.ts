import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import envPaths from 'env-paths'
import { shareClass, type ShareClass } from '../../shared/documents/fields.ts'
import { readMoney } from '../../shared/terminal/amount.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { readInstant, readShares } from '../../shared/terminal/typed.ts'

/** Options that every command of the wallet has. */
export interface WalletFlags {
  readonly wallet: string
  readonly passphraseFile?: string
  readonly json?: boolean
  /** Only where something is signed. */
  readonly yes?: boolean
}

function walletOptions(command: Command): Command {
  const folder = new Option('--wallet <dir>', 'folder of the wallet')
    .env('KABUKEN_WALLET')
    .argParser((typed) => resolve(typed))
  return command
    .addOption(
      folder.default(join(envPaths('kabuken', { suffix: '' }).data, 'wallet'), 'the data folder of this system'),
    )
    .option('--passphrase-file <file>', 'file with the passphrase of the key (or KABUKEN_WALLET_PASSPHRASE)')
    .option('--json', 'print JSON')
}

export function walletSubcommand(name: string, description: string): Command {
  return walletOptions(new Command(name).description(description))
}

/** A command that signs: it shows what and asks first. */
export function signingCommand(name: string, description: string): Command {
  return walletSubcommand(name, description).option('--yes', 'sign without asking')
}

export function classOption(): Option {
  return new Option('--class <class>', 'share class').choices(shareClass.options).default('common')
}

export interface ClassFlags extends WalletFlags {
  readonly class: ShareClass
}

export function shares(typed: string): bigint {
  const count = readShares(typed)
  if (count === undefined || count === 0n) throw new InvalidArgumentError('a whole number of shares')
  return count
}

/** For an argument that is given several times. */
export function severalShares(typed: string, before: readonly bigint[] | undefined): readonly bigint[] {
  return [...(before ?? []), shares(typed)]
}

export function instant(typed: string): number {
  const millis = readInstant(typed)
  if (millis === undefined) throw new InvalidArgumentError('a date (2030-04-01) or instant (2030-04-01T09:00:00Z)')
  return millis
}

export function money(typed: string, currency: string): bigint {
  const amount = readMoney(typed, currency)
  if (amount === undefined) throw new CommandFailed(EXIT.usage, 'bad_amount', `${typed} is no amount in ${currency}`)
  return amount
}

export function wrongUse(message: string): CommandFailed {
  return new CommandFailed(EXIT.usage, 'bad_usage', message)
}
