import { classKey } from '../../../shared/documents/fields.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { Role, Timer } from '../../commit/role.ts'
import { expiryDue } from './domain/market-day.ts'
import { rememberBooks, type Books } from './domain/memory.ts'
import { exchangeOperations, exchangeReplies } from './handlers.ts'
import type { ExchangeSettings, ListingSettings } from './settings.ts'
import { exchangeTables, type ExchangeTables } from './tables.ts'

/** How late an order may end after its date. */
const EXPIRE_EVERY_MS = 1_000
/** How often an issuer that could not be asked is asked again. */
const DEMAND_EVERY_MS = 15_000

type ExchangeTimer = Timer<ExchangeTables, Books>

/** The exchange: order intake, matching, completion, market data (23, 24, 25). */
export function exchangeRole(
  settings: ExchangeSettings,
  trust: DocumentTrust,
): Role<'exchange', ExchangeTables, ExchangeSettings, Books> {
  const { listings } = settings
  return {
    name: 'exchange',
    tables: exchangeTables,
    settings,
    remember: rememberBooks,
    operations: exchangeOperations(trust),
    replies: exchangeReplies,
    atStart: [
      ...listings.map((listing) => ({ operation: 'exchange.list' as const, body: { ...listing } })),
      { operation: 'exchange.open', body: { classes: listings.map(refOf) } },
      // One question a class: an issuer that the market does not have yet holds up only its own.
      ...listings.map((listing) => ({ operation: 'exchange.demand-list' as const, body: refOf(listing) })),
    ],
    timers: [
      { operation: 'exchange.expire', everyMs: EXPIRE_EVERY_MS, body: {}, due: expiryDue },
      ...listings.map(demandTimer),
    ],
    publicTopics: ['market:'],
  }
}

const refOf = ({ security, shareClass }: ListingSettings) => ({ security, shareClass })

function demandTimer(listing: ListingSettings): ExchangeTimer {
  return {
    operation: 'exchange.demand-list',
    everyMs: DEMAND_EVERY_MS,
    body: refOf(listing),
    due: (view) => {
      const list = view.get('lists', classKey(listing))
      return list === undefined || (!list.received && !list.demanded)
    },
  }
}
