import { Command, InvalidArgumentError, Option } from 'commander'
import { readMoney } from '../../shared/terminal/amount.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { output, type Output } from '../../shared/terminal/output.ts'
import { readInstant, readShares } from '../../shared/terminal/typed.ts'

/** Options that every operator's command has. */
export interface DeskFlags {
  readonly config: string
  readonly passphraseFile?: string
  readonly json?: boolean
}

/** A command for the operator of a running node. */
export function deskCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('-c, --config <file>', 'configuration of the node').env('KABUKEN_CONFIG').default('kabuken.toml'),
    )
    .option('--passphrase-file <file>', 'file with the passphrase of the keys (or KABUKEN_PASSPHRASE)')
    .option('--json', 'print JSON')
}

export function outputOf(flags: DeskFlags): Output {
  return output(flags.json === true, process)
}

/** A whole number of shares, `1,000` allowed. */
export function shares(typed: string): bigint {
  const count = readShares(typed)
  if (count === undefined) throw new InvalidArgumentError('a whole number of shares')
  return count
}

export function instant(typed: string): number {
  const millis = readInstant(typed)
  if (millis === undefined) throw new InvalidArgumentError('a date (2030-04-01) or instant (2030-04-01T09:00:00Z)')
  return millis
}

export function money(typed: string, currency: string): bigint {
  if (!/^[A-Z]{3}$/.test(currency))
    throw new CommandFailed(EXIT.usage, 'bad_currency', `${currency} is no currency code, such as JPY`)
  const amount = readMoney(typed, currency)
  if (amount === undefined) throw new CommandFailed(EXIT.usage, 'bad_amount', `${typed} is no amount in ${currency}`)
  return amount
}

export const SHARE_CLASSES = ['common', 'preferred', 'deferred', 'convertible'] as const
export type ShareClassName = (typeof SHARE_CLASSES)[number]

export function classOption(): Option {
  return new Option('--class <class>', 'share class').choices(SHARE_CLASSES).default('common')
}

/** All pages of an inquiry: `next` gives the place after the last row of a page. */
export async function allPages<Row>(
  read: (after: Row | undefined) => Promise<{ readonly rows: readonly Row[]; readonly more: boolean }>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const page = await read(rows.at(-1))
    rows.push(...page.rows)
    if (!page.more || page.rows.length === 0) return rows
  }
}
