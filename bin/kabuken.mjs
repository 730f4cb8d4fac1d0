#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { advice, isSupported } from './node-version.mjs'

const fromHere = (path) => new URL(path, import.meta.url)

/** Starts this file again under the Node that `npm ci` put into the checkout, and ends as that one ends. */
function runAgain(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

async function start() {
  // Node strips no types below node_modules, so an installed package runs the bundle that `npm run build` made.
  const entry = [fromHere('../server/main.ts'), fromHere('../out/kabuken.js')].find((file) => existsSync(file))
  if (entry === undefined) {
    process.stderr.write('kabuken: neither server/main.ts nor out/kabuken.js is here; run "npm run build" first.\n')
    process.exit(1)
  }
  // Halves the start of every command: what was compiled once is kept in the system's temporary folder.
  module.enableCompileCache()
  await import(entry.href)
}

const bundledNode = fileURLToPath(
  fromHere(`../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`),
)
if (isSupported) await start()
else if (existsSync(bundledNode)) runAgain(bundledNode)
else {
  process.stderr.write(`${advice}\n`)
  process.exit(1)
}
