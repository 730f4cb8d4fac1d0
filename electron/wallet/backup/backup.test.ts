import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomIds, systemRandom } from '../../../server/runtime/ids.ts'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { NOW } from '../../../shared/pki/forge.ts'
import { fileKeychain } from '../keychain/file.ts'
import type { Keychain } from '../keychain/keychain.ts'
import { spellings } from '../keychain/testing/spellings.ts'
import { isInstalled, lastAcknowledged, runChild } from '../store/testing/run-child.ts'
import { HostileMarket } from '../testing/hostile-market.ts'
import { openBackup, openWallet, readBackup, type BackupContent, type Confirmable, type Wallet } from '../wallet.ts'
import { writeBackup } from './backup-file.ts'
import { contentFrom, openOffline } from './testing/restore-child.ts'

const PASSPHRASE = '株券 と かぎ と 証拠'
const KEPT = { contacts: ['Ren'] }
const ID = (n: number): string => String(n).padStart(26, '0')

let market: HostileMarket
let folder: string
let old: Wallet
let userId: string
let backup: string
let content: BackupContent
let now = NOW
let patienceMs = 30_000
let agrees = true
const asked: Confirmable[] = []
const opened: Wallet[] = []

async function granted<T>(outcome: Promise<Result<T, Refusal>>): Promise<T> {
  const result = await outcome
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

const keychainOf = (own: string, passphrase = PASSPHRASE): Keychain =>
  fileKeychain({ folder: join(own, 'keys'), passphrase: () => Promise.resolve(passphrase) })

async function open(name: string): Promise<Wallet> {
  const own = join(folder, name)
  const wallet = await openWallet({
    folder: own,
    keychain: keychainOf(own),
    clock: { now: () => (now += 1) },
    random: systemRandom,
    ids: randomIds,
    fetch: market.fetch,
    openSocket: market.openSocket,
    schedule: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    get patienceMs() {
      return patienceMs
    },
    confirm: (summary) => {
      asked.push(summary)
      return Promise.resolve(agrees)
    },
  })
  opened.push(wallet)
  return wallet
}

const make = () => old.makeBackup({ passphrase: PASSPHRASE, beside: KEPT })

async function subscribe(n: number): Promise<void> {
  const certificate = await market.certificate(userId, { certificateId: ID(n), certificateNumber: `00000${n}` })
  market.on('issuer.issue', () => ({ reply: { certificates: [certificate] } }))
  await granted(old.subscribe({ offeringNumber: 'OF-000001', quantity: 10n }))
}

beforeAll(async () => {
  market = await HostileMarket.make()
  folder = mkdtempSync(join(tmpdir(), 'kabuken-backup-'))
  old = await open('old')
  await granted(old.join(market.link))
  expect(await make()).toMatchObject({ ok: false, error: { code: 'no_key' } })
  await granted(old.createKey())
  await granted(old.enrol({ name: 'Aoi Hanada', postalAddress: '3-1 Kawabata' }))
  await granted(old.openAccount({ currency: 'JPY' }))
  userId = old.identity()?.userId ?? ''
  await subscribe(1)
  await subscribe(2)
  // One request is without an answer when the backup is made.
  market.on('issuer.issue', () => 'silence')
  patienceMs = 200
  const late = await old.subscribe({ offeringNumber: 'OF-000001', quantity: 10n })
  expect(late).toMatchObject({ ok: false, error: { code: 'under_way' } })
  patienceMs = 30_000
  backup = (await granted(make())).text
  content = await granted(openBackup(backup, PASSPHRASE))
}, 60_000)

afterAll(async () => {
  for (const wallet of opened) await wallet.close()
  rmSync(folder, { recursive: true })
})

describe('the file of a backup', () => {
  it('[P14] has neither the key nor its passphrase in any spelling, and is made only after the person agreed', async () => {
    const secret = content.key
    // PKCS#8 of a P-256 key (RFC 5915): the 32 octets of the number itself.
    const plain = [...spellings(secret), ...spellings(secret.subarray(36, 68)), ...spellings(Buffer.from(PASSPHRASE))]
    for (const spelling of [...plain, 'Aoi Hanada', userId]) expect(backup.includes(spelling)).toBe(false)
    expect(asked.at(-1)).toMatchObject({ kind: 'backup', name: 'Aoi Hanada', certificates: 2 })
    agrees = false
    expect(await make()).toMatchObject({ ok: false, error: { code: 'not_confirmed' } })
    agrees = true
    expect(await old.makeBackup({ passphrase: '7 signs', beside: null })).toMatchObject({
      error: { code: 'bad_input' },
    })
  })

  it('is sealed anew each time, with the parameters of key files', async () => {
    const [one, other] = [JSON.parse(backup), JSON.parse((await granted(make())).text)]
    expect(one).toMatchObject({ kind: 'kabuken-wallet-backup', version: 1, kdf: { N: 131_072, r: 8, p: 1 } })
    expect(one.kdf.salt).not.toBe(other.kdf.salt)
    expect(one.nonce).not.toBe(other.nonce)
  })

  it.each([
    ['nothing', 'bad_backup', () => ''],
    ['no JSON', 'bad_backup', () => 'kabuken'],
    ['another file', 'bad_backup', () => '{"format":"kabuken-identity"}'],
    ['a key file', 'bad_backup', () => keyFileText()],
    ['one that is cut off', 'bad_backup', () => backup.slice(0, -40)],
    ['one whose end is lost and closed again', 'bad_backup', () => `${backup.slice(0, 1_000)}"}`],
    ['a member more', 'bad_backup', () => backup.replace('{', '{ "more": 1,')],
    ['another date', 'bad_backup', () => backup.replace(/"madeAt": "\d{4}/, '"madeAt": "2001')],
    ['another salt', 'bad_backup', () => backup.replace(/"salt": "[^"]+"/, `"salt": "${'A'.repeat(22)}"`)],
    ['a petabyte of memory', 'bad_backup', () => backup.replace('131072', '1099511627776')],
    ['a newer version', 'backup_newer', () => backup.replace('"version": 1', '"version": 2')],
    ['a newer version with other members', 'backup_newer', () => '{"kind":"kabuken-wallet-backup","version":9,"to":1}'],
  ])('[P16] %s is refused with %s before its passphrase is looked at', async (_, code, text) => {
    expect(readBackup(text())).toMatchObject({ ok: false, error: { code } })
    expect(await openBackup(text(), 'any')).toMatchObject({ ok: false, error: { code } })
  })

  it('[P16] is refused whichever of its bytes is changed', () => {
    const bytes = Buffer.from(backup)
    // Every byte of the beginning, where all members are, then a sample of the ciphertext, and the end.
    const places = [...bytes.keys()].filter((at) => at < 600 || at % 61 === 0 || at > bytes.length - 120)
    expect(places.length).toBeGreaterThan(600)
    const accepted = places.filter((at) => {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      const read = readBackup(changed.toString('latin1'))
      return read.ok
    })
    // The line's end after the last brace says nothing.
    expect(accepted.filter((at) => at !== bytes.length - 1)).toEqual([])
  })

  it('[A56] another passphrase is passphrase_wrong, as is a forged beginning with a fitting checksum', async () => {
    await expect(openBackup(backup, `${PASSPHRASE}.`)).rejects.toMatchObject({ code: 'passphrase_wrong' })
    const file = { ...JSON.parse(backup), madeAt: '2001-01-01T00:00:00.000Z' }
    const { kind, version, madeAt, kdf, cipher, nonce, sealed } = file
    const bound = [kind, version, madeAt, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, cipher, nonce]
    const sha256 = createHash('sha256')
      .update(JSON.stringify(bound) + sealed)
      .digest('hex')
    const forged = JSON.stringify({ ...file, sha256 })
    await expect(openBackup(forged, PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase_wrong' })
  })
})

function keyFileText(): string {
  const keys = join(folder, 'old', 'keys')
  return readFileSync(join(keys, readdirSync(keys)[0] ?? ''), 'utf8')
}

describe('a restored wallet', { timeout: 60_000 }, () => {
  it.each([
    ['another key', 'bad_backup', () => ({ key: crypto.getRandomValues(new Uint8Array(138)) })],
    ['a state of a newer program', 'backup_newer', () => ({ wallet: { ...content.wallet, schemaVersion: 99 } })],
    ['a state that is none', 'bad_backup', () => ({ wallet: { ...content.wallet, state: {} } })],
    ['rows of another kind', 'bad_backup', () => ({ wallet: { ...content.wallet, rows: { others: {} } } })],
    [
      'a row that would be a file elsewhere',
      'bad_backup',
      () => ({ wallet: { ...content.wallet, rows: { orders: { '../../elsewhere': {} } } } }),
    ],
  ])('[P16] with %s is refused, and the folder stays empty', async (_, code, change) => {
    const wallet = await open(`refused-${String(opened.length)}`)
    expect(await wallet.restoreBackup({ ...content, ...change() })).toMatchObject({ ok: false, error: { code } })
    expect(wallet.hasKey()).toBe(false)
    expect(wallet.market()).toBeUndefined()
    expect(readdirSync(join(folder, `refused-${String(opened.length - 1)}`))).not.toContain('keys')
  })

  it('[P16] has everything, counts no certificate before its issuer was asked, and never overwrites a key', async () => {
    expect(await old.restoreBackup(content)).toMatchObject({ ok: false, error: { code: 'key_exists' } })

    const wallet = await open('new')
    await granted(wallet.restoreBackup(content))
    expect(wallet.identity()).toEqual(old.identity())
    expect(wallet.accounts()).toEqual(old.accounts())
    expect(wallet.history()).toEqual(old.history())
    expect(wallet.besideBackup()).toEqual(KEPT)
    expect(wallet.lastSyncedAt()).toBeUndefined()
    expect(wallet.certificates().map(({ state, pending }) => [state, pending?.kind])).toEqual([
      ['pending', 'unchecked'],
      ['pending', 'unchecked'],
    ])
    expect(await wallet.split(ID(1), [4n, 6n])).toMatchObject({ ok: false, error: { code: 'certificate_not_live' } })

    // The first was spent meanwhile; the request without an answer had been granted, and what it brought is spent as well.
    const late = await market.certificate(userId, { certificateId: ID(3), certificateNumber: '000003' })
    const requestIds: string[] = []
    market.on('issuer.issue', ({ id }) => {
      requestIds.push(id)
      return { reply: { certificates: [late] } }
    })
    market.on('issuer.certificate-state', () => 'silence')
    market.on('issuer.holdings', () => 'silence')
    const [waiting] = wallet.underWay()
    patienceMs = 1_000
    await wallet.sync()
    patienceMs = 30_000
    expect(requestIds).toEqual([waiting?.requestId])
    expect(wallet.certificates().map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])

    market.on('issuer.certificate-state', ({ body }) =>
      body.certificateId === ID(2)
        ? { reply: { ...body, state: 'live' as const, at: NOW } }
        : { reply: { ...body, state: 'retired' as const, at: NOW, retiredAt: NOW, retiredBy: 'TR-00000001' } },
    )
    market.on('issuer.holdings', ({ body }) => ({ reply: { userId: body.userId, entries: [], more: false } }))
    expect((await granted(wallet.restore())).live).toBe(1)
    const states = new Map(wallet.certificates().map(({ certificateId, state }) => [certificateId, state]))
    expect([ID(1), ID(2), ID(3)].map((id) => [id, states.get(id)])).toEqual([
      [ID(1), 'retired'],
      [ID(2), 'live'],
      [ID(3), 'retired'],
    ])
    await wallet.besideTaken()
    expect(wallet.besideBackup()).toBeUndefined()

    // It signs with the key: a request is built and sent.
    market.on('issuer.issue', () => ({ refusal: { code: 'offering_closed', message: '' } }))
    const signed = await wallet.subscribe({ offeringNumber: 'OF-000001', quantity: 10n })
    expect(signed).toMatchObject({ ok: false, error: { code: 'offering_closed' } })
  })

  it('[P16] sealed under another passphrase it holds the same', async () => {
    const text = await writeBackup({ ...content, beside: null }, 'another passphrase')
    expect((await granted(openBackup(text, 'another passphrase'))).wallet).toEqual(content.wallet)
  })
})

const CALLS = 'fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat'
const CHILD = join(import.meta.dirname, 'testing', 'restore-child.ts')
/** strace must be there and allowed to trace, which some containers forbid. */
const canTrace = isInstalled('strace') && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
if (!canTrace) console.warn('SKIPPED 1 test of backups: strace is missing or may not trace')

describe.skipIf(!canTrace)('a restoration that is killed', { timeout: 300_000 }, () => {
  it('[P1] [P16] at any sync, link, rename or removal leaves an empty wallet or all of it, and can be done again', async () => {
    const file = join(folder, 'content.json')
    writeFileSync(file, JSON.stringify({ ...content, key: Buffer.from(content.key).toString('base64') }))
    const empty = join(folder, 'empty')
    await openOffline(empty).then((wallet) => wallet.close())
    const seen = new Set<string>()
    for (let n = 1; ; n += 1) {
      const where = join(folder, `killed-${String(n)}`)
      cpSync(empty, where, { recursive: true })
      const inject = ['-e', `trace=${CALLS}`, '-e', `inject=${CALLS}:signal=KILL:when=${String(n)}`]
      const child = [process.execPath, CHILD, where, file]
      const done = lastAcknowledged(runChild(['strace', '-f', '-qq', '-o', `${where}.log`, ...inject, ...child])) === 1
      const wallet = await openOffline(where)
      seen.add(wallet.hasKey() ? 'all' : 'nothing')
      expect(wallet.recovered).toBe(false)
      if (done) expect(wallet.hasKey()).toBe(true)
      if (!wallet.hasKey()) {
        expect([wallet.certificates(), wallet.history(), wallet.identity()]).toEqual([[], [], undefined])
        await granted(wallet.restoreBackup(contentFrom(file)))
      }
      expect(wallet.certificates()).toHaveLength(2)
      expect(wallet.history()).toHaveLength(old.history().length)
      expect(wallet.identity()).toEqual(old.identity())
      expect(wallet.besideBackup()).toEqual(KEPT)
      await wallet.close()
      rmSync(where, { recursive: true })
      if (done) break
    }
    expect([...seen].toSorted()).toEqual(['all', 'nothing'])
  })
})
