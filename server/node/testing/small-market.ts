import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeMarketLink } from '../../../shared/market/market-link.ts'
import { initNode } from '../init.ts'
import { freePort, SERVER_ROLES } from './market.ts'
import { Place } from './place.ts'

/** One company and one node with all four roles: what the tests of a wallet need of a market. */
export interface SmallMarket {
  /** Also for what the test itself keeps. */
  readonly folder: string
  readonly link: string
  readonly place: Place
  readonly start: () => Promise<void>
  /** Stops it and removes the folder. */
  readonly close: () => Promise<void>
}

/** It runs when this resolves. */
export async function openSmallMarket(companyName: string): Promise<SmallMarket> {
  const folder = mkdtempSync(join(tmpdir(), 'kabuken-small-'))
  const config = join(folder, 'node', 'kabuken.toml')
  mkdirSync(join(folder, 'node'))
  await initNode({
    configFile: config,
    roles: SERVER_ROLES,
    name: 'Test',
    marketName: 'Test Market',
    currency: 'JPY',
    demonstration: true,
    classes: [
      {
        security: 'HOSHI',
        companyName,
        incorporatedOn: '1987-06-14',
        authorised: 100_000n,
        referencePriceMinor: 1_000n,
      },
    ],
    host: '127.0.0.1',
    port: await freePort(),
    passphrase: undefined,
    progress: () => {},
  })
  const place = new Place(config, SERVER_ROLES)
  const market: SmallMarket = {
    folder,
    link: writeMarketLink(place.loaded.config.market),
    place,
    start: async () => {
      await place.start()
      await place.node.ready
    },
    close: async () => {
      await place.stop()
      rmSync(folder, { recursive: true })
    },
  }
  await market.start()
  return market
}
