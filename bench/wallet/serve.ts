/** `serve.ts FOLDER SCREENS`: the wallet behind a browser until it is told to end, with no more loaded than `kabuken wallet serve` loads. */
import { openBrowserHost } from '../../electron/browser/browser-host.ts'
import { systemPorts } from '../../electron/host/system-ports.ts'
import { assert } from '../../shared/kernel/assert.ts'
import { NO_KEYCHAIN, PASSPHRASE } from './key.ts'

const [folder, screens] = process.argv.slice(2)
assert(folder !== undefined && screens !== undefined, 'both folders are named')
const opened = await openBrowserHost({
  folder,
  screens,
  port: 0,
  passphrase: PASSPHRASE,
  language: 'en',
  keychain: NO_KEYCHAIN,
  ports: systemPorts(),
  onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
})
process.once('SIGTERM', () => void opened.close())
process.stdout.write(`${opened.link}\n`)
