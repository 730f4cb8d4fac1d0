import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { loadConfig, type LoadedConfig } from '../../config/config.ts'
import type { ServerRole } from '../../../shared/protocol/catalogue/catalogue.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { startNode, type NodeOptions, type RunningNode } from '../node.ts'

const COMMAND = fileURLToPath(new URL('../../../bin/kabuken.mjs', import.meta.url))
const LOOK_EVERY_MS = 20
const PATIENCE_MS = 30_000

/** Looks again and again until there is something, because servers answer one another in their own time. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const deadline = Date.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`${what}: not within ${patienceMs} ms`)
    await pause(LOOK_EVERY_MS)
  }
}

/** One node of a market under test: its configuration, and the node while it runs, in this process or in one of its own. */
export class Place {
  readonly config: string
  readonly roles: readonly ServerRole[]
  #node: RunningNode | undefined
  #child: ChildProcess | undefined

  constructor(config: string, roles: readonly ServerRole[]) {
    this.config = config
    this.roles = roles
  }

  get loaded(): LoadedConfig {
    return loadConfig(this.config)
  }

  /** The node in this process. */
  get node(): RunningNode {
    if (this.#node === undefined) throw new Error(`the node of ${this.roles.join()} does not run here`)
    return this.#node
  }

  get runsHere(): boolean {
    return this.#node !== undefined
  }

  /** The node in a process of its own. */
  get child(): ChildProcess {
    if (this.#child === undefined) throw new Error(`the node of ${this.roles.join()} is no process`)
    return this.#child
  }

  async start({ loaded = this.loaded, logger = silentLogger }: Partial<NodeOptions> = {}): Promise<void> {
    this.#node = await startNode({ loaded, passphrase: undefined, logger })
  }

  /** As `kabuken node` runs it; its log goes to a file beside its configuration. */
  async spawn(): Promise<void> {
    const file = this.config.replace(/toml$/, 'log')
    const child = spawn(process.execPath, [COMMAND, 'node', '--config', this.config], {
      stdio: ['ignore', 'ignore', openSync(file, 'a')],
    })
    this.#child = child
    const { host, port } = this.loaded.config.node
    await until(`${this.config} becomes ready`, async () => {
      if (child.exitCode !== null) throw new Error(`the node ended: ${readFileSync(file, 'utf8')}`)
      // Killed while it started: whoever did that starts it again.
      if (child.signalCode !== null) return true
      const response = await fetch(`http://${host}:${port}/readyz`).catch(() => undefined)
      return response?.ok === true ? true : undefined
    })
  }

  /** Ends an orderly node; one that was killed has ended already. */
  async stop(): Promise<void> {
    await this.#node?.stop()
    this.#node = undefined
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
}
