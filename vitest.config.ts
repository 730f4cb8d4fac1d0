import './scripts/require-node.mjs'
import { defineConfig } from 'vitest/config'

const seconds = 1_000

export default defineConfig({
  test: {
    include: ['{shared,server,electron,renderer,demo,scripts,bench,e2e}/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    // Tests start servers, databases and child processes of their own: two files at a time fill two busy cores.
    maxWorkers: 2,
    testTimeout: 120 * seconds,
    hookTimeout: 180 * seconds,
    reporters: ['default', './scripts/test-summary.ts'],
  },
})
