import { accountOpened } from './cash.ts'
import type { Effects } from './effect.ts'
import { enrolled, renewed } from './enrolment.ts'
import { transferRegistered } from './hand-over.ts'
import { certificatesIssued } from './issue.ts'
import { orderReceived } from './orders.ts'
import { reissued } from './reissue.ts'

/** By operation; nothing follows from the others but that they were answered. */
export const effects: Effects = {
  'authority.enrol': enrolled,
  'authority.renew': renewed,
  'settlement.open-account': accountOpened,
  'issuer.issue': certificatesIssued,
  'issuer.transfer': transferRegistered,
  'issuer.reissue': reissued,
  'exchange.order': orderReceived,
}
