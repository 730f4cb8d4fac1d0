import { completionNotice } from '../../../shared/documents/completion-notice.ts'
import { readMembers } from '../../../shared/documents/document.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { AccountBinding } from '../../../shared/signing/jwe.ts'
import type { Prepared } from '../../commit/decision.ts'
import type { Role } from '../../commit/role.ts'
import { openAccount } from './domain/accounts.ts'
import { deposit, withdraw } from './domain/bank.ts'
import type { ClaimEvidence, Evidence, SettlementEvidence } from './domain/evidence.ts'
import { changeHold, placeHold, releaseHold } from './domain/holds.ts'
import { answerAccount, answerAccounts, answerStatement, sumCurrencies } from './domain/inquiries.ts'
import { payIssuer } from './domain/payment.ts'
import { claim, settle } from './domain/settle.ts'
import type { Tries } from './domain/tries.ts'
import { readOrder, readPayment, readReplacement } from './evidence.ts'
import type { SettlementSettings } from './settings.ts'
import type { SettlementTables } from './tables.ts'

/** Decrypts an account number that is bound to a user and a request (SIG4). */
export type OpenAccount = (jwe: string, expected: AccountBinding) => Promise<Result<string, Refusal>>

type Operations = Role<'settlement', SettlementTables, SettlementSettings, Tries>['operations']

/** What the settlement server does for whom, and what it verifies and decrypts before it decides. */
export function settlementOperations(trust: DocumentTrust, open: OpenAccount): Operations {
  const ownAccount = (jwe: string, { sender, id }: Prepared): Promise<Evidence<string>> =>
    open(jwe, { userId: sender.name, requestId: id })
  return {
    'settlement.open-account': { prepare: ({ account }, request) => ownAccount(account, request), decide: openAccount },
    'settlement.hold': { prepare: (body, { sender }) => readOrder(trust, open, body, sender.name), decide: placeHold },
    'settlement.change-hold': {
      prepare: (body, { sender }) => readReplacement(trust, body, sender.name),
      decide: changeHold,
    },
    'settlement.release': { decide: releaseHold },
    'settlement.settle': { prepare: (body) => readSettlement(open, body), decide: settle },
    'settlement.pay': { prepare: (body, { sender }) => readPayment(trust, open, body, sender.name), decide: payIssuer },
    'settlement.claim': { prepare: (body, request) => readClaim(trust, open, body, request), decide: claim },
    'settlement.account': { prepare: ({ account }, request) => ownAccount(account, request), answer: answerAccount },
    'settlement.accounts': { answer: answerAccounts },
    'settlement.deposit': { decide: deposit },
    'settlement.withdraw': { decide: withdraw },
    'settlement.statement': { answer: answerStatement },
    'settlement.totals': { answer: (view) => ok({ currencies: sumCurrencies(view) }) },
  }
}

/** The numbers are bound to the two orders; the decision compares these with the orders that the holds were placed for. */
async function readSettlement(
  open: OpenAccount,
  { buyerAccount, sellerAccount, buyOrder, sellOrder }: RequestBody<'settlement.settle'>,
): Promise<Evidence<SettlementEvidence>> {
  const [buyer, seller] = await Promise.all([open(buyerAccount, buyOrder), open(sellerAccount, sellOrder)])
  if (!buyer.ok) return buyer
  return seller.ok ? ok({ buyerAccount: buyer.value, sellerAccount: seller.value }) : seller
}

async function readClaim(
  trust: DocumentTrust,
  open: OpenAccount,
  body: RequestBody<'settlement.claim'>,
  { sender, id }: Prepared,
): Promise<Evidence<ClaimEvidence>> {
  const signed = await trust.verifyWith(body.completionNotice, completionNotice.typ, body.exchangeCertificate)
  if (!signed.ok) return signed
  if (signed.value.signer.role !== 'exchange')
    return refuse('wrong_role', 'a completion notice is signed by an exchange')
  const notice = readMembers(completionNotice.schema, signed.value.payload)
  if (!notice.ok) return notice
  const account = await open(body.account, { userId: sender.name, requestId: id })
  return account.ok
    ? ok({ exchange: signed.value.signer.userId, notice: notice.value, account: account.value })
    : account
}
