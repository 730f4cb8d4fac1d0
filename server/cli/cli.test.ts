import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeMarketLink } from '../../shared/market/market-link.ts'
import { freePort } from '../node/testing/market.ts'

const COMMAND = fileURLToPath(new URL('../../bin/kabuken.mjs', import.meta.url))
/** A command starts a Node process and, for some, talks to a server: seconds, on a busy machine. */
const PATIENCE_MS = 120_000
/** Two dozen commands one after the other. */
const MANY_COMMANDS_MS = 3 * PATIENCE_MS

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
  test('the registers are for their owner alone', () => {
    const modes = readdirSync(join(folder, 'data'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('sqlite'))
      .map((name) => statSync(join(folder, 'data', name)).mode & 0o777)
    expect(modes).toEqual([0o600])
  })

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

describe('node init with what cannot be', () => {
  test.each([
    ['a port in words', ['--security', 'HOSHI', '--port', 'none'], 'bad_configuration'],
    ['a currency that is no code', ['--security', 'HOSHI', '--currency', 'yen'], 'bad_configuration'],
    ['a security in small letters', ['--security', 'hoshi'], 'bad_configuration'],
    ['an issuer of nothing', [], 'bad_usage'],
    ['a market without a name', ['--security', 'HOSHI', '--market', ''], 'bad_name'],
    ['a TLS certificate without its key', ['--security', 'HOSHI', '--tls-certificate', 'a.crt'], 'bad_usage'],
    ['no market to join', ['--roles', 'exchange'], 'bad_link'],
  ])('%s: nothing is made that would be in the way of the next attempt', (_, words, code) => {
    const place = join(mkdtempSync(join(folder, 'wrong-')), 'node')
    const run = kabuken('node', 'init', '--config', join(place, 'kabuken.toml'), '--plain-keys', ...words)
    expect(run).toMatchObject({ code: 2, complaints: expect.stringContaining(`[${code}]`) as string })
    expect(existsSync(place) ? readdirSync(place) : []).toEqual([])
  })

  test('a market that does not answer leaves nothing behind either', () => {
    const place = join(folder, 'lonely')
    const link = writeMarketLink({ authority: 'ws://127.0.0.1:9/authority', root: 'A'.repeat(43) })
    const config = ['--config', join(place, 'kabuken.toml'), '--plain-keys']
    expect(kabuken('node', 'init', ...config, '--roles', 'exchange', '--join', link)).toMatchObject({
      code: 1,
      complaints: expect.stringContaining('[authority_unreachable]') as string,
    })
    expect(readdirSync(place)).toEqual([])
  })

  test('an empty passphrase is none', () => {
    const empty = join(folder, 'empty')
    writeFileSync(empty, '\n')
    const config = join(folder, 'sealed', 'kabuken.toml')
    expect(
      kabuken('node', 'init', '--config', config, '--security', 'HOSHI', '--passphrase-file', empty),
    ).toMatchObject({ code: 2, complaints: expect.stringContaining('[passphrase_empty]') as string })
    expect(existsSync(config)).toBe(false)
  })
})

describe('[A60] a configuration that cannot be used names its key', () => {
  test.each([
    ['an unknown member', (text: string) => text.replace('[market]', '[market]\ncolour = "red"'), 'market.colour'],
    ['a port that is none', (text: string) => text.replace(/port = \d+/, 'port = 70000'), 'node.port'],
    ['a short fingerprint', (text: string) => text.replace(/root = "[^"]+"/, 'root = "abc"'), 'market.root'],
    ['a lot of no shares', (text: string) => text.replace('lot = "1"', 'lot = "0"'), 'roles.exchange.listings.0.lot'],
    ['a lot that is no text', (text: string) => text.replace('lot = "1"', 'lot = 1'), 'roles.exchange.listings.0.lot'],
    [
      'a misspelt role, before what then seems to lack',
      (text: string) => text.replace('[roles.issuer]', '[roles.isuer]'),
      'roles.isuer',
    ],
    ['TLS files that are not there', (text: string) => text.replace('# tls = {', 'tls = {'), 'node.tls.certificate'],
    [
      'TLS files that hold something else',
      (text: string) => text.replace(/# tls = .*/, 'tls = { certificate = "kabuken.toml", key = "kabuken.toml" }'),
      'node.tls',
    ],
    [
      'an address for everybody without TLS',
      (text: string) => text.replace('host = "127.0.0.1"', 'host = "0.0.0.0"'),
      'node.host',
      'plain_not_allowed',
    ],
    [
      'the root of another market',
      (text: string) => text.replace(/root = "[^"]+"/, `root = "${'A'.repeat(43)}"`),
      'market.root',
    ],
    ['no roles', (text: string) => text.slice(0, text.indexOf('[roles.authority]')), 'roles'],
  ])('%s', (what, change, key, code = 'bad_configuration') => {
    const file = edited(`${what.replaceAll(' ', '-')}.toml`, change)
    const run = kabuken('node', '--config', file)
    expect(run.code).toBe(2)
    expect(run.complaints).toContain(`${key}:`)
    expect(run.complaints).toContain(`[${code}]`)
  })

  test('a file that is not there: it says how to make one', () => {
    const run = kabuken('node', '--config', join(folder, 'none.toml'))
    expect(run).toMatchObject({ code: 2, complaints: expect.stringContaining('kabuken node init') as string })
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
      const typed: readonly (readonly [string, ...string[]])[] = [
        ['bad_value', 'authority', 'approve', 'AP'],
        ['bad_value', 'ledger', 'deposit', 'nobody', '5', '--currency', 'JPY', '--reference', 'slip'],
        ['bad_currency', 'ledger', 'deposit', 'inv-0000000000', '5', '--currency', 'yen', '--reference', 'slip'],
        ['wrong_currency', ...offer.with(offer.indexOf('JPY'), 'USD')],
        ['file_unreadable', ...offer.with(offer.indexOf(offered), join(folder, 'no-terms.txt'))],
        ['file_exists', 'registry', 'export', offered],
        ['file_exists', 'ledger', 'statement', 'inv-0000000000', '--currency', 'JPY', '--csv', offered],
        ['file_exists', 'node', 'link', '--file', offered],
      ]
      for (const [code, ...words] of typed)
        expect(desk(...words)).toMatchObject({ code: 2, complaints: expect.stringContaining(`[${code}]`) as string })
      expect(JSON.parse(desk('registry', 'offerings', '--json').out)).toHaveLength(1)
      const second = edited('second.toml', (text) => text.replace('data = "data"', 'data = "second"'))
      cpSync(join(folder, 'data'), join(folder, 'second'), { recursive: true, filter: (name) => !/sqlite/.test(name) })
      expect(kabuken('node', '--config', second)).toMatchObject({
        code: 1,
        complaints: expect.stringContaining(`127.0.0.1:${port}: another program listens there`) as string,
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
    MANY_COMMANDS_MS,
  )
})

test('the version is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  expect(kabuken('--version')).toEqual({ code: 0, out: `${version}\n`, complaints: '' })
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
