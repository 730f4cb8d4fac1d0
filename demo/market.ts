import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { atDesk, type Desk } from '../server/cli/operator.ts'
import { loadConfig } from '../server/config/config.ts'
import type { PlannedClass } from '../server/node/config-template.ts'
import { initNode, type InitOptions } from '../server/node/init.ts'
import { startNode, type RunningNode } from '../server/node/node.ts'
import { jsonLogger } from '../server/runtime/logger.ts'
import { writeMarketLink } from '../shared/market/market-link.ts'
import type { ServerRole } from '../shared/protocol/catalogue/catalogue.ts'
import { COMPANIES, CURRENCY } from './cast.ts'
import { granted, until } from './expect.ts'

export const SERVER_ROLES = ['authority', 'issuer', 'exchange', 'settlement'] as const

const COMMAND = fileURLToPath(new URL('../bin/kabuken.mjs', import.meta.url))
/** A process that is told to end has this long before it is killed. */
const GRACE_MS = 5_000

/** The servers of the demonstration market, in this process or each in its own. */
export interface DemoMarket {
  readonly link: string
  readonly atDesk: <Value>(role: ServerRole, work: (desk: Desk) => Promise<Value>) => Promise<Value>
  /** Kills the process of a role as a power cut would, and starts it again. Only where roles are processes. */
  readonly crash: (role: ServerRole) => Promise<void>
  readonly stop: () => Promise<void>
}

interface Place {
  readonly config: string
  readonly roles: readonly ServerRole[]
}

/** Where each node's configuration lies: one folder for all roles, or one for each. */
function places(folder: string, processes: boolean): readonly Place[] {
  if (!processes) return [{ config: join(folder, 'node', 'kabuken.toml'), roles: SERVER_ROLES }]
  return SERVER_ROLES.map((role) => ({ config: join(folder, role, 'kabuken.toml'), roles: [role] }))
}

/** Makes the market if the folder holds none, and starts it. */
export async function openMarket(
  folder: string,
  processes: boolean,
  progress: (text: string) => void,
): Promise<DemoMarket> {
  const all = places(folder, processes)
  return processes ? openProcesses(all, progress) : openInProcess(all, progress)
}

function planFor(
  place: Place,
  port: number,
  progress: (text: string) => void,
  classes: readonly PlannedClass[] = COMPANIES,
): InitOptions {
  return {
    configFile: place.config,
    roles: place.roles,
    name: 'Demonstration',
    marketName: 'Demonstration Market',
    currency: CURRENCY,
    demonstration: true,
    classes,
    host: '127.0.0.1',
    port,
    passphrase: undefined,
    progress,
  }
}

async function openInProcess([place]: readonly Place[], progress: (text: string) => void): Promise<DemoMarket> {
  if (place === undefined) throw new Error('one node')
  const { node, link } = await startWholeNode(place, progress)
  return {
    link,
    atDesk: (role, work) => atDesk(role, { config: place.config }, work),
    crash: oneProcess,
    stop: () => node.stop(),
  }
}

/** All roles in this process; made first if need be. */
async function startWholeNode(place: Place, progress: (text: string) => void, classes?: readonly PlannedClass[]) {
  mkdirSync(dirname(place.config), { recursive: true })
  if (!existsSync(place.config)) await initNode(planFor(place, await freePort(), progress, classes))
  const loaded = loadConfig(place.config)
  const node: RunningNode = await startNode({ loaded, passphrase: undefined, logger: jsonLogger('error') })
  await node.ready
  return { node, link: writeMarketLink(loaded.config.market) }
}

/** A market of these classes in this process, whose operator asks its roles without a way through a socket. */
export async function openOwnMarket(folder: string, classes: readonly PlannedClass[]): Promise<DemoMarket> {
  const [place] = places(folder, false)
  if (place === undefined) throw new Error('one node')
  const { node, link } = await startWholeNode(place, () => {}, classes)
  const deskOf = (role: ServerRole): Desk => ({
    async ask(operation, body) {
      const asked = node.roles.get(role)?.ask(operation, body)
      if (asked === undefined) throw new Error(`no role ${role}`)
      return granted(operation, asked)
    },
    close: () => {},
  })
  return { link, atDesk: (role, work) => work(deskOf(role)), crash: oneProcess, stop: () => node.stop() }
}

const oneProcess = (): Promise<never> => Promise.reject(new Error('roles of one process cannot be killed one by one'))

async function openProcesses(all: readonly Place[], progress: (text: string) => void): Promise<DemoMarket> {
  const running = new Map<ServerRole, NodeProcess>()
  const desk = <Value>(role: ServerRole, work: (desk: Desk) => Promise<Value>): Promise<Value> =>
    atDesk(role, { config: configOf(all, role) }, work)
  for (const place of all) {
    const [role] = place.roles
    if (role === undefined) continue
    if (!existsSync(place.config)) {
      mkdirSync(dirname(place.config), { recursive: true })
      const plan = planFor(place, await freePort(), progress)
      await initNode(role === 'authority' ? plan : { ...plan, ...(await invitationFor(role, all, desk)) })
    }
    const node = new NodeProcess(place.config)
    running.set(role, node)
    node.start()
    // The others apply to the authority, so it comes first.
    if (role === 'authority') await node.ready()
  }
  await Promise.all([...running.values()].map((node) => node.ready()))
  return {
    link: writeMarketLink(loadConfig(configOf(all, 'authority')).config.market),
    atDesk: desk,
    async crash(role) {
      const node = running.get(role)
      if (node === undefined) throw new Error(`no process for ${role}`)
      await node.kill()
      node.start()
    },
    async stop() {
      await Promise.all([...running.values()].map((node) => node.stop()))
    },
  }
}

async function invitationFor(
  role: ServerRole,
  all: readonly Place[],
  desk: <Value>(role: ServerRole, work: (desk: Desk) => Promise<Value>) => Promise<Value>,
): Promise<{ join: string; invitation: string }> {
  const { invitation } = await desk('authority', (authority) =>
    authority.ask('authority.invite', {
      role,
      validUntil: Date.now() + 600_000,
      operator: 'demonstration',
      ...(role === 'issuer' ? { securities: COMPANIES.map(({ security }) => security) } : {}),
    }),
  )
  return { invitation, join: writeMarketLink(loadConfig(configOf(all, 'authority')).config.market) }
}

function configOf(all: readonly Place[], role: ServerRole): string {
  const place = all.find(({ roles }) => roles.includes(role))
  if (place === undefined) throw new Error(`no node for ${role}`)
  return place.config
}

/** One `kabuken node` in a process of its own; its log goes to a file beside its configuration. */
class NodeProcess {
  readonly #config: string
  #child: ChildProcess | undefined

  constructor(config: string) {
    this.#config = config
  }

  start(): void {
    const log = openSync(this.#config.replace(/toml$/, 'log'), 'a')
    const child = spawn(process.execPath, [COMMAND, 'node', '--config', this.#config], {
      stdio: ['ignore', 'ignore', log],
    })
    this.#child = child
  }

  async ready(): Promise<void> {
    const { host, port } = loadConfig(this.#config).config.node
    await until(`${this.#config} becomes ready`, async () => {
      if (this.#child?.exitCode !== null)
        throw new Error(`the node ended: ${readFileSync(this.#config.replace(/toml$/, 'log'), 'utf8')}`)
      const response = await fetch(`http://${host}:${port}/readyz`).catch(() => undefined)
      return response?.ok === true ? true : undefined
    })
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    const killer = setTimeout(() => this.#child?.kill('SIGKILL'), GRACE_MS)
    await this.#end('SIGTERM')
    clearTimeout(killer)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
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
