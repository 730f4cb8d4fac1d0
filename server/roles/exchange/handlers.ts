import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { CommandHandler } from '../../commit/decision.ts'
import type { Role } from '../../commit/role.ts'
import { cancelAll, cancelOrder } from './domain/cancel.ts'
import { demandAnswered, demandList, takeList } from './domain/certificate-list.ts'
import type { OrderEvidence } from './domain/checks.ts'
import { settlementAnswered, transferAnswered } from './domain/completion.ts'
import { closeDay, expireOrders, haltTrading, listClass, openMarket } from './domain/market-day.ts'
import type { Books } from './domain/memory.ts'
import { holdAnswered, placeOrder } from './domain/order.ts'
import { changeAnswered, replaceOrder } from './domain/replace.ts'
import { resolveMatch } from './domain/resolve.ts'
import * as inquiries from './inquiries.ts'
import type { ExchangeSettings } from './settings.ts'
import type { ExchangeTables } from './tables.ts'

type ExchangeRole = Role<'exchange', ExchangeTables, ExchangeSettings, Books>
type PlaceOrder = CommandHandler<ExchangeTables, ExchangeSettings, Books, 'exchange.order', OrderEvidence>

/** S73, S74: the issuer's signatures on the certificates of a sell order, before the queue. */
function prepareOrder(trust: DocumentTrust): NonNullable<PlaceOrder['prepare']> {
  return (body) =>
    body.side === 'buy'
      ? Promise.resolve([])
      : Promise.all(body.certificates.map((certificate) => trust.verifyShareCertificate(certificate)))
}

export function exchangeOperations(trust: DocumentTrust): ExchangeRole['operations'] {
  const order: PlaceOrder = { prepare: prepareOrder(trust), decide: placeOrder }
  return {
    'exchange.order': order,
    'exchange.cancel': { decide: cancelOrder },
    'exchange.cancel-all': { decide: cancelAll },
    'exchange.replace': { decide: replaceOrder },
    'exchange.certificate-list': { decide: takeList },
    'exchange.resolve': { decide: resolveMatch },
    'exchange.halt': { decide: haltTrading },
    'exchange.close-day': { decide: closeDay },
    'exchange.expire': { decide: expireOrders },
    'exchange.list': { decide: listClass },
    'exchange.open': { decide: openMarket },
    'exchange.demand-list': { decide: demandList },
    'exchange.order-status': { answer: inquiries.orderStatus },
    'exchange.orders': { answer: inquiries.orders },
    'exchange.listings': { answer: inquiries.listings },
    'exchange.book': { answer: inquiries.book },
    'exchange.trades': { answer: inquiries.trades },
    'exchange.matches': { answer: inquiries.matches },
    'exchange.totals': { answer: inquiries.totals },
  }
}

export const exchangeReplies: ExchangeRole['replies'] = {
  'settlement.hold': { decide: holdAnswered },
  'settlement.change-hold': { decide: changeAnswered },
  'settlement.settle': { decide: settlementAnswered },
  'issuer.match-transfer': { decide: transferAnswered },
  'issuer.list-demand': { decide: demandAnswered },
}
