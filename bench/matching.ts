/**
 * Operations a second through the matching engine and through its naive twin. They are drawn beforehand, so only the books
 * are measured: 50 % resting limit orders, 40 % cancels, 10 % crossing orders.
 */
import { MatchingEngine } from '../server/roles/exchange/engine/engine.ts'
import { NaiveBook } from '../server/roles/exchange/engine/naive.ts'
import type { EngineOrder, OrderBook } from '../server/roles/exchange/engine/order.ts'

const MIDDLE_TICKS = 10_000
const SPREAD_TICKS = 100
const OWNERS = 5_000

/** An order to submit, or the id of an order to cancel. */
type Operation = EngineOrder | number

/** Marsaglia's xorshift with 13, 17, 5: repeatable from its seed, good enough for a load. */
function xorshift(seed: number): (below: number) => number {
  let state = seed | 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function draw(count: number, seed: number): Operation[] {
  const random = xorshift(seed)
  const operations: Operation[] = []
  const notCancelled: number[] = []
  for (let id = 1; operations.length < count; id++) {
    const kind = random(10)
    if (kind < 4 && notCancelled.length > 0) {
      const chosen = random(notCancelled.length)
      operations.push(notCancelled[chosen]!)
      notCancelled[chosen] = notCancelled.at(-1)!
      notCancelled.pop()
      continue
    }
    const crossing = kind === 9
    const side = random(2) === 0 ? 'buy' : 'sell'
    const away = (1 + random(SPREAD_TICKS)) * (crossing ? 1 : -1)
    operations.push({
      id,
      side,
      priceTicks: MIDDLE_TICKS + (side === 'buy' ? away : -away),
      market: false,
      quantity: 1 + random(100),
      timeInForce: crossing ? 'immediate_or_cancel' : 'day',
      owner: random(OWNERS),
      priority: id,
    })
    if (!crossing) notCancelled.push(id)
  }
  return operations
}

function play(book: OrderBook, operations: readonly Operation[]) {
  let trades = 0
  const start = performance.now()
  for (const operation of operations) {
    if (typeof operation === 'number') book.cancel(operation)
    else trades += book.submit(operation).trades.length
  }
  return { perSecond: (operations.length / (performance.now() - start)) * 1000, trades, resting: book.size }
}

/** Nanoseconds each cancel took in a book under the whole load, the clock's own time included. */
function timeCancels(operations: readonly Operation[]): Float64Array {
  const book = new MatchingEngine()
  const taken: number[] = []
  for (const operation of operations) {
    if (typeof operation !== 'number') {
      book.submit(operation)
      continue
    }
    const start = process.hrtime.bigint()
    book.cancel(operation)
    taken.push(Number(process.hrtime.bigint() - start))
  }
  return Float64Array.from(taken).sort()
}

function timeClock(): Float64Array {
  const nothing = () => Number(-(process.hrtime.bigint() - process.hrtime.bigint()))
  return Float64Array.from({ length: 100_000 }, nothing).sort()
}

const percentile = (sorted: Float64Array, percent: number) => sorted[Math.floor(((sorted.length - 1) * percent) / 100)]!

export interface MatchingFigures {
  readonly operations: number
  readonly perSecond: number
  readonly trades: number
  readonly resting: number
  /** On the first so many operations only: the twin sorts its whole book for each order, n^2 log n in all. */
  readonly twinOperations: number
  readonly engineOnThosePerSecond: number
  readonly twinPerSecond: number
  /** Nanoseconds, the clock's own time included. */
  readonly cancelP50Ns: number
  readonly cancelP99Ns: number
  readonly clockP50Ns: number
}

export function measureMatching(count: number, twinCount: number, seed: number): MatchingFigures {
  const operations = draw(count, seed)
  const sample = operations.slice(0, twinCount)
  play(new MatchingEngine(), operations.slice(0, count / 5)) // lets V8 compile the engine first
  const engine = play(new MatchingEngine(), operations)
  const onSample = play(new MatchingEngine(), sample)
  const twin = play(new NaiveBook(), sample)
  const cancels = timeCancels(operations)
  return {
    operations: count,
    ...engine,
    twinOperations: twinCount,
    engineOnThosePerSecond: onSample.perSecond,
    twinPerSecond: twin.perSecond,
    cancelP50Ns: percentile(cancels, 50),
    cancelP99Ns: percentile(cancels, 99),
    clockP50Ns: percentile(timeClock(), 50),
  }
}
