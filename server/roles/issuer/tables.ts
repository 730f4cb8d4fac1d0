import { table, type Row } from '../../commit/tables.ts'
import type { ReadView, View } from '../../commit/view.ts'

/** Everything the issuing agent keeps. Names that end in `At` are milliseconds since 1970. */
export const issuerTables = {
  /** Fig. 7: the register of shareholders (株主名簿), one row for every certificate ID that ever was. */
  register: table({
    key: 'certificateId',
    columns: {
      certificateId: 'text',
      classKey: 'text',
      security: 'text',
      shareClass: 'text',
      certificateNumber: 'text',
      holderName: 'text',
      postalAddress: 'text?',
      userId: 'text',
      quantity: 'integer',
      conditionsOfIssue: 'text',
      /** JWE, readable by the settlement server only. */
      dividendAccount: 'text?',
      state: 'text',
      /** When the holder acquired the shares: what is left of a divided certificate keeps the day of the whole. */
      acquiredAt: 'integer',
      /** When this ID came into the register; the date of issue of its certificate. */
      enteredAt: 'integer',
      /** Number of the offering, allotment, transfer or reissue that made the entry. */
      enteredBy: 'text',
      retiredAt: 'integer?',
      /** Number of the transfer or reissue that retired the ID. */
      retiredBy: 'text?',
      /** Number with which the holder collects the certificate; null once collected. */
      collectWith: 'text?',
      /** Hash of the sell order of which this is the undivided rest: that order still stands for it (TR3). */
      mandate: 'text?',
      /** Class and holder while the entry counts (live or stopped), null afterwards: the indexes stay as small as the present register. */
      currentClass: 'text?',
      currentHolder: 'text?',
    },
    indexes: ['security', 'userId', 'currentClass', 'currentHolder'],
  }),
  /** Fig. 16: the transfer history (株主名義書換履歴). */
  history: table({
    key: 'transferNumber',
    columns: {
      transferNumber: 'text',
      classKey: 'text',
      security: 'text',
      shareClass: 'text',
      certificateId: 'text',
      newCertificateId: 'text',
      remainderCertificateId: 'text?',
      quantity: 'integer',
      buyerUserId: 'text',
      sellerUserId: 'text',
      cause: 'text',
      matchNumber: 'text?',
      transferredAt: 'integer',
    },
    indexes: ['security'],
  }),
  reissues: table({
    key: 'reissueNumber',
    columns: {
      reissueNumber: 'text',
      classKey: 'text',
      userId: 'text',
      ground: 'text',
      retired: 'json',
      certificates: 'json',
      requestHash: 'text',
      reissuedAt: 'integer',
    },
    indexes: ['userId'],
  }),
  offerings: table({
    key: 'offeringNumber',
    columns: {
      offeringNumber: 'text',
      classKey: 'text',
      security: 'text',
      shareClass: 'text',
      terms: 'text',
      termsHash: 'text',
      priceMinor: 'integer',
      quantity: 'integer',
      /** Issued or waiting for payment. */
      subscribed: 'integer',
      opensAt: 'integer',
      closesAt: 'integer',
      operator: 'text',
      offeredAt: 'integer',
    },
  }),
  /** Subscriptions for a price, from the reservation of the shares to the answer of the settlement server. */
  subscriptions: table({
    key: 'paymentId',
    columns: {
      paymentId: 'text',
      offeringNumber: 'text',
      classKey: 'text',
      userId: 'text',
      requestId: 'text',
      holderName: 'text',
      postalAddress: 'text',
      dividendAccount: 'text',
      quantity: 'integer',
      amountMinor: 'integer',
      /** `waiting`, `paid` or the code of the settlement server's refusal. */
      state: 'text',
      certificateId: 'text?',
      subscribedAt: 'integer',
    },
    indexes: ['userId'],
  }),
  allotments: table({
    key: 'allotmentNumber',
    columns: {
      allotmentNumber: 'text',
      classKey: 'text',
      userId: 'text',
      certificateId: 'text',
      quantity: 'integer',
      sourceId: 'text?',
      operator: 'text',
      allottedAt: 'integer',
    },
  }),
  /** What was imported already: `<security>/<source ID>`. */
  sources: table({ key: 'source', columns: { source: 'text', allotmentNumber: 'text' } }),
  classTotals: table({
    key: 'classKey',
    columns: {
      classKey: 'text',
      issued: 'integer',
      /** Subscribed, payment under way: counts against the authorised number. */
      reserved: 'integer',
      listSequence: 'integer',
    },
  }),
  /** Exchanges that get the certificate ID list of a class (IS3). */
  listSubscribers: table({
    key: 'subscriber',
    columns: { subscriber: 'text', classKey: 'text', userId: 'text' },
    indexes: ['classKey'],
  }),
  /** How many shares moved under a sell order so far: never more than it offers. */
  mandates: table({ key: 'orderHash', columns: { orderHash: 'text', quantity: 'integer' } }),
  /** `<exchange>/<match number>`: each is registered once. */
  matches: table({ key: 'match', columns: { match: 'text', transferNumber: 'text' } }),
  /** Where the registration of each of these stands in the certificate ID list. */
  matchChanges: table({ key: 'match', columns: { match: 'text', listSequence: 'integer' } }),
  /** Acquirers of restricted shares that the company approved: `<certificate ID>/<user ID>`. */
  approvals: table({
    key: 'approval',
    columns: {
      approval: 'text',
      certificateId: 'text',
      userId: 'text',
      ground: 'text',
      operator: 'text',
      approvedAt: 'integer',
    },
  }),
  /** Every stop and release, with its ground. */
  stops: table({
    key: 'stopNumber',
    columns: {
      stopNumber: 'text',
      certificateId: 'text',
      stopped: 'flag',
      ground: 'text',
      operator: 'text',
      decidedAt: 'integer',
    },
    indexes: ['certificateId'],
  }),
} as const

export type IssuerTables = typeof issuerTables
export type IssuerView = View<IssuerTables>
export type IssuerReadView = ReadView<IssuerTables>
export type IssuerRow<Name extends keyof IssuerTables> = Row<IssuerTables[Name]>
