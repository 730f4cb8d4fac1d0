import { advice, isSupported } from '../bin/node-version.mjs'

if (!isSupported) {
  process.stderr.write(`${advice}\n`)
  process.exit(1)
}
