import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const CHILD = [process.execPath, join(import.meta.dirname, 'child.ts')] as const

export interface Line {
  readonly opened?: number
  readonly acknowledged?: number
  readonly failed?: string
  readonly shown?: number
  readonly refused?: string
}

/** What the child said until it ended, were it by SIGKILL. One file thread makes the order of system calls the same each run. */
export function runChild(command: readonly string[]): readonly Line[] {
  const [program = '', ...args] = command
  const { stdout } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } })
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]))
}

export interface RunningChild {
  readonly process: ChildProcess
  /** The next line; undefined when it has ended. */
  next(): Promise<Line | undefined>
  kill(): Promise<void>
}

export function startChild(args: readonly string[]): RunningChild {
  const [program, script] = CHILD
  const child = spawn(program, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    async next() {
      const { value, done } = await lines.next()
      return done === true ? undefined : (JSON.parse(value) as Line)
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export function lastAcknowledged(lines: readonly Line[]): number {
  return Math.max(0, ...lines.map((line) => line.acknowledged ?? 0))
}

export function isInstalled(...programs: readonly string[]): boolean {
  return programs.every((program) => spawnSync('which', [program]).status === 0)
}
