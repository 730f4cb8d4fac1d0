import { spawn, type SpawnOptions } from 'node:child_process'

/** A program that must not outlive this one. Resolves to whether it ended well. */
export async function run(args: readonly string[], options: SpawnOptions): Promise<boolean> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  const kill = (): void => void child.kill()
  process.once('exit', kill)
  const code = await new Promise((resolve) => child.once('exit', resolve).once('error', () => resolve(1)))
  process.off('exit', kill)
  return code === 0
}
