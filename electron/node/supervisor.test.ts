import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fork } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../demo/expect.ts'
import { idsFrom } from '../../shared/kernel/ids.ts'
import { nodeAsChildProcess } from './child-process.ts'
import type { NodeProcess, StartNodeProcess } from './node-process.ts'
import { nodeProgram } from './program.ts'
import { NodeSupervisor, type SupervisorOptions } from './supervisor.ts'

const PROGRAM = nodeProgram(import.meta.dirname) ?? ''
/** Several processes start in each of these, on a busy machine. */
const SLOW_MS = 120_000

let folder: string
let port: number
let opened: NodeSupervisor[]
/** The process that was started last. */
let last: NodeProcess
/** Starts counted. */
let starts: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabuken-supervisor-'))
  port = await freePort()
  opened = []
  starts = 0
})

afterEach(async () => {
  for (const supervisor of opened) await supervisor.close()
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}

let drawn = 0
const random = {
  bytes: (length: number) => {
    drawn += 1
    return new Uint8Array(length).fill(drawn)
  },
}

async function supervise(
  options: Partial<SupervisorOptions> = {},
  startProcess: StartNodeProcess = nodeAsChildProcess(PROGRAM),
): Promise<NodeSupervisor> {
  const supervisor = await NodeSupervisor.open({
    folder,
    startProcess: (listener) => {
      starts += 1
      last = startProcess(listener)
      return last
    },
    clock: { now: () => Date.now() },
    ids: idsFrom(random),
    schedule: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    onChange: () => {},
    ...options,
  })
  opened.push(supervisor)
  return supervisor
}

/** A market of one company, its keys plain or encrypted. */
const plan = (passphrase?: string) => ({
  roles: ['authority', 'issuer', 'exchange', 'settlement'] as const,
  name: 'Own Market',
  marketName: 'Own Market',
  currency: 'JPY',
  demonstration: false,
  companies: [
    {
      security: 'HOSHI',
      companyName: 'Hoshizora Brewing',
      incorporatedOn: '1987-06-14',
      authorised: 1_000n,
      referencePriceMinor: 1_000n,
    },
  ],
  port,
  ...(passphrase === undefined ? {} : { passphrase }),
})

const ready = (supervisor: NodeSupervisor) =>
  until('the node is ready', async () => (supervisor.state().state === 'ready' ? true : undefined))

/** Timers that a test lets pass by hand. */
class Timers {
  readonly #waiting = new Map<() => void, number>()

  readonly schedule: SupervisorOptions['schedule'] = (delayMs, run) => {
    this.#waiting.set(run, delayMs)
    return () => void this.#waiting.delete(run)
  }

  get delays(): number[] {
    return [...this.#waiting.values()]
  }

  pass(delayMs: number): void {
    for (const [run, each] of this.#waiting)
      if (each === delayMs) {
        this.#waiting.delete(run)
        run()
      }
  }
}

/** A program that has a channel and does nothing with it, or ends at once. */
async function program(source: string): Promise<string> {
  const file = join(folder, 'program.mjs')
  await writeFile(file, source)
  return file
}

const SILENT = `process.on('message', () => {}); process.on('disconnect', () => process.exit(0))`

describe('a real node', () => {
  test('is made, started, asked at its desk, stopped; the memory of it stays', { timeout: SLOW_MS }, async () => {
    const supervisor = await supervise()
    expect(supervisor.state()).toMatchObject({ state: 'none', encrypted: false, autostart: false })
    expect(await supervisor.start(undefined)).toMatchObject({ error: { code: 'node_missing' } })
    expect(await supervisor.ask('authority.applications', {})).toMatchObject({ error: { code: 'node_stopped' } })

    expect(await supervisor.make(plan('washi and ink'))).toEqual({ ok: true, value: {} })
    expect(supervisor.state()).toMatchObject({ state: 'stopped', encrypted: true, node: { port, currency: 'JPY' } })
    expect(existsSync(join(folder, 'market.making'))).toBe(false)
    expect(await supervisor.make(plan())).toMatchObject({ error: { code: 'node_exists' } })
    expect(await supervisor.start(undefined)).toMatchObject({ error: { code: 'passphrase_required' } })
    expect(await supervisor.start('washi and inc')).toMatchObject({ error: { code: 'passphrase_wrong' } })
    expect(supervisor.state()).toMatchObject({ state: 'failed', failure: { code: 'passphrase_wrong' } })
    expect(await supervisor.setAutostart(true)).toMatchObject({ error: { code: 'passphrase_required' } })

    expect(await supervisor.start('washi and ink')).toEqual({ ok: true, value: {} })
    await ready(supervisor)
    const link = supervisor.state().node?.link ?? ''
    expect(link).toMatch(/^kabuken:\/\/join\?/)
    expect(await supervisor.ask('authority.applications', {})).toMatchObject({ ok: true, body: { more: false } })
    // Not an operator's, not an operation, not its form: nothing of it reaches the role.
    expect(await supervisor.ask('exchange.order', {})).toMatchObject({ error: { code: 'unknown_operation' } })
    expect(await supervisor.ask('exchange.nonsense', {})).toMatchObject({ error: { code: 'unknown_operation' } })
    expect(await supervisor.ask('authority.refuse', { applicationNumber: 7 })).toMatchObject({
      error: { code: 'bad_schema' },
    })
    expect(JSON.stringify(supervisor.log())).not.toContain('washi')

    await supervisor.stop()
    expect(supervisor.state()).toMatchObject({ state: 'stopped', node: { link } })
    expect(supervisor.state().crash).toBeUndefined()
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed')
    expect(await readFile(supervisor.configFile, 'utf8')).not.toContain('washi')
  })

  test('[CA2] joins a market of another node with an invitation for one role', { timeout: SLOW_MS }, async () => {
    const first = await supervise()
    const { companies, currency } = plan()
    await first.make({ ...plan(), roles: ['authority', 'exchange', 'settlement'] })
    await first.start(undefined)
    await until('the authority answers', async () => (first.state().listens ? true : undefined))
    // The exchange waits for the issuer of its securities, however long that takes.
    expect(first.state().state).toBe('starting')
    const link = first.state().node?.link ?? ''
    const invited = await first.ask('authority.invite', {
      role: 'issuer',
      securities: ['HOSHI'],
      validUntil: new Date(Date.now() + 600_000).toISOString(),
      operator: 'test',
    })
    if (!invited.ok) throw new Error(invited.error.code)
    const { invitation } = invited.body as { invitation: string }
    const second = await supervise({ folder: join(folder, 'second') })
    const server = { name: 'Brewery', marketName: 'Brewery', currency, companies, demonstration: false }
    const joining = { ...server, roles: ['issuer'] as const, port: await freePort() }
    expect(await second.make({ ...joining, join: { link, invitation: 'no such code' } })).toMatchObject({
      error: { code: 'invitation_invalid' },
    })
    expect(second.state().state).toBe('none')
    expect(await second.make({ ...joining, join: { link, invitation } })).toEqual({ ok: true, value: {} })
    await second.start(undefined)
    await ready(second)
    await ready(first)
    expect(second.state().node).toMatchObject({ roles: ['issuer'], link })
    expect(await second.ask('issuer.totals', {})).toMatchObject({ ok: true })
    expect(await second.ask('authority.applications', {})).toMatchObject({ error: { code: 'node_stopped' } })
  })

  test('is started again after it was killed, and with the application', { timeout: SLOW_MS }, async () => {
    const supervisor = await supervise()
    await supervisor.make(plan())
    await supervisor.start(undefined)
    await ready(supervisor)
    expect(starts).toBe(2)
    last.kill()
    await until('it is started again', async () => (starts === 3 ? true : undefined))
    await ready(supervisor)
    expect(supervisor.state().crash).toMatchObject({ times: 1 })
    expect(await supervisor.setAutostart(true)).toEqual({ ok: true, value: {} })

    // The application ends and comes back.
    await supervisor.close()
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow('fetch failed')
    const again = await supervise()
    await ready(again)
    expect(again.state()).toMatchObject({ autostart: true, node: { port } })
  })

  test('says that its port is taken, and is not tried again', { timeout: SLOW_MS }, async () => {
    const supervisor = await supervise()
    await supervisor.make(plan())
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    expect(await supervisor.start(undefined)).toMatchObject({ error: { code: 'port_in_use' } })
    expect(supervisor.state()).toMatchObject({ state: 'failed', failure: { code: 'port_in_use' } })
    await new Promise((resolve) => other.close(resolve))
  })

  test('ends when its application is killed', { timeout: SLOW_MS }, async () => {
    const supervisor = await supervise()
    await supervisor.make(plan())
    await supervisor.close()
    // An application of its own process, that nobody gives time to say good-bye.
    const parent = await program(`
      import { fork } from 'node:child_process'
      const node = fork(${JSON.stringify(PROGRAM)}, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      node.on('message', (message) => process.send(message))
      node.send({ kind: 'start', configFile: ${JSON.stringify(supervisor.configFile)} })
    `)
    const application = fork(parent, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    await new Promise<void>((resolve) =>
      application.on('message', ({ kind }: { kind: string }) => {
        if (kind === 'ready') resolve()
      }),
    )
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
    application.kill('SIGKILL')
    await until('the node has ended too', async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
      return answer === undefined ? true : undefined
    })
  })
})

describe('a program that does not do as it should', () => {
  /** As if a node had been made here. */
  async function pretend(): Promise<void> {
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(folder, 'market'), { recursive: true })
    await writeFile(join(folder, 'market', 'kabuken.toml'), '')
  }

  test('is ended when it is silent for too long, and started again', async () => {
    await pretend()
    const timers = new Timers()
    const supervisor = await supervise({ schedule: timers.schedule }, nodeAsChildProcess(await program(SILENT)))
    const started = supervisor.start(undefined)
    expect(supervisor.state()).toMatchObject({ state: 'starting', listens: false })
    timers.pass(60_000)
    expect(await started).toMatchObject({ error: { code: 'node_crashed' } })
    expect(supervisor.state()).toMatchObject({
      state: 'starting',
      crash: { times: 1, lines: ['not ready within 60 s: ended'] },
    })
    expect(timers.delays).toEqual([1_000])
    timers.pass(1_000)
    expect(starts).toBe(2)
    last.kill()
  })

  test('is started again after longer and longer pauses, then given up, with its last words', async () => {
    await pretend()
    const timers = new Timers()
    const dying = await program(`console.error('no more ink'); process.exit(1)`)
    const supervisor = await supervise({ schedule: timers.schedule }, nodeAsChildProcess(dying))
    expect(await supervisor.start(undefined)).toMatchObject({ error: { code: 'node_crashed' } })
    for (const pause of [1_000, 2_000, 4_000, 8_000, 16_000]) {
      await until('it ended', async () => (timers.delays.includes(pause) ? true : undefined))
      expect(timers.delays).toEqual([pause])
      timers.pass(pause)
    }
    await until('it is given up', async () => (supervisor.state().state === 'failed' ? true : undefined))
    expect(timers.delays).toEqual([])
    expect(supervisor.state()).toMatchObject({ failure: { code: 'node_crashed' }, crash: { times: 6 } })
    expect(supervisor.state().crash?.lines.at(-1)).toBe('no more ink')
    expect(starts).toBe(6)
  })

  test('does not stop a stop: it is killed', async () => {
    await pretend()
    const timers = new Timers()
    const supervisor = await supervise({ schedule: timers.schedule }, nodeAsChildProcess(await program(SILENT)))
    const started = supervisor.start(undefined)
    const stopped = supervisor.stop()
    timers.pass(10_000)
    await stopped
    expect(await started).toMatchObject({ error: { code: 'node_stopped' } })
    expect(supervisor.state()).toMatchObject({ state: 'stopped' })
    expect(timers.delays).toEqual([])
  })

  test('what is no message of a node is not taken for one; a missing program is a crash', async () => {
    await pretend()
    const timers = new Timers()
    const odd = await program(`process.send({ kind: 'ready', and: 'more' }); ${SILENT}`)
    const supervisor = await supervise({ schedule: timers.schedule }, nodeAsChildProcess(odd))
    void supervisor.start(undefined)
    await until('it was heard', async () => (supervisor.log().length > 0 ? true : undefined))
    expect(supervisor.state()).toMatchObject({ state: 'starting', listens: false })
    last.kill()
    await until('it ended', async () => supervisor.state().crash)
    await rm(odd)
    timers.pass(1_000)
    await until('it is a crash once more', async () => (supervisor.state().crash?.times === 2 ? true : undefined))
    expect(supervisor.state().crash?.lines.join()).toMatch(/Cannot find module/)
  })
})
