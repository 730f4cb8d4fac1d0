import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MatchingEngine } from './engine.ts'
import { NaiveBook } from './naive.ts'
import type { EngineOrder, OrderBook, Submitted } from './order.ts'
import { dumpOrders } from './order.ts'

/** `pick` chooses among all orders ever submitted, so commands also meet orders that have left the book. */
type Command =
  | { kind: 'submit'; terms: Omit<EngineOrder, 'id' | 'priority'> }
  | { kind: 'cancel'; pick: number }
  | { kind: 'replace'; pick: number; priceTicks: number; quantity: number }
  | { kind: 'restore'; pick: number; quantity: number }
  | { kind: 'restart' }

// Few prices, owners and quantities, so that orders meet, queue up and empty their prices.
const priceTicks = fc.integer({ min: 1, max: 12 })
const quantity = fc.integer({ min: 1, max: 9 })
const pick = fc.nat()
const terms = fc.record({
  side: fc.constantFrom('buy', 'sell'),
  priceTicks,
  quantity,
  owner: fc.integer({ min: 1, max: 6 }),
  market: fc.nat(9).map((one) => one === 0),
  timeInForce: fc.constantFrom('day', 'day', 'day', 'good_till_date', 'immediate_or_cancel', 'fill_or_kill'),
})
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('submit'), terms }) },
  { weight: 15, arbitrary: fc.record({ kind: fc.constant('cancel'), pick }) },
  { weight: 15, arbitrary: fc.record({ kind: fc.constant('replace'), pick, priceTicks, quantity }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('restore'), pick, quantity }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
)

function rebuilt(orders: Iterable<EngineOrder>): MatchingEngine {
  const engine = new MatchingEngine()
  for (const order of [...orders].sort((a, b) => a.priority - b.priority)) {
    expect(engine.restore(order)).toEqual({ trades: [], resting: order.quantity, cancelled: 0 })
  }
  return engine
}

/** Plays commands on both books and compares every answer; counts what happened, to show that the commands reach every rule. */
function play(commands: readonly Command[], seen: Map<string, number>): MatchingEngine {
  const twin = new NaiveBook()
  let engine = new MatchingEngine()
  // Each order as it was last accepted: the terms with which the exchange would restore it.
  const accepted: EngineOrder[] = []
  let reception = 0

  const both = (act: (book: OrderBook) => Submitted, incoming: EngineOrder) => {
    const result = act(engine)
    expect(result).toEqual(act(twin))
    checkResult(result, incoming, accepted)
    for (const event of result.trades.length > 0 ? ['trade', result.reason] : [result.reason]) {
      if (event) seen.set(event, (seen.get(event) ?? 0) + 1)
    }
  }

  for (const step of commands) {
    const chosen = 'pick' in step ? accepted[step.pick % accepted.length] : undefined
    if (step.kind === 'submit') {
      const order = { ...step.terms, id: accepted.length + 1, priority: ++reception }
      accepted.push(order)
      both((book) => book.submit(order), order)
    } else if (step.kind === 'restart') {
      engine = rebuilt(engine.orders())
    } else if (chosen && step.kind === 'cancel') {
      expect(engine.cancel(chosen.id)).toBe(twin.cancel(chosen.id))
    } else if (chosen && step.kind === 'restore') {
      const part = { ...chosen, quantity: step.quantity }
      both((book) => book.restore(part), part)
    } else if (step.kind === 'replace') {
      const resting = chosen && twin.find(chosen.id)
      if (!resting) continue
      const change = { priceTicks: step.priceTicks, quantity: step.quantity, priority: ++reception }
      const keepsPlace = change.priceTicks === resting.priceTicks && change.quantity <= resting.quantity
      const replaced = { ...resting, ...change, priority: keepsPlace ? resting.priority : change.priority }
      accepted[resting.id - 1] = replaced
      both((book) => book.replace(resting.id, change), replaced)
    }
    checkBook(engine, twin, accepted)
  }
  return engine
}

function checkResult({ trades, resting, cancelled, reason }: Submitted, incoming: EngineOrder, all: EngineOrder[]) {
  let traded = 0
  for (const { maker, taker, priceTicks: price, quantity: shares } of trades) {
    traded += shares
    expect(taker).toBe(incoming.id)
    expect(all[maker - 1]!.owner).not.toBe(incoming.owner)
    expect(incoming.side === 'buy' ? price <= incoming.priceTicks : price >= incoming.priceTicks).toBe(true)
  }
  expect(traded + resting + cancelled).toBe(incoming.quantity)
  expect(cancelled > 0).toBe(reason !== undefined)
}

function checkBook(engine: MatchingEngine, twin: NaiveBook, all: EngineOrder[]) {
  expect(dumpOrders(engine.orders())).toBe(dumpOrders(twin.orders()))
  expect(engine.depth(100)).toEqual(twin.depth(100))
  expect(engine.depth(2)).toEqual(twin.depth(2))
  expect(engine.size).toBe(twin.size)
  const best = engine.best()
  expect(best).toEqual(twin.best())
  if (best.bid && best.ask) expect(best.bid.priceTicks).toBeLessThan(best.ask.priceTicks)
  const last = all.at(-1)
  if (last) {
    expect(engine.remaining(last.id)).toBe(twin.remaining(last.id))
    expect(engine.find(last.id)).toEqual(twin.find(last.id))
  }
}

// Seconds of work: the time-out only ends a run that hangs.
const HANGS_MS = 60_000

test(
  '[TR3] [TR6] [TR10] [A38] engine and twin agree on random commands, and the book is never crossed',
  () => {
    const seen = new Map<string, number>()
    const commands = fc.array(command, { minLength: 1, maxLength: 200, size: 'max' })
    fc.assert(
      fc.property(commands, (steps) => void play(steps, seen)),
      { numRuns: 200 },
    )
    const events = ['trade', 'immediate_or_cancel', 'fill_or_kill', 'no_liquidity', 'self_trade_prevented']
    expect([...seen.keys()].sort()).toEqual(events.sort())
  },
  HANGS_MS,
)

test(
  'a book restored from its dump in reception order gives the same dump and trades on alike',
  () => {
    const commands = fc.array(command, { minLength: 100, maxLength: 300, size: 'max' })
    const sweep = { owner: 99, market: true, timeInForce: 'day', quantity: 1_000_000, priority: 1_000_000 } as const
    fc.assert(
      fc.property(commands, (steps) => {
        const engine = play(steps, new Map())
        const again = rebuilt(engine.orders())
        expect(dumpOrders(again.orders())).toBe(dumpOrders(engine.orders()))
        const buyAll = { ...sweep, id: 1_000_001, side: 'buy', priceTicks: 12 } as const
        expect(again.submit(buyAll)).toEqual(engine.submit(buyAll))
      }),
      { numRuns: 20 },
    )
  },
  HANGS_MS,
)

test('slots are used again and grow past their first size without mixing orders up', () => {
  const engine = new MatchingEngine()
  const count = 5000
  const submit = (id: number, shares: number) =>
    engine.submit({
      id,
      side: id % 2 ? 'buy' : 'sell',
      priceTicks: id % 2 ? 1 + (id % 700) : 1000 + (id % 700),
      market: false,
      quantity: shares,
      timeInForce: 'day',
      owner: id,
      priority: id,
    })
  for (let id = 1; id <= count; id++) submit(id, id)
  for (let id = 1; id <= count; id += 3) expect(engine.cancel(id)).toBe(id)
  for (let id = count + 1; id <= 2 * count; id++) submit(id, id)
  for (let id = 1; id <= 2 * count; id++) expect(engine.remaining(id)).toBe(id <= count && id % 3 === 1 ? 0 : id)
  expect(dumpOrders(rebuilt(engine.orders()).orders())).toBe(dumpOrders(engine.orders()))
  for (let id = 1; id <= 2 * count; id++) engine.cancel(id)
  expect([engine.size, engine.best(), engine.depth(9)]).toEqual([0, {}, { bids: [], asks: [] }])
})
