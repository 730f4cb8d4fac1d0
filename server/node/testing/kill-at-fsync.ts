import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** Whether processes can be traced here: strace is installed and allowed. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0
}

/**
 * Kills the process at the moment at which it asks the disk for the n-th time from now to make something durable: what was
 * written before may be there, nothing after it happened. Resolves when the trap is set.
 */
export async function killAtFsync(
  victim: ChildProcess,
  count: number,
): Promise<{ readonly release: () => Promise<void> }> {
  const calls = 'fsync,fdatasync'
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
