import type { CompletionNotice } from '../../../shared/documents/completion-notice.ts'
import { completionNotice } from '../../../shared/documents/completion-notice.ts'
import { readMembers, writeMembers } from '../../../shared/documents/document.ts'
import type { MemberRole } from '../../../shared/documents/market-descriptor.ts'
import type { Order } from '../../../shared/documents/order.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { DocumentTrust } from '../../../shared/market/document-trust.ts'
import {
  operationNamed,
  type OperationName,
  type ReplyBody,
  type RequestBody,
} from '../../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../../shared/protocol/message.ts'
import type { Json } from '../../../shared/signing/canonical.ts'
import { hashJws } from '../../../shared/signing/jws.ts'
import type { AccountBinding } from '../../../shared/signing/jwe.ts'
import type { Decision, Event, Sender } from '../../commit/decision.ts'
import { readFacts, writeFacts } from '../../commit/journal.ts'
import { emptyView } from '../../commit/view-fixture.ts'
import type { OpenAccount } from './evidence.ts'
import { settlementRole } from './role.ts'
import { settlementSettings } from './settings.ts'
import { settlementTables } from './tables.ts'

/** A settlement server without sockets, storage and cryptography: documents are signed, and numbers sealed, by writing down by whom and for what. */

export const AT = Date.parse('2026-04-01T09:00:00.000Z')
export const HOUR = 60 * 60 * 1000
export const BUYER = 'inv-0000000001'
export const SELLER = 'inv-0000000002'
export const STRANGER = 'inv-0000000003'
export const ISSUER = 'iss-0000000001'
export const EXCHANGE = 'exc-0000000001'
export const OTHER_EXCHANGE = 'exc-0000000002'
/** Has left the market: no longer in its list of members. */
export const FORMER_EXCHANGE = 'exc-0000000009'
const BANK = 'set-0000000001'
export const CERTIFICATE = 'AAAA'
/** In everybody's identity certificate. */
export const NAME = 'Hoshi Yuki'

type Operation = Extract<keyof ReturnType<typeof settlementRole>['operations'], OperationName>

interface Spoken {
  readonly typ: string
  readonly signer: string
  readonly payload: Json
}

function signed(spoken: Spoken): string {
  return `h.${toBase64Url(toUtf8(JSON.stringify(spoken)))}.s`
}

function readPart<Part>(compact: string): Part {
  return JSON.parse(fromUtf8(fromBase64Url(compact.split('.')[1] ?? '') ?? toUtf8('')) ?? '') as Part
}

const ROLES = { inv: 'investor', iss: 'issuer', exc: 'exchange', set: 'settlement' } as const

function roleOf(userId: string): MemberRole {
  return ROLES[userId.slice(0, 3) as keyof typeof ROLES]
}

const policy = { orderLimitMinor: 10n ** 9n, dayLimitMinor: 10n ** 9n, currency: 'JPY', shortSellingProhibited: true }

/** Believes what the documents say of their signers. */
export const trust: DocumentTrust = {
  async verifyWith(jws, typ) {
    const { signer: userId, typ: found, payload } = readPart<Spoken>(jws)
    if (userId === 'forger') return refuse('bad_signature', 'forged')
    if (found !== typ) return refuse('wrong_typ', 'another kind of document')
    const signer = { userId, name: NAME, role: roleOf(userId), policy, thumbprint: '' }
    return ok({ signer, payload, hash: await hashJws(jws) })
  },
  async verifyMember(jws, typ, role) {
    const { signer } = readPart<Spoken>(jws)
    if (roleOf(signer) === 'investor' || signer === FORMER_EXCHANGE)
      return refuse('unknown_signer', 'not in the list of members')
    if (roleOf(signer) !== role) return refuse('wrong_role', 'another role')
    return this.verifyWith(jws, typ, '')
  },
  verifyShareCertificate: () => Promise.resolve(refuse('wrong_typ', 'nobody asks here')),
}

export function seal(account: string, binding: AccountBinding): string {
  const { userId, requestId } = binding
  return `a.${toBase64Url(toUtf8(JSON.stringify({ account, userId, requestId })))}.c.d.e`
}

export const openAccount: OpenAccount = (jwe, expected) => {
  const { account, userId, requestId } = readPart<AccountBinding & { account: string }>(jwe)
  return Promise.resolve(
    userId === expected.userId && requestId === expected.requestId
      ? ok(account)
      : refuse('account_not_bound_to_signer', 'sealed for another request or sender'),
  )
}

/** Account numbers follow from the owner and the currency. */
export function numberOf(userId: string, currency = 'JPY'): string {
  return `${currency === 'JPY' ? '7' : '8'}${userId.startsWith('inv') ? '0' : '1'}${userId.slice(4)}`
}

/** A request to another server, as its user signed it. */
export function signedRequest<Name extends OperationName>(
  operation: Name,
  body: RequestBody<Name>,
  said: {
    readonly id: string
    readonly from: string
    readonly to: string
    readonly signer?: string
    readonly typ?: string
  },
): string {
  const wire = writeMembers(operationNamed(operation).request, body)
  const payload = writeMembers(requestPayload, { id: said.id, from: said.from, to: said.to, at: AT, body: wire })
  return signed({ typ: said.typ ?? requestTyp(operation), signer: said.signer ?? said.from, payload })
}

export interface OrderTerms {
  readonly id: string
  readonly userId: string
  readonly side?: 'buy' | 'sell'
  readonly price?: Order['price']
  readonly quantity?: bigint
  readonly currency?: string
  readonly account?: string
  readonly name?: string
  /** Sealed for this request instead of its own. */
  readonly sealedFor?: AccountBinding
  readonly to?: string
  readonly from?: string
  readonly signer?: string
  readonly typ?: string
}

export function signedOrder(terms: OrderTerms): string {
  const { id, userId, side = 'buy', quantity = 10n, currency = 'JPY', to = EXCHANGE } = terms
  const common = {
    security: 'HOSHI',
    shareClass: 'common',
    price: terms.price ?? { kind: 'limit', limitMinor: 100n },
    currency,
    quantity,
    timeInForce: { kind: 'day' },
    userId,
    settlementAccount: seal(terms.account ?? numberOf(userId, currency), terms.sealedFor ?? { userId, requestId: id }),
  } as const
  const body: Order =
    side === 'buy'
      ? { ...common, side, name: terms.name ?? NAME, postalAddress: 'Sapporo' }
      : { ...common, side, certificateIds: ['0'.repeat(26)], certificates: ['a.b.c'] }
  const { signer, typ } = terms
  return signedRequest('exchange.order', body, {
    id,
    from: terms.from ?? userId,
    to,
    ...(signer !== undefined && { signer }),
    ...(typ !== undefined && { typ }),
  })
}

export const notice: CompletionNotice = {
  matchNumber: 'MA-00000001',
  security: 'HOSHI',
  shareClass: 'common',
  priceMinor: 100n,
  currency: 'JPY',
  quantity: 4n,
  amountMinor: 400n,
  side: 'sell',
  userId: SELLER,
  receptionNumber: 'OR-00000002',
  transferNumber: 'TR-00000001',
  certificateId: '0'.repeat(26),
  buyHoldId: 'hold-of-the-buyer',
  sellHoldId: 'hold-of-the-seller',
  at: AT,
}

export function signedNotice(body: Partial<CompletionNotice> = {}, signer = EXCHANGE): string {
  const payload = writeMembers(completionNotice.schema, { ...notice, ...body })
  return signed({ typ: completionNotice.typ, signer, payload })
}

export type Asked<Name extends Operation> = Result<ReplyBody<Name>, Refusal>

/** One settlement server, asked as the commit queue asks it: evidence goes through the journal's form, a refusal undoes everything. */
export function settlementServer(given: Partial<typeof settlementSettings._input> = {}) {
  const settings = settlementSettings.parse({ currencies: ['JPY', 'USD'], ...given })
  const role = settlementRole(settings, trust, openAccount)
  const view = emptyView(settlementTables)
  let memory = role.remember(view, settings)
  let asked = 0
  const events: Event[] = []

  async function ask<Name extends Operation>(
    operation: Name,
    from: string,
    body: RequestBody<Name>,
    { at = AT, id = `request-number-${(asked += 1)}` }: { readonly at?: number; readonly id?: string } = {},
  ): Promise<Asked<Name>> {
    const sender: Sender = { name: from, role: roleOf(from), displayName: NAME, policy, certificate: CERTIFICATE }
    const handler = role.operations[operation] as unknown as {
      prepare?: (body: unknown, request: unknown) => Promise<unknown>
      decide?: (view: unknown, command: unknown, surroundings: unknown) => Result<Decision<never>, Refusal>
      answer?: (view: unknown, inquiry: unknown, surroundings: unknown) => Asked<Name>
    }
    const { request, reply } = operationNamed(operation)
    const wire = readMembers(request, writeMembers(request, body))
    assert(wire.ok, 'the body has its form')
    const prepared = await handler.prepare?.(wire.value, { sender, id, at, jws: '' })
    const evidence = prepared === undefined ? undefined : readFacts(writeFacts(prepared))
    const command = { id, sender, body: wire.value, jws: '', hash: '', at, evidence }
    if (handler.answer !== undefined) {
      const answered = handler.answer(view, command, { settings, memory })
      if (answered.ok) writeMembers(reply, answered.value)
      return answered
    }
    const decided = handler.decide?.(view, command, { settings, memory, ids: { next: () => 'unused' } })
    assert(decided !== undefined, 'a command or an inquiry')
    if (!decided.ok) {
      view.refuse()
      return decided
    }
    view.accept()
    events.push(...(decided.value.events ?? []))
    const [late] = decided.value.answers ?? []
    if (decided.value.reply === 'later') {
      assert(late?.sender === from && late.requestId === id, 'answers itself')
      return late.result as Asked<Name>
    }
    writeMembers(reply, decided.value.reply)
    return ok(decided.value.reply as ReplyBody<Name>)
  }

  return {
    view,
    events,
    ask,
    restart() {
      memory = role.remember(view, settings)
    },
    /** Everything stored, to compare before and after. */
    state: (): string => {
      const { rows, counters } = view.changes()
      return writeFacts([[...rows].map(([table, changed]) => [table, [...changed]]), [...counters]])
    },
    account(userId: string, currency = 'JPY') {
      const row = view.get('accounts', `${userId}:${currency}`)
      return row === undefined ? undefined : { balance: row.balanceMinor, held: row.heldMinor }
    },
    open: (
      userId: string,
      currency = 'JPY',
      number = numberOf(userId, currency),
      id = `open-account-${(asked += 1)}`,
    ) =>
      ask(
        'settlement.open-account',
        userId,
        { account: seal(number, { userId, requestId: id }), name: NAME, currency },
        { id },
      ),
    deposit: (userId: string, amountMinor: bigint, reference = `reference-${(asked += 1)}`, at = AT) =>
      ask('settlement.deposit', BANK, { userId, currency: 'JPY', amountMinor, reference, operator: 'Mori' }, { at }),
    withdraw: (userId: string, amountMinor: bigint, reference = `reference-${(asked += 1)}`) =>
      ask('settlement.withdraw', BANK, { userId, currency: 'JPY', amountMinor, reference, operator: 'Mori' }),
    hold: (holdId: string, amountMinor: bigint, order: string, { currency = 'JPY', exchange = EXCHANGE } = {}) =>
      ask('settlement.hold', exchange, { holdId, order, signerCertificate: CERTIFICATE, amountMinor, currency }),
    change: (holdId: string, amountMinor: bigint, replacement: string, exchange = EXCHANGE) =>
      ask('settlement.change-hold', exchange, { holdId, replacement, signerCertificate: CERTIFICATE, amountMinor }),
    release: (holdId: string, exchange = EXCHANGE) => ask('settlement.release', exchange, { holdId }),
    inquire: (from: string, number: string, more: Partial<RequestBody<'settlement.account'>> = {}, at = AT) => {
      const id = `inquiry-number-${(asked += 1)}`
      const account = seal(number, { userId: from, requestId: id })
      return ask('settlement.account', from, { account, ...more }, { id, at })
    },
    claim: (
      from: string,
      {
        jws = signedNotice(),
        number = numberOf(from),
        at = AT,
        sealedFor = from,
        id = `claim-number-${(asked += 1)}`,
      } = {},
    ) => {
      const account = seal(number, { userId: sealedFor, requestId: id })
      return ask(
        'settlement.claim',
        from,
        { completionNotice: jws, exchangeCertificate: CERTIFICATE, account },
        { id, at },
      )
    },
    sums: () => ask('settlement.totals', BANK, {}),
    operator: BANK,
  }
}

export type Server = ReturnType<typeof settlementServer>

export const buyOrder = { userId: BUYER, requestId: 'order-of-the-buyer' } as const
export const sellOrder = { userId: SELLER, requestId: 'order-of-the-seller' } as const

/** Accounts of all; the buyer has 5,000 and holds 1,000 for ten shares at 100; the seller's account is proved. */
export async function readyToSettle(): Promise<Server> {
  const server = settlementServer()
  for (const userId of [BUYER, SELLER, STRANGER, ISSUER]) assertOk(await server.open(userId))
  assertOk(await server.deposit(BUYER, 5_000n))
  assertOk(await server.hold(notice.buyHoldId, 1_000n, signedOrder({ id: buyOrder.requestId, userId: BUYER })))
  const sale = signedOrder({ id: sellOrder.requestId, userId: SELLER, side: 'sell' })
  assertOk(await server.hold(notice.sellHoldId, 0n, sale))
  return server
}

export function assertOk<T>(result: Result<T, Refusal>): T {
  assert(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`)
  return result.value
}

/** The exchange's request for the match of {@link notice}. */
export function settlementOf(
  change: Partial<RequestBody<'settlement.settle'>> & { buyerNumber?: string; sellerNumber?: string } = {},
): RequestBody<'settlement.settle'> {
  const { buyerNumber = numberOf(BUYER), sellerNumber = numberOf(SELLER), ...members } = change
  const { matchNumber, amountMinor, currency, buyHoldId, sellHoldId } = notice
  return {
    matchNumber,
    amountMinor,
    currency,
    buyHoldId,
    sellHoldId,
    buyOrder,
    sellOrder,
    buyerAccount: seal(buyerNumber, members.buyOrder ?? buyOrder),
    sellerAccount: seal(sellerNumber, members.sellOrder ?? sellOrder),
    ...members,
  }
}

/** What a refusal must leave as it was. */
export async function refused(
  server: Server,
  act: () => Promise<Result<unknown, Refusal>>,
): Promise<{ readonly code: string; readonly unchanged: boolean }> {
  const before = server.state()
  const result = await act()
  return { code: result.ok ? 'accepted' : result.error.code, unchanged: server.state() === before }
}
