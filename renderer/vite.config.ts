import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const LICENCES = 'licenses.md'

/** Modules that are imported when others have run; without them there is no first screen. */
const FIRST = ['/start.tsx', '/features/portfolio/Portfolio.tsx']

/** The page names all that the first screen needs, so that a browser fetches it side by side instead of finding it bit by bit. */
function preloadFirstScreen(): Plugin {
  return {
    name: 'preload-first-screen',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const scripts = new Set<string>()
        const take = (file: string): void => {
          const chunk = bundle[file]
          if (chunk?.type !== 'chunk' || scripts.has(file)) return
          scripts.add(file)
          for (const imported of chunk.imports) take(imported)
        }
        for (const [file, chunk] of Object.entries(bundle))
          if (chunk.type === 'chunk' && FIRST.some((end) => chunk.facadeModuleId?.endsWith(end))) take(file)
        // Not the styles: a browser complains of those that it has in vain, while a new wallet begins elsewhere.
        return [...scripts]
          .filter((file) => !html.includes(file))
          .map((file) => ({
            tag: 'link',
            injectTo: 'head' as const,
            attrs: { rel: 'modulepreload', crossorigin: '', href: `./${file}` },
          }))
      },
    },
  }
}

/** A page that may fetch nothing can load modules of its own: the licences as one, for whoever wants to read them. */
function licencesAsModule(): Plugin {
  return {
    name: 'licences-as-module',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const licences = bundle[LICENCES]
        if (licences?.type !== 'asset') throw new Error(`the build makes no ${LICENCES}`)
        const source = `export default ${JSON.stringify(String(licences.source))}\n`
        this.emitFile({ type: 'asset', fileName: 'licences.js', source })
      },
    },
  }
}

/** The screens, for the browser host and for Electron alike: plain files that any origin can serve under a strict policy. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), preloadFirstScreen(), licencesAsModule()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    minify: true,
    // What of others is in these files, and under which licences: goes into the packages.
    license: { fileName: LICENCES },
    // The policy has no `data:` for fonts and scripts, and a module preload is not needed on a loopback address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Otherwise each icon of two screens would be a file of its own.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'icons', test: /lucide-react/ }] } } },
  },
})
