import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { NOW } from '../../shared/pki/forge.ts'
import { requestTyp } from '../../shared/protocol/message.ts'
import type { WalletClient } from '../../shared/wallet-api/client.ts'
import { clientWith, openLink, startBrowserHost, type Running } from '../browser/browser-fixture.ts'
import { writeBackup } from '../wallet/backup/backup-file.ts'
import { spellings } from '../wallet/keychain/testing/spellings.ts'
import { encodeEnvelope } from '../wallet/store/envelope.ts'
import { openBackup, type BackupContent } from '../wallet/wallet.ts'
import { HostileMarket } from '../wallet/testing/hostile-market.ts'

/** Backups over the wallet API as a page speaks it: as text, over a real socket. */

const PASSPHRASE = 'a river under the old bridge'
const KEY_PASSPHRASE = 'washi and ink'
const PIECE = 100_000

let folder: string
let host: Running
let client: WalletClient
const running: Running[] = []

async function granted<Value>(outcome: Promise<Result<Value, Refusal>>): Promise<Value> {
  const result = await outcome
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

async function start(
  name: string,
  passphrase?: string,
): Promise<{ readonly host: Running; readonly client: WalletClient }> {
  const started = await startBrowserHost({ folder: join(folder, name), passphrase })
  running.push(started)
  return { host: started, client: await clientWith(started, await openLink(started)) }
}

/** The person agrees, or not. */
async function make(of: Running, by: WalletClient, agrees = true) {
  const made = by.call('backup.make', { passphrase: PASSPHRASE })
  while (of.host.confirmations.pending().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  for (const { id } of of.host.confirmations.pending()) of.host.confirmations.answer(id, agrees)
  return made
}

async function give(to: WalletClient, text: string): Promise<void> {
  for (let from = 0; from < text.length; from += PIECE)
    await granted(to.call('backup.give', { from, text: text.slice(from, from + PIECE) }))
}

const restoring = { passphrase: PASSPHRASE, place: 'file', keyPassphrase: KEY_PASSPHRASE } as const

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-host-backup-'))
  ;({ host, client } = await start('aoi'))
  await granted(client.call('key.create', { place: 'file', passphrase: KEY_PASSPHRASE }))
  await granted(client.call('settings.set', { language: 'ja', theme: 'dark' }))
})

afterAll(async () => {
  for (const each of running) await each.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a backup over the wallet API', { timeout: 120_000 }, () => {
  test('[P14] [A54] is made only if the person agrees to it, and gives the key to nobody without the passphrase', async () => {
    expect(await make(host, client, false)).toMatchObject({ ok: false, error: { code: 'not_confirmed' } })
    expect(await client.call('backup.make', { passphrase: 'seven ' })).toMatchObject({ error: { code: 'bad_schema' } })
    const { text } = await granted(make(host, client))
    const { key } = await granted(openBackup(text, PASSPHRASE))
    const files = readdirSync(host.folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    const written = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    for (const spelling of [...spellings(key), ...spellings(key.subarray(36, 68)), PASSPHRASE])
      expect([text, ...written, ...host.faults.map(String)].some((each) => each.includes(spelling))).toBe(false)
  })

  test('[P16] settings come back with it, the key goes where it is wanted, and a wallet with a key is left alone', async () => {
    const { text } = await granted(make(host, client))
    await give(client, text)
    expect(await client.call('backup.restore', restoring)).toMatchObject({ error: { code: 'key_exists' } })

    const other = await start('other')
    await give(other.client, text.slice(0, -1_00))
    expect(await other.client.call('backup.inspect', {})).toMatchObject({ error: { code: 'bad_backup' } })
    expect(await other.client.call('backup.give', { from: 7, text: 'x' })).toMatchObject({
      error: { code: 'bad_input' },
    })
    await give(other.client, text)
    const { madeAt } = await granted(other.client.call('backup.inspect', {}))
    const wrong = await other.client.call('backup.restore', { ...restoring, passphrase: 'another one' })
    expect(wrong).toMatchObject({ ok: false, error: { code: 'passphrase_wrong' } })
    const noKeychain = await other.client.call('backup.restore', { passphrase: PASSPHRASE, place: 'os' })
    expect(noKeychain).toMatchObject({ ok: false, error: { code: 'keychain_unavailable' } })
    expect((await granted(other.client.call('overview', {}))).keyPlace).toBeUndefined()

    await granted(other.client.call('backup.restore', restoring))
    expect(await granted(other.client.call('settings.get', {}))).toMatchObject({ language: 'ja', theme: 'dark' })
    expect(await granted(other.client.call('overview', {}))).toMatchObject({
      keyPlace: 'file',
      wallet: { backup: { madeAt, missing: 0 } },
    })
    await granted(other.client.call('lock.lock', {}))
    expect(await other.client.call('lock.unlock', { passphrase: PASSPHRASE })).toMatchObject({
      error: { code: 'passphrase_wrong' },
    })
    await granted(other.client.call('lock.unlock', { passphrase: KEY_PASSPHRASE }))
  })

  test('[P16] a program that died while the key was put away begins anew, and the file of that key is kept aside', async () => {
    const name = 'died'
    const first = await start(name)
    await first.host.close()
    running.splice(running.indexOf(first.host), 1)
    mkdirSync(join(folder, name, 'keys'), { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, name, 'keys', 'wallet-x.key.json'), 'as it was', { mode: 0o600 })
    const again = await start(name)
    expect(await granted(again.client.call('overview', {}))).toMatchObject({ lock: 'open' })
    expect((await granted(again.client.call('overview', {}))).keyPlace).toBeUndefined()
    expect(readdirSync(join(folder, name, 'keys'))).toEqual(['wallet-x.unnamed.json'])
  })

  test('[P16] what the last version kept beside the wallet is opened', async () => {
    const settings = { language: 'ja', theme: 'dark', hideAmounts: true, autoLockMinutes: 5, notifications: true }
    const kept = { state: { settings, keyPlace: null }, sequence: 1, rows: {} }
    mkdirSync(join(folder, 'former', 'preferences'), { recursive: true })
    writeFileSync(join(folder, 'former', 'preferences', 'wallet.json'), encodeEnvelope(1, kept))
    const former = await start('former')
    expect(await granted(former.client.call('settings.get', {}))).toMatchObject({ language: 'ja', autoLockMinutes: 5 })
  })

  test('[P16] with 10,000 certificates and their requests goes both ways', { timeout: 600_000 }, async () => {
    const { text } = await granted(make(host, client))
    const content = await granted(openBackup(text, PASSPHRASE))
    const large = await multiplied(content, 10_000)
    const file = await writeBackup(large, PASSPHRASE)
    expect(file.length).toBeGreaterThan(10 * 2 ** 20)
    const other = await start('large')
    await give(other.client, file)
    await granted(other.client.call('backup.restore', restoring))
    const { wallet } = await granted(other.client.call('overview', {}))
    expect(wallet).toMatchObject({ counts: { live: 0, pending: 0 }, attention: [{ kind: 'unchecked', count: 10_000 }] })
    const again = await granted(openBackup((await granted(make(other.host, other.client))).text, PASSPHRASE))
    expect(Object.keys(again.wallet.rows['certificates'] ?? {})).toHaveLength(10_000)
    expect(Object.keys(again.wallet.rows['requests'] ?? {})).toHaveLength(10_000)
  })
})

/** As many certificates, each with the request that brought it and its reply, of the size that real ones have. */
async function multiplied(content: BackupContent, count: number): Promise<BackupContent> {
  const market = await HostileMarket.make()
  const certificates: Record<string, unknown> = {}
  const requests: Record<string, unknown> = {}
  for (let n = 1; n <= count; n += 1) {
    const certificateId = String(n).padStart(26, '0')
    const certificate = await market.certificate('inv-0000000001', { certificateId })
    certificates[certificateId] = { certificate, state: 'live', checkedAt: n }
    const body = { receptionNumber: `OR-${String(n).padStart(8, '0')}` }
    const ends = { from: 'inv-0000000001', to: 'exc-0000000001', at: new Date(NOW).toISOString() }
    const id = `R${certificateId}`
    const request = await market.sign(market.parties.exchange, requestTyp('exchange.cancel'), { id, ...ends, body })
    // What a reply brings does not compress: signatures, hashes, sealed account numbers.
    const reply = randomBytes(900).toString('base64url')
    const common = { operation: 'exchange.cancel', to: 'exc-0000000001', from: 'inv-0000000001', certificateIds: [] }
    const answered = { at: n, state: 'answered', answeredAt: n, hash: certificateId, request, reply }
    requests[id] = { ...common, ...answered }
  }
  return { ...content, wallet: { ...content.wallet, rows: { ...content.wallet.rows, certificates, requests } } }
}
