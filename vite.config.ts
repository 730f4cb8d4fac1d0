import { defineConfig } from 'vite'

/** Bundles the `kabuken` command, because Node strips no types from an installed package. Libraries stay outside. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out',
    // The screens and the desktop application are built into folders of their own below it.
    emptyOutDir: false,
    rolldownOptions: {
      // The command, and the node that the wallet runs as a process of its own.
      input: { kabuken: 'server/main.ts', bundled: 'server/node/bundled.ts' },
      output: { chunkFileNames: '[name]-[hash].js' },
    },
  },
})
