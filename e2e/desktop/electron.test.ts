import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { whyNoElectron } from './desktop.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const MINUTES_MS = 60_000

/** From the empty folder to a sold share. Other files look at the socket of the browser's host, or start it with settings of its own. */
const FILES = ['first-run.test.ts', 'market.test.ts']

for (const file of FILES)
  test(`[P15] the tests of the screens in Electron: ${file}`, { timeout: 15 * MINUTES_MS }, async ({ skip }) => {
    if (whyNoElectron !== undefined) return skip(whyNoElectron)
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', join('e2e/screens', file)],
      { cwd: ROOT, env: { ...process.env, KABUKEN_SCREENS: 'electron' } },
    )
    expect(stdout).toMatch(/\d+ passed, 0 failed/)
  })
