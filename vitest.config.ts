import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { include: ['{shared,server,electron,demo,scripts,bench}/**/*.test.ts'], environment: 'node' },
})
