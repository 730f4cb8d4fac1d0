/** What each operation does, and which of its role's codes it can be refused with. Order of codes: that of `shared/protocol/codes.ts`. */
export interface Described {
  readonly what: string
  readonly codes: readonly string[]
}

const heldCertificate = ['certificate_unknown', 'certificate_superseded', 'certificate_stopped']
const transferable = [
  ...heldCertificate,
  'not_holder',
  'certificate_mismatch',
  'exceeds_holding',
  'certificate_expired',
  'self_transfer',
  'not_transferable',
  'transfer_restricted',
]
const certifiable = [
  'request_malformed',
  'cert_profile.subject_name',
  'cert_profile.public_key',
  'cert_profile.signature_algorithm',
  'request_bad_signature',
  'request_mismatch',
  'bad_agreement_request',
  'key_in_use',
]
const admissible = ['security_taken', 'role_taken', 'market_full', 'changed_meanwhile']
/** A member's request that a server shows to another. */
const forwarded = ['wrong_role', 'wrong_sender', 'wrong_audience'] as const
const sealed = ['too_large', 'bad_jwe', 'cannot_decrypt', 'account_not_bound_to_signer']
const payable = ['exists_with_different_amount', 'hold_unknown', 'account_unknown', 'currency_mismatch', 'same_account']

const receivable = [
  'certificate_expired',
  'not_transferable',
  'transfer_restricted',
  'currency_not_permitted',
  'security_not_permitted',
  'order_limit_exceeded',
  'day_limit_exceeded',
  'not_holder',
  'certificate_superseded',
  'certificate_locked',
  'not_listed',
  'halted',
  'wrong_currency',
  'exceeds_limits',
  'duplicate_certificate',
  'certificate_mismatch',
  'exceeds_holding',
]
const terms = ['bad_tick', 'bad_lot', 'price_collar']

export const OPERATIONS: Readonly<Record<string, Described>> = {
  'authority.enrol': {
    what: 'Applies for membership [CA1]. The PKCS#10 request is of the key that opened the session. Servers add their address, issuers their securities, a settlement server a request for its key-agreement key.',
    codes: [
      'role_not_offered',
      'bad_url',
      'bad_securities',
      ...certifiable,
      'invitation_required',
      'invitation_invalid',
      ...admissible,
    ],
  },
  'authority.application': {
    what: 'Asks what became of an application; only with the key that applied, or as the issuer that asked for a wider certificate.',
    codes: ['application_unknown'],
  },
  'authority.own-certificate': {
    what: 'Gets the present certificate of the key that opened the session [CA4]: after a restore from a backup older than the last renewal, or once a wider certificate is approved. Nothing is issued.',
    codes: ['cert_revoked', 'certificate_unknown', 'certificate_superseded'],
  },
  'authority.widen': {
    what: 'Asks for a certificate that names more securities [CA2], for the key that the issuer has at the time of the decision. An operator decides with `authority.approve` or `authority.refuse`, under every policy. Once approved the new certificate supersedes the present one as after a renewal [CA4].',
    codes: [
      'bad_securities',
      'member_unknown',
      'cert_revoked',
      'certificate_unknown',
      'certificate_superseded',
      'application_pending',
      'securities_narrowed',
      'already_certified',
      'security_taken',
    ],
  },
  'authority.renew': {
    what: 'Gets a new certificate for the same or a new key [CA4]. The session is that of the present certificate, or of the newest one that is not revoked. The certificate before it stays valid until it expires.',
    codes: ['member_unknown', 'certificate_unknown', 'certificate_superseded', ...certifiable],
  },
  'authority.applications': { what: 'Lists applications.', codes: [] },
  'authority.approve': {
    what: 'Approves a pending application [CA2], be it for membership or for a wider certificate.',
    codes: [
      'application_unknown',
      'application_decided',
      'bad_securities',
      'member_unknown',
      'securities_narrowed',
      'key_in_use',
      ...admissible,
    ],
  },
  'authority.refuse': {
    what: 'Refuses a pending application, with the reason [CA2].',
    codes: ['application_unknown', 'application_decided'],
  },
  'authority.invite': {
    what: 'Makes an invitation code that approves one application for a role [CA2]. The authority keeps only its hash.',
    codes: ['role_not_offered', 'bad_securities'],
  },
  'authority.certificates': { what: 'Lists the certificates that were issued.', codes: [] },
  'authority.revoke': {
    what: 'Revokes all certificates of a member, or one, and issues a revocation list [CA4].',
    codes: ['member_unknown', 'certificate_unknown', 'already_revoked'],
  },
  'authority.crl': {
    what: 'Issues a revocation list with the next number [CA4]. The authority asks itself before the present one is half used up.',
    codes: [],
  },
  'authority.describe': {
    what: 'Draws a new market descriptor if the settings changed. The authority asks itself at every start.',
    codes: [],
  },

  'issuer.offerings': {
    what: 'Lists the offerings that have not closed and, on the first page, the classes of shares [IS1].',
    codes: [],
  },
  'issuer.issue': {
    what: 'Asks for share certificates on one ground [IS2] [IS5] [TR7]. A subscription with a price is answered when the settlement server has paid or refused; its refusals are passed on.',
    codes: [
      'wrong_user',
      'wrong_name',
      'unknown_class',
      'class_terms_differ',
      'unknown_offering',
      'terms_differ',
      'offering_not_open',
      'offering_closed',
      'amount_too_large',
      'security_not_permitted',
      'currency_not_permitted',
      'order_limit_exceeded',
      'day_limit_exceeded',
      'offering_exhausted',
      'exceeds_authorised',
      'not_entitled',
      'quantity_differs',
      'certificate_superseded',
      'certificate_stopped',
    ],
  },
  'issuer.match-transfer': {
    what: 'Asks for the registration of a match [TR5].',
    codes: [
      'not_issuer_of_class',
      'order_mismatch',
      'unknown_class',
      'duplicate_match',
      'exceeds_order',
      ...transferable,
    ],
  },
  'issuer.transfer': {
    what: 'Asks for the registration of a hand-over, with the endorsed certificate [TF3].',
    codes: [
      'wrong_user',
      'wrong_name',
      'not_issuer_of_class',
      'not_transferee',
      'endorsement_not_yet_valid',
      'endorsement_expired',
      'unknown_class',
      'security_not_permitted',
      ...transferable,
    ],
  },
  'issuer.reissue': {
    what: 'Gets other certificates in place of lost, damaged, expiring or surrendered ones [RE2] [RE3] [TF5].',
    codes: [
      'wrong_user',
      'not_issuer_of_class',
      'unknown_class',
      ...heldCertificate,
      'not_holder',
      'certificate_mismatch',
      'duplicate_certificate',
      'quantities_differ',
      'conditions_too_long',
      'too_many_certificates',
    ],
  },
  'issuer.holdings': { what: "Lists one's own register entries [RE1].", codes: ['wrong_user'] },
  'issuer.certificate': {
    what: "Gets one's own live certificate signed once more [RE1]; the ID does not change.",
    codes: [...heldCertificate, 'not_holder'],
  },
  'issuer.certificate-state': {
    what: 'Asks whether an ID is live [TF2] [TF6]. Whoever knows an ID may ask: only its holder, the issuer and the exchanges know it.',
    codes: ['certificate_unknown'],
  },
  'issuer.list-demand': {
    what: 'Asks for the whole certificate ID list of a class [IS3]. The issuer then sends it as `exchange.certificate-list`, page by page, and every change after it.',
    codes: ['unknown_class'],
  },
  'issuer.offer': {
    what: 'Publishes an offering [IS1].',
    codes: ['unknown_class', 'bad_period', 'terms_too_long', 'exceeds_authorised'],
  },
  'issuer.allot': {
    what: 'Allots shares to named holders, all or none [IS5].',
    codes: ['unknown_class', 'acquired_in_future', 'duplicate_source', 'exceeds_authorised'],
  },
  'issuer.stop': {
    what: 'Stops a certificate or releases it. Exchanges take the ID out of their lists, and back in.',
    codes: ['certificate_unknown', 'certificate_superseded', 'already_stopped', 'not_stopped'],
  },
  'issuer.approve': {
    what: 'Approves the acquirer of a certificate of restricted shares, or recognises an inheritance, with the ground on record; or takes that back [TF3]. It ends with the certificate ID.',
    codes: [...heldCertificate, 'not_restricted', 'self_transfer', 'not_approved'],
  },
  'issuer.register': { what: 'Reads the register of shareholders, as it is or as it was.', codes: [] },
  'issuer.history': { what: 'Reads the transfer history (Fig. 16).', codes: [] },
  'issuer.totals': { what: 'Sums, for the rules that must always hold.', codes: [] },

  'settlement.open-account': {
    what: 'Opens an account under the number that the holder chose; one account for each user and currency.',
    codes: [
      ...sealed,
      'wrong_name',
      'too_many_tries',
      'account_number_malformed',
      'currency_not_permitted',
      'account_exists',
      'account_number_taken',
    ],
  },
  'settlement.hold': {
    what: 'Reserves the greatest cost of a buy order, or proves the account of a sell order [TR2].',
    codes: [
      ...sealed,
      ...forwarded,
      'wrong_user',
      'wrong_name',
      'exists_with_different_amount',
      'currency_mismatch',
      'account_unknown',
      'hold_amount_wrong',
      'order_already_held',
      'insufficient_funds',
    ],
  },
  'settlement.change-hold': {
    what: 'Reserves as much as a replaced order costs [TR10].',
    codes: [
      ...forwarded,
      'hold_unknown',
      'wrong_user',
      'exists_with_different_amount',
      'hold_released',
      'below_posted',
      'hold_amount_wrong',
      'insufficient_funds',
    ],
  },
  'settlement.release': { what: 'Gives back what is left of a hold, once.', codes: ['hold_unknown'] },
  'settlement.settle': {
    what: 'Moves the money of a match from hold to seller [SE3].',
    codes: [...sealed, ...payable, 'exceeds_hold'],
  },
  'settlement.pay': {
    what: 'Moves the price of a subscription to the issuer [IS2].',
    codes: [
      ...sealed,
      ...forwarded,
      'wrong_typ',
      'wrong_user',
      'wrong_name',
      'exists_with_different_amount',
      'account_unknown',
      'already_paid',
      'same_account',
      'insufficient_funds',
    ],
  },
  'settlement.claim': {
    what: 'The seller claims the money of a completed match [TR9].',
    codes: [...sealed, ...payable, 'wrong_user', 'too_many_tries', 'exceeds_hold'],
  },
  'settlement.account': { what: "Reads one's own account [SE4].", codes: [...sealed, 'account_unknown'] },
  'settlement.accounts': { what: 'Lists accounts; numbers are never shown whole.', codes: [] },
  'settlement.deposit': {
    what: "Books a deposit; the bank's reference counts once [SE2].",
    codes: ['exists_with_different_amount', 'account_unknown', 'exceeds_limits'],
  },
  'settlement.withdraw': {
    what: "Books a withdrawal; the bank's reference counts once [SE2].",
    codes: ['exists_with_different_amount', 'account_unknown', 'insufficient_funds', 'reserved'],
  },
  'settlement.statement': { what: 'Reads the entries of an account [SE5].', codes: ['account_unknown'] },
  'settlement.totals': { what: 'Sums, for the rules that must always hold.', codes: [] },

  'exchange.order': {
    what: 'Places an order [TR1] [TR2]. The receipt comes when the settlement server has answered for the account; its refusals are passed on, with the reception number in `details.receptionNumber`.',
    codes: [
      ...receivable,
      ...terms,
      'wrong_user',
      'wrong_name',
      'not_issuer_of_class',
      'exceeds_issued',
      'date_passed',
      'book_full',
      'order_cancelled',
      'operator_cancelled',
      'order_expired',
      'certificate_withdrawn',
    ],
  },
  'exchange.cancel': {
    what: 'Takes out what is not matched yet, also during a halt [TR10]. Matches under way complete.',
    codes: ['order_unknown', 'order_not_open'],
  },
  'exchange.replace': {
    what: 'Sets another limit, a smaller quantity, or both [TR10]. More shares need a new order, because certificates are attached to this one. The same limit keeps the place in the queue, another one loses it.',
    codes: [
      'order_unknown',
      'order_not_open',
      'limit_required',
      'replace_pending',
      'exceeds_order',
      'order_limit_exceeded',
      'day_limit_exceeded',
      'halted',
      ...terms,
    ],
  },
  'exchange.order-status': {
    what: 'Reads one order by its reception number [TR10]; the owner only.',
    codes: ['order_unknown'],
  },
  'exchange.orders': { what: "Reads one's own orders; an operator reads everybody's.", codes: [] },
  'exchange.listings': { what: 'Reads what is traded and how.', codes: [] },
  'exchange.book': { what: 'Reads the best prices of a class [TR12].', codes: ['not_listed'] },
  'exchange.trades': { what: 'Reads the trades of a class [TR12].', codes: ['not_listed'] },
  'exchange.certificate-list': {
    what: 'Brings a page or a change of the certificate ID list [IS3].',
    codes: ['not_issuer_of_class', 'not_listed'],
  },
  'exchange.matches': { what: 'Reads the match list (Fig. 14).', codes: [] },
  'exchange.resolve': {
    what: 'Resolves a match that stands still because the issuer’s response was not what was asked for, or because the settlement server refused. `ask` asks that server anew; the issuer answers what it registered for the same match. `void` ends a match by which no shares moved as if the issuer had refused (S131, S132).',
    codes: ['match_unknown', 'match_not_stuck'],
  },
  'exchange.cancel-all': {
    what: 'Takes out what is not matched yet of all orders, or of those of a member, a security or a class; also during a halt. Matches under way complete.',
    codes: [],
  },
  'exchange.halt': { what: 'Halts trading in a class, or resumes it.', codes: ['not_listed'] },
  'exchange.close-day': {
    what: 'Ends the trading day: day orders expire, the last price becomes the reference price, and what lies outside of the new limits ends too.',
    codes: [],
  },
  'exchange.expire': { what: 'Expires orders whose time has come; the exchange asks itself.', codes: [] },
  'exchange.list': {
    what: 'Lists a class with its terms, or changes the terms; the exchange asks itself at every start, for each class that is configured.',
    codes: [],
  },
  'exchange.open': {
    what: 'Halts what is no longer configured and asks again for settlements that were refused; the exchange asks itself at every start, after the listings.',
    codes: [],
  },
  'exchange.demand-list': {
    what: 'Asks the issuer for the certificate ID list of a class [IS3]; the exchange asks itself at every start, and again until it has the list.',
    codes: ['not_listed'],
  },
  'exchange.totals': { what: 'Sums, for the rules that must always hold.', codes: [] },

  subscribe: {
    what: 'Asks for the events of a topic on this connection [TR12]. Every role has this operation under its own name.',
    codes: [],
  },
  unsubscribe: { what: 'Ends that.', codes: [] },
  outbox: {
    what: 'Reads what waits for the answers of peers: for whom, since when, how many attempts failed. Every role has this operation under its own name.',
    codes: [],
  },
}

/** Not refusals: why an order ended early, in `reason` of its status. */
export const END_REASONS: ReadonlySet<string> = new Set([
  'transfer_refused',
  'match_voided',
  'self_trade_prevented',
  'no_liquidity',
  'immediate_or_cancel',
  'fill_or_kill',
])
