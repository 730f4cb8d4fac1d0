import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What can be made of the sources, and how. Paths from the root of the source tree. */
interface Build {
  readonly name: string
  readonly sources: readonly string[]
  readonly output: string
  /** A program of an installed package, with its arguments. */
  readonly command: readonly [string, ...string[]]
}

export const SCREENS: Build = {
  name: 'the screens',
  sources: ['renderer', 'shared', 'package-lock.json'],
  output: 'out/renderer/index.html',
  command: ['node_modules/vite/bin/vite.js', 'build', 'renderer', '--logLevel', 'warn'],
}

export const DESKTOP: Build = {
  name: 'the desktop application',
  sources: ['electron', 'server', 'shared', 'electron.vite.config.ts', 'package-lock.json'],
  output: 'out/main/index.js',
  command: ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
}

/** Whether the output is missing or older than any of its sources. */
export function isOutOfDate(root: string, { sources, output }: Pick<Build, 'sources' | 'output'>): boolean {
  const built = statSync(join(root, output), { throwIfNoEntry: false })
  return built === undefined || sources.some((source) => newest(join(root, source)) > built.mtimeMs)
}

/** When a file, or any in a folder, was last changed; tests do not count. */
function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 0
  if (!found.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : found.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

/** Resolves to whether it is there and up to date now. */
export async function bringUpToDate(build: Build, say: (text: string) => void): Promise<boolean> {
  if (!isOutOfDate(ROOT, build)) return true
  say(`Building ${build.name} …`)
  const began = performance.now()
  const [program, ...args] = build.command
  const done = await run([join(ROOT, program), ...args], { cwd: ROOT })
  if (done) say(`Built in ${((performance.now() - began) / 1000).toFixed(0)} s.`)
  return done
}
