import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { idsFrom } from '../../shared/kernel/ids.ts'
import type { Random } from '../../shared/kernel/ports.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { output } from '../../shared/terminal/output.ts'
import type { Language } from '../../shared/wallet-api/views.ts'
import { openBrowserHost } from '../browser/browser-host.ts'
import { ListenError } from '../browser/loopback.ts'
import { nodeAsChildProcess } from '../node/child-process.ts'
import { nodeProgram } from '../node/program.ts'
import { walletSocket } from '../wallet/connection/wallet-socket.ts'
import { detectKeychain } from '../wallet/keychain/choose.ts'
import { osKeychain } from '../wallet/keychain/os.ts'
import { inOwnWords } from './failure.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'
import { givenPassphrase } from './passphrase.ts'

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
  const screens = builtScreens()
  const program = nodeProgram(import.meta.dirname)
  const random: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) }
  const opened = await openBrowserHost({
    folder: flags.wallet,
    screens,
    port: flags.port,
    passphrase: givenPassphrase(flags.passphraseFile),
    language: ownLanguage(),
    keychain: { open: () => osKeychain(), detect: () => detectKeychain() },
    startNode: program === undefined ? undefined : nodeAsChildProcess(program),
    ports: {
      clock: { now: () => Date.now() },
      random,
      ids: idsFrom(random),
      fetch,
      openSocket: (url) => walletSocket(url),
      schedule: (delayMs, run) => {
        const timer = setTimeout(run, delayMs)
        return () => clearTimeout(timer)
      },
    },
    onFault: (fault) => out.note(`The wallet noticed a fault: ${faultWords(fault)}`),
  }).catch((error: unknown) => {
    if (error instanceof ListenError)
      throw new CommandFailed(EXIT.failed, error.code, 'This port cannot be used. Choose another one, or none.', error)
    throw error
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

/** Beside the program when it is installed, else where the build of this source tree puts them. */
function builtScreens(): string {
  const own = import.meta.dirname
  const folder = [join(own, 'renderer'), join(own, '../../out/renderer')].find((each) =>
    existsSync(join(each, 'index.html')),
  )
  if (folder === undefined)
    throw new CommandFailed(EXIT.usage, 'not_built', 'The screens are not built. Build them with: npm run build:app')
  return folder
}

/** As the system says; the person's own choice in the settings counts before it. */
function ownLanguage(): Language {
  return Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ja') ? 'ja' : 'en'
}

function faultWords(fault: unknown): string {
  return typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : String(fault)
}

/** The wallet must not outlive the terminal that it was opened from. */
function terminalEnds(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  if (process.stdin.isTTY) process.stdin.once('end', () => resolve()).resume()
  return promise
}

/** The link is the one argument; no shell reads it. Where nothing can open it, the person does. */
function openInBrowser(link: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  }
  const [command, ...before] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...before, link], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
