import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const COMMAND = resolve(import.meta.dirname, 'serve.ts')

export interface WalletProcess {
  readonly link: string
  /** From the command to the link: the store is open then. */
  readonly openedMs: number
  readonly residentMb: () => number
  readonly stop: () => Promise<void>
}

/** A wallet in a process of its own. */
export async function startWallet(folder: string, screens: string): Promise<WalletProcess> {
  const begun = performance.now()
  const child = spawn(process.execPath, [COMMAND, folder, screens], { stdio: ['ignore', 'pipe', 'inherit'] })
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
