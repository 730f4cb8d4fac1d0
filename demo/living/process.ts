import { rmSync } from 'node:fs'
import { openLivingMarket } from './market.ts'
import type { Opening, Order, Report } from './messages.ts'

/**
 * Servers and simulated investors in a process of their own, so that the wallet never waits for them. It ends when it is told to,
 * and when whoever started it is gone.
 */
const { temporary, ...opening } = JSON.parse(process.argv[2] ?? '') as Opening

// What ends a terminal reaches each of its processes: this one ends after the wallet, when it is told to or left alone.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {})

const market = await openLivingMarket({
  ...opening,
  onFault: (fault) => void process.stderr.write(`The demonstration market noticed a fault: ${String(fault)}\n`),
})

function report(message: Report): void {
  if (process.connected) process.send?.(message)
}

async function carryOut(order: Order): Promise<void> {
  switch (order.kind) {
    case 'welcome':
      await market.welcome()
      return report({ kind: 'welcomed' })
    case 'open':
      market.open()
      if (order.you === undefined) return
      return report({ kind: 'handed-over', handedOver: await market.handOver(order.you) })
    case 'end':
      report({ kind: 'ended', violations: order.check ? await market.closeAndCheck() : [] })
      return end()
  }
}

let ending: Promise<void> | undefined
function end(): Promise<void> {
  ending ??= market.stop().finally(() => process.exit())
  return ending
}

process.on('message', (order: Order) => {
  carryOut(order).catch((fault: unknown) => {
    // What was under way when the market ended is nobody's fault.
    if (ending !== undefined) return
    process.stderr.write(`The demonstration market: ${String(fault)}\n`)
  })
})
process.once('disconnect', () => {
  if (ending === undefined && temporary !== undefined)
    process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
  void end()
})
report({ kind: 'ready', link: market.link })
