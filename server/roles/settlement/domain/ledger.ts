import type { Event } from '../../../commit/decision.ts'
import { writeMembers } from '../../../../shared/documents/document.ts'
import { MAX_QUANTITY } from '../../../../shared/documents/fields.ts'
import type { AccountEntry } from '../../../../shared/documents/settlement.ts'
import { assert } from '../../../../shared/kernel/assert.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { settlementEvents } from '../../../../shared/protocol/catalogue/settlement.ts'
import type { AccountRow, SettlementReadView, SettlementView } from '../tables.ts'

/** 10^12 postings last 30,000 years at one a second; the digits keep keys in the order of their numbers. */
const DIGITS = 12
const BANK = 'bank:'

export interface Movement {
  /** Name of the account that pays. */
  readonly debit: string
  /** Name of the account that is paid. */
  readonly credit: string
  readonly amountMinor: bigint
  readonly kind: AccountEntry['kind']
  readonly reference: string
  readonly remark?: string | undefined
  readonly at: Millis
}

export function holderName(userId: string, currency: string): string {
  return `${userId}:${currency}`
}

/** The bank's side of the accounts in a currency. No user ID looks like it. */
export function bankName(currency: string): string {
  return `${BANK}${currency}`
}

export function entryKey(holder: string, sequence: bigint): string {
  return `${holder}:${sequence.toString().padStart(DIGITS, '0')}`
}

export function available({ balanceMinor, heldMinor }: AccountRow): bigint {
  return balanceMinor - heldMinor
}

/** The user's account in that currency, if it has that number. */
export function ownAccount(
  view: SettlementReadView,
  owner: { readonly userId: string; readonly currency: string; readonly number: string },
): AccountRow | undefined {
  const account = view.get('accounts', holderName(owner.userId, owner.currency))
  return account?.number === owner.number ? account : undefined
}

/** [SE1] No account is ever overdrawn, and nothing is held that is not there. */
function putAccount(view: SettlementView, account: AccountRow): void {
  const { balanceMinor, heldMinor } = account
  assert(heldMinor >= 0n && heldMinor <= balanceMinor && balanceMinor <= MAX_QUANTITY, 'an account out of its bounds')
  view.put('accounts', account)
}

function accountNamed(view: SettlementReadView, holder: string): AccountRow {
  const account = view.get('accounts', holder)
  assert(account !== undefined, 'an account that was opened')
  return account
}

/** Reserves money on an account, or frees it with a negative change. */
export function reserve(view: SettlementView, holder: string, changeMinor: bigint): void {
  const account = accountNamed(view, holder)
  putAccount(view, { ...account, heldMinor: account.heldMinor + changeMinor })
}

/** One movement in double entry ([SE1]). The caller has checked that the money is there. */
export function post(view: SettlementView, movement: Movement): void {
  const { debit, credit, amountMinor, kind, reference, remark, at } = movement
  assert(debit !== credit && amountMinor > 0n, 'a movement between two accounts')
  const posting = view.next('posting').toString().padStart(DIGITS, '0')
  const postedAt = BigInt(at)
  view.put('postings', { posting, debit, credit, amountMinor, kind, reference, remark: remark ?? null, postedAt })
  book(view, posting, debit, -amountMinor)
  book(view, posting, credit, amountMinor)
}

function book(view: SettlementView, posting: string, holder: string, changeMinor: bigint): void {
  if (holder.startsWith(BANK)) {
    bookBank(view, holder.slice(BANK.length), changeMinor)
    return
  }
  const account = accountNamed(view, holder)
  const balanceMinor = account.balanceMinor + changeMinor
  const sequence = account.entryCount + 1n
  putAccount(view, { ...account, balanceMinor, entryCount: sequence })
  view.put('entries', { entry: entryKey(holder, sequence), holder, sequence, posting, balanceMinor })
}

function bookBank(view: SettlementView, currency: string, changeMinor: bigint): void {
  const bank = view.get('bank', currency) ?? { currency, depositedMinor: 0n, withdrawnMinor: 0n }
  if (changeMinor < 0n) view.put('bank', { ...bank, depositedMinor: bank.depositedMinor - changeMinor })
  else view.put('bank', { ...bank, withdrawnMinor: bank.withdrawnMinor + changeMinor })
}

export function readEntry(view: SettlementReadView, key: string): AccountEntry {
  const entry = view.get('entries', key)
  const posting = entry === undefined ? undefined : view.get('postings', entry.posting)
  assert(entry !== undefined && posting !== undefined, 'an entry and its posting')
  return {
    sequence: entry.sequence,
    at: Number(posting.postedAt),
    kind: posting.kind as AccountEntry['kind'],
    creditMinor: posting.credit === entry.holder ? posting.amountMinor : 0n,
    debitMinor: posting.debit === entry.holder ? posting.amountMinor : 0n,
    balanceMinor: entry.balanceMinor,
    reference: posting.reference,
    ...(posting.remark !== null && { remark: posting.remark }),
  }
}

export function lastEntryKey(view: SettlementReadView, holder: string): string {
  return entryKey(holder, accountNamed(view, holder).entryCount)
}

/** Tells the owner the account's new state; after a movement with the entry that made it. */
export function accountEvent(view: SettlementReadView, holder: string, cause: 'moved' | 'reserved'): Event {
  const account = accountNamed(view, holder)
  const { userId, currency, number, balanceMinor, heldMinor } = account
  const body = writeMembers(settlementEvents.account, {
    accountEnding: number.slice(-4),
    currency,
    balanceMinor,
    heldMinor,
    availableMinor: available(account),
    ...(cause === 'moved' && { entry: readEntry(view, lastEntryKey(view, holder)) }),
  })
  return { topic: `user:${userId}`, kind: 'account', body }
}
