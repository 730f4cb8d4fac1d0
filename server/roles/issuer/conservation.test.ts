import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CertificateList } from '../../../shared/documents/certificate-list.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { ok, refuse } from '../../../shared/kernel/result.ts'
import type { ReplyBody, RequestBody } from '../../../shared/protocol/catalogue/catalogue.ts'
import type { Message } from '../../commit/decision.ts'
import {
  ALICE,
  AT,
  BOB,
  CAROL,
  COMMON,
  DAY,
  EXCHANGE,
  issueBody,
  Issuer,
  matchOf,
  OPERATOR,
  presented,
  saleOf,
  settingsWith,
  type Held,
  type Operation,
} from './issuer-fixture.ts'

const PEOPLE = [ALICE, BOB, CAROL] as const

type Ground = RequestBody<'issuer.issue'>['ground']

interface Collectable {
  readonly ground: Ground
  readonly quantity: bigint
  readonly holder: typeof ALICE
}

/** A market of three holders who use every file they ever had, worthless copies too, against one issuer. */
class Market {
  readonly issuer = new Issuer(settingsWith({ authorised: '600' }))
  readonly files: Held[] = []
  readonly sales: string[] = []
  readonly numbers: Collectable[] = []
  readonly offerings: Ground[] = []
  readonly payments: Message[] = []
  /** The exchange's copy of the list, kept by the messages alone. */
  list = new Map<string, string>()
  sequence = -1n

  async ask<Name extends Operation>(name: Name, sender: typeof ALICE, body: RequestBody<Name>) {
    const outcome = await this.issuer.ask(name, sender, body)
    if (!outcome.ok) return undefined
    this.follow(outcome.value.messages)
    return outcome.value.reply === 'later' ? undefined : outcome.value.reply
  }

  follow(messages: readonly Message[]): void {
    for (const { operation, body } of messages) {
      if (operation !== 'exchange.certificate-list') continue
      const list = body as CertificateList
      if (list.kind === 'full') {
        this.list = new Map(list.pairs.map(({ certificateId, userId }) => [certificateId, userId]))
      } else {
        expect(list.sequence).toBe(this.sequence + 1n)
        for (const id of list.removed) expect(this.list.delete(id)).toBe(true)
        for (const { certificateId, userId } of list.added) this.list.set(certificateId, userId)
      }
      this.sequence = list.sequence
    }
  }

  transferred({ transferNumber, transferred, remainder }: ReplyBody<'issuer.transfer'>): void {
    for (const made of [transferred, remainder]) {
      const holder = PEOPLE.find(({ name }) => name === made?.userId)
      if (made === undefined || holder === undefined) continue
      this.numbers.push({ ground: { kind: 'transfer', transferNumber }, quantity: made.quantity, holder })
    }
  }

  /** Every holder fetches what is in their name: files of entries that live. */
  async fetch(): Promise<void> {
    for (const entry of this.issuer.entries()) {
      const holder = PEOPLE.find(({ name }) => name === entry.userId)
      if (holder === undefined || entry.state !== 'live') continue
      if (this.files.some(({ certificateId }) => certificateId === entry.certificateId)) continue
      const { reply } = await this.issuer.done('issuer.certificate', holder, { certificateId: entry.certificateId })
      this.files.push({ ...fileOf(reply.certificate) })
    }
  }

  async check(): Promise<void> {
    const [common] = await this.issuer.totals()
    assert(common !== undefined, 'configured')
    expect(common.live).toBe(common.issued)
    const entries = this.issuer.entries()
    const current = entries.filter(({ state }) => state === 'live' || state === 'stopped')
    expect(current.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(common.issued)
    expect(entries.every(({ quantity }) => quantity > 0n)).toBe(true)
    const reserved = this.issuer.view.get('classTotals', 'HOSHI:common')?.reserved ?? 0n
    expect(reserved).toBeGreaterThanOrEqual(0n)
    expect(common.issued + reserved).toBeLessThanOrEqual(common.authorised)
    const live = entries.filter(({ state }) => state === 'live').map((entry) => [entry.certificateId, entry.userId])
    expect(this.list).toEqual(new Map(live as [string, string][]))
    // A certificate number belongs to one certificate at a time.
    const numbers = current.map(({ certificateNumber }) => certificateNumber)
    expect(new Set(numbers).size).toBe(numbers.length)
  }
}

function fileOf(jws: string): Held {
  const { payload } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as { payload: never }
  const wire = payload as { quantity: string } & Omit<Held, 'quantity'>
  return { ...wire, quantity: BigInt(wire.quantity), jws }
}

interface Step {
  readonly kind: number
  readonly who: number
  readonly whom: number
  readonly pick: number
  readonly quantity: bigint
  readonly yes: boolean
}

const pickOf = <Item>(items: readonly Item[], { pick }: Step): Item | undefined => items[pick % (items.length || 1)]
const ownerOf = (held: Held) => PEOPLE.find(({ name }) => name === held.userId) ?? ALICE

const allotment = (quantity: bigint, userId: string): RequestBody<'issuer.allot'> => ({
  allotments: [{ ...COMMON, holderName: userId, userId, quantity, conditionsOfIssue: 'x' }],
  operator: 'Olga',
})

function groundOf(step: Step, held: Held, files: readonly Held[]): RequestBody<'issuer.reissue'>['ground'] {
  const own = files.filter(({ userId }) => userId === held.userId)
  const other = pickOf(own, { ...step, pick: step.whom + step.pick }) ?? held
  const part = step.quantity % held.quantity
  const certificate = held.jws
  switch (step.who) {
    case 0:
      return { kind: 'lost', certificateIds: [held.certificateId] }
    case 1:
      return step.yes
        ? { kind: 'split', certificate, quantities: [part, held.quantity - part].map((each) => each || 1n) }
        : { kind: 'withdrawal', certificate }
    default:
      return { kind: step.yes ? 'consolidation' : 'damaged', certificates: [certificate, other.jws] }
  }
}

/** What a step of each kind does. */
const acts: readonly ((market: Market, step: Step) => Promise<unknown>)[] = [
  (market, { quantity, who }) => market.ask('issuer.allot', OPERATOR, allotment(quantity, PEOPLE[who]?.name ?? '')),
  async (market, { quantity, yes }) => {
    const reply = await market.ask('issuer.offer', OPERATOR, {
      ...COMMON,
      terms: 'Shares.',
      priceMinor: yes ? 10n : 0n,
      quantity,
      opensAt: AT,
      closesAt: AT + DAY,
      operator: 'Olga',
    })
    if (reply === undefined) return
    market.offerings.push({ kind: 'offering', offeringNumber: reply.offeringNumber, termsHash: reply.termsHash })
  },
  async (market, step) => {
    const ground = pickOf(market.offerings, step)
    const who = PEOPLE[step.who] ?? ALICE
    if (ground === undefined) return
    const outcome = await market.issuer.ask('issuer.issue', who, issueBody(who, step.quantity, ground))
    if (!outcome.ok) return
    market.follow(outcome.value.messages)
    market.payments.push(...outcome.value.messages.filter(({ operation }) => operation === 'settlement.pay'))
  },
  async (market, step) => {
    const [payment] = market.payments.splice(0, 1)
    if (payment === undefined) return
    const { paymentId } = payment.body as RequestBody<'settlement.pay'>
    const result = step.yes ? ok({ paymentId, paidAt: market.issuer.at }) : refuse('insufficient_funds', 'none')
    market.follow(market.issuer.paid(payment, result).messages)
  },
  async (market, step) => {
    const held = pickOf(market.files, step)
    const to = PEOPLE[step.whom] ?? BOB
    if (held === undefined) return
    const reply = await market.ask('issuer.transfer', to, presented(held, to, { quantity: step.quantity }))
    if (reply !== undefined) market.transferred(reply)
  },
  async (market, step) => {
    const held = pickOf(market.files, step)
    if (held === undefined) return
    // A new order for this certificate, or an old order used again, for the same or another one.
    const sale = step.yes ? saleOf(ownerOf(held), [held]) : (pickOf(market.sales, step) ?? '')
    if (sale === '') return
    market.sales.push(sale)
    const target = step.yes ? held : (pickOf(market.files, { ...step, pick: step.pick + step.who }) ?? held)
    const reply = await market.ask('issuer.match-transfer', EXCHANGE, {
      ...matchOf(sale, target.certificateId, step.quantity, { sellerUserId: target.userId }),
      buyerUserId: PEOPLE[step.whom]?.name ?? BOB.name,
    })
    if (reply !== undefined) market.transferred(reply)
  },
  async (market, step) => {
    const held = pickOf(market.files, step)
    if (held === undefined) return
    const ground = groundOf(step, held, market.files)
    const reply = await market.ask('issuer.reissue', ownerOf(held), { userId: held.userId, ...COMMON, ground })
    if (reply === undefined) return
    const quantity = reply.certificates.reduce((sum, each) => sum + each.quantity, 0n)
    const number = { kind: 'reissue', reissueNumber: reply.reissueNumber } as const
    market.numbers.push({ ground: number, quantity, holder: ownerOf(held) })
  },
  async (market, step) => {
    const held = pickOf(market.files, step)
    if (held === undefined) return
    const { certificateId } = held
    await market.ask('issuer.stop', OPERATOR, { certificateId, stopped: step.yes, ground: 'theft', operator: 'Olga' })
  },
  async (market, step) => {
    const number = pickOf(market.numbers, step)
    if (number === undefined) return
    const who = step.yes ? number.holder : (PEOPLE[step.who] ?? ALICE)
    await market.ask('issuer.issue', who, issueBody(who, number.quantity, number.ground))
  },
  (market) => market.ask('issuer.list-demand', EXCHANGE, COMMON),
]

const step: fc.Arbitrary<Step> = fc.record({
  // Transfers, matches and reissues more often than the rest.
  kind: fc.constantFrom(0, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 8, 9),
  who: fc.nat({ max: 2 }),
  whom: fc.nat({ max: 2 }),
  pick: fc.nat({ max: 30 }),
  quantity: fc.bigInt({ min: 1n, max: 60n }),
  yes: fc.boolean(),
})

test('[P4] [P7] whatever is asked, shares are conserved, each ID has one holder, and the exchange’s list agrees', async () => {
  let transfers = 0
  let reissues = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const market = new Market()
      await market.ask('issuer.list-demand', EXCHANGE, COMMON)
      for (const { name } of PEOPLE) await market.ask('issuer.allot', OPERATOR, allotment(100n, name))
      await market.fetch()
      for (const each of steps) {
        await acts[each.kind]?.(market, each)
        await market.check()
        if (each.pick % 2 === 0) await market.fetch()
      }
      transfers += Number(market.issuer.view.counter('TR'))
      reissues += Number(market.issuer.view.counter('RE'))
    }),
    { numRuns: 35, seed: 20_000_525 },
  )
  // The commands did not merely bounce off.
  expect(transfers).toBeGreaterThan(100)
  expect(reissues).toBeGreaterThan(40)
})
