import { spawn, type SpawnOptions } from 'node:child_process'

/** A program that must not outlive this one. Resolves to whether it ended well; if it did not, its complaints are shown. */
export async function run(args: readonly string[], options: SpawnOptions): Promise<boolean> {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  const complaints: Buffer[] = []
  child.stderr?.on('data', (part: Buffer) => complaints.push(part))
  const kill = (): void => void child.kill()
  process.once('exit', kill)
  const code = await new Promise((resolve) => child.once('close', resolve).once('error', () => resolve(1)))
  process.off('exit', kill)
  if (code !== 0) process.stderr.write(Buffer.concat(complaints))
  return code === 0
}
