/** What a person can do about the refusals that have the same ground. */
const FORM = 'The server could not read what this wallet sent, and did nothing. Check that this program is up to date.'
const IDENTITY =
  'A certificate of the other side cannot be relied on, so nothing was taken from it. Tell the operator of the market.'
const OPERATORS =
  'Only servers and their operators get this answer. Nothing was done; check that this program is up to date.'
const SERVERS =
  'The servers of the market could not agree on this, and nothing was done. Tell the operator of the market.'
const LATER = 'The server cannot do this now. Nothing is lost; try again in a while.'
const NEW_LOOK = 'Nothing was done. Bring the wallet up to date (kabuken wallet sync) and try again.'

/** By code of docs/PROTOCOL.md, for the investor. */
export const SERVER_WORDS = {
  // Form
  too_large: 'This is too much for one message. Do it in smaller parts.',
  bad_jws: FORM,
  bad_jwe: FORM,
  bad_alg: FORM,
  header_not_allowed: FORM,
  wrong_typ: FORM,
  bad_utf8: FORM,
  bad_json: FORM,
  'bad_json.duplicate_member': FORM,
  too_deep: FORM,
  bad_text: 'A text in it has characters that may not be signed, or blanks at its ends. Correct it and try again.',
  bad_number: FORM,
  not_canonical: FORM,
  bad_schema: FORM,
  bad_amount: 'An amount or number of shares in it is too small or too large. Nothing was done.',
  bad_date: 'A date in it does not exist. Nothing was done.',
  bad_sequence: FORM,
  unknown_operation:
    'The server does not know this request: one of the two programs is older than the other. Update it.',

  // Session and signature
  unknown_signer:
    'The server does not know who signed. See whether your identity certificate is valid: kabuken wallet status',
  wrong_sender: IDENTITY,
  wrong_audience: IDENTITY,
  bad_signature: 'A signature is wrong, so nothing that it covers was believed. Do not use what bears it.',
  not_permitted: 'The server does not let you do this.',
  cert_malformed: IDENTITY,
  cert_bad_signature: IDENTITY,
  cert_expired: 'An identity certificate has expired. If it is yours, renew it with: kabuken wallet renew',
  cert_not_yet_valid: 'An identity certificate is not valid yet. Check the clock of this machine.',
  cert_revoked:
    'An identity certificate was revoked, so its signatures count no more. If it is yours, ask the authority why.',
  'cert_profile.identity': IDENTITY,
  'cert_profile.key_usage': IDENTITY,
  'cert_profile.basic_constraints': IDENTITY,
  untrusted_root: 'A certificate does not lead to the root that you compared when you joined, so it was not believed.',
  path_too_complex: IDENTITY,
  wrong_role: IDENTITY,
  descriptor_rollback:
    'The authority showed an older description of the market than the one known here. It was not taken; tell its operator.',
  crl_rollback:
    'The authority showed an older revocation list than the one known here. It was not taken; tell its operator.',
  crl_malformed: IDENTITY,
  crl_bad_signature: IDENTITY,
  crl_wrong_issuer: IDENTITY,
  response_not_bound:
    'The answer belongs to another request, so it was not believed. Look again with: kabuken wallet sync',
  response_mismatch: SERVERS,
  rate_limited: 'You asked more often than the server allows. Wait a minute and try again.',
  not_ready: LATER,
  storage_failed: LATER,
  internal_error: LATER,
  connection_lost:
    'The connection broke before the answer came. What was asked takes effect at most once; look again with: kabuken wallet sync',
  stale_request: 'The request is too old for the server. Check the clock of this machine and try again.',
  duplicate_id: 'The server has another request under the same number. Nothing was done; try again.',

  // Issuer
  wrong_user: 'This is not yours, so you cannot do this with it.',
  wrong_name: 'The name is not the one in your identity certificate. Nothing was done.',
  unknown_class: 'The issuer keeps no register of these shares. Check security and class.',
  unknown_offering: 'The issuer has no such offering. See what is offered with: kabuken wallet offerings',
  not_entitled: 'This lies ready for somebody else. Nothing was done.',
  class_terms_differ: `The terms of the share class were changed. ${NEW_LOOK}`,
  offering_not_open: 'The offering has not begun. See its period with: kabuken wallet offerings',
  offering_closed: 'The offering is over. Nothing was paid.',
  quantity_differs: `The number of shares is not the one that lies ready. ${NEW_LOOK}`,
  amount_too_large: 'The sum is larger than the market can count. Ask for fewer shares.',
  security_not_permitted: 'Your identity certificate does not let you hold this security. Ask the authority.',
  currency_not_permitted:
    'This currency is not permitted here, or the limits of your identity certificate are in another one.',
  order_limit_exceeded: 'This is worth more than your identity certificate permits at once. Ask for fewer shares.',
  offering_exhausted: 'Fewer shares than that are left in the offering. See how many: kabuken wallet offerings',
  exceeds_authorised: 'The company may not issue that many shares. Nothing was paid; ask for fewer.',
  order_mismatch: SERVERS,
  not_transferee: 'The certificate was made over to somebody else. You cannot have it registered.',
  endorsement_not_yet_valid: 'The hand-over is not valid yet. Check the clock of this machine.',
  duplicate_match: SERVERS,
  self_transfer: 'A certificate cannot be made over to its own holder.',
  not_issuer_of_class:
    'It is not signed by an issuer that may issue this security. Do not take it for a share certificate.',
  certificate_mismatch: `The certificate is not the one that is meant. ${NEW_LOOK}`,
  duplicate_certificate: 'A certificate is named twice. Name each once.',
  exceeds_holding: 'That is more shares than the certificates have. Nothing was done.',
  exceeds_order: 'That is more shares than the order has left. More shares need a new order.',
  certificate_superseded:
    'This certificate was used before: its ID is retired, and the copy is worthless. Fetch what is yours with: kabuken wallet restore',
  certificate_stopped:
    'The issuer has stopped this certificate: it cannot be moved until it is released. Ask the issuer why.',
  not_holder: 'The register has this certificate in another name.',
  certificate_expired: 'The certificate has reached its end. Renew it first with: kabuken wallet reissue renew ID',
  not_transferable: 'These shares cannot be transferred.',
  transfer_restricted: 'The company has to approve each transfer of these shares. Ask the company first.',
  conditions_too_long: OPERATORS,
  bad_period: OPERATORS,
  terms_too_long: OPERATORS,
  acquired_in_future: OPERATORS,
  duplicate_source: OPERATORS,
  already_stopped: OPERATORS,
  not_restricted: 'Shares of this class need no approval.',
  not_approved: 'The acquirer was not approved.',
  not_stopped: OPERATORS,

  // Authority
  role_not_offered: OPERATORS,
  bad_url: OPERATORS,
  bad_agreement_request: OPERATORS,
  bad_securities: OPERATORS,
  request_malformed: 'The authority could not read the application. Check that this program is up to date.',
  'cert_profile.subject_name': 'The authority certifies no such name. Give another one with --name.',
  'cert_profile.public_key': 'The authority certifies no such key. Check that this program is up to date.',
  'cert_profile.signature_algorithm': 'The authority certifies no such key. Check that this program is up to date.',
  request_bad_signature: 'The application does not prove that the key is yours. Check that this program is up to date.',
  request_mismatch: 'The application contradicts itself. Check that this program is up to date.',
  member_unknown: 'The authority knows no such member.',
  already_revoked: 'The certificate was revoked before.',
  application_unknown: 'The authority has no such application. Apply with: kabuken wallet enrol',
  application_decided:
    'The authority has decided about this application before. See the outcome with: kabuken wallet status',
  application_pending: OPERATORS,
  securities_narrowed: OPERATORS,
  already_certified: OPERATORS,
  key_in_use: 'This key was certified before. A new application needs a new wallet: kabuken wallet init --wallet DIR',
  invitation_required:
    'The authority takes applications by invitation only. Ask it for a code and give it with --invitation.',
  invitation_invalid: 'The invitation code is wrong, was used, or has expired. Ask the authority for a new one.',
  changed_meanwhile: `It was changed by somebody else meanwhile. ${NEW_LOOK}`,
  security_taken: OPERATORS,
  role_taken: OPERATORS,
  market_full: OPERATORS,

  // Exchange
  day_limit_exceeded:
    'Your orders or subscriptions of today would be worth more than your identity certificate permits. Try again tomorrow.',
  certificate_locked: 'The certificate is on offer already. Cancel that order first: kabuken wallet order list',
  not_listed: 'These shares are not traded here. See what is traded with: kabuken wallet book',
  halted: 'Trading in these shares is halted. Cancelling stays possible; try again later.',
  wrong_currency: 'The shares are traded in another currency. See it with: kabuken wallet book',
  bad_tick: 'The price is not a multiple of the tick. See the tick with: kabuken wallet book',
  bad_lot: 'The quantity is not a multiple of the lot. See the lot with: kabuken wallet book',
  price_collar: "The price is outside of today's limits. See them with: kabuken wallet book",
  exceeds_limits: 'This is larger than the server can count. Give a smaller quantity.',
  date_passed: 'The order would have ended already. Give a later date.',
  book_full: 'There is no room for another order now. Try again later.',
  order_unknown: 'You have no order of this number. See yours with: kabuken wallet order list',
  order_not_open: 'Nothing of the order is left to trade, so it stays as it is.',
  limit_required: 'An order that rests in the book needs a limit. Give one with --limit.',
  replace_pending: 'An earlier change of this order is not done yet. Try again in a moment.',
  match_unknown: 'There is no such match.',
  match_not_stuck: 'The match is not waiting for a decision.',
  operator_cancelled: 'The exchange cancelled the order.',
  exceeds_issued: 'There are fewer shares of this class than that.',
  match_voided: 'The exchange ended the match because no shares moved.',
  order_cancelled: 'The order was cancelled.',
  order_expired: 'The order has ended with its time.',
  certificate_withdrawn: 'A certificate of the order was transferred, stopped or reissued, so the order was withdrawn.',
  transfer_refused: 'The issuer refused to register the transfer, so the trade did not take place.',
  self_trade_prevented: 'The order would have traded with another one of yours, so the rest was cancelled.',
  no_liquidity: 'Nobody was left to trade with, so the rest was cancelled.',
  immediate_or_cancel: 'What did not trade at once was cancelled, as you asked.',
  fill_or_kill: 'The order could not trade in full at once, so none of it did, as you asked.',

  // Settlement
  account_unknown: 'The settlement server has no such account of yours.',
  account_not_bound_to_signer: 'The account number was not made out for this request and signer. Nothing was paid.',
  account_number_malformed: FORM,
  account_number_taken: 'The drawn account number was taken. Try again: another one is drawn.',
  already_paid: 'This was paid before. Nothing was paid twice.',
  below_posted: SERVERS,
  cannot_decrypt:
    'The settlement server cannot read the account number. Bring the market up to date (kabuken wallet sync) and try again.',
  currency_mismatch: SERVERS,
  exceeds_hold: SERVERS,
  exists_with_different_amount: SERVERS,
  hold_amount_wrong: SERVERS,
  hold_released: SERVERS,
  hold_unknown: SERVERS,
  insufficient_funds: 'There is not enough free money on your account. See it with: kabuken wallet cash',
  order_already_held: SERVERS,
  reserved: 'The money is reserved for your orders. Cancel one first: kabuken wallet order list',
  same_account: 'Both sides have the same account.',
  too_many_tries: 'There were too many wrong account numbers. Wait an hour and try again.',
} as const satisfies Readonly<Record<string, string>>
