import { fork, type StdioOptions } from 'node:child_process'
import { EventEmitter } from 'node:events'

/** A Node process whose parent it finds as `process.parentPort`, like Electron's. */
export const utilityProcess = {
  fork(program: string, argv: readonly string[] = [], options: { stdio?: StdioOptions; env?: NodeJS.ProcessEnv } = {}) {
    const { stdio = 'inherit', env = process.env } = options
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
    child.on('spawn', () => own.emit('spawn'))
    child.on('message', (message) => own.emit('message', message))
    child.on('exit', (code, signal) => {
      Object.assign(own, { pid: undefined })
      own.emit('exit', code ?? (signal === null ? 0 : 1))
    })
    return own
  },
}
