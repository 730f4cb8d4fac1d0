/** `npm run bench:wallet -- [--certificates N] [--times N] [--folder DIR] [--json]`: a wallet with ten thousand certificates on the screen. */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from '@playwright/test'
import { build } from 'vite'
import { makeWallet } from './fixture.ts'
import { initialScriptBytes } from './initial-script.ts'
import { scrollPlainRows } from './limit.ts'
import { report, type Figures, type Run } from './report.ts'
import { visit } from './screens.ts'
import { startWallet } from './wallet-process.ts'

const CHROMIUM = process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium'
const RENDERER = resolve(import.meta.dirname, '../../renderer')

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      certificates: { type: 'string', default: '10000' },
      times: { type: 'string', default: '3' },
      /** Of the wallet: making it syncs each of its files, which takes minutes on a slow disk. */
      folder: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
    },
  })
  const certificates = Number(values.certificates)
  const tell = (text: string): void => {
    if (!values.json) process.stderr.write(`${text}\n`)
  }
  const folder = mkdtempSync(join(values.folder, 'kabuken-bench-wallet-'))
  let browser: Browser | undefined
  try {
    const screens = join(folder, 'screens')
    await build({ configFile: join(RENDERER, 'vite.config.ts'), logLevel: 'error', build: { outDir: screens } })
    tell(`a wallet with ${certificates} certificates`)
    const wallet = await makeWallet(folder, certificates)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    const runs: Run[] = []
    for (let run = 1; run <= Number(values.times); run += 1) {
      tell(`run ${run}`)
      runs.push(await runOnce(browser, wallet, screens, certificates))
    }
    const figures: Figures = {
      at: new Date().toISOString(),
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown processor',
        cores: availableParallelism(),
        node: process.versions.node,
        browser: browser.version(),
      },
      certificates,
      initialScriptBytes: await initialScriptBytes(screens),
      runs,
    }
    process.stdout.write(`${values.json ? JSON.stringify(figures, null, 2) : `\n${report(figures)}`}\n`)
  } finally {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runOnce(browser: Browser, folder: string, screens: string, certificates: number): Promise<Run> {
  const load = loadavg()[0] ?? 0
  const wallet = await startWallet(folder, screens)
  try {
    const figures = await visit(browser, wallet.link)
    const plain = await scrollPlainRows(browser, certificates)
    return { ...figures, plain, openedMs: wallet.openedMs, hostMb: wallet.residentMb(), load }
  } finally {
    await wallet.stop()
  }
}

await bench()
