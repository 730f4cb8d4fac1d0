import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** Of the longest story, with everything that is built and started for it. */
export const STORY_LIMIT = { timeout: 15 * 60_000 } as const

/** Runs one file of e2e/screens in the desktop application. Resolves to its last line, which counts; rejects with all that it wrote. */
export function tellStory(file: string, where: 'electron' | 'stand-in'): Promise<string> {
  const { promise, resolve: done, reject } = Promise.withResolvers<string>()
  execFile(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', join('e2e/screens', file)],
    { cwd: ROOT, env: { ...process.env, KABUKEN_SCREENS: where } },
    (error, stdout, stderr) => {
      if (error === null) done(stdout.trimEnd().split('\n').at(-1) ?? '')
      else reject(new Error(`${stdout}\n${stderr}`))
    },
  )
  return promise
}

/** Also a story that was skipped would pass. */
export const ALL_PASSED = /^[1-9]\d* passed, 0 failed, 0 skipped$/
