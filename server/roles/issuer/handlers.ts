import { toUtf8 } from '../../../shared/kernel/bytes.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import { hashJws } from '../../../shared/signing/jws.ts'
import { sha256Base64Url } from '../../../shared/signing/keys.ts'
import type { Role } from '../../commit/role.ts'
import { allot } from './domain/allot.ts'
import { approve } from './domain/approve.ts'
import { endorsedTransfer } from './domain/endorsed-transfer.ts'
import * as inquire from './domain/inquire.ts'
import { issue } from './domain/issue.ts'
import type { Payee } from './domain/issuing.ts'
import { demandList } from './domain/list.ts'
import { matchTransfer } from './domain/match-transfer.ts'
import { offer, type Terms } from './domain/offer.ts'
import { reissue } from './domain/reissue.ts'
import { stop } from './domain/stop.ts'
import { readEndorsement, readSellOrder, readSurrendered } from './evidence.ts'
import type { IssuerSettings } from './settings.ts'
import type { IssuerTables } from './tables.ts'

/** Seals the number of the issuer's own account to the settlement server, bound to the issuer and to this payment (SIG4). */
export type SealPayee = (paymentId: string) => Promise<string>

type Operations = Role<'issuer', IssuerTables, IssuerSettings, undefined>['operations']

/** Follows from the request, so that a request pays once however often it comes. */
function paymentIdOf(requestHash: string): string {
  return `pay-${requestHash}`
}

/** What the issuing agent does for whom, and what it verifies before it decides. */
export function issuerOperations(trust: DocumentTrust, sealPayee: SealPayee): Operations {
  return {
    'issuer.issue': {
      prepare: async (body, { jws }): Promise<Payee | null> => {
        if (body.ground.kind !== 'offering') return null
        const paymentId = paymentIdOf(await hashJws(jws))
        return { paymentId, account: await sealPayee(paymentId) }
      },
      decide: issue,
    },
    'issuer.match-transfer': { prepare: (body) => readSellOrder(trust, body), decide: matchTransfer },
    'issuer.transfer': { prepare: (body) => readEndorsement(trust, body), decide: endorsedTransfer },
    'issuer.reissue': { prepare: (body) => readSurrendered(trust, body), decide: reissue },
    'issuer.list-demand': { decide: demandList },
    'issuer.offer': {
      prepare: async ({ terms }): Promise<Terms> => {
        const bytes = toUtf8(terms)
        return { hash: await sha256Base64Url(bytes), bytes: bytes.length }
      },
      decide: offer,
    },
    'issuer.allot': { decide: allot },
    'issuer.stop': { decide: stop },
    'issuer.approve': { decide: approve },
    'issuer.offerings': { answer: inquire.offerings },
    'issuer.holdings': { answer: inquire.holdings },
    'issuer.certificate': { answer: inquire.certificate },
    'issuer.certificate-state': { answer: inquire.certificateState },
    'issuer.register': { answer: inquire.register },
    'issuer.history': { answer: inquire.history },
    'issuer.totals': { answer: inquire.totals },
  }
}
