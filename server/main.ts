import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from '../shared/terminal/exit.ts'
import { authorityCommand } from './cli/authority.ts'
import { completionCommand } from './cli/completion.ts'
import { exchangeCommand } from './cli/exchange.ts'
import { journalCommand } from './cli/journal.ts'
import { ledgerCommand } from './cli/ledger.ts'
import { nodeCommand } from './cli/node.ts'
import { reportFailure } from './cli/output.ts'
import { registryCommand } from './cli/registry.ts'

/** The `kabuken` command: server roles, their operators' desks, and the wallet. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('kabuken')
    .description('electronic share certificates: servers, operators and wallet')
    .version(ownVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is possible)')
  program.addCommand(nodeCommand())
  program.addCommand(authorityCommand())
  program.addCommand(registryCommand())
  program.addCommand(exchangeCommand())
  program.addCommand(ledgerCommand())
  program.addCommand(journalCommand())
  // The wallet is the investor's side: loaded only when it is asked for, or to complete its words.
  if (argv[2] === undefined || ['wallet', 'completion', 'complete', 'help', '--help', '-h'].includes(argv[2])) {
    const { walletCommand } = await import('../electron/cli/wallet.ts')
    program.addCommand(walletCommand())
  }
  program.addCommand(completionCommand(program))
  applyToAll(program)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
    else process.exitCode = reportFailure(error, argv.includes('--json'))
  }
}

/** Beside the source as beside the bundle, the package is described one folder up. */
function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

/** Commander's settings are not inherited by commands that were made on their own. */
function applyToAll(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command)
    applyToAll(child)
  }
}

await main(process.argv)
