import { table, type Row } from '../../commit/tables.ts'

/**
 * What the exchange keeps. The books in memory are rebuilt from `orders` alone. Amounts are minor units of the listing's
 * currency. Rows that a decision reads often are kept apart from the long signed documents that it seldom needs.
 */
export const exchangeTables = {
  /** What is traded. The collar is derived from the reference price whenever that changes. */
  listings: table({
    key: 'classKey',
    columns: {
      classKey: 'text',
      security: 'text',
      shareClass: 'text',
      companyName: 'text',
      currency: 'text',
      tickMinor: 'integer',
      lot: 'integer',
      limitPercent: 'integer',
      referencePriceMinor: 'integer',
      lowerLimitMinor: 'integer',
      upperLimitMinor: 'integer',
      lastPriceMinor: 'integer?',
      /** Sum of the prices of all trades, kept at the greatest amount when it would be more. */
      tradedMinor: 'integer',
      halted: 'flag',
    },
  }),
  orders: table({
    key: 'reception',
    columns: {
      reception: 'text',
      /** The digits of the reception number; names the order in the engine. */
      number: 'integer',
      requestId: 'text',
      hash: 'text',
      userId: 'text',
      /** A number for the user: the engine compares owners. */
      owner: 'integer',
      classKey: 'text',
      side: 'text',
      priceKind: 'text',
      /** The limit; of a market order the collar's edge at its reception, beyond which it does not trade. */
      limitMinor: 'integer',
      currency: 'text',
      quantity: 'integer',
      timeInForce: 'text',
      goodTillAt: 'integer?',
      /** In matches that were not refused. */
      matched: 'integer',
      /** In the book. */
      resting: 'integer',
      /** Given back by a refused transfer during a halt: enters the book when trading resumes. */
      parked: 'integer',
      /** Matches that are neither settled nor refused. */
      underWay: 'integer',
      state: 'text',
      reason: 'text?',
      /** Place in the queue; 0 until the hold is there. */
      priority: 'integer',
      /** The trading day of the reception, counted by the closings. */
      session: 'integer',
      valueMinor: 'integer',
      receivedAt: 'integer',
      holdId: 'text',
      /** asked, held, refused, released. */
      holdState: 'text',
      heldMinor: 'integer',
      /** A replacement that waits for a greater hold, else null. */
      replacing: 'json',
    },
    indexes: ['state', 'userId'],
  }),
  /** What travels on to the issuer and the settlement server. */
  orderPapers: table({
    key: 'reception',
    columns: {
      reception: 'text',
      jws: 'text',
      signerCertificate: 'text',
      settlementAccount: 'text',
      name: 'text?',
      postalAddress: 'text?',
    },
  }),
  /** The certificates of a sell order, in the order in which they are sold; gone when sold or unlocked. */
  orderCertificates: table({
    key: 'place',
    columns: {
      place: 'text',
      reception: 'text',
      position: 'integer',
      certificateId: 'text',
      quantity: 'integer',
      /** Not yet promised to a match. */
      unallocated: 'integer',
      /** free, in_transfer. */
      state: 'text',
    },
    indexes: ['reception'],
  }),
  /** Fig. 14, the match list 22. */
  matches: table({
    key: 'matchNumber',
    columns: {
      matchNumber: 'text',
      number: 'integer',
      classKey: 'text',
      buy: 'text',
      sell: 'text',
      /** Key of the order certificate that is sold. */
      place: 'text',
      certificateId: 'text?',
      quantity: 'integer',
      priceMinor: 'integer',
      amountMinor: 'integer',
      state: 'text',
      reason: 'text?',
      transferNumber: 'text?',
      sinceAt: 'integer',
      /** The place whose remainder the match waits for. */
      awaits: 'text?',
      /** Class and seller, while the issuer is asked to divide the certificate. */
      divides: 'text?',
    },
    indexes: ['buy', 'sell', 'state', 'awaits', 'divides'],
  }),
  /** Fig. 8, the certificate ID list 21. Keyed by class too, so that no issuer can touch another's certificates. */
  holders: table({
    key: 'pair',
    columns: {
      pair: 'text',
      classKey: 'text',
      certificateId: 'text',
      userId: 'text',
      /** Class and user. */
      holder: 'text',
      /**
       * listed: may be offered. on_offer: in an order. withdrawn: a transfer is asked for (S94). reserved: new, and perhaps
       * the remainder of a division whose response is still on its way. gone: withdrawn, and not in the list any more either.
       * retired: by a transfer at `since`, which the list has not reached.
       */
      state: 'text',
      /** The order that it is offered in. */
      reception: 'text?',
      /** List sequence at which this became known; a full list that is older says nothing about it. */
      since: 'integer',
    },
    indexes: ['classKey', 'holder'],
  }),
  /** Per class: how far the certificate ID list is known, and a full list that is being received. */
  lists: table({
    key: 'classKey',
    columns: {
      classKey: 'text',
      sequence: 'integer',
      received: 'flag',
      demanded: 'flag',
      stagedListId: 'text?',
      stagedSequence: 'integer?',
      stagedPages: 'integer?',
      /** The page that is expected next. */
      stagedNext: 'integer?',
    },
  }),
  /** How many shares of a class there are, as the list said last. */
  issued: table({ key: 'classKey', columns: { classKey: 'text', quantity: 'integer' } }),
  listPages: table({
    key: 'page',
    columns: { page: 'text', classKey: 'text', pairs: 'json' },
    indexes: ['classKey'],
  }),
  /** S78-S80: the value of a user's orders of one day. */
  dayUse: table({ key: 'userId', columns: { userId: 'text', day: 'text', usedMinor: 'integer' } }),
  owners: table({ key: 'userId', columns: { userId: 'text', number: 'integer' } }),
  /** Good-till-date orders, by the instant at which they end. */
  expiries: table({ key: 'due', columns: { due: 'text', reception: 'text' } }),
  /** The tape. */
  trades: table({
    key: 'trade',
    columns: {
      trade: 'text',
      classKey: 'text',
      sequence: 'integer',
      priceMinor: 'integer',
      quantity: 'integer',
      tradedAt: 'integer',
    },
  }),
} as const

export type ExchangeTables = typeof exchangeTables

export type ListingRow = Row<ExchangeTables['listings']>
export type OrderRow = Row<ExchangeTables['orders']>
export type OrderCertificateRow = Row<ExchangeTables['orderCertificates']>
export type MatchRow = Row<ExchangeTables['matches']>
export type HolderRow = Row<ExchangeTables['holders']>
export type ListRow = Row<ExchangeTables['lists']>
