import type { BenchMarket } from './market.ts'
import { until, type Client, type ReadyRequest } from './client.ts'
import type { NodeFigures } from './node-process.ts'

/** What one investor sends over one connection. */
export interface Lane {
  readonly client: Client
  readonly requests: ReadyRequest[]
}

/** Requests that one investor has under way at once; a session may have 32. */
const WINDOW = 8

export interface Loaded {
  readonly requests: number
  /** Until the last reply. */
  readonly perSecond: number
  /** Until no role had anything left to tell another. */
  readonly settledPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of all roles together, for one request. */
  readonly each: NodeFigures
}

export interface Idle {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Replied {
  readonly client: Client
  readonly request: ReadyRequest
  readonly reply: string
  readonly tookMs: number
}

/** Takes `each` requests off every lane. */
export function take(lanes: readonly Lane[], each: number): Lane[] {
  return lanes.map(({ client, requests }) => ({ client, requests: requests.splice(0, each) }))
}

/** Sends what the lanes hold, some of each at once. Every reply is read, its signature included, after the clock has stopped. */
export async function underLoad(market: BenchMarket, lanes: readonly Lane[]): Promise<Loaded> {
  const before = await market.figures()
  const start = performance.now()
  const replies = (await Promise.all(lanes.map(sendAll))).flat()
  const seconds = (performance.now() - start) / 1000
  await until(async () => (await market.figures()).waiting === 0)
  const settledSeconds = (performance.now() - start) / 1000
  const after = await market.figures()
  await readAll(replies)
  const requests = replies.length
  const each = (of: (figures: NodeFigures) => number): number => (of(after) - of(before)) / requests
  return {
    requests,
    perSecond: requests / seconds,
    settledPerSecond: requests / settledSeconds,
    ...percentiles(replies),
    each: {
      verifications: each((figures) => figures.verifications),
      signatures: each((figures) => figures.signatures),
      agreements: each((figures) => figures.agreements),
      mainThreadUs: each((figures) => figures.mainThreadUs),
      otherThreadsUs: each((figures) => figures.otherThreadsUs),
      journalEntries: each((figures) => figures.journalEntries),
      waiting: 0,
    },
  }
}

async function sendAll({ client, requests }: Lane): Promise<Replied[]> {
  const replies: Replied[] = []
  const left = requests.values()
  const worker = async (): Promise<void> => {
    for (const request of left) replies.push(await send(client, request))
  }
  await Promise.all(Array.from({ length: WINDOW }, worker))
  return replies
}

/** One at a time, each from the next investor. */
export async function whenIdle(market: BenchMarket, lanes: readonly Lane[]): Promise<Idle> {
  const replies: Replied[] = []
  for (const { client, requests } of lanes) {
    for (const request of requests) {
      replies.push(await send(client, request))
      await until(async () => (await market.figures()).waiting === 0)
    }
  }
  await readAll(replies)
  return { requests: replies.length, ...percentiles(replies) }
}

async function send(client: Client, request: ReadyRequest): Promise<Replied> {
  const start = performance.now()
  const reply = await client.send(request)
  return { client, request, reply, tookMs: performance.now() - start }
}

async function readAll(replies: readonly Replied[]): Promise<void> {
  for (const { client, request, reply } of replies) await client.read(request, reply)
}

function percentiles(replies: readonly Replied[]): { p50Ms: number; p99Ms: number } {
  const sorted = replies.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
