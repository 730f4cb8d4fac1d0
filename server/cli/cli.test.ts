import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../node/testing/market.ts'

const COMMAND = fileURLToPath(new URL('../../bin/kabuken.mjs', import.meta.url))
/** A command starts a Node process and, for some, talks to a server: seconds, on a busy machine. */
const PATIENCE_MS = 120_000

let folder: string
let config: string
let port: number

function kabuken(...args: string[]): { code: number | null; out: string; complaints: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' })
  return { code: status, out: stdout, complaints: stderr }
}

function edited(name: string, change: (content: string) => string): string {
  const file = join(folder, name)
  writeFileSync(file, change(readFileSync(config, 'utf8')))
  return file
}

async function runNode(): Promise<ChildProcess> {
  const node = spawn(process.execPath, [COMMAND, 'node', '--config', config], { stdio: 'ignore' })
  for (;;) {
    expect(node.exitCode).toBeNull()
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    if (ready?.ok === true) return node
  }
}

function ended(node: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => node.once('exit', resolve))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-cli-'))
  config = join(folder, 'kabuken.toml')
  port = await freePort()
  const made = kabuken(
    'node',
    'init',
    '--config',
    config,
    '--port',
    `${port}`,
    '--security',
    'HOSHI',
    '--plain-keys',
    '--demonstration',
  )
  expect({ ...made, complaints: made.code === 0 ? '' : made.complaints }).toMatchObject({ code: 0, complaints: '' })
}, PATIENCE_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('node init', () => {
  test('keys are for their owner alone, and it says that they are not encrypted', () => {
    const keys = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.pem'),
    )
    expect(keys).toHaveLength(7)
    const modes = keys.map((key) => statSync(join(folder, 'data', key)).mode & 0o777)
    expect(modes).toEqual(keys.map(() => 0o600))
  })

  test('without a choice how keys are kept nothing is made', () => {
    const other = join(folder, 'other.toml')
    const made = kabuken('node', 'init', '--config', other)
    expect(made).toMatchObject({ code: 2 })
    expect(made.complaints).toContain('[passphrase_required]')
    expect(readdirSync(folder)).not.toContain('other.toml')
  })

  test('an existing configuration is never overwritten', () => {
    const before = readFileSync(config, 'utf8')
    expect(kabuken('node', 'init', '--config', config, '--plain-keys')).toMatchObject({ code: 2 })
    expect(readFileSync(config, 'utf8')).toBe(before)
  })
})

describe('[A60] a configuration that cannot be used names its key', () => {
  test.each([
    ['an unknown member', (text: string) => text.replace('[market]', '[market]\ncolour = "red"'), 'market.colour'],
    ['a port that is none', (text: string) => text.replace(/port = \d+/, 'port = 70000'), 'node.port'],
    ['a short fingerprint', (text: string) => text.replace(/root = "[^"]+"/, 'root = "abc"'), 'market.root'],
    ['a lot of no shares', (text: string) => text.replace('lot = "1"', 'lot = "0"'), 'roles.exchange.listings.0.lot'],
    ['no roles', (text: string) => text.slice(0, text.indexOf('[roles.authority]')), 'roles'],
  ])('%s', (what, change, key) => {
    const file = edited(`${what.replaceAll(' ', '-')}.toml`, change)
    const run = kabuken('node', '--config', file)
    expect(run.code).toBe(2)
    expect(run.complaints).toContain(`${key}:`)
    expect(run.complaints).toContain('[bad_configuration]')
  })

  test('with --json the reason is data', () => {
    const run = kabuken('exchange', 'orders', '--config', join(folder, 'none.toml'), '--json')
    expect(run.code).toBe(2)
    expect(JSON.parse(run.out)).toMatchObject({ error: { code: 'bad_configuration' } })
  })
})

describe('a running node', () => {
  test(
    'answers its operators, holds its databases against others, and ends in peace on SIGTERM; its journals replay',
    async () => {
      const node = await runNode()
      const offered = join(folder, 'terms.txt')
      writeFileSync(offered, 'One vote a share.\n\nNo dividends.\n')
      const offer = [
        'registry',
        'offer',
        'HOSHI',
        '--price',
        '1,200',
        '--currency',
        'JPY',
        '--quantity',
        '500',
        '--terms',
        offered,
        '--closes',
        '2100-01-01',
      ]
      expect(kabuken(...offer, '--config', config)).toMatchObject({
        code: 0,
        out: expect.stringContaining('OF-000001') as string,
      })
      const listed = kabuken('registry', 'offerings', '--config', config, '--json')
      expect(JSON.parse(listed.out)).toMatchObject([
        { offeringNumber: 'OF-000001', quantity: '500', priceMinor: '1200' },
      ])
      expect(
        kabuken(
          'ledger',
          'deposit',
          'inv-0000000000',
          '5',
          '--currency',
          'JPY',
          '--reference',
          'slip',
          '--config',
          config,
        ),
      ).toMatchObject({
        code: 3,
        complaints: expect.stringContaining('[account_unknown]') as string,
      })
      expect(kabuken('journal', 'verify', '--role', 'issuer', '--config', config)).toMatchObject({
        code: 5,
        complaints: expect.stringContaining('[storage_in_use]') as string,
      })
      const desk = (...words: string[]) => kabuken(...words, '--config', config)
      expect(desk('exchange', 'cancel-all', '--ground', 'a drill')).toMatchObject({
        code: 0,
        out: '0 orders cancelled\n',
      })
      expect(desk('exchange', 'resolve', 'MA-00000001', '--how', 'ask', '--ground', 'a drill')).toMatchObject({
        code: 3,
        complaints: expect.stringContaining('[match_unknown]') as string,
      })
      expect(desk('exchange', 'outbox')).toMatchObject({ code: 0, out: 'Nothing waits.\n' })
      const keys = join(folder, 'data', 'authority')
      expect(desk('authority', 'root-list', '--root', join(keys, 'root.pem'))).toMatchObject({
        code: 0,
        out: expect.stringContaining('list 2 of the root') as string,
      })
      expect(desk('authority', 'renew-authority', '--root', join(keys, 'root.pem'))).toMatchObject({ code: 0 })
      const exit = ended(node)
      node.kill('SIGTERM')
      expect(await exit).toBe(0)
      for (const role of ['authority', 'issuer', 'exchange', 'settlement'])
        expect(kabuken('journal', 'replay', '--role', role, '--config', config)).toMatchObject({ code: 0 })
      expect(kabuken('exchange', 'orders', '--config', config)).toMatchObject({ code: 4 })
    },
    PATIENCE_MS,
  )
})

describe('shell completion', () => {
  test('knows every command and option', () => {
    expect(kabuken('complete').out.split('\n')).toEqual(
      expect.arrayContaining(['node', 'wallet', 'exchange']) as string[],
    )
    expect(kabuken('complete', 'registry').out.split('\n')).toEqual(
      expect.arrayContaining(['offer', 'import', 'holders']) as string[],
    )
    expect(kabuken('complete', 'registry', 'holders').out.split('\n')).toContain('--as-of')
    expect(kabuken('completion', 'bash').out).toContain('complete -o default -F _kabuken kabuken')
  })
})
