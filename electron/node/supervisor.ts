import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fromNode, type FromNode, type NodePlan } from '../../shared/bundled-node/channel.ts'
import { readMembers } from '../../shared/documents/document.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Clock, Ids, Millis } from '../../shared/kernel/ports.ts'
import type { Schedule } from '../../shared/protocol/link.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import type { NodeState } from '../../shared/wallet-api/node.ts'
import { openNodeMemory, type NodeMemory } from './node-memory.ts'
import type { NodeProcess, StartNodeProcess } from './node-process.ts'

/** Keys are unlocked, journals checked and the port opened in this time, on a slow machine too; twice, until it is ready. */
const READY_WITHIN_MS: Millis = 60_000
/** Longer than the node gives its answers under way. */
const STOP_WITHIN_MS: Millis = 10_000
/** What runs so long after a crash has come over its cause. */
const RELIABLE_AFTER_MS: Millis = 60_000
const FIRST_PAUSE_MS: Millis = 1_000
/** 1 + 2 + 4 + 8 + 16 s of pauses; then a person has to look. */
const MAX_CRASHES = 6
const LOG_LINES = 300
const CRASH_LINES = 20
/** A line of the log that is longer is a stack or an attack. */
const MAX_LINE = 2_000

export interface SupervisorOptions {
  /** Of the node alone; made with it. */
  readonly folder: string
  readonly startProcess: StartNodeProcess
  readonly clock: Clock
  readonly ids: Ids
  readonly schedule: Schedule
  /** Anything that {@link NodeSupervisor.state} or the desk answers may be different now. */
  readonly onChange: () => void
}

type Outcome = Result<Record<string, never>, Refusal>
type DeskReply = { readonly ok: true; readonly body: Json } | { readonly ok: false; readonly error: Refusal }

/** One process, from its start to its end. */
interface Run {
  readonly kind: 'make' | 'serve'
  readonly process: NodeProcess
  readonly passphrase: string | undefined
  making?: NonNullable<NodeState['making']>
  listens: boolean
  isReady: boolean
  /** It was told to end. */
  stops: boolean
  /** What it said of its own end. */
  failure?: Refusal
  made: boolean
  /** What is to be kept of it is kept. */
  remembered: Promise<void>
  cancelTimer: () => void
  /** Settled with the first word on whether it could be made or listens. */
  readonly outcome: PromiseWithResolvers<Outcome>
  readonly ended: PromiseWithResolvers<void>
}

/** Runs the bundled node: one process, started again when it crashes, ended with the application. */
export class NodeSupervisor {
  readonly #options: SupervisorOptions
  readonly #memory: NodeMemory
  readonly #asked = new Map<string, (reply: DeskReply) => void>()
  #run: Run | undefined
  #failure: Refusal | undefined
  #crash: { at: Millis; times: number; restartAt?: Millis; lines: string[] } | undefined
  #cancelRestart = (): void => {}
  #log: string[] = []
  #closed = false

  private constructor(options: SupervisorOptions, memory: NodeMemory) {
    this.#options = options
    this.#memory = memory
  }

  /** Starts the node at once if it is to start with the application. Throws StoreError. */
  static async open(options: SupervisorOptions): Promise<NodeSupervisor> {
    const supervisor = new NodeSupervisor(options, await openNodeMemory(options.folder))
    const { autostart, encrypted } = supervisor.#memory.read()
    if (autostart && !encrypted && supervisor.#exists) supervisor.#serve(undefined)
    return supervisor
  }

  get configFile(): string {
    return join(this.#options.folder, 'market', 'kabuken.toml')
  }

  get #exists(): boolean {
    return existsSync(this.configFile)
  }

  state(): NodeState {
    const { autostart, encrypted, node } = this.#memory.read()
    return {
      state: this.#word(),
      node: this.#exists ? node : undefined,
      making: this.#run?.making,
      listens: this.#run?.listens ?? false,
      ...(this.#word() === 'failed' && this.#failure !== undefined && { failure: this.#failure }),
      crash: this.#crash,
      encrypted,
      autostart,
    }
  }

  log(): readonly string[] {
    return this.#log
  }

  /** Makes a node. It does not run yet. */
  async make(plan: Omit<NodePlan, 'configFile'>): Promise<Outcome> {
    if (this.#run !== undefined) return refuse('node_busy', 'the node is running or being made')
    if (this.#exists) return refuse('node_exists', 'there is a node here already')
    const run = this.#begin('make', plan.passphrase)
    run.process.send({ kind: 'make', plan: { ...plan, configFile: this.configFile } })
    return run.outcome.promise
  }

  async start(passphrase: string | undefined): Promise<Outcome> {
    if (this.#run !== undefined) return refuse('node_busy', 'the node is running or being made')
    if (!this.#exists) return refuse('node_missing', 'there is no node here')
    if (this.#memory.read().encrypted && passphrase === undefined)
      return refuse('passphrase_required', 'its keys are encrypted')
    this.#crash = undefined
    return this.#serve(passphrase).outcome.promise
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.#cancelRestart()
    if (this.#crash?.restartAt !== undefined) delete this.#crash.restartAt
    const run = this.#run
    if (run === undefined) {
      this.#options.onChange()
      return
    }
    if (!run.stops) {
      run.stops = true
      run.cancelTimer()
      run.cancelTimer = this.#options.schedule(STOP_WITHIN_MS, () => run.process.kill())
      run.process.send({ kind: 'stop' })
    }
    await run.ended.promise
  }

  async setAutostart(autostart: boolean): Promise<Outcome> {
    if (autostart && this.#memory.read().encrypted)
      return refuse('passphrase_required', 'nobody would be there to type it')
    await this.#memory.change({ autostart })
    this.#options.onChange()
    return ok({})
  }

  /** An operation of a role, body and answer in wire form. */
  async ask(operation: string, body: Json): Promise<DeskReply> {
    const run = this.#run
    if (run?.kind !== 'serve' || !run.listens || run.stops) return refuse('node_stopped', 'the node does not run')
    const id = this.#options.ids.next()
    const { promise, resolve } = Promise.withResolvers<DeskReply>()
    this.#asked.set(id, resolve)
    run.process.send({ kind: 'ask', id, operation, body })
    return promise
  }

  /** Ends the node with the application. */
  async close(): Promise<void> {
    this.#closed = true
    await this.stop()
    await this.#memory.close()
  }

  #word(): NodeState['state'] {
    const run = this.#run
    if (run !== undefined) return run.kind === 'make' ? 'making' : run.isReady ? 'ready' : 'starting'
    if (this.#crash?.restartAt !== undefined) return 'starting'
    if (this.#failure !== undefined && this.#exists) return 'failed'
    return this.#exists ? 'stopped' : 'none'
  }

  #serve(passphrase: string | undefined): Run {
    this.#cancelRestart()
    if (this.#crash?.restartAt !== undefined) delete this.#crash.restartAt
    const run = this.#begin('serve', passphrase)
    run.process.send({
      kind: 'start',
      configFile: this.configFile,
      ...(passphrase === undefined ? {} : { passphrase }),
    })
    return run
  }

  #begin(kind: Run['kind'], passphrase: string | undefined): Run {
    this.#failure = undefined
    const process = this.#options.startProcess({
      onMessage: (message) => this.#heard(run, message),
      onErrorOutput: (line) => this.#keep(line),
      onExit: () => void this.#exited(run),
    })
    const run: Run = {
      kind,
      process,
      passphrase,
      listens: false,
      isReady: false,
      stops: false,
      made: false,
      remembered: Promise.resolve(),
      cancelTimer: () => {},
      outcome: Promise.withResolvers(),
      ended: Promise.withResolvers(),
    }
    if (kind === 'serve') this.#expect(run)
    this.#run = run
    this.#options.onChange()
    return run
  }

  /** Silence for so long is a crash. */
  #expect(run: Run): void {
    run.cancelTimer()
    run.cancelTimer = this.#options.schedule(READY_WITHIN_MS, () => {
      this.#keep(`not ready within ${READY_WITHIN_MS / 1000} s: ended`)
      run.process.kill()
    })
  }

  #heard(run: Run, wire: Json): void {
    const read = readMembers(fromNode, wire)
    if (!read.ok) {
      this.#keep(`a message that is none: ${read.error.message}`)
      return
    }
    this.#take(run, read.value)
  }

  #take(run: Run, message: FromNode): void {
    if (message.kind === 'answer') {
      const reply = message.reply.ok ? { ok: true as const, body: message.reply.body as Json } : message.reply
      this.#asked.get(message.id)?.(reply as DeskReply)
      this.#asked.delete(message.id)
      return
    }
    if (message.kind === 'log') this.#keep(message.line)
    if (message.kind === 'making') run.making = message.at
    if (message.kind === 'made') {
      run.made = true
      this.#remember(run, { node: message.node, encrypted: run.passphrase !== undefined, autostart: false })
    }
    if (message.kind === 'failed') run.failure = message.error as Refusal
    if (message.kind === 'listening') {
      run.listens = true
      run.cancelTimer()
      // The servers of others may take their time.
      if (message.alone) this.#expect(run)
      this.#remember(run, { node: message.node })
      run.outcome.resolve(ok({}))
    }
    if (message.kind === 'ready') {
      run.isReady = true
      run.cancelTimer()
      run.cancelTimer = this.#options.schedule(RELIABLE_AFTER_MS, () => {
        if (this.#crash !== undefined) this.#crash.times = 0
      })
    }
    this.#options.onChange()
  }

  async #exited(run: Run): Promise<void> {
    run.cancelTimer()
    await run.remembered
    this.#run = undefined
    for (const resolve of this.#asked.values()) resolve(refuse('node_stopped', 'the node ended before it answered'))
    this.#asked.clear()
    if (run.made) run.outcome.resolve(ok({}))
    else if (run.failure !== undefined) {
      this.#failure = run.failure
      run.outcome.resolve({ ok: false, error: run.failure })
    } else if (run.stops) run.outcome.resolve(refuse('node_stopped', 'it was stopped'))
    else this.#crashed(run)
    run.ended.resolve()
    this.#options.onChange()
  }

  /** Without a disk to write to the node runs all the same; the log says so. */
  #remember(run: Run, changes: Parameters<NodeMemory['change']>[0]): void {
    run.remembered = run.remembered
      .then(() => this.#memory.change(changes))
      .catch((error: unknown) => this.#keep(`not kept: ${String(error)}`))
  }

  #crashed(run: Run): void {
    const refusal: Refusal = { code: 'node_crashed', message: 'the node ended unexpectedly' }
    run.outcome.resolve({ ok: false, error: refusal })
    if (run.kind === 'make') return
    const times = (this.#crash?.times ?? 0) + 1
    const at = this.#options.clock.now()
    const lines = this.#log.slice(-CRASH_LINES)
    this.#crash = { at, times, lines }
    if (times >= MAX_CRASHES || this.#closed) {
      this.#failure = refusal
      return
    }
    const pause = FIRST_PAUSE_MS * 2 ** (times - 1)
    this.#crash.restartAt = at + pause
    this.#cancelRestart = this.#options.schedule(pause, () => {
      if (this.#run === undefined) void this.#serve(run.passphrase)
    })
  }

  #keep(line: string): void {
    this.#log = [...this.#log, line.slice(0, MAX_LINE)].slice(-LOG_LINES)
    this.#options.onChange()
  }
}
