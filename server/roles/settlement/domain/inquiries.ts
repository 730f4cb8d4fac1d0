import { writeMembers } from '../../../../shared/documents/document.ts'
import { accountEntry, type AccountEntry, type AccountStatement } from '../../../../shared/documents/settlement.ts'
import { toUtf8 } from '../../../../shared/kernel/bytes.ts'
import type { Millis } from '../../../../shared/kernel/ports.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { ReplyBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { AccountRow, SettlementReadView } from '../tables.ts'
import type { Answer } from './contract.ts'
import type { Evidence } from './evidence.ts'
import { restOf } from './holds.ts'
import { available, entryKey, holderName, readEntry } from './ledger.ts'
import { checkInquiry, countInquiry } from './tries.ts'

/** Entries on a page: at most so many, and at most so many bytes of them, for remarks are long. */
const PAGE_ENTRIES = 200
/** Of the 48 KiB that a signed message of 64 KiB has for its payload; holds take up to 16 KiB, the frame the rest. */
const PAGE_BYTES = 28 * 1024
/** Holds shown, each up to 218 bytes; their sum is in `heldMinor` always. */
const SHOWN_HOLDS = 75
/** Accounts on a page, each up to 550 bytes with a name of 120 characters. */
const PAGE_ACCOUNTS = 80
/** Rows read at once where a whole table is summed. */
const SUM_ROWS = 1_000

interface Page {
  readonly entries: AccountEntry[]
  readonly more: boolean
}

function readPage(view: SettlementReadView, account: AccountRow, after: bigint, until?: Millis): Page {
  const entries: AccountEntry[] = []
  let bytes = 0
  for (let sequence = after + 1n; sequence <= account.entryCount; sequence += 1n) {
    const entry = readEntry(view, entryKey(account.holder, sequence))
    if (until !== undefined && entry.at >= until) return { entries, more: false }
    bytes += toUtf8(JSON.stringify(writeMembers(accountEntry, entry))).length
    if (entries.length === PAGE_ENTRIES || bytes > PAGE_BYTES) return { entries, more: true }
    entries.push(entry)
  }
  return { entries, more: false }
}

/** Number of the last entry before an instant: entries are in the order of time, so halving finds it. */
function lastBefore(view: SettlementReadView, account: AccountRow, from: Millis): bigint {
  let before = 0n
  let notBefore = account.entryCount + 1n
  while (notBefore - before > 1n) {
    const middle = (before + notBefore) / 2n
    if (readEntry(view, entryKey(account.holder, middle)).at < from) before = middle
    else notBefore = middle
  }
  return before
}

function readHolds(view: SettlementReadView, { holder }: AccountRow): AccountStatement['holds'] {
  return view
    .where('holds', 'reservedOn', holder)
    .slice(0, SHOWN_HOLDS)
    .map((hold) => {
      const { holdId, orderHash, placedAt } = hold
      return { holdId, orderHash, amountMinor: restOf(hold), placedAt: Number(placedAt) }
    })
}

/** [SE4] One's own account by its number; whatever else the number is, the answer is the same ([A23]). */
export const answerAccount: Answer<'settlement.account', Evidence<string>> = (view, inquiry, { settings, memory }) => {
  const { sender, body, evidence } = inquiry
  if (!evidence.ok) return evidence
  const tries = checkInquiry(view, memory, inquiry, settings)
  if (!tries.ok) return tries
  const account = view.where('accounts', 'number', evidence.value).find(({ userId }) => userId === sender.name)
  if (account === undefined) {
    countInquiry(memory, inquiry)
    return refuse('account_unknown', 'no such account of this user')
  }
  const start = body.from === undefined ? 0n : lastBefore(view, account, body.from)
  const after = body.after !== undefined && body.after > start ? body.after : start
  return ok({
    userId: account.userId,
    accountEnding: account.number.slice(-4),
    currency: account.currency,
    balanceMinor: account.balanceMinor,
    heldMinor: account.heldMinor,
    availableMinor: available(account),
    holds: readHolds(view, account),
    ...readPage(view, account, after, body.until),
  })
}

/** A user's accounts stay on one page, so that the next begins after the user. */
export const answerAccounts: Answer<'settlement.accounts'> = (view, { body }) => {
  // Keys are `<user ID>:<currency>`, and `;` is the character after the colon.
  const rows = view.range('accounts', body.after === undefined ? '' : `${body.after};`, PAGE_ACCOUNTS + 1)
  const cut = rows.length > PAGE_ACCOUNTS ? rows.at(-1)?.userId : undefined
  const page = rows.filter(({ userId }) => userId !== cut)
  const accounts = page.map(({ userId, name, number, currency, balanceMinor, heldMinor }) => ({
    userId,
    name,
    accountEnding: number.slice(-4),
    currency,
    balanceMinor,
    heldMinor,
  }))
  return ok({ accounts, more: cut !== undefined })
}

/** [SE5] */
export const answerStatement: Answer<'settlement.statement'> = (view, { body }) => {
  const account = view.get('accounts', holderName(body.userId, body.currency))
  if (account === undefined) return refuse('account_unknown', 'no such account of this user')
  return ok(readPage(view, account, body.after ?? 0n))
}

type Totals = ReplyBody<'settlement.totals'>['currencies'][number]

/** Sums the accounts themselves, so that an operator sees whether they equal deposits less withdrawals. */
export const answerTotals: Answer<'settlement.totals'> = (view) => {
  const sums = new Map<string, Totals>()
  let rows = view.range('accounts', '', SUM_ROWS)
  while (rows.length > 0) {
    for (const { currency, balanceMinor, heldMinor } of rows) {
      const sum = sums.get(currency) ?? startSum(view, currency)
      sums.set(currency, {
        ...sum,
        balancesMinor: sum.balancesMinor + balanceMinor,
        heldMinor: sum.heldMinor + heldMinor,
      })
    }
    rows = view.range('accounts', rows.at(-1)?.holder ?? '', SUM_ROWS)
  }
  const currencies = [...sums.values()].toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
  return ok({ currencies })
}

function startSum(view: SettlementReadView, currency: string): Totals {
  const bank = view.get('bank', currency)
  return {
    currency,
    depositedMinor: bank?.depositedMinor ?? 0n,
    withdrawnMinor: bank?.withdrawnMinor ?? 0n,
    balancesMinor: 0n,
    heldMinor: 0n,
  }
}
