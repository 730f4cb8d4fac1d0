import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { atDesk, type Desk } from '../server/cli/operator.ts'
import { loadConfig } from '../server/config/config.ts'
import { initNode, type InitOptions } from '../server/node/init.ts'
import { fetchMarket } from '../server/node/market-follower.ts'
import { systemClock } from '../server/runtime/ids.ts'
import { nodeVerifier } from '../server/runtime/node-signing.ts'
import { httpOrigin, writeMarketLink } from '../shared/market/market-link.ts'
import { MarketTrust } from '../shared/market/market-trust.ts'
import type { ServerRole } from '../shared/protocol/catalogue/catalogue.ts'
import type { Answer, NodeFigures, Question } from './node-process.ts'
import type { CpuProfile } from './profile.ts'

const ROLES = ['authority', 'issuer', 'exchange', 'settlement'] as const

export const CURRENCY = 'JPY'
export const SECURITY = 'SOKUD'
/** Where the day's price limits start from: 70 to 130. */
export const LOWEST_PRICE_MINOR = 70n
const COMPANY = {
  security: SECURITY,
  companyName: 'Sokudo Instruments',
  incorporatedOn: '2004-10-01',
  authorised: 10_000_000n,
  referencePriceMinor: 100n,
}

/** A market whose nodes run in processes of their own. */
export interface BenchMarket {
  readonly trust: MarketTrust
  readonly desk: <Value>(role: ServerRole, work: (desk: Desk) => Promise<Value>) => Promise<Value>
  /** Of all nodes together. */
  readonly figures: () => Promise<NodeFigures>
  readonly profile: () => Promise<() => Promise<readonly CpuProfile[]>>
  readonly stop: () => Promise<void>
}

/** Makes a market in the folder and starts it: all roles in one process, or each in its own. */
export async function openBenchMarket(folder: string, processes: 1 | 4): Promise<BenchMarket> {
  const places = processes === 1 ? [ROLES] : ROLES.map((role) => [role] as const)
  const configs = new Map<ServerRole, string>()
  const nodes: NodeProcess[] = []
  const configOf = (role: ServerRole): string => configs.get(role) ?? ''
  const desk: BenchMarket['desk'] = (role, work) => atDesk(role, { config: configOf(role) }, work)
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (const roles of places) {
      const config = join(folder, roles.length === 1 ? roles[0] : 'node', 'kabuken.toml')
      mkdirSync(dirname(config), { recursive: true })
      const [first] = roles
      await initNode({ ...(await planFor(config, roles)), ...(first === 'authority' ? {} : await invited(first)) })
      refreshAsInProduction(config)
      for (const role of roles) configs.set(role, config)
      const node = new NodeProcess(config)
      nodes.push(node)
      // The others apply to the authority, so it must run; an issuer waits for the settlement server, which comes later.
      if (first === 'authority') await node.ready
    }
    await Promise.all(nodes.map((node) => node.ready))
    return {
      trust: await trustIn(configOf('authority')),
      desk,
      figures: async () => sum(await Promise.all(nodes.map((node) => node.figures()))),
      profile: async () => {
        await Promise.all(nodes.map((node) => node.ask('profile')))
        return () => Promise.all(nodes.map((node) => node.endProfile()))
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }

  async function invited(role: Exclude<ServerRole, 'authority'>): Promise<{ join: string; invitation: string }> {
    const { invitation } = await desk('authority', (authority) =>
      authority.ask('authority.invite', {
        role,
        validUntil: Date.now() + 600_000,
        operator: 'bench',
        ...(role === 'issuer' ? { securities: [SECURITY] } : {}),
      }),
    )
    return { invitation, join: writeMarketLink(loadConfig(configOf('authority')).config.market) }
  }
}

async function planFor(configFile: string, roles: readonly ServerRole[]): Promise<InitOptions> {
  return {
    configFile,
    roles,
    name: 'Measured',
    marketName: 'Measured Market',
    currency: CURRENCY,
    // Admits everybody who applies.
    demonstration: true,
    classes: [COMPANY],
    host: '127.0.0.1',
    port: await freePort(),
    passphrase: undefined,
    progress: () => undefined,
  }
}

/** A demonstration asks for news of the market every 2 s, a market in earnest every 20 s. */
function refreshAsInProduction(configFile: string): void {
  const text = readFileSync(configFile, 'utf8')
  writeFileSync(configFile, text.replace(/^refreshSeconds = .*$/m, 'refreshSeconds = 20'))
}

async function trustIn(configFile: string): Promise<MarketTrust> {
  const { market } = loadConfig(configFile).config
  const trust = new MarketTrust({ rootThumbprint: market.root, verifier: nodeVerifier(), clock: systemClock })
  const problem = await fetchMarket(trust, httpOrigin(market.authority), fetch)
  if (problem !== undefined) throw new Error(`the market: ${problem.message}`)
  return trust
}

function sum(figures: readonly NodeFigures[]): NodeFigures {
  const total = (of: (each: NodeFigures) => number): number => figures.reduce((all, each) => all + of(each), 0)
  return {
    verifications: total((each) => each.verifications),
    signatures: total((each) => each.signatures),
    agreements: total((each) => each.agreements),
    mainThreadUs: total((each) => each.mainThreadUs),
    otherThreadsUs: total((each) => each.otherThreadsUs),
    journalEntries: total((each) => each.journalEntries),
    waiting: total((each) => each.waiting),
  }
}

class NodeProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  readonly ready: Promise<unknown>

  constructor(config: string) {
    this.#child = fork(new URL('./main.ts', import.meta.url), ['node', config])
    this.#ended = once(this.#child, 'exit')
    this.ready = this.#said()
    this.ready.catch(() => undefined)
  }

  async ask(question: Question): Promise<Answer> {
    const said = this.#said()
    this.#child.send(question)
    return said
  }

  async figures(): Promise<NodeFigures> {
    const answer = await this.ask('figures')
    if ('figures' in answer) return answer.figures as NodeFigures
    throw new Error('the node did not say its figures')
  }

  async endProfile(): Promise<CpuProfile> {
    const answer = await this.ask('end-profile')
    if ('profile' in answer) return answer.profile as CpuProfile
    throw new Error('the node did not give its profile')
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.disconnect()
    await this.#ended
  }

  async #said(): Promise<Answer> {
    const ended = this.#ended.then(() => Promise.reject(new Error('a node ended before its time')))
    const [answer] = (await Promise.race([once(this.#child, 'message'), ended])) as [Answer]
    return answer
  }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
