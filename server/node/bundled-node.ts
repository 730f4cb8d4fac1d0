import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  fromNode,
  toNode,
  type FromNode,
  type MakingStep,
  type NodeDescription,
  type NodePlan,
  type ToNode,
} from '../../shared/bundled-node/channel.ts'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { refuse, type Refusal } from '../../shared/kernel/result.ts'
import { writeMarketLink } from '../../shared/market/market-link.ts'
import { findOperation, type OperationName, type ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { loadConfig, type LoadedConfig } from '../config/config.ts'
import { jsonLogger } from '../runtime/logger.ts'
import { initNode } from './init.ts'
import { startNode, type RunningNode } from './node.ts'
import { StartRefused } from './role-folder.ts'

/** The channel to the application that this process belongs to. */
export interface ParentChannel {
  /** Resolves when the message is out, or nobody is there to take it. */
  readonly send: (message: Json) => Promise<void>
  readonly onMessage: (listener: (message: Json) => void) => void
  /** The application has gone. */
  readonly onGone: (listener: () => void) => void
}

/** How often the journals are looked at for something new; it reads one row a role. */
const LOOK_MS = 500
/** Answers under way have this long before the process ends without them. */
const GRACE_MS = 5_000

/** The node as a part of an application: does what its parent says, and ends with it. */
export function serveParent(channel: ParentChannel, exit: () => never): void {
  let node: RunningNode | undefined
  let isEnding = false

  const tell = (message: FromNode): Promise<void> => channel.send(writeMembers(fromNode, message))

  const end = async (): Promise<void> => {
    if (isEnding) return
    isEnding = true
    setTimeout(exit, GRACE_MS).unref()
    await node?.stop().catch(() => undefined)
    exit()
  }

  /** What this throws is the configuration's, the keys' or the system's: the parent is told, and another try would not help. */
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
    } catch (error) {
      if (isEnding) return
      await tell({ kind: 'failed', error: refusalOf(error) })
      await end()
    }
  }

  const make = (plan: NodePlan): Promise<void> =>
    attempt(async () => {
      await makeNode(plan, (at) => void tell({ kind: 'making', at }))
      await tell({ kind: 'made', node: describe(loadConfig(plan.configFile)) })
      await end()
    })

  const start = (configFile: string, passphrase: string | undefined): Promise<void> =>
    attempt(async () => {
      const loaded = loadConfig(configFile)
      const logger = jsonLogger(loaded.config.node.logLevel, (line) => {
        void tell({ kind: 'log', line: line.trimEnd() })
      })
      const running = await startNode({ loaded, passphrase, logger })
      node = running
      void tell({ kind: 'listening', node: describe(loaded), alone: running.roles.size === 4 })
      followJournals(running, () => void tell({ kind: 'changed' }))
      await running.ready
      void tell({ kind: 'ready' })
    })

  const answer = async (id: string, operation: string, body: Json): Promise<void> => {
    const reply = await atDesk(node, operation, body).catch((error: unknown) => ({
      ok: false,
      error: refusalOf(error),
    }))
    void tell({ kind: 'answer', id, reply: reply as Extract<FromNode, { kind: 'answer' }>['reply'] })
  }

  const act = (message: ToNode): Promise<void> => {
    if (message.kind === 'make') return make(message.plan)
    if (message.kind === 'start') return start(message.configFile, message.passphrase)
    if (message.kind === 'ask') return answer(message.id, message.operation, message.body as Json)
    return end()
  }

  channel.onGone(() => void end())
  channel.onMessage((wire) => {
    const message = readMembers(toNode, wire)
    if (message.ok && !isEnding) void act(message.value)
  })
}

/** Made beside its place and then put there as a whole: what was given up half-way is not taken for a node. */
async function makeNode(plan: NodePlan, making: (step: MakingStep) => void): Promise<void> {
  const { configFile, companies, join: joined, publicUrl, tls, roles, ...rest } = plan
  const folder = dirname(configFile)
  if (existsSync(folder)) throw new StartRefused('node_exists', `${folder} exists: its keys are not overwritten`)
  const unfinished = `${folder}.making`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  await initNode({
    configFile: join(unfinished, basename(configFile)),
    roles: [...roles],
    ...rest,
    passphrase: plan.passphrase,
    classes: [...companies],
    // Without TLS of its own, others reach it through something on this machine that has it.
    host: tls === undefined ? '127.0.0.1' : '0.0.0.0',
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls === undefined ? {} : { tls }),
    ...(joined === undefined ? {} : { join: joined.link, invitation: joined.invitation }),
    progress: (_, step) => {
      if (step !== undefined) making(step)
    },
  })
  renameSync(unfinished, folder)
}

function describe({ file, config, dataFolder }: LoadedConfig): NodeDescription {
  const { authority, issuer, exchange, settlement } = config.roles
  const { host, port, tls, publicUrl } = config.node
  return {
    roles: Object.keys(config.roles) as ServerRole[],
    link: writeMarketLink(config.market),
    url: publicUrl ?? `${tls === undefined ? 'ws' : 'wss'}://${host}:${port}`,
    port,
    dataFolder,
    configFile: file,
    marketName: authority?.marketName,
    demonstration: authority?.demonstration,
    currency:
      authority?.currency ??
      settlement?.currencies[0] ??
      issuer?.classes[0]?.currency ??
      exchange?.listings[0]?.currency,
  }
}

/** A journal that has grown says that something is different, whoever asked for it. */
function followJournals({ roles }: RunningNode, changed: () => void): void {
  const heads = (): string => [...roles.values()].map(({ store }) => store.journalHead().sequence).join(' ')
  let last = heads()
  setInterval(() => {
    const now = heads()
    if (now !== last) changed()
    last = now
  }, LOOK_MS).unref()
}

/** Only what an operator may ask, in the form that the catalogue wants. */
async function atDesk(node: RunningNode | undefined, operation: string, body: Json) {
  const role = node?.roles.get(operation.split('.')[0] as ServerRole)
  if (role === undefined) return refuse('node_stopped', 'the role does not run here')
  const found = findOperation(operation)
  if (found?.askers.includes('operator') !== true) return refuse('unknown_operation', 'the desk has no such operation')
  const read = readMembers(found.request, body)
  if (!read.ok) return read
  const answered = await role.ask(operation as OperationName, read.value as never)
  return answered.ok ? { ok: true, body: writeMembers(found.reply, answered.value as never) } : answered
}

/** Codes of the system that a person can do something about. */
const SYSTEM_CODES: Readonly<Record<string, string>> = { EADDRINUSE: 'port_in_use', EACCES: 'port_not_allowed' }

function refusalOf(error: unknown): Refusal {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: { code?: unknown } }
  const named = SYSTEM_CODES[String(cause?.code)] ?? String(code)
  return { code: /^[a-z_]{1,60}$/.test(named) ? named : 'internal_error', message: String(message ?? error) }
}
