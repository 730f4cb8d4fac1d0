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
    // The policy has no `data:` for fonts and scripts, and a module preload is not needed on a loopback address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
