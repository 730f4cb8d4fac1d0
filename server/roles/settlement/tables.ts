import { table, type Row } from '../../commit/tables.ts'
import type { ReadView, View } from '../../commit/view.ts'

/** Settlement accounts 26 and everything that moves or reserves money on them. */
export const settlementTables = {
  /** One account of a user in each currency; `holder` is `<user ID>:<currency>` and names the account in all other tables. */
  accounts: table({
    key: 'holder',
    columns: {
      holder: 'text',
      userId: 'text',
      currency: 'text',
      /** Chosen by the user; travels encrypted only. */
      number: 'text',
      name: 'text',
      balanceMinor: 'integer',
      /** The part of the balance that open holds reserve. */
      heldMinor: 'integer',
      /** Entries so far; they are numbered in each account by itself. */
      entryCount: 'integer',
      openedAt: 'integer',
    },
    indexes: ['number'],
  }),
  /** The bank's own side of the double entry. */
  bank: table({
    key: 'currency',
    columns: { currency: 'text', depositedMinor: 'integer', withdrawnMinor: 'integer' },
  }),
  /** Every movement: the same amount out of one account and into another, so that all accounts with the bank's sum to zero. */
  postings: table({
    key: 'posting',
    columns: {
      posting: 'text',
      debit: 'text',
      credit: 'text',
      amountMinor: 'integer',
      kind: 'text',
      reference: 'text',
      remark: 'text?',
      postedAt: 'integer',
    },
  }),
  /** The postings of one account in their order, keyed `<holder>:<number>`, with the balance after each. */
  entries: table({
    key: 'entry',
    columns: { entry: 'text', holder: 'text', sequence: 'integer', posting: 'text', balanceMinor: 'integer' },
  }),
  /** Keyed `<exchange> <hold ID>`: exchanges choose their IDs without knowing of each other. */
  holds: table({
    key: 'hold',
    columns: {
      hold: 'text',
      holdId: 'text',
      exchange: 'text',
      side: 'text',
      holder: 'text',
      userId: 'text',
      /** `<user ID>:<request ID>` of the order: what its account numbers are bound to. */
      order: 'text',
      orderHash: 'text',
      /** As first asked; a repetition is compared with it. */
      askedMinor: 'integer',
      amountMinor: 'integer',
      /** Paid out of it so far. */
      postedMinor: 'integer',
      placedAt: 'integer',
      /** The account while something is reserved on it. */
      reservedOn: 'text?',
      /** Null while it is open. */
      releasedAt: 'integer?',
    },
    indexes: ['order', 'reservedOn'],
  }),
  /** Replacements of orders that changed a hold, keyed `<user ID>:<request ID>`: each counts once. */
  replacements: table({
    key: 'replacement',
    columns: { replacement: 'text', hold: 'text', amountMinor: 'integer' },
  }),
  /** Keyed `<exchange> <match number>`: a match is paid once, whoever asks first. */
  settlements: table({
    key: 'match',
    columns: {
      match: 'text',
      amountMinor: 'integer',
      currency: 'text',
      buyHold: 'text',
      sellHold: 'text',
      /** exchange, seller. */
      askedBy: 'text',
      settledAt: 'integer',
    },
  }),
  /** Keyed `<issuer> <payment ID>`. */
  payments: table({
    key: 'payment',
    columns: {
      payment: 'text',
      /** `<user ID>:<request ID>` of the issue request: it is paid for once. */
      issueRequest: 'text',
      payer: 'text',
      amountMinor: 'integer',
      paidAt: 'integer',
    },
    indexes: ['issueRequest'],
  }),
  /** Deposits and withdrawals by the bank's reference. */
  references: table({
    key: 'reference',
    columns: {
      reference: 'text',
      kind: 'text',
      holder: 'text',
      amountMinor: 'integer',
      operator: 'text',
      entry: 'text',
    },
  }),
  /** Wrong account numbers of a user in commands, within the hour that began with the first. */
  wrongTries: table({ key: 'userId', columns: { userId: 'text', count: 'integer', endsAt: 'integer' } }),
}

export type SettlementTables = typeof settlementTables
export type SettlementView = View<SettlementTables>
export type SettlementReadView = ReadView<SettlementTables>
export type AccountRow = Row<SettlementTables['accounts']>
export type HoldRow = Row<SettlementTables['holds']>
