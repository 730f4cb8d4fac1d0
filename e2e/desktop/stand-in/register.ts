import { registerHooks } from 'node:module'

/** To be named in `--import`: from then on `electron` is the stand-in, however it is asked for. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron') return { url: new URL('electron.ts', import.meta.url).href, shortCircuit: true }
    return next(specifier, context)
  },
})
