import assert, { strictEqual as equal } from 'node:assert'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Order } from '../../../shared/documents/order.ts'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { ok, refuse, type Refusal, type Result } from '../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { Row } from '../../commit/tables.ts'
import {
  buyOrder,
  certificate,
  CLASS,
  ExchangeBench,
  HOSHI,
  investor,
  ISSUER,
  limit,
  OPERATOR,
  sellOrder,
  type Sent,
} from './exchange-fixture.ts'
import type { ExchangeTables } from './tables.ts'

const NAMES = ['anna', 'bela', 'chie', 'dora', 'emil', 'fumi'] as const
const STEPS = 400

/** mulberry32: the whole run follows from one number. */
class Chance {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let word = this.#state
    word = Math.imul(word ^ (word >>> 15), word | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }

  below(limitOf: number): number {
    return Math.floor(this.next() * limitOf)
  }

  from<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)]
  }

  is(share: number): boolean {
    return this.next() < share
  }
}

type ListMessage = RequestBody<'exchange.certificate-list'>

/** Keeps a register, answers transfers, tells of every change in order. What it answers travels apart from what it tells. */
class FakeIssuer {
  readonly live = new Map<string, ShareCertificate>()
  readonly files: ShareCertificate[] = []
  readonly list: ListMessage[] = []
  #sequence = 0n
  #drawn = 0
  #transfers = 0

  issue(name: string, quantity: bigint): ShareCertificate {
    const made = this.#enter(name, quantity)
    this.#change([], [made])
    return made
  }

  #enter(name: string, quantity: bigint): ShareCertificate {
    this.#drawn += 1
    const made = certificate(this.#drawn, name, quantity)
    this.live.set(made.certificateId, made)
    this.files.push(made)
    return made
  }

  #change(removed: string[], added: ShareCertificate[]): void {
    this.#sequence += 1n
    for (const id of removed) this.live.delete(id)
    this.list.push({
      kind: 'change',
      listId: `change-${this.#sequence}`,
      ...HOSHI,
      sequence: this.#sequence,
      removed,
      added: added.map(({ certificateId, userId }) => ({ certificateId, userId })),
    })
  }

  demand(): Result<unknown, Refusal> {
    const pairs = [...this.live.values()].map(({ certificateId, userId }) => ({ certificateId, userId }))
    const half = Math.ceil(pairs.length / 2)
    const both = {
      kind: 'full',
      listId: `full-${this.#sequence}`,
      ...HOSHI,
      sequence: this.#sequence,
      pages: 2,
    } as const
    this.list.push({ ...both, page: 1, pairs: pairs.slice(0, half) }, { ...both, page: 2, pairs: pairs.slice(half) })
    return ok({ ...HOSHI, sequence: this.#sequence })
  }

  transfer(body: RequestBody<'issuer.match-transfer'>, refuses: boolean): Result<unknown, Refusal> {
    const old = this.live.get(body.certificateId)
    if (old === undefined || refuses) return refuse('certificate_superseded', 'not live')
    expect(old.userId).toBe(body.sellerUserId)
    expect(body.quantity).toBeLessThanOrEqual(old.quantity)
    const bought = this.#enter(nameOf(body.buyerUserId), body.quantity)
    const rest = old.quantity - body.quantity
    const remainder = rest > 0n ? this.#enter(nameOf(body.sellerUserId), rest) : undefined
    this.#change([old.certificateId], remainder === undefined ? [bought] : [bought, remainder])
    this.#transfers += 1
    return ok({
      matchNumber: body.matchNumber,
      transferNumber: `TR-${String(this.#transfers).padStart(8, '0')}`,
      transferred: newCertificate(bought),
      ...(remainder !== undefined && { remainder: newCertificate(remainder) }),
      requestHash: 'h'.repeat(43),
      listSequence: this.#sequence,
    })
  }

  /** A holder gets a new ID for the same shares. */
  reissue(old: ShareCertificate): void {
    this.#change([old.certificateId], [this.#enter(nameOf(old.userId), old.quantity)])
  }

  total(): bigint {
    return [...this.live.values()].reduce((sum, { quantity }) => sum + quantity, 0n)
  }
}

const nameOf = (userId: string): string => userId.slice(4).replace(/0+$/, '')
const newCertificate = ({ certificateId, quantity, userId }: ShareCertificate) => ({ certificateId, quantity, userId })

/** Keeps holds. Whatever it is asked to pay must be covered. */
class FakeSettlement {
  readonly holds = new Map<string, { amount: bigint; used: bigint; released: number }>()
  readonly settled = new Set<string>()

  hold({ holdId, amountMinor }: RequestBody<'settlement.hold'>, refuses: boolean): Result<unknown, Refusal> {
    expect(this.holds.has(holdId)).toBe(false)
    if (refuses) return refuse('insufficient_funds', 'no')
    this.holds.set(holdId, { amount: amountMinor, used: 0n, released: 0 })
    return ok({ holdId, amountMinor })
  }

  change({ holdId, amountMinor }: RequestBody<'settlement.change-hold'>, refuses: boolean): Result<unknown, Refusal> {
    const hold = this.#standing(holdId)
    if (refuses) return refuse('insufficient_funds', 'no')
    expect(amountMinor).toBeGreaterThanOrEqual(hold.used)
    hold.amount = amountMinor
    return ok({ holdId, amountMinor })
  }

  settle(body: RequestBody<'settlement.settle'>, refuses: boolean): Result<unknown, Refusal> {
    this.#standing(body.sellHoldId)
    const hold = this.#standing(body.buyHoldId)
    if (refuses) return refuse('account_unknown', 'closed by hand')
    expect(this.settled.has(body.matchNumber)).toBe(false)
    expect(hold.used + body.amountMinor).toBeLessThanOrEqual(hold.amount)
    hold.used += body.amountMinor
    this.settled.add(body.matchNumber)
    return ok({ matchNumber: body.matchNumber, settledAt: 0 })
  }

  release({ holdId }: RequestBody<'settlement.release'>): Result<unknown, Refusal> {
    const hold = this.#standing(holdId)
    hold.released += 1
    return ok({ holdId, releasedMinor: hold.amount - hold.used })
  }

  #standing(holdId: string): { amount: bigint; used: bigint; released: number } {
    const hold = this.holds.get(holdId)
    if (hold === undefined || hold.released > 0) throw new Error(`no hold ${holdId} stands`)
    return hold
  }
}

/** A market day with everything that can go wrong in it, in an order that one number decides. */
class Day {
  readonly exchange = new ExchangeBench()
  readonly issuer = new FakeIssuer()
  readonly settlement = new FakeSettlement()
  readonly chance: Chance
  readonly seen: Map<string, number>
  /** Answered by the peer, not yet arrived here. */
  answered: { message: Sent; result: Result<unknown, Refusal> }[] = []
  handled = new Set<Sent>()

  constructor(seed: number, seen: Map<string, number>) {
    this.chance = new Chance(seed)
    this.seen = seen
    for (const name of NAMES) for (let i = 0; i < 5; i += 1) this.issuer.issue(name, BigInt(5 + this.chance.below(40)))
    this.issuer.list.length = 0
    this.exchange.ask('exchange.demand-list', OPERATOR, HOSHI)
    this.settle()
  }

  count(event: string): void {
    this.seen.set(event, (this.seen.get(event) ?? 0) + 1)
  }

  step(): void {
    const dice = this.chance.below(1000)
    if (dice < 200) this.placeOrder()
    else if (dice < 220) this.cancel()
    else if (dice < 270) this.replace()
    else if (dice < 480) for (let i = 0; i < 3; i += 1) this.peersWork()
    else if (dice < 710) for (let i = 0; i < 2; i += 1) this.deliver()
    else if (dice < 900) for (let i = 0; i < 2; i += 1) this.deliverList()
    else if (dice < 910) this.reissue()
    else if (dice < 920) this.halt(true)
    else if (dice < 970) this.halt(false)
    else if (dice < 980) this.passTime()
    else if (dice < 990) this.restart()
    else if (dice < 992) this.exchange.ask('exchange.close-day', OPERATOR, { operator: 'Operator' })
    else if (dice < 994) this.exchange.ask('exchange.demand-list', OPERATOR, HOSHI)
  }

  placeOrder(): void {
    const { chance, issuer } = this
    const name = chance.from(NAMES) ?? 'anna'
    const kinds = ['day', 'day', 'day', 'good_till_date', 'immediate_or_cancel', 'fill_or_kill'] as const
    const kind = chance.from(kinds) ?? 'day'
    const terms = {
      timeInForce: kind === 'good_till_date' ? { kind, until: this.exchange.at + 1 + chance.below(5000) } : { kind },
      price: chance.is(0.1) ? ({ kind: 'market' } as const) : limit(BigInt(97 + chance.below(6))),
    } satisfies Partial<Order>
    if (chance.is(0.5)) {
      this.order(name, buyOrder(name, BigInt(1 + chance.below(60)), 100n, terms), [])
      return
    }
    // Mostly live certificates, now and then a file that is worthless or taken.
    const own = (chance.is(0.9) ? [...issuer.live.values()] : issuer.files).filter(
      (each) => nameOf(each.userId) === name,
    )
    const attached = [...new Set(Array.from({ length: 1 + chance.below(3) }, () => chance.from(own)))].filter(
      (each) => each !== undefined,
    )
    if (attached.length === 0) return
    const held = Number(attached.reduce((sum, each) => sum + each.quantity, 0n))
    this.order(name, sellOrder(name, BigInt(1 + chance.below(held)), 100n, attached, terms), attached)
  }

  order(name: string, order: Order, attached: readonly ShareCertificate[]): void {
    const decided = this.exchange.ask('exchange.order', investor(name), order, attached.map(ok))
    this.count(decided.ok ? 'received' : decided.error.code)
  }

  cancel(): void {
    const order = this.chance.from(this.orders().filter(({ state }) => state !== 'filled'))
    if (order === undefined) return
    const decided = this.exchange.ask('exchange.cancel', investor(nameOf(order.userId)), {
      receptionNumber: order.reception,
    })
    this.count(decided.ok ? 'cancelled' : decided.error.code)
  }

  replace(): void {
    const order = this.chance.from(this.orders().filter(({ resting }) => resting > 0n))
    if (order === undefined) return
    const decided = this.exchange.ask('exchange.replace', investor(nameOf(order.userId)), {
      receptionNumber: order.reception,
      price: limit(this.chance.is(0.3) ? order.limitMinor : BigInt(95 + this.chance.below(10))),
      quantity: BigInt(1 + this.chance.below(Number(order.quantity))),
    })
    this.count(decided.ok ? (decided.value.reply === 'later' ? 'replace_later' : 'replaced') : decided.error.code)
  }

  /** The peers take messages in the order in which each gets them. */
  peersWork(refusals = 0.08): void {
    const { chance, issuer, settlement } = this
    const peer = chance.from(['issuer', 'settlement'])
    const message = this.exchange.outbox.find(
      (each) => !this.handled.has(each) && each.operation.startsWith(`${peer}.`),
    )
    if (message === undefined) return
    this.handled.add(message)
    const refuses = chance.is(refusals)
    const { body } = message
    const answer = {
      'issuer.match-transfer': () => issuer.transfer(body, refuses),
      'issuer.list-demand': () => issuer.demand(),
      'settlement.hold': () => settlement.hold(body, refuses),
      'settlement.change-hold': () => settlement.change(body, refuses),
      'settlement.settle': () => settlement.settle(body, refuses),
      'settlement.release': () => settlement.release(body),
    }[message.operation as 'settlement.hold']
    this.answered.push({ message, result: answer() })
  }

  /** Answers arrive in any order. */
  deliver(): void {
    const next = this.chance.from(this.answered)
    if (next === undefined) return
    this.answered = this.answered.filter((each) => each !== next)
    this.exchange.reply(next.message, next.result)
    this.count(`${next.message.operation} ${next.result.ok ? 'done' : 'refused'}`)
  }

  /** The list arrives in order; a message may be lost with the exchange's memory of it, which it notices as a gap. */
  deliverList(lost = 0.005): void {
    const message = this.issuer.list.shift()
    if (message === undefined) return
    if (message.kind === 'change' && this.chance.is(lost)) return
    const decided = this.exchange.ask('exchange.certificate-list', ISSUER, message)
    if (decided.ok) this.count(`list ${(decided.value.reply as { result: string }).result}`)
  }

  reissue(): void {
    const old = this.chance.from([...this.issuer.live.values()])
    if (old !== undefined) this.issuer.reissue(old)
  }

  halt(halted: boolean): void {
    if (this.exchange.view().get('listings', CLASS)?.halted === halted) return
    this.exchange.ask('exchange.halt', OPERATOR, { ...HOSHI, halted, ground: 'news', operator: 'Operator' })
  }

  passTime(): void {
    this.exchange.at += 1000
    const [timer] = this.exchange.role.timers
    if (timer?.due(this.exchange.view(), this.exchange.at, this.exchange.memory) !== true) return
    this.exchange.ask('exchange.expire', OPERATOR, {})
  }

  restart(): void {
    this.exchange.memory = this.exchange.role.remember(this.exchange.view(), this.exchange.role.settings)
    this.exchange.open()
  }

  /** Everything arrives, what is left is cancelled, everything arrives. */
  finish(): void {
    this.halt(false)
    this.settle()
    for (const { reception, userId, state, resting, parked } of this.orders()) {
      if (state !== 'holding' && resting + parked === 0n) continue
      this.exchange.ask('exchange.cancel', investor(nameOf(userId)), { receptionNumber: reception })
    }
    this.exchange.open()
    this.issuer.list.length = 0
    this.exchange.ask('exchange.demand-list', OPERATOR, HOSHI)
    this.settle()
  }

  settle(): void {
    const left = (): number => this.exchange.outbox.length + this.answered.length + this.issuer.list.length
    while (left() > 0) {
      this.peersWork(0)
      this.deliver()
      this.deliverList(0)
      this.check()
    }
  }

  orders(): Row<ExchangeTables['orders']>[] {
    return this.exchange.view().range('orders', '', 100_000)
  }

  /** After every step. `node:assert`, because this runs millions of times. */
  check(): void {
    const view = this.exchange.view()
    const book = this.exchange.memory.of(CLASS)
    equal(this.exchange.books(), this.exchange.rebuilt())
    const best = book.best()
    if (best.bid && best.ask) assert(best.bid.priceTicks < best.ask.priceTicks, 'the book is not crossed')

    const matches = { buy: grouped(view, 'buy'), sell: grouped(view, 'sell') }
    const places = view.range('orderCertificates', '', 100_000)
    const offered = new Map(places.map((place) => [place.certificateId, place]))
    equal(offered.size, places.length, 'no certificate is in two orders')
    for (const holder of view.range('holders', '', 100_000)) {
      const place = offered.get(holder.certificateId)
      equal(holder.state === 'on_offer', place?.state === 'free', holder.certificateId)
      if (holder.state === 'on_offer') equal(place?.reception, holder.reception)
      if (holder.state === 'listed' || holder.state === 'reserved') equal(place, undefined)
      if (holder.state === 'reserved') this.count('reserved')
    }
    const unallocated = Map.groupBy(places, ({ reception }) => reception)
    for (const order of this.orders()) {
      const own = matches[order.side as 'buy' | 'sell'].get(order.reception) ?? []
      const standing = own.filter(({ state }) => state !== 'refused')
      equal(order.matched, sum(standing.map(({ quantity }) => quantity)))
      assert(order.matched + order.resting + order.parked <= order.quantity, order.reception)
      equal(order.underWay, BigInt(standing.filter(({ state }) => state !== 'settled').length))
      equal(order.resting, BigInt(book.remaining(Number(order.number))))
      if (standing.some(({ awaits }) => awaits !== null)) this.count('waits for a remainder')
      if (order.parked > 0n) this.count('parked')
      if (order.side === 'buy') continue
      const left = sum((unallocated.get(order.reception) ?? []).map((place) => place.unallocated))
      assert(order.resting <= left, 'what rests can be delivered')
    }
  }

  checkEnd(shares: bigint): void {
    const view = this.exchange.view()
    const finals = ['filled', 'cancelled', 'expired', 'refused']
    for (const order of this.orders()) {
      expect(finals).toContain(order.state)
      expect(order.underWay).toBe(0n)
      expect(['released', 'refused']).toContain(order.holdState)
      expect(order.replacing).toBeNull()
      if (order.state === 'filled') expect(order.matched).toBe(order.quantity)
    }
    const matches = view.range('matches', '', 100_000)
    for (const match of matches) expect(['settled', 'refused']).toContain(match.state)
    const delivered = matches.filter(({ state }) => state === 'settled').map(({ matchNumber }) => matchNumber)
    expect(new Set(delivered)).toEqual(this.settlement.settled)
    for (const { released } of this.settlement.holds.values()) expect(released).toBe(1)
    expect(view.range('orderCertificates', '', 10)).toEqual([])
    const known = view
      .range('holders', '', 100_000)
      .map(({ certificateId, userId, state }) => ({ certificateId, userId, state }))
    const live = [...this.issuer.live.values()].map(({ certificateId, userId }) => ({
      certificateId,
      userId,
      state: 'listed',
    }))
    const byId = (a: { certificateId: string }, b: { certificateId: string }): number =>
      a.certificateId < b.certificateId ? -1 : 1
    expect(known.sort(byId)).toEqual(live.sort(byId))
    expect(this.issuer.total()).toBe(shares)
    expect(this.exchange.unanswered).toBe(0)
    expect(this.exchange.outbox).toEqual([])
    expect(view.range('expiries', '', 10)).toEqual([])
  }
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n)

function grouped(view: ReturnType<ExchangeBench['view']>, side: 'buy' | 'sell') {
  return Map.groupBy(view.range('matches', '', 100_000), (match) => match[side])
}

function play(seed: number, seen: Map<string, number>): void {
  const day = new Day(seed, seen)
  const shares = day.issuer.total()
  for (let step = 0; step < STEPS; step += 1) {
    day.step()
    day.check()
  }
  day.finish()
  day.checkEnd(shares)
  for (const { reason } of day.orders()) if (reason !== null) day.count(`ended: ${reason}`)
  for (const { state } of day.exchange.view().range('matches', '', 100_000)) day.count(`match ${state}`)
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

/** What the pinned days must have met, or they prove less than they say. */
const MET = [
  'settlement.settle done',
  'settlement.settle refused',
  'settlement.change-hold refused',
  'issuer.match-transfer refused',
  'list gap',
  'list known',
  'replaced',
  'replace_later',
  'certificate_locked',
  'certificate_superseded',
  'halted',
  'parked',
  'reserved',
  'waits for a remainder',
  'ended: certificate_withdrawn',
  'ended: self_trade_prevented',
  'ended: order_expired',
  'ended: transfer_refused',
  'ended: order_cancelled',
]

describe('a random market day', () => {
  test('[TR3] [TR4] [TR6] [TR8] [TR11] [IS3] orders, certificates and holds all come to one end', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(seeds, (seed) => play(seed, seen)),
      { numRuns: 12, seed: 1998 },
    )
    expect(MET.filter((event) => !seen.has(event))).toEqual([])
  })

  test('[TR8] and on days that nobody has played before', () => {
    const days = fc.property(seeds, (seed) => play(seed, new Map()))
    expect(() => fc.assert(days, { numRuns: 4 })).not.toThrow()
  })
})
