import { stat } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ask, clientWith, connect, knock, openLink, startBrowserHost, type Running } from './browser-fixture.ts'

const PASSPHRASE = 'correct horse battery'
let running: Running | undefined

afterEach(async () => {
  await running?.close()
  running = undefined
})

async function start(options?: Parameters<typeof startBrowserHost>[0]): Promise<Running> {
  running = await startBrowserHost(options)
  return running
}

test('the link opens the wallet once; what it gives is a strict cookie that no script reads', async () => {
  const host = await start()
  const first = await ask(host.link)
  expect(first.status).toBe(200)
  expect(first.headers['set-cookie']?.[0]).toMatch(/^kabuken_wallet_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const again = await ask(host.link)
  expect(again.status).toBe(403)
  expect(again.headers['set-cookie']).toBeUndefined()
})

test('a wrong token opens nothing and leaves the link as it is', async () => {
  const host = await start()
  expect((await ask(`${host.origin}/open/${'A'.repeat(43)}`)).status).toBe(403)
  expect((await ask(host.link)).status).toBe(200)
})

test('the screens are served with the policy, to the browser that opened the link', async () => {
  const host = await start()
  const Cookie = await openLink(host)
  const page = await ask(`${host.origin}/`, { headers: { Cookie } })
  expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>screens</title>' })
  const policy = page.headers['content-security-policy']
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain(`connect-src ws://127.0.0.1:${host.port};`)
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe/)
  expect(page.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  const script = await ask(`${host.origin}/assets/main-1a2b.js`, { headers: { Cookie } })
  expect(script.headers['content-type']).toMatch(/^text\/javascript/)
})

test.each([
  ['no cookie', () => ({})],
  ['a cookie that was not given', ({ port }: Running) => ({ Cookie: `kabuken_wallet_${port}=${'A'.repeat(43)}` })],
])('%s: no screens', async (_, headers) => {
  const host = await start()
  await openLink(host)
  expect((await ask(`${host.origin}/`, { headers: headers(host) })).status).toBe(403)
})

test('a browser shows two wallets side by side', async () => {
  const [one, other] = [await start(), await startBrowserHost()]
  try {
    const jar = new Map<string, string>()
    for (const host of [one, other]) {
      const [name = '', value = ''] = (await openLink(host)).split('=')
      jar.set(name, value)
    }
    const Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const { origin } of [one, other]) expect((await ask(`${origin}/`, { headers: { Cookie } })).status).toBe(200)
  } finally {
    await other.close()
  }
})

test('[A49] a name that was made to point to this machine is refused', async () => {
  const host = await start()
  const Cookie = await openLink(host)
  for (const Host of [`rebound.example:${host.port}`, `localhost:${host.port}`, '127.0.0.1'])
    expect((await ask(`${host.origin}/`, { headers: { Host, Cookie } })).status).toBe(403)
  expect((await ask(host.link, { headers: { Host: `rebound.example:${host.port}` } })).status).toBe(403)
})

test.each([
  '/../outside.html',
  '/%2e%2e/outside.html',
  '/..%2foutside.html',
  '/assets/..%5c..%5coutside.html',
  '/assets/%00.js',
  '/%',
  '//etc/passwd',
  '/notes.txt',
  '/assets/',
  '/assets',
])('%s is not served', async (path) => {
  const host = await start()
  const Cookie = await openLink(host)
  expect((await ask(`${host.origin}${path}`, { headers: { Cookie } })).status).toBe(404)
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is not a way to ask for screens', async (method) => {
  const host = await start()
  const Cookie = await openLink(host)
  expect((await ask(`${host.origin}/`, { method, headers: { Cookie } })).status).toBe(405)
})

test('[A49] the socket is for its own page in its own browser', async () => {
  const host = await start()
  const Cookie = await openLink(host)
  for (const headers of [
    {},
    { Cookie, Origin: 'http://evil.example' },
    { Cookie, Origin: 'null' },
    { Cookie, Origin: '' },
    { Cookie, Host: `rebound.example:${host.port}` },
    { Cookie: `kabuken_wallet_${host.port}=${'A'.repeat(43)}` },
  ])
    expect(await knock(host, headers)).toBe(403)
  expect(await knock(host, { Cookie })).toBe(101)
})

test('only this machine reaches it', async () => {
  const host = await start()
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of others) {
    const { promise, resolve } = Promise.withResolvers<string>()
    connectTcp({ host: address, port: host.port })
      .on('connect', () => resolve('connected'))
      .on('error', () => resolve('refused'))
    expect(await promise).toBe('refused')
  }
})

test.each(['no JSON', '{}', '{"id":1}', '{"id":-1,"call":"overview","input":{}}', '[]'])(
  '[A54] a message like %s ends the connection',
  async (text) => {
    const host = await start()
    const socket = await connect(host, await openLink(host))
    const { promise, resolve } = Promise.withResolvers<number>()
    socket.addEventListener('close', ({ code }) => resolve(code))
    socket.send(text)
    expect(await promise).toBe(1003)
  },
)

test('a new wallet over its socket: no key, a key in a file, locked, unlocked with its passphrase only', async () => {
  const host = await start()
  const client = await clientWith(host, await openLink(host))
  expect(await client.call('overview', {})).toMatchObject({
    ok: true,
    value: {
      host: 'browser',
      lock: 'open',
      wallet: { accounts: [], holdings: [], attention: [] },
    },
  })
  expect(await client.call('key.options', {})).toEqual({
    ok: true,
    value: { os: { usable: false, code: 'keychain_unavailable' } },
  })
  expect(await client.call('key.create', { place: 'os' })).toMatchObject({ error: { code: 'keychain_unavailable' } })
  const created = await client.call('key.create', { place: 'file', passphrase: PASSPHRASE })
  expect(created.ok).toBe(true)
  const again = await client.call('key.create', { place: 'file', passphrase: 'another passphrase' })
  expect(again).toMatchObject({ ok: false, error: { code: 'key_exists' } })

  await client.call('lock.lock', {})
  const locked = await client.call('overview', {})
  expect(locked).toMatchObject({ ok: true, value: { lock: 'locked', keyPlace: 'file' } })
  expect(locked.ok && locked.value.wallet).toBeUndefined()
  for (const refused of [await client.call('history.list', {}), await client.call('contacts.list', {})])
    expect(refused).toMatchObject({ ok: false, error: { code: 'locked' } })

  expect(await client.call('lock.unlock', {})).toMatchObject({ error: { code: 'passphrase_required' } })
  const wrong = await client.call('lock.unlock', { passphrase: 'wrong' })
  expect(wrong).toMatchObject({ ok: false, error: { code: 'passphrase_wrong' } })
  expect(await client.call('history.list', {})).toMatchObject({ error: { code: 'locked' } })
  expect(await client.call('lock.unlock', { passphrase: PASSPHRASE })).toEqual({ ok: true, value: {} })
  expect(await client.call('history.list', {})).toEqual({ ok: true, value: [] })
  expect(host.faults).toEqual([])
})

test('a wallet with a key file starts locked, or unlocked with the passphrase it was given', async () => {
  const host = await start()
  const client = await clientWith(host, await openLink(host))
  await client.call('key.create', { place: 'file', passphrase: PASSPHRASE })
  await host.host.close()
  const folder = join(host.folder, 'wallet')

  const later = await startBrowserHost({ folder })
  const answered = await later.host.answer('overview', {})
  expect(answered).toMatchObject({ ok: true, output: { lock: 'locked' } })
  await later.close()

  const given = await startBrowserHost({ folder, passphrase: PASSPHRASE })
  expect(await given.host.answer('overview', {})).toMatchObject({ ok: true, output: { lock: 'open' } })
  await given.close()

  await expect(startBrowserHost({ folder, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'passphrase_wrong' })
})

test('settings are kept, told to every window, and not readable by others on the machine', async () => {
  const host = await start({ language: 'ja' })
  const Cookie = await openLink(host)
  const [one, other] = [await clientWith(host, Cookie), await clientWith(host, Cookie)]
  const { promise, resolve } = Promise.withResolvers<void>()
  other.on('changed', ({ topics }) => void (topics.includes('settings') && resolve()))
  const set = await one.call('settings.set', { theme: 'dark', hideAmounts: true })
  expect(set).toMatchObject({ ok: true, value: { language: 'ja', theme: 'dark', hideAmounts: true } })
  await promise
  expect(await other.call('settings.get', {})).toEqual(set)
  const { mode } = await stat(join(host.folder, 'wallet', 'preferences', 'wallet.json'))
  expect(mode & 0o077).toBe(0)
})

test('what was opened with the wallet waits until the screens ask, and is not acted upon', async () => {
  const host = await start()
  const link = `kabuken://join?authority=${encodeURIComponent('ws://127.0.0.1:1/authority')}&root=${'A'.repeat(43)}`
  host.host.arrive(link)
  const client = await clientWith(host, await openLink(host))
  expect(await client.call('files.arrived', {})).toEqual({ ok: true, value: [link] })
  expect(await client.call('files.arrived', {})).toEqual({ ok: true, value: [] })
  expect(await client.call('files.identify', { text: link })).toEqual({ ok: true, value: { kind: 'market' } })
  const beginning = '{\n  "kind": "kabuken-wallet-backup",\n  "version": 2'
  expect(await client.call('files.identify', { text: beginning })).toEqual({ ok: true, value: { kind: 'backup' } })
  expect(await client.call('files.identify', { text: '{}' })).toMatchObject({ error: { code: 'bad_file' } })
  const read = await client.call('market.readLink', { text: link })
  expect(read).toMatchObject({ ok: true, value: { fingerprint: Array.from({ length: 16 }).fill('0000').join(' ') } })
  const overview = await client.call('overview', {})
  expect(overview.ok && overview.value.wallet).not.toHaveProperty('market')
})
