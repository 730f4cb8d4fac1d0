import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The screens, for the browser host and for Electron alike: plain files that any origin can serve under a strict policy. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    minify: true,
    // What of others is in these files, and under which licences: goes into the packages.
    license: { fileName: 'licenses.md' },
    // The policy has no `data:` for fonts and scripts, and a module preload is not needed on a loopback address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
