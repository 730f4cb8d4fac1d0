import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../runtime/ids.ts'
import { listen, type Listener } from './listener.ts'
import type { HttpPages, Page } from './pages.ts'
import { RawClient } from './raw-client.ts'

const logged: unknown[] = []
const log = { info: () => {}, warn: () => {}, error: (fields: unknown) => logged.push(fields) }
let listener: Listener | undefined

afterEach(async () => {
  await listener?.close()
  listener = undefined
  logged.length = 0
})

const text =
  (body: string, more = {}): Page =>
  () => ({ status: 200, contentType: 'text/plain', body, ...more })

const pages = new Map<string, Page>([
  ['/market', text('descriptor', { maxAgeSeconds: 60 })],
  ['/styled', text('styled', { styleHash: 'sha256-x', variesByLanguage: true })],
  [
    '/crl/',
    ({ path }) =>
      path === '/crl/one.crl'
        ? { status: 200, contentType: 'application/pkix-crl', body: Uint8Array.from([1, 2]) }
        : undefined,
  ],
  [
    '/echo',
    ({ query, acceptLanguage }) => ({
      status: 200,
      contentType: 'text/plain',
      body: `${query.get('a')} ${acceptLanguage}`,
    }),
  ],
  ['/broken', () => Promise.reject(new Error('secret reason'))],
])

async function site(readiness: HttpPages['readiness'] = () => ({})): Promise<string> {
  listener = await listen({
    host: '127.0.0.1',
    port: 0,
    allowPlain: false,
    endpoints: new Map(),
    pages: { readiness, pages },
    allowed: { hosts: [], origins: [] },
    clock: systemClock,
    log,
  })
  return `http://localhost:${listener.port}`
}

describe('pages', () => {
  test('healthz says that the process lives, under any name', async () => {
    const url = new URL(await site())
    const client = new RawClient(Number(url.port))
    client.socket.write('GET /healthz HTTP/1.1\r\nHost: pod-17.internal\r\nConnection: close\r\n\r\n')
    await once(client.socket, 'close')
    expect(client.bytes.toString()).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nok\n$/)
  })

  test.each([
    [{ exchange: { ready: true }, issuer: { ready: true } }, 200],
    [{ exchange: { ready: true }, issuer: { ready: false, reason: 'no market yet' } }, 503],
  ])('readyz says for each role whether it takes requests: %j', async (roles, status) => {
    const response = await fetch(`${await site(() => roles)}/readyz`)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ ready: status === 200, roles })
  })

  test('a page by its path, with what protects its reader', async () => {
    const response = await fetch(`${await site()}/market`)
    expect(await response.text()).toBe('descriptor')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'max-age=60',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'content-type': 'text/plain',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  test('a page may have its one style element', async () => {
    const { headers } = await fetch(`${await site()}/styled`)
    expect(headers.get('content-security-policy')).toContain("style-src 'sha256-x';")
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'Accept-Language'])
  })

  test('a folder of pages, and what it does not have', async () => {
    const url = await site()
    const response = await fetch(`${url}/crl/one.crl`)
    expect([...(await response.bytes())]).toEqual([1, 2])
    expect((await fetch(`${url}/crl/two.crl`)).status).toBe(404)
    expect((await fetch(`${url}/crl/deeper/one.crl`)).status).toBe(404)
  })

  test('query and language reach the page', async () => {
    const response = await fetch(`${await site()}/echo?a=1%202`, { headers: { 'Accept-Language': 'ja' } })
    expect(await response.text()).toBe('1 2 ja')
  })

  test('HEAD has the headers and no body', async () => {
    const response = await fetch(`${await site()}/market`, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '10', ''])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is 405', async (method) => {
    const response = await fetch(`${await site()}/market`, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test.each(['/', '/nothing', '/market/', '/%6darket', '//market'])('%s is 404', async (path) => {
    expect((await fetch((await site()) + path)).status).toBe(404)
  })

  test('a page that throws is 500 without its reason, which is logged', async () => {
    const response = await fetch(`${await site()}/broken`)
    expect([response.status, await response.text()]).toEqual([500, 'internal error\n'])
    expect(logged).toMatchObject([{ path: '/broken', err: { message: 'secret reason' } }])
  })

  test('[A49] other pages are not shown under a strange name', async () => {
    const { port } = new URL(await site())
    const client = new RawClient(Number(port))
    client.socket.write('GET /market HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    expect((await client.over()).status).toBe(403)
  })
})
