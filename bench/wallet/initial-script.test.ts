import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { expect, test, vi } from 'vitest'
import { initialScriptBytes, MAX_INITIAL_SCRIPT_BYTES } from './initial-script.ts'

test('the screens load less JavaScript at first than their limit', { timeout: 120_000 }, async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'kabuken-screens-'))
  // As it is delivered: a test's own environment would take in the libraries' checks for developers.
  vi.stubEnv('NODE_ENV', 'production')
  try {
    const configFile = resolve(import.meta.dirname, '../../renderer/vite.config.ts')
    await build({ configFile, logLevel: 'error', build: { outDir } })
    const bytes = await initialScriptBytes(outDir)
    // Far less than this would say that the imports were not found.
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThan(MAX_INITIAL_SCRIPT_BYTES)
  } finally {
    vi.unstubAllEnvs()
    await rm(outDir, { recursive: true, force: true })
  }
})
