/** `npm run bench -- [--quick] [--json] [--profile] [--folder DIR]`: what a market does in a second on this machine, beside what the machine can do. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLimits } from './limits.ts'
import { openBenchMarket, type BenchMarket } from './market.ts'
import { measureMatching } from './matching.ts'
import { joinMarket, measureOrders, measureTransfers, type Size } from './measure.ts'
import { runNode } from './node-process.ts'
import { report, type Figures } from './report.ts'

const FULL = {
  layouts: [1, 4] as readonly (1 | 4)[],
  size: { investors: 64, warmUp: 10, loaded: 50, idle: 3 },
  limitMs: 1_000,
  matching: 1_000_000,
  twin: 30_000,
}
const QUICK: typeof FULL = {
  layouts: [1],
  size: { investors: 16, warmUp: 5, loaded: 20, idle: 2 },
  limitMs: 200,
  matching: 200_000,
  twin: 5_000,
}
const SEED = 1
/** statfs(2): file systems in memory, on which a durable write is none. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6])

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      folder: { type: 'string', default: tmpdir() },
    },
  })
  const plan = values.quick ? QUICK : FULL
  const busyBefore = loadavg()[0] ?? 0
  if (IN_MEMORY.has(statfsSync(values.folder).type))
    throw new Error(`${values.folder} is in memory: give a folder on a disk (--folder DIR)`)
  const folder = mkdtempSync(join(values.folder, 'kabuken-bench-'))
  const tell = (text: string): void => {
    if (!values.json) process.stderr.write(`${text}\n`)
  }
  let open: BenchMarket | undefined
  const cleanUp = async (): Promise<void> => {
    await open?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(1)))
  try {
    tell('limits of the machine')
    const limits = await measureLimits(folder, plan.limitMs)
    const parts: Figures['parts'][number][] = []
    for (const processes of plan.layouts) {
      const where = processes === 1 ? 'all roles in one process' : 'each role in its own process'
      tell(`${where}: market and ${plan.size.investors} investors`)
      open = await openBenchMarket(join(folder, String(processes)), processes)
      parts.push(...(await measureMarket(open, plan.size, where, values.profile, tell)))
      await open.stop()
      open = undefined
    }
    tell('matching engine')
    const figures: Figures = {
      at: new Date().toISOString(),
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown processor',
        cores: availableParallelism(),
        node: process.versions.node,
        folder: values.folder,
        busyBefore,
      },
      limits,
      parts,
      matching: measureMatching(plan.matching, plan.twin, SEED),
    }
    process.stdout.write(`${values.json ? JSON.stringify(figures, null, 2) : `\n${report(figures)}`}\n`)
  } finally {
    await cleanUp()
  }
}

async function measureMarket(
  market: BenchMarket,
  size: Size,
  where: string,
  profiled: boolean,
  tell: (text: string) => void,
): Promise<Figures['parts'][number][]> {
  const investors = await joinMarket(market, size.investors)
  // First, because before there are shares nobody can order any.
  tell(`${where}: transfers`)
  const transfers = await measureTransfers(market, investors, size, profiled)
  tell(`${where}: orders`)
  const orders = await measureOrders(market, investors, size, profiled)
  return [
    { what: `Orders accepted, ${where}`, measured: orders },
    { what: `Transfers registered, ${where}`, measured: transfers },
  ]
}

const [mode, configFile] = process.argv.slice(2)
if (mode === 'node' && configFile !== undefined) await runNode(configFile)
else await bench()
