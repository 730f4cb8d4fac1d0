import { InvalidArgumentError, Option, type Command } from 'commander'
import { output } from '../../shared/terminal/output.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { osKeychain } from '../wallet/keychain/os.ts'
import { inOwnWords } from './failure.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'
import { givenPassphrase } from './passphrase.ts'
import { openInBrowser, ownLanguage, serveInBrowser, terminalEnds } from './serving.ts'

interface ServeFlags extends WalletFlags {
  readonly port: number
  readonly open: boolean
}

export function serveCommand(): Command {
  return walletSubcommand('serve', 'show the wallet in a browser of this machine, until this command is ended')
    .addOption(new Option('--port <number>', 'port on the loopback address').argParser(port).default(0, 'a free one'))
    .option('--no-open', 'only print the link')
    .action((flags: ServeFlags) => inOwnWords(() => serveWallet(flags)))
}

function port(typed: string): number {
  const number = /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN
  if (!(number <= 65_535)) throw new InvalidArgumentError('a port is a number up to 65535')
  return number
}

async function serveWallet(flags: ServeFlags): Promise<void> {
  const out = output(flags.json === true, process)
  const opened = await serveInBrowser({
    folder: flags.wallet,
    port: flags.port,
    passphrase: givenPassphrase(flags.passphraseFile),
    language: ownLanguage(),
    keychain: { open: () => osKeychain(), detect: () => detectKeychain() },
    note: (text) => out.note(text),
  })
  const { link } = opened
  const ended = terminalEnds()
  out.result(
    { link },
    () => `Open your wallet in a browser of this machine, with this link, which works once:\n\n  ${link}\n`,
  )
  out.note('It ends with this terminal, or with Ctrl+C.')
  if (flags.open) openInBrowser(link)
  await ended
  await opened.close()
}
