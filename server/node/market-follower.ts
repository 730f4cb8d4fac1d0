import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromBase64 } from '../../shared/kernel/bytes.ts'
import type { Refusal } from '../../shared/kernel/result.ts'
import type { MarketTrust, TrustMemory } from '../../shared/market/market-trust.ts'
import { writeDurably } from '../runtime/durable-file.ts'
import type { Logger } from '../runtime/logger.ts'

/** Longest answer read from an authority: a full revocation list of 100,000 entries. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
const FETCH_TIMEOUT_MS = 10_000

/** What ends within this is to be renewed: operators are told from then on. */
export const ENDS_SOON_MS = 30 * 24 * 60 * 60 * 1000
/** How often the log says so. */
const REMIND_EVERY_MS = 24 * 60 * 60 * 1000

export interface Follower {
  /** Resolves when the market is known, its revocation lists included. */
  readonly known: Promise<void>
  /** Asks at once, for instance when a member is not found. */
  readonly refresh: () => Promise<void>
  readonly stop: () => void
}

/**
 * Keeps a node's trust fresh: fetches the descriptor and the revocation lists from the authority again and again. What was
 * seen is kept in a file, so that after a restart nobody can feed an older truth (`crl_rollback`, `descriptor_rollback`).
 */
export function followMarket(options: {
  readonly trust: MarketTrust
  /** `http(s)` address of the authority's node. */
  readonly origin: string
  readonly memoryFile: string
  readonly everyMs: number
  readonly fetch: typeof fetch
  readonly logger: Logger
}): Follower {
  const { trust, logger } = options
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let saved = ''
  let remindedAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  const { promise: known, resolve } = Promise.withResolvers<void>()

  const round = async (): Promise<void> => {
    const problem = await fetchMarket(trust, options.origin, options.fetch)
    if (problem !== undefined)
      logger.warn({ code: problem.code, reason: problem.message }, 'the market could not be refreshed')
    const memory = trust.memory()
    const text = memory === undefined ? '' : JSON.stringify(memory)
    if (text !== '' && text !== saved) {
      mkdirSync(dirname(options.memoryFile), { recursive: true })
      writeDurably(options.memoryFile, text)
      saved = text
    }
    if (trust.freshness(Date.now()) === undefined) resolve()
    remind()
  }
  const remind = (): void => {
    const now = Date.now()
    const ends = trust.rootListEndsAt
    if (ends === undefined || ends - now > ENDS_SOON_MS || now - remindedAt < REMIND_EVERY_MS) return
    remindedAt = now
    logger.warn(
      { code: 'root_list_ends_soon', ends: new Date(ends).toISOString() },
      'without a new list of the root no shares and no money move: the operator of the authority issues it (kabuken authority root-list)',
    )
  }
  const refresh = (): Promise<void> => {
    running ??= round().finally(() => {
      running = undefined
    })
    return running
  }
  const loop = async (): Promise<void> => {
    await refresh()
    if (stopped) return
    // Until the market is known a node is of no use: ask often.
    const pause = trust.freshness(Date.now()) === undefined ? options.everyMs : Math.min(500, options.everyMs)
    timer = setTimeout(() => void loop(), pause)
  }
  void loop()
  return {
    known,
    refresh,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** Undefined when everything was fetched and taken. */
export async function fetchMarket(trust: MarketTrust, origin: string, get: typeof fetch): Promise<Refusal | undefined> {
  try {
    const descriptor = await trust.takeDescriptor(new TextDecoder().decode(await read(get, `${origin}/market`)))
    if (!descriptor.ok) return descriptor.error
    for (const name of ['root', 'issuing']) {
      const crl = await trust.takeCrl(await read(get, `${origin}/crl/${name}.crl`))
      if (!crl.ok) return crl.error
    }
    return undefined
  } catch (error) {
    return { code: 'authority_unreachable', message: error instanceof Error ? error.message : String(error) }
  }
}

async function read(get: typeof fetch, url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await get(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' })
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length > MAX_ANSWER_BYTES) throw new Error(`${new URL(url).pathname} is too long`)
  return bytes
}

/** Takes what an earlier run saw. */
export async function recallMarket(trust: MarketTrust, file: string): Promise<void> {
  let memory: TrustMemory
  try {
    memory = JSON.parse(readFileSync(file, 'utf8')) as TrustMemory
  } catch {
    return
  }
  await trust.takeDescriptor(memory.descriptor)
  for (const crl of memory.crls) {
    const der = fromBase64(crl)
    if (der !== undefined) await trust.takeCrl(der)
  }
}
