import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

/** In what the wallet is shown, and for a browser, why not in its own window. */
export type Shown =
  | { readonly kind: 'electron'; readonly binary: string }
  | { readonly kind: 'browser'; readonly why: string }

export interface Circumstances {
  /** The person asked for a browser. */
  readonly browser: boolean
  /** The person makes a wallet of their own, key and all. */
  readonly isNew: boolean
  readonly hasDisplay: boolean
  /** Undefined where there is none. */
  readonly binary: string | undefined
}

export function chooseWindow({ browser, isNew, hasDisplay, binary }: Circumstances): Shown {
  if (browser) return { kind: 'browser', why: 'as you asked' }
  if (isNew) return { kind: 'browser', why: "so that no play key gets into this system's keychain" }
  if (!hasDisplay) return { kind: 'browser', why: 'this machine has no display' }
  if (binary === undefined) return { kind: 'browser', why: "Electron's program is not here and could not be fetched" }
  return { kind: 'electron', binary }
}

/** Over SSH the windows of a Mac or of Windows are somebody else's. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'darwin' || platform === 'win32') return env['SSH_CONNECTION'] === undefined
  return (env['DISPLAY'] ?? env['WAYLAND_DISPLAY'] ?? '') !== ''
}

/** Where the package `electron` says its program is. Importing the package would fetch it. */
export function electronBinary(electronPackage: string): string | undefined {
  const named = join(electronPackage, 'path.txt')
  if (!existsSync(named)) return undefined
  const binary = join(electronPackage, 'dist', readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

const FETCH_MS = 120_000

/** Electron's own install script, which the installation of packages may have skipped. It may fail: then there is a browser. */
export async function fetchElectron(electronPackage: string): Promise<void> {
  const script = join(electronPackage, 'install.js')
  if (!existsSync(script)) return
  await run([script], { timeout: FETCH_MS })
}

/** An Electron that cannot run here (no sandbox, missing libraries) ends before this, and not well. */
const STARTED_MS = 15_000

export interface RunningElectron {
  /** Resolves when it has ended, to whether it was shown at all. */
  readonly ended: Promise<boolean>
  readonly close: () => Promise<void>
}

export function runElectron(binary: string, args: readonly string[]): RunningElectron {
  const began = performance.now()
  const child = spawn(binary, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise<boolean>((resolve) => {
    child.once('exit', (code) => resolve(code === 0 || performance.now() - began > STARTED_MS))
    child.once('error', () => resolve(false))
  })
  return {
    ended,
    close: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
