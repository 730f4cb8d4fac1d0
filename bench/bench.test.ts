import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBenchMarket } from './market.ts'
import { joinMarket, measureOrders, measureTransfers } from './measure.ts'

test('the measurements run on a market of today: every transfer is registered and every order accepted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kabuken-bench-'))
  const market = await openBenchMarket(join(folder, 'market'), 1)
  try {
    const size = { investors: 2, warmUp: 1, loaded: 2, idle: 1 }
    const investors = await joinMarket(market, size.investors)
    const transfers = await measureTransfers(market, investors, size, false)
    const orders = await measureOrders(market, investors, size, false)
    for (const { load, idle } of [transfers, orders])
      expect([load.requests, idle.requests]).toEqual([size.investors * size.loaded, size.investors * size.idle])
  } finally {
    await market.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
