import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSmallMarket, type SmallMarket } from '../../server/node/testing/small-market.ts'
import { err, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { clientOver, type WalletClient } from '../../shared/wallet-api/client.ts'
import { systemPorts } from './system-ports.ts'
import { KeychainError, type Keychain } from '../wallet/keychain/keychain.ts'
import type { Confirmable } from '../wallet/wallet.ts'
import { openHost, type Host } from './host.ts'
import type { News } from './news.ts'

/** Two people with hosts of their own, their screens' client and a real market; everything crosses as text. */

const PASSPHRASE = 'correct horse battery'
const HOSHI = { security: 'HOSHI', shareClass: 'common' } as const
const TERMS = 'One vote a share.'
const none = new KeychainError('keychain_unavailable', 'there is none here')
const noKeychain: Keychain = {
  load: () => Promise.reject(none),
  create: () => Promise.reject(none),
  remove: () => Promise.reject(none),
}

interface Person {
  readonly host: Host
  readonly client: WalletClient
  readonly folder: string
  readonly questions: Confirmable[]
  readonly messages: string[]
  readonly faults: unknown[]
  readonly news: News[]
  agrees: boolean
}

let market: SmallMarket
let aoi: Person
let ren: Person

beforeAll(async () => {
  market = await openSmallMarket('Hoshizora Brewing')
  aoi = await settled('Aoi Hanada')
  ren = await settled('Ren Asahina')
})

afterAll(async () => {
  for (const { host } of [aoi, ren]) await host.close()
  await market.close()
})

async function granted<Value>(outcome: Promise<Result<Value, Refusal>>): Promise<Value> {
  const result = await outcome
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

async function settled(name: string): Promise<Person> {
  const opened = await openPerson(join(market.folder, name.replace(' ', '-')))
  const { client } = opened
  await granted(client.call('key.create', { place: 'file', passphrase: PASSPHRASE }))
  await granted(client.call('market.join', { link: market.link }))
  const applied = await granted(client.call('identity.apply', { name, postalAddress: '3-1 Kawabata, Mizuho' }))
  expect(applied.state).toBe('approved')
  await granted(client.call('cash.openAccount', { currency: 'JPY' }))
  return opened
}

async function openPerson(own: string): Promise<Person> {
  const questions: Confirmable[] = []
  const messages: string[] = []
  const faults: unknown[] = []
  const news: News[] = []
  const host = await openHost({
    kind: 'desktop',
    folder: own,
    language: 'en',
    keychain: { open: () => noKeychain, detect: () => Promise.resolve(err(none)) },
    ports: systemPorts(),
    onQuestion: ({ id, summary }) => {
      questions.push(summary)
      host.confirmations.answer(id, person.agrees)
    },
    onNews: (each) => news.push(each),
    onFault: (fault) => faults.push(fault),
  })
  const asText = (value: Json): Json => {
    messages.push(JSON.stringify(value))
    return JSON.parse(JSON.stringify(value)) as Json
  }
  const client = clientOver({
    call: async (operation, input, onProgress) => {
      const reply = await host.answer(operation, asText(input), onProgress && ((step) => onProgress(asText(step))))
      return asText(reply as unknown as Json) as unknown as typeof reply
    },
    listen: (listener) => host.listen((event, body) => listener(event, asText(body))),
  })
  const person: Person = { host, client, folder: own, questions, messages, faults, news, agrees: true }
  return person
}

async function overview({ client }: Person) {
  const { wallet } = await granted(client.call('overview', {}))
  if (wallet === undefined) throw new Error('locked')
  return wallet
}

async function offer(quantity: bigint): Promise<string> {
  const now = Date.now()
  const times = { opensAt: now - 60_000, closesAt: now + 3_600_000 }
  const body = { ...HOSHI, terms: TERMS, priceMinor: 0n, quantity, ...times, operator: 'test' }
  const answer = await market.place.node.roles.get('issuer')?.ask('issuer.offer' as never, body as never)
  if (answer?.ok !== true) throw new Error('no offering')
  return (answer.value as { offeringNumber: string }).offeringNumber
}

async function subscribe({ client }: Person, quantity: bigint): Promise<string> {
  const offeringNumber = await offer(quantity)
  const form = { offeringNumber, quantity, terms: TERMS }
  const [certificate] = await granted(client.call('offerings.subscribe', form))
  return certificate?.certificateId ?? ''
}

describe('a person at the screens', () => {
  test('sees market, identity, account and connections on the first screen', async () => {
    expect(await overview(aoi)).toMatchObject({
      market: { marketName: 'Test Market', currency: 'JPY' },
      identity: { name: 'Aoi Hanada' },
      enrolment: { state: 'approved' },
      accounts: [{ currency: 'JPY', state: 'open' }],
      attention: [{ kind: 'no_backup' }],
      backup: { missing: 0 },
    })
    expect((await overview(aoi)).connections.some(({ state }) => state === 'ready')).toBe(true)
    expect(aoi.questions.map(({ kind }) => kind)).toEqual(['enrolment', 'account_opening'])
    await expect.poll(() => aoi.news).toContainEqual({ kind: 'identity_approved' })
  })

  test('signs nothing without agreeing', async () => {
    const offeringNumber = await offer(5n)
    const before = await granted(aoi.client.call('history.list', {}))
    aoi.agrees = false
    const refused = await aoi.client.call('offerings.subscribe', { offeringNumber, quantity: 5n, terms: TERMS })
    aoi.agrees = true
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_confirmed' } })
    expect(aoi.questions.at(-1)).toMatchObject({ kind: 'subscription', offeringNumber, quantity: 5n })
    expect(await granted(aoi.client.call('history.list', {}))).toEqual(before)
  })

  test('holds, labels, verifies and exports a certificate; its evidence is there', async () => {
    const { client } = aoi
    const certificateId = await subscribe(aoi, 40n)
    await granted(client.call('certificates.remark', { certificateId, label: 'first', note: '' }))
    const one = await granted(client.call('certificates.one', { certificateId }))
    expect(one).toMatchObject({ quantity: 40n, state: 'live', label: 'first' })
    expect(one).not.toHaveProperty('note')
    expect(await granted(client.call('certificates.list', {}))).toContainEqual(one)
    const report = await granted(client.call('certificates.verify', { certificateId }))
    expect(report).toMatchObject({ verdict: 'valid', certificate: { certificateId, quantity: 40n } })
    const { fileName, text } = await granted(client.call('certificates.export', { certificateId }))
    expect(fileName).toBe(`${certificateId}.kabuken-certificate.json`)
    expect(await granted(client.call('files.identify', { text }))).toEqual({ kind: 'certificate' })
    expect(await granted(client.call('certificates.verify', { text }))).toMatchObject({ verdict: 'valid' })
    const [entry] = await granted(client.call('history.list', {}))
    const requestId = entry?.requestId ?? ''
    const evidence = await granted(client.call('history.evidence', { requestId }))
    expect(evidence).toMatchObject({ summary: { kind: 'subscription', quantity: 40n }, state: 'answered' })
    expect(await client.call('history.evidence', { requestId: 'none' })).toMatchObject({
      error: { code: 'request_unknown' },
    })
  })

  test('is told before an order what it takes, and the order takes just that', async () => {
    const { client } = aoi
    await subscribe(aoi, 25n)
    const form = {
      side: 'sell',
      ...HOSHI,
      price: { kind: 'limit', limitMinor: 1_000n },
      quantity: 20n,
      timeInForce: { kind: 'day' },
    } as const
    const told = await granted(client.call('orders.preview', form))
    expect(told).toMatchObject({ remainder: 5n, limitAmountMinor: 20_000n })
    const { receptionNumber, ...taken } = await granted(client.call('orders.place', form))
    expect(taken).toMatchObject({ certificateIds: told.certificateIds, remainder: told.remainder })
    const book = await granted(client.call('market.book', HOSHI))
    expect(book.asks).toEqual([{ priceMinor: 1_000n, quantity: 20n, orders: 1 }])
    expect((await overview(aoi)).counts.openOrders).toBe(1)
    expect(await granted(client.call('orders.cancel', { receptionNumber }))).toEqual({ cancelled: 20n })
    const tooMany = await client.call('orders.preview', { ...form, quantity: 1_000n })
    expect(tooMany).toMatchObject({ ok: false, error: { code: 'not_enough_shares' } })
  })

  test('[TF1] [TF3] makes shares over to a contact by file, who looks at them and accepts', async () => {
    const certificateId = await subscribe(aoi, 12n)
    const file = await granted(ren.client.call('identity.file', {}))
    const contact = await granted(aoi.client.call('contacts.add', { text: file.text, label: 'from school' }))
    expect(contact).toMatchObject({ name: 'Ren Asahina', market: 'Test Market', label: 'from school' })
    const { userId } = contact
    const validUntil = Date.now() + 3_600_000
    const form = { certificateId, quantity: 4n, transferee: { userId }, cause: 'gift', validUntil } as const
    const given = await granted(aoi.client.call('transfers.endorse', form))
    expect(aoi.questions.at(-1)).toMatchObject({
      kind: 'endorsement',
      quantity: 4n,
      transfereeUserId: userId,
      transfereeName: 'Ren Asahina',
    })
    expect(await granted(aoi.client.call('transfers.file', { certificateId }))).toEqual(given)

    const { text } = given
    const report = await granted(ren.client.call('transfers.inspect', { text }))
    expect(report).toMatchObject({ verdict: 'valid', endorsement: { quantity: 4n, transferorName: 'Aoi Hanada' } })
    expect(await granted(ren.client.call('transfers.accept', { text }))).toMatchObject([
      { quantity: 4n, state: 'live' },
    ])
    expect(ren.questions.at(-1)).toMatchObject({ kind: 'transfer', transferorName: 'Aoi Hanada' })
    const steps: string[] = []
    await granted(aoi.client.call('sync', {}, { onProgress: ({ step }) => steps.push(step) }))
    expect(steps).toContain('holdings')
    const stranger = await aoi.client.call('transfers.endorse', { ...form, transferee: { userId: 'inv-0000000000' } })
    expect(stranger).toMatchObject({ ok: false, error: { code: 'contact_unknown' } })
    expect(await aoi.client.call('transfers.inspect', { text: '{}' })).toMatchObject({ error: { code: 'bad_file' } })
  })

  test('keeps contacts: another remark, and away with them', async () => {
    const { client } = ren
    const { text } = await granted(aoi.client.call('identity.file', {}))
    const { userId } = await granted(client.call('contacts.add', { text, note: 'old' }))
    const remarked = await granted(client.call('contacts.remark', { userId, label: 'Aoi' }))
    expect(remarked).toMatchObject({ name: 'Aoi Hanada', label: 'Aoi' })
    expect(remarked).not.toHaveProperty('note')
    expect(await granted(client.call('contacts.list', {}))).toEqual([remarked])
    await granted(client.call('contacts.remove', { userId }))
    expect(await granted(client.call('contacts.list', {}))).toEqual([])
    expect(await client.call('contacts.remark', { userId })).toMatchObject({ error: { code: 'contact_unknown' } })
    const bad = await client.call('contacts.add', { text: '{"format":"kabuken-identity"}' })
    expect(bad).toMatchObject({ ok: false, error: { code: 'bad_file' } })
  })

  test('[RE2] splits with quantities that add up', async () => {
    const certificateId = await subscribe(ren, 9n)
    const uneven = await ren.client.call('reissue.split', { certificateId, quantities: [4n, 4n] })
    expect(uneven).toMatchObject({ ok: false, error: { code: 'quantities_differ' } })
    const parts = await granted(ren.client.call('reissue.split', { certificateId, quantities: [4n, 5n] }))
    expect(parts.map(({ quantity }) => Number(quantity)).toSorted((a, b) => a - b)).toEqual([4, 5])
  })

  test('finds everything again after locking and unlocking, and the lists of money and offerings', async () => {
    const before = await granted(aoi.client.call('certificates.list', {}))
    await granted(aoi.client.call('lock.lock', {}))
    expect(await aoi.client.call('certificates.list', {})).toMatchObject({ error: { code: 'locked' } })
    expect(await aoi.client.call('market.watch', HOSHI)).toMatchObject({ error: { code: 'locked' } })
    await granted(aoi.client.call('lock.unlock', { passphrase: PASSPHRASE }))
    expect(await granted(aoi.client.call('certificates.list', {}))).toEqual(before)
    expect(await granted(aoi.client.call('cash.statement', {}))).toMatchObject({ balanceMinor: 0n, more: false })
    expect((await granted(aoi.client.call('offerings.list', {}))).offerings.length).toBeGreaterThan(0)
    expect(await granted(aoi.client.call('market.listings', {}))).toMatchObject([{ ...HOSHI, state: 'trading' }])
    const servers = await granted(aoi.client.call('market.servers', {}))
    expect(servers.map(({ role }) => role).toSorted()).toEqual(['authority', 'exchange', 'issuer', 'settlement'])
    for (const { fingerprint, notAfter } of servers) {
      expect(fingerprint).toMatch(/^([0-9A-F]{4} ){15}[0-9A-F]{4}$/)
      expect(notAfter).toBeGreaterThan(Date.now())
    }
  })

  test('[TR12] tells what a screen watches to that screen alone', async () => {
    const { host } = aoi
    const [one, other] = [host.attach(), host.attach()]
    const told: [string, Json][] = []
    const { promise, resolve } = Promise.withResolvers<Json>()
    for (const [name, screen] of [['one', one] as const, ['other', other] as const])
      screen.listen((event, body) => {
        if (event !== 'market') return
        told.push([name, body])
        resolve(body)
      })
    expect(await one.answer('market.watch', HOSHI)).toEqual({ ok: true, output: {} })
    expect(await promise).toMatchObject({ ...HOSHI, book: { bids: [] }, trades: [], missed: false })
    expect(told.map(([name]) => name)).not.toContain('other')
    expect(await one.answer('market.watch', { security: 'HOSHI' })).toMatchObject({ error: { code: 'bad_schema' } })
    expect(await one.answer('market.unwatch', { ...HOSHI, security: 'NONE' })).toEqual({ ok: true, output: {} })
    one.end()
    other.end()
  })

  test('[P16] is reminded of a backup until there is one, and again after what it does not hold', async () => {
    const kinds = async (): Promise<string[]> =>
      (await overview(ren)).attention.map(({ kind }) => kind).filter((kind) => kind.includes('backup'))
    expect(await kinds()).toEqual(['no_backup'])
    const { fileName } = await granted(ren.client.call('backup.make', { passphrase: 'another passphrase' }))
    expect(fileName).toMatch(/\.kabuken-backup\.json$/)
    expect(ren.questions.at(-1)).toMatchObject({ kind: 'backup', name: 'Ren Asahina' })
    expect(await kinds()).toEqual([])
    await subscribe(ren, 3n)
    expect(await kinds()).toEqual(['backup_old'])
    expect((await overview(ren)).backup.missing).toBe(1)
    await granted(ren.client.call('identity.renew', {}))
    expect(await kinds()).toEqual(['backup_identity', 'backup_old'])
    await granted(ren.client.call('backup.make', { passphrase: 'another passphrase' }))
    expect(await kinds()).toEqual([])
  })

  test('has one writer: a second host on the same wallet is refused', async () => {
    await expect(openPerson(aoi.folder)).rejects.toMatchObject({ code: 'store_locked' })
    expect((await overview(aoi)).identity?.name).toBe('Aoi Hanada')
  })
})

test('[P14] no message and no file but the encrypted one has the key, and none has the passphrase after it was given', async () => {
  const names = readdirSync(aoi.folder, { recursive: true, encoding: 'utf8' })
  const keyFile = names.find((name) => name.endsWith('.key.json')) ?? ''
  const keyName = keyFile.split('/').at(-1)?.slice(0, -'.key.json'.length) ?? ''
  const { fileKeychain } = await import('../wallet/keychain/file.ts')
  const keychain = fileKeychain({ folder: join(aoi.folder, 'keys'), passphrase: () => Promise.resolve(PASSPHRASE) })
  const key = Buffer.from((await keychain.load(keyName)) ?? new Uint8Array())
  expect(key.length).toBeGreaterThan(100)
  // PKCS#8 of a P-256 key (RFC 5915): 32 bytes of the number itself after "04 20".
  const start = key.indexOf(Buffer.from([0x04, 0x20])) + 2
  const canaries = [key, key.subarray(start, start + 32)].flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, '').slice(2, -2),
    bytes.toString('base64url').slice(2, -2),
  ])
  const files = names.flatMap((name) => {
    try {
      return [readFileSync(join(aoi.folder, name), 'latin1')]
    } catch {
      // A folder.
      return []
    }
  })
  const everything = [...files, ...aoi.messages, ...aoi.faults.map(String)]
  for (const canary of canaries) expect(everything.filter((text) => text.includes(canary))).toHaveLength(0)
  expect(aoi.messages.filter((text) => text.includes(PASSPHRASE))).toHaveLength(2)
  expect(files.filter((text) => text.includes(PASSPHRASE))).toHaveLength(0)
})
