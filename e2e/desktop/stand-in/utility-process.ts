import { fork, type StdioOptions } from 'node:child_process'
import { EventEmitter } from 'node:events'

interface ForkOptions {
  readonly stdio?: StdioOptions
  readonly env?: NodeJS.ProcessEnv
  readonly serviceName?: string
}

const running = new Map<number, string>()

/** Process IDs and names, as Electron tells them of all processes. */
export function utilityMetrics(): { pid: number; type: string; name: string }[] {
  return [...running].map(([pid, name]) => ({ pid, type: 'Utility', name }))
}

/** A Node process whose parent it finds as `process.parentPort`, like Electron's. */
export const utilityProcess = {
  fork(program: string, argv: readonly string[] = [], options: ForkOptions = {}) {
    const { stdio = 'inherit', env = process.env, serviceName = 'Node Utility Process' } = options
    const [input, output, errors] = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio]
    const child = fork(program, argv, {
      execArgv: ['--import', new URL('parent-port.ts', import.meta.url).href],
      stdio: [input, output, errors, 'ipc'],
      serialization: 'advanced',
      env,
    })
    const own = Object.assign(new EventEmitter(), {
      pid: child.pid,
      stdout: child.stdout,
      stderr: child.stderr,
      postMessage: (message: unknown): void => void child.send(message as object),
      kill: (): boolean => child.kill('SIGTERM'),
    })
    const { pid } = child
    if (pid !== undefined) running.set(pid, serviceName)
    child.on('spawn', () => own.emit('spawn'))
    child.on('message', (message) => own.emit('message', message))
    child.on('exit', (code, signal) => {
      Object.assign(own, { pid: undefined })
      if (pid !== undefined) running.delete(pid)
      own.emit('exit', code ?? (signal === null ? 0 : 1))
    })
    return own
  },
}
