import type { Role } from '../../commit/role.ts'
import { openAccount } from './domain/accounts.ts'
import { deposit, withdraw } from './domain/bank.ts'
import { changeHold, placeHold, releaseHold } from './domain/holds.ts'
import { answerAccount, answerAccounts, answerStatement, answerTotals } from './domain/inquiries.ts'
import { payIssuer } from './domain/payment.ts'
import { claim, settle } from './domain/settle.ts'
import type { Tries } from './domain/tries.ts'
import {
  openClaim,
  openOrder,
  openOwn,
  openPayment,
  openReplacement,
  openSettlement,
  type Opening,
} from './evidence.ts'
import type { SettlementSettings } from './settings.ts'
import type { SettlementTables } from './tables.ts'

type Operations = Role<'settlement', SettlementTables, SettlementSettings, Tries>['operations']

/** What the settlement server does for whom, and what it verifies before it decides. */
export function settlementOperations(opening: Opening): Operations {
  return {
    'settlement.open-account': {
      prepare: (body, request) => openOwn(opening, body, request),
      decide: openAccount,
    },
    'settlement.hold': { prepare: (body, request) => openOrder(opening, body, request), decide: placeHold },
    'settlement.change-hold': {
      prepare: (body, request) => openReplacement(opening, body, request),
      decide: changeHold,
    },
    'settlement.release': { decide: releaseHold },
    'settlement.settle': { prepare: (body) => openSettlement(opening, body), decide: settle },
    'settlement.pay': { prepare: (body, request) => openPayment(opening, body, request), decide: payIssuer },
    'settlement.claim': { prepare: (body, request) => openClaim(opening, body, request), decide: claim },
    'settlement.deposit': { decide: deposit },
    'settlement.withdraw': { decide: withdraw },
    'settlement.account': { prepare: (body, request) => openOwn(opening, body, request), answer: answerAccount },
    'settlement.accounts': { answer: answerAccounts },
    'settlement.statement': { answer: answerStatement },
    'settlement.totals': { answer: answerTotals },
  }
}
