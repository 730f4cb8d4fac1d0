import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Whether processes can be traced here: strace is installed and allowed. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0
}

/** Where a process can be killed: before what it wrote is made durable, or between two writes of one transaction. */
export type Call = 'fsync' | 'write'

const SYSTEM_CALLS: Readonly<Record<Call, string>> = { fsync: 'fsync,fdatasync', write: 'pwrite64' }

/**
 * Kills the process the moment it asks the system for the n-th such thing from now on: what it did before may be there,
 * nothing after it happened. Resolves when the trap is set.
 */
export async function killAt(
  victim: ChildProcess,
  call: Call,
  count: number,
): Promise<{ readonly release: () => Promise<void> }> {
  const calls = SYSTEM_CALLS[call]
  const inject = `inject=${calls}:signal=KILL:when=${count}`
  const tracer = spawn('strace', ['-f', '-e', `trace=${calls}`, '-e', inject, '-p', String(victim.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(tracer, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.on('data', (text: Buffer) => {
      said += text.toString()
      if (said.includes(`Process ${victim.pid} attached`)) resolve()
    })
    void ended.then(() => reject(new Error(`strace: ${said}`)))
  })
  return {
    async release() {
      tracer.kill('SIGINT')
      await ended
    },
  }
}
