import { expect } from 'vitest'
import { writeMembers } from '../../../shared/documents/document.ts'
import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import type { Order } from '../../../shared/documents/order.ts'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { ok, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import { operationNamed, type OperationName, type RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { CommandHandler, Decision, Event, InquiryHandler, LateAnswer, Sender } from '../../commit/decision.ts'
import type { Role } from '../../commit/role.ts'
import { RowsInMemory } from '../../commit/view-fixture.ts'
import { LayeredView } from '../../commit/view.ts'
import { rememberBooks, type Books } from './domain/memory.ts'
import { dumpOrders } from './engine/order.ts'
import { exchangeRole } from './role.ts'
import type { ExchangeSettings } from './settings.ts'
import { exchangeTables, type ExchangeTables } from './tables.ts'

export const HOSHI: ClassRef = { security: 'HOSHI', shareClass: 'common' }
export const CLASS = classKey(HOSHI)
export const NOON = Date.UTC(2026, 10, 23, 12)
/** Of the right form; what is in it is read by the settlement server only. */
export const SEALED = 'a.b.c.d.e'

export const SETTINGS: ExchangeSettings = {
  listings: [
    {
      ...HOSHI,
      companyName: 'Hoshi Brewing',
      currency: 'JPY',
      tickMinor: 1n,
      lot: 1n,
      referencePriceMinor: 100n,
      limitPercent: 30,
    },
  ],
}

/** User IDs of the market's form: `inv-anna000000`. */
export const user = (name: string): string => `inv-${name.padEnd(10, '0')}`
export const certificateId = (number: number): string => `C${String(number).padStart(25, '0')}`

const POLICY = {
  orderLimitMinor: 1_000_000n,
  dayLimitMinor: 10_000_000n,
  currency: 'JPY',
  shortSellingProhibited: true,
}

export function investor(name: string, policy: Partial<NonNullable<Sender['policy']>> = {}): Sender {
  const certificate = 'Y2VydA=='
  return { name: user(name), role: 'investor', displayName: name, policy: { ...POLICY, ...policy }, certificate }
}

export const ISSUER: Sender = {
  name: 'iss-hoshi00000',
  role: 'issuer',
  displayName: 'Hoshi',
  policy: { ...POLICY, mayIssue: ['HOSHI'] },
  certificate: 'Y2VydA==',
}

export const OPERATOR: Sender = {
  name: 'exc-kabuken000',
  role: 'exchange',
  displayName: 'Exchange',
  policy: POLICY,
  certificate: 'Y2VydA==',
}

export function certificate(number: number, name: string, quantity: bigint): ShareCertificate {
  return {
    companyName: 'Hoshi Brewing',
    incorporatedOn: '2001-04-01',
    certificateNumber: String(number).padStart(6, '0'),
    certificateId: certificateId(number),
    ...HOSHI,
    quantity,
    currency: 'JPY',
    issuedAt: NOON - 1000,
    holderName: name,
    userId: user(name),
    transferRestriction: 'none',
    signatureAlgorithm: 'ES256',
    issuingAgent: { userId: ISSUER.name, name: 'Hoshi', url: 'wss://hoshi.example/issuer' },
  }
}

const common = { ...HOSHI, currency: 'JPY', timeInForce: { kind: 'day' }, settlementAccount: SEALED } as const

export function limit(limitMinor: bigint): Order['price'] {
  return { kind: 'limit', limitMinor }
}

type Terms = Partial<Pick<Order, 'timeInForce' | 'price' | 'currency' | 'userId' | 'security'>>

export function buyOrder(name: string, quantity: bigint, limitMinor: bigint, terms: Terms = {}): Order {
  const buyer = { userId: user(name), name, postalAddress: '1 Sakura Street' }
  return { side: 'buy', ...common, ...buyer, quantity, price: limit(limitMinor), ...terms }
}

export function sellOrder(
  name: string,
  quantity: bigint,
  limitMinor: bigint,
  attached: readonly ShareCertificate[],
  terms: Terms = {},
): Order {
  return {
    side: 'sell',
    ...common,
    userId: user(name),
    quantity,
    price: limit(limitMinor),
    certificateIds: attached.map((each) => each.certificateId),
    certificates: attached.map((each) => `cert.${each.certificateId}.sig`),
    ...terms,
  }
}

/** A message as the outbox keeps it. */
export interface Sent<Body = never> {
  readonly operation: OperationName
  readonly to: unknown
  readonly body: Body
  readonly context: Readonly<Record<string, string>>
}

const trust = {
  verifyWith: () => Promise.reject(new Error('not used')),
  verifyMember: () => Promise.reject(new Error('not used')),
  verifyShareCertificate: () => Promise.reject(new Error('not used')),
}

/** An exchange without its queue: each decision is applied at once, each document checked against its schema. */
export class ExchangeBench {
  readonly rows = new RowsInMemory()
  readonly role: Role<'exchange', ExchangeTables, ExchangeSettings, Books>
  memory: Books
  at = NOON
  outbox: Sent[] = []
  events: Event[] = []
  readonly answers = new Map<string, LateAnswer['result']>()
  readonly #waiting = new Set<string>()
  #drawn = 0

  constructor(settings: ExchangeSettings = SETTINGS) {
    this.role = exchangeRole(settings, trust)
    this.memory = rememberBooks(this.view())
    this.open()
    this.events = []
  }

  /** What the exchange asks itself at a start, but for the lists. */
  open(): void {
    for (const { operation, body } of this.role.atStart) {
      if (operation !== 'exchange.demand-list') this.ask(operation, OPERATOR, body as never)
    }
  }

  view(): LayeredView<ExchangeTables> {
    return new LayeredView(exchangeTables, this.rows)
  }

  nextId(): string {
    this.#drawn += 1
    return `R${String(this.#drawn).padStart(25, '0')}`
  }

  /** Decides a command. A refusal must leave no trace. */
  ask<Name extends OperationName>(
    operation: Name,
    sender: Sender,
    body: RequestBody<Name>,
    evidence: unknown = [],
    id = this.nextId(),
  ): Result<Decision<unknown>, Refusal> {
    writeMembers(operationNamed(operation).request, body as never)
    const handler = this.role.operations[operation as never] as CommandHandler<ExchangeTables, never, Books, never>
    const view = this.view()
    const before = this.books()
    const command = { id, sender, body, jws: `order.${id}.sig`, hash: 'h'.repeat(43), at: this.at, evidence }
    const decided = handler.decide(view, command as never, this.#surroundings() as never) as Result<
      Decision<unknown>,
      Refusal
    >
    if (!decided.ok) {
      view.refuse()
      expect(view.changes().rows.size + view.changes().counters.size).toBe(0)
      expect(this.books()).toBe(before)
      return decided
    }
    const key = `${sender.name}/${id}`
    if (decided.value.reply === 'later') this.#waiting.add(key)
    else writeMembers(operationNamed(operation).reply, decided.value.reply as never)
    this.#follow(view, decided.value)
    return decided
  }

  inquire<Name extends OperationName>(operation: Name, sender: Sender, body: RequestBody<Name>) {
    const handler = this.role.operations[operation as never] as unknown as InquiryHandler<
      ExchangeTables,
      ExchangeSettings,
      Books,
      Name
    >
    const inquiry = { id: this.nextId(), sender, body, jws: '', hash: '', at: this.at, evidence: undefined }
    const answer = handler.answer(this.view(), inquiry as never, this.#surroundings())
    if (answer.ok) writeMembers(operationNamed(operation).reply, answer.value as never)
    return answer
  }

  /** A peer's answer to one of the messages in the outbox. */
  reply(message: Sent<unknown>, result: Result<unknown, Refusal>): void {
    expect(this.outbox).toContain(message)
    this.outbox = this.outbox.filter((each) => each !== message)
    const handler = this.role.replies[message.operation]
    if (handler === undefined) return
    const view = this.view()
    const reply = { id: this.nextId(), peer: 'peer', context: message.context, result, at: this.at }
    this.#follow(view, handler.decide(view, reply as never, this.#surroundings()))
  }

  /** Places an order without waiting for its hold; its reception number. */
  place(order: Order, attached: readonly ShareCertificate[] = [], sender?: Sender): string {
    const name = sender ?? investor(order.userId.slice(4).replace(/0+$/, ''))
    const decided = this.ask('exchange.order', name, order, attached.map(ok))
    expect(decided).toMatchObject({ ok: true, value: { reply: 'later' } })
    return `OR-${String(this.view().counter('reception')).padStart(8, '0')}`
  }

  /** Grants the hold that was asked for last. */
  grant(): void {
    const message = this.last('settlement.hold')
    this.reply(message, ok({ holdId: 'x', amountMinor: 0n }))
  }

  /** Places an order and grants its hold. */
  enter(order: Order, attached: readonly ShareCertificate[] = []): string {
    const reception = this.place(order, attached)
    this.grant()
    return reception
  }

  sent<Name extends OperationName>(operation: Name): Sent<RequestBody<Name>>[] {
    return this.outbox.filter((message) => message.operation === operation) as never
  }

  last<Name extends OperationName>(operation: Name): Sent<RequestBody<Name>> {
    const message = this.sent(operation).at(-1)
    if (message === undefined) throw new Error(`no ${operation} waits`)
    return message
  }

  order(reception: string) {
    const order = this.view().get('orders', reception)
    if (order === undefined) throw new Error(`no order ${reception}`)
    return order
  }

  match(number: number) {
    const match = this.view().get('matches', `MA-${String(number).padStart(8, '0')}`)
    if (match === undefined) throw new Error(`no match ${number}`)
    return match
  }

  holder(id: string) {
    return this.view().get('holders', `${CLASS}/${id}`)
  }

  /** What rests, as text. */
  books(): string {
    return dump(this.memory)
  }

  /** The same after a restart. */
  rebuilt(): string {
    return dump(rememberBooks(this.view()))
  }

  eventsOf(kind: string): Event[] {
    return this.events.filter((event) => event.kind === kind)
  }

  get unanswered(): number {
    return this.#waiting.size
  }

  #surroundings() {
    return { ids: { next: () => this.nextId() }, settings: this.role.settings, memory: this.memory }
  }

  #follow(view: LayeredView<ExchangeTables>, decision: Omit<Decision<unknown>, 'reply'>): void {
    view.accept()
    this.rows.apply(view.changes())
    for (const { sender, requestId, result } of decision.answers ?? []) {
      const key = `${sender}/${requestId}`
      assert(this.#waiting.delete(key), `${key} waits for its one answer`)
      this.answers.set(requestId, result)
    }
    for (const message of decision.messages ?? []) {
      writeMembers(operationNamed(message.operation).request, message.body as never)
      this.outbox.push(message as unknown as Sent)
    }
    for (const event of decision.events ?? []) {
      const seal = (_kind: unknown, body: unknown): string => `sealed.${JSON.stringify(body, noBigInt)}`
      this.events.push({ ...event, body: typeof event.body === 'function' ? event.body(seal) : event.body })
    }
  }
}

function dump(books: Books): string {
  return books
    .all()
    .map(([key, book]) => (book.size === 0 ? '' : `${key}\n${dumpOrders(book.orders())}`))
    .join('')
}

const noBigInt = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

/** Shares of the class that there are, by the issuer's list. */
export const ISSUED = 1_000_000n

/** An exchange that knows these certificates from the issuer's list. */
export function listed(certificates: readonly ShareCertificate[], settings?: ExchangeSettings): ExchangeBench {
  const bench = new ExchangeBench(settings)
  const pairs = certificates.map(({ certificateId: id, userId }) => ({ certificateId: id, userId }))
  bench.ask('exchange.certificate-list', ISSUER, {
    kind: 'full',
    listId: 'first',
    ...HOSHI,
    sequence: 1n,
    page: 1,
    pages: 1,
    issued: ISSUED,
    pairs,
  })
  bench.events = []
  return bench
}
