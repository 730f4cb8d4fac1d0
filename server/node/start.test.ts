import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64 } from '../../shared/kernel/bytes.ts'
import { parsed } from '../../shared/pki/forge.ts'
import { issueIdentityCertificate } from '../../shared/pki/issue.ts'
import { loadConfig, type LoadedConfig } from '../config/config.ts'
import { entryHash } from '../commit/journal.ts'
import { readKeyFile } from '../runtime/key-file.ts'
import { silentLogger } from '../runtime/logger.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { RawClient } from '../transport/raw-client.ts'
import { definitionForReplay } from './compose.ts'
import { webKeys } from './enrol.ts'
import { startNode } from './node.ts'
import { loadIdentity, roleFolder, saveIdentity, type RoleFolder } from './role-folder.ts'
import { buy, sell, split } from './testing/bodies.ts'
import { CURRENCY } from './testing/cast.ts'
import { drawKeys } from './testing/member.ts'
import { must, openTestMarket, SERVER_ROLES } from './testing/market.ts'

const DAY_MS = 86_400_000

/** A market that has seen some trade, stopped. */
let original: string
let copies: string

beforeAll(async () => {
  copies = mkdtempSync(join(tmpdir(), 'kabuken-start-'))
  const market = await openTestMarket()
  const ren = await market.investor('Ren Amano', 1_000_000n)
  const mio = await market.investor('Mio Kitano', 1_000_000n)
  must(await ren.member.ask('exchange.order', sell(ren, [await market.give(ren, 10n)])))
  must(await mio.member.ask('exchange.order', buy(mio, 4n)))
  must(await ren.member.ask('issuer.reissue', split(ren, await market.give(ren, 10n))))
  await market.quiet()
  await market.places[0]?.stop()
  original = join(copies, 'original')
  cpSync(dirname(market.places[0]?.config ?? ''), original, { recursive: true })
  await market.close()
})

afterAll(() => rmSync(copies, { recursive: true, force: true }))

/** The market once more, to be changed by hand. */
function copy(): LoadedConfig {
  const folder = mkdtempSync(join(copies, 'copy-'))
  cpSync(original, folder, { recursive: true })
  return loadConfig(join(folder, 'kabuken.toml'))
}

async function startProblem(loaded: LoadedConfig): Promise<{ code: string; message: string }> {
  try {
    const node = await startNode({ loaded, passphrase: undefined, logger: silentLogger })
    await node.stop()
    return { code: 'started', message: '' }
  } catch (error) {
    return error as Error & { code: string }
  }
}

function byHand(folder: RoleFolder, sql: string): void {
  const db = new Database(folder.database)
  db.exec(sql)
  db.close()
}

describe.each(SERVER_ROLES)('the journal of the role %s', (role) => {
  test('[P8] decided again gives the state that is stored', async () => {
    const loaded = copy()
    const definition = await definitionForReplay(role, loaded)
    const { path, database } = roleFolder(loaded.dataFolder, role)
    const store = openSqliteStore({ file: database, role, tables: definition.tables })
    const again = openSqliteStore({ file: join(path, 'again.sqlite'), role, tables: definition.tables })
    definition.replay(store.journal(0n), again)
    expect(again.stateHash()).toBe(store.stateHash())
    again.close()
    store.close()
  })

  test.each([
    ['an entry is edited', "UPDATE kept_journal SET request = replace(request, 'e', 'f') WHERE sequence = 2", 2n],
    ['the time of an entry is edited', 'UPDATE kept_journal SET at = at + 1 WHERE sequence = 3', 3n],
    ['an answer is edited', "UPDATE kept_journal SET reply = reply || ' ' WHERE sequence = 1", 1n],
    ['an entry is deleted', 'DELETE FROM kept_journal WHERE sequence = 2', 2n],
    [
      'two entries change places',
      'UPDATE kept_journal SET sequence = -2 WHERE sequence = 2; UPDATE kept_journal SET sequence = 2 WHERE sequence = 3; UPDATE kept_journal SET sequence = 3 WHERE sequence = -2',
      2n,
    ],
    ['the end is cut off', 'DELETE FROM kept_journal WHERE sequence > 1', 2n],
    ['all of it is deleted', 'DELETE FROM kept_journal', 1n],
  ])('[A58] [P8] the start is refused and the entry named when %s by hand', async (_title, sql, sequence) => {
    const loaded = copy()
    const folder = roleFolder(loaded.dataFolder, role)
    byHand(folder, sql)
    const evidence = readFileSync(folder.database)
    const problem = await startProblem(loaded)
    expect(problem).toMatchObject({ code: 'journal_broken', message: expect.stringContaining(`entry ${sequence};`) })
    expect(problem.message).toContain(`role ${role}`)
    expect(readFileSync(folder.database).equals(evidence)).toBe(true)
  })
})

/** A certificate of the settlement server's own key, by the market's authority, valid as the test says. */
async function certifyAnew({ dataFolder }: LoadedConfig, notBefore: number, notAfter: number): Promise<void> {
  const { path } = roleFolder(dataFolder, 'authority')
  const { privateKey } = await webKeys(readKeyFile(join(path, 'issuing.pem'), undefined))
  const certificate = await parsed(new Uint8Array(readFileSync(join(path, 'issuing.crt'))))
  const folder = roleFolder(dataFolder, 'settlement')
  const identity = loadIdentity(folder)
  const der = await issueIdentityCertificate({
    issuer: { certificate, privateKey },
    subjectPublicKeySpki: drawKeys(readKeyFile(folder.signingKey, undefined)).spki,
    serial: '4711',
    notBefore,
    notAfter,
    commonName: 'Test settlement',
    userId: identity.userId,
    role: 'settlement',
    policy: { orderLimitMinor: 0n, dayLimitMinor: 0n, currency: CURRENCY, shortSellingProhibited: true },
    usage: 'signing',
  })
  saveIdentity(folder, { ...identity, chain: [toBase64(der), ...identity.chain.slice(1)] })
}

const of = ({ dataFolder }: LoadedConfig, role: (typeof SERVER_ROLES)[number]) => roleFolder(dataFolder, role)

/** As somebody would who mistook the configuration for another issuer's. */
function issueForeign({ config: { roles } }: LoadedConfig): void {
  const [first] = roles.issuer?.classes ?? []
  if (first !== undefined) roles.issuer?.classes.splice(0, Infinity, { ...first, security: 'FOREIGN' })
}

/** An entry that fits the chain and was written tomorrow. */
async function writeTomorrow(loaded: LoadedConfig): Promise<void> {
  const { tables } = await definitionForReplay('issuer', loaded)
  const store = openSqliteStore({ file: of(loaded, 'issuer').database, role: 'issuer', tables })
  const { sequence, hash } = store.journalHead()
  const entry = {
    sequence: sequence + 1n,
    at: Date.now() + DAY_MS,
    kind: 'request' as const,
    requestId: 'tomorrow',
    sender: 'nobody',
    request: '',
    facts: '{}',
    reply: '',
    answers: '[]',
    previousHash: hash,
  }
  store.write({
    changes: { rows: new Map(), counters: new Map() },
    journal: [{ ...entry, hash: entryHash(entry) }],
    requests: [],
    answers: [],
    messages: [],
    answeredMessages: [],
    events: [],
  })
  store.close()
}

test.each<[string, (loaded: LoadedConfig) => void | Promise<void>, string]>([
  [
    'a key that others can read',
    (loaded) => chmodSync(of(loaded, 'exchange').signingKey, 0o644),
    'key_file_readable_by_others',
  ],
  [
    'a key for account numbers that others can read',
    (loaded) => chmodSync(of(loaded, 'settlement').agreementKey, 0o640),
    'key_file_readable_by_others',
  ],
  [
    'an issuing key that others can read',
    (loaded) => chmodSync(join(of(loaded, 'authority').path, 'issuing.pem'), 0o604),
    'key_file_readable_by_others',
  ],
  ['no key', (loaded) => rmSync(of(loaded, 'issuer').signingKey), 'key_file_missing'],
  [
    'the certificate of another role',
    (loaded) => {
      for (const part of ['identity', 'signingKey'] as const)
        cpSync(of(loaded, 'issuer')[part], of(loaded, 'exchange')[part])
    },
    'wrong_role',
  ],
  ['another key', (loaded) => cpSync(of(loaded, 'issuer').signingKey, of(loaded, 'exchange').signingKey), 'wrong_key'],
  ['an expired certificate', (loaded) => certifyAnew(loaded, Date.now() - DAY_MS, Date.now() - 1_000), 'cert_expired'],
  [
    'a certificate of the future',
    (loaded) => certifyAnew(loaded, Date.now() + DAY_MS, Date.now() + 2 * DAY_MS),
    'cert_not_yet_valid',
  ],
  ['classes of which its issuer is certified for none', issueForeign, 'security_not_certified'],
  ['a clock behind the journal', writeTomorrow, 'clock_behind_journal'],
  [
    'the database of another role',
    (loaded) => cpSync(of(loaded, 'issuer').database, of(loaded, 'exchange').database),
    'storage_of_another_role',
  ],
])('[A60] the start is refused with %s', async (_title, spoil, code) => {
  const loaded = copy()
  await spoil(loaded)
  expect(await startProblem(loaded)).toMatchObject({ code })
})

test('[A60] a node that was refused leaves nothing locked: repaired, it starts', async () => {
  const loaded = copy()
  chmodSync(of(loaded, 'exchange').signingKey, 0o644)
  await startProblem(loaded)
  chmodSync(of(loaded, 'exchange').signingKey, 0o600)
  byHand(of(loaded, 'settlement'), 'UPDATE kept_journal SET at = at + 1 WHERE sequence = 1')
  expect(await startProblem(loaded)).toMatchObject({ code: 'journal_broken' })
  byHand(of(loaded, 'settlement'), 'UPDATE kept_journal SET at = at - 1 WHERE sequence = 1')
  expect(await startProblem(loaded)).toMatchObject({ code: 'started' })
})

test('[A60] what is not written through is refused', async () => {
  const { tables } = await definitionForReplay('issuer', copy())
  // A database in memory knows no write-ahead log.
  expect(() => openSqliteStore({ file: ':memory:', role: 'issuer', tables })).toThrow(
    expect.objectContaining({ code: 'storage_not_durable' }),
  )
})

test('[P12] the configuration says how many sockets one address may hold', async () => {
  const { config, ...loaded } = copy()
  const { authority } = config.roles
  const node = await startNode({
    // The authority alone: other roles hold sockets too.
    loaded: {
      ...loaded,
      config: { ...config, roles: { authority }, node: { ...config.node, port: 0, connectionsPerAddress: 1 } },
    },
    passphrase: undefined,
    logger: silentLogger,
  })
  const first = new RawClient(node.port)
  first.socket.write('GET /healthz HTTP/1.1\r\n')
  const second = new RawClient(node.port)
  expect(await second.over()).toEqual({ status: undefined, closeCode: undefined })
  first.socket.destroy()
  await node.stop()
})
