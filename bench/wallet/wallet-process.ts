import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { openBrowserHost } from '../../electron/browser/browser-host.ts'
import { NO_KEYCHAIN, PASSPHRASE, PORTS } from './fixture.ts'

const COMMAND = resolve(import.meta.dirname, 'main.ts')

export interface WalletProcess {
  readonly link: string
  /** From the command to the link: the store is open then. */
  readonly openedMs: number
  readonly residentMb: () => number
  readonly stop: () => Promise<void>
}

/** The child's part: the wallet behind a browser until it is told to end, as `kabuken wallet serve` opens it. */
export async function serveWallet(folder: string, screens: string): Promise<void> {
  const opened = await openBrowserHost({
    folder,
    screens,
    port: 0,
    passphrase: PASSPHRASE,
    language: 'en',
    keychain: NO_KEYCHAIN,
    ports: PORTS,
    onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
  })
  process.once('SIGTERM', () => void opened.close())
  process.stdout.write(`${opened.link}\n`)
}

/** A wallet in a process of its own. */
export async function startWallet(folder: string, screens: string): Promise<WalletProcess> {
  const begun = performance.now()
  const child = spawn(process.execPath, [COMMAND, 'serve', folder, screens], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const { promise, resolve: found, reject } = Promise.withResolvers<string>()
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    said += text
    const link = /^(http.+)\n/.exec(said)?.[1]
    if (link !== undefined) found(link)
  })
  void ended.then(() => reject(new Error(`the wallet ended: ${said}`)))
  const link = await promise
  return {
    link,
    openedMs: performance.now() - begun,
    residentMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
