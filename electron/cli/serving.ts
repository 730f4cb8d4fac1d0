import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assert } from '../../shared/kernel/assert.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import type { Language } from '../../shared/wallet-api/views.ts'
import { openBrowserHost, type BrowserHost } from '../browser/browser-host.ts'
import { ListenError } from '../browser/loopback.ts'
import type { SystemKeychain } from '../host/key-place.ts'
import { faultCode, openLog } from '../host/log.ts'
import { systemPorts } from '../host/system-ports.ts'
import { nodeAsChildProcess } from '../node/child-process.ts'
import { nodeProgram } from '../node/program.ts'

export interface ServedWallet {
  readonly folder: string
  readonly passphrase: string | undefined
  readonly keychain: SystemKeychain
  readonly language: Language
  /** On the loopback address; 0 lets the system choose. */
  readonly port: number
  readonly note: (text: string) => void
}

/** A wallet behind the built screens, for a browser of this machine. Throws CommandFailed where that cannot be. */
export async function serveInBrowser({ note, ...wallet }: ServedWallet): Promise<BrowserHost> {
  const program = nodeProgram(import.meta.dirname)
  const logFile = join(wallet.folder, 'logs', 'wallet.log')
  const log = openLog(logFile)
  return openBrowserHost({
    ...wallet,
    screens: builtScreens(),
    ports: systemPorts(),
    program: { version: ownVersion(), updates: () => ({ state: 'off' }), checkForUpdates: () => {} },
    startNode: program === undefined ? undefined : nodeAsChildProcess(program),
    onFault: (fault) => {
      log.fault('wallet', fault)
      note(`The wallet noticed a fault (${faultCode(fault)}). More is in ${logFile}`)
    },
  }).catch((error: unknown) => {
    if (error instanceof ListenError)
      throw new CommandFailed(EXIT.failed, error.code, 'This port cannot be used. Choose another one, or none.', error)
    throw error
  })
}

/** Beside the program when it is installed, else where the build of this source tree puts them. */
function builtScreens(): string {
  const page = beside('renderer/index.html', '../../out/renderer/index.html')
  if (page === undefined)
    throw new CommandFailed(EXIT.usage, 'not_built', 'The screens are not built. Build them with: npm run build:app')
  return dirname(page)
}

function ownVersion(): string {
  const description = beside('../package.json', '../../package.json')
  assert(description !== undefined, 'the package is described above the program')
  return (JSON.parse(readFileSync(description, 'utf8')) as { version: string }).version
}

/** The first of these that is there, from where this program is: the bundle, or this source tree. */
function beside(...paths: readonly string[]): string | undefined {
  return paths.map((path) => join(import.meta.dirname, path)).find((path) => existsSync(path))
}

/** As the system says; the person's own choice in the settings counts before it. */
export function ownLanguage(): Language {
  return Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ja') ? 'ja' : 'en'
}

/** The wallet must not outlive the terminal that it was opened from. */
export function terminalEnds(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  if (process.stdin.isTTY) process.stdin.once('end', () => resolve()).resume()
  return promise
}

/** The link is the one argument; no shell reads it. Where nothing can open it, the person does. */
export function openInBrowser(link: string): void {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open'],
    win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  }
  const [command, ...before] = openers[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...before, link], { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
