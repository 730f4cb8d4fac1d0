import type { Role } from '../../commit/role.ts'
import { toBase64, type Bytes } from '../../../shared/kernel/bytes.ts'
import type { MarketMember } from '../../../shared/documents/market-descriptor.ts'
import { authorityOperations } from './handlers.ts'
import type { IssuingDesk } from './issuing.ts'
import type { Committed } from './prepare.ts'
import { crlPeriodMs, termsHash, type AuthoritySettings, type AuthorityTerms } from './settings.ts'
import { authorityTables, PRESENT, type AuthorityTables } from './tables.ts'

/** A list is late by at most this part of its period. */
const LOOKS_PER_PERIOD = 4

/**
 * The certificate authority server 5 ([0020]). `committed` reads what is stored at the time of the call; `rootDer` is the
 * certificate of the offline root, whose key is not here (CA5); `self` is how the descriptor names this server.
 */
export function authorityRole(
  settings: AuthoritySettings,
  resources: {
    readonly desk: IssuingDesk
    readonly rootDer: Bytes
    readonly self: MarketMember
    readonly committed: Committed
  },
): Role<'authority', AuthorityTables, AuthorityTerms, undefined> {
  const { desk, rootDer, self, committed } = resources
  const terms = { ...settings, root: toBase64(rootDer), issuing: toBase64(desk.issuer.certificate.der), self }
  const period = crlPeriodMs(settings)
  return {
    name: 'authority',
    tables: authorityTables,
    settings: terms,
    remember: () => undefined,
    operations: authorityOperations({ desk, terms, committed }),
    replies: {},
    atStart: [
      { operation: 'authority.crl', body: {} },
      { operation: 'authority.describe', body: { terms: termsHash(terms) } },
    ],
    timers: [
      {
        operation: 'authority.crl',
        everyMs: period / LOOKS_PER_PERIOD,
        body: {},
        due: (view, now) => {
          const list = view.get('lists', PRESENT)
          return list === undefined || now >= Number(list.thisUpdateAt) + period
        },
      },
    ],
    publicTopics: [],
  }
}
