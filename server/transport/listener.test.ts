import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { clientOf, serverOf, trustIn, type Party } from '../../shared/protocol/message-fixture.ts'
import { answerWelcome } from '../../shared/protocol/client-session.ts'
import { ConnectionLostError, type Link } from '../../shared/protocol/link.ts'
import { buildRequest, readReply } from '../../shared/protocol/request-reply.ts'
import { systemClock, systemRandom } from '../runtime/ids.ts'
import { TestEndpoint, freshParty } from './endpoint-fixture.ts'
import type { TransportLimits } from './limits.ts'
import { listen, type Listener, type ListenOptions } from './listener.ts'
import { peerLink } from './peer-link.ts'
import { RawClient, frame, upgradeText } from './raw-client.ts'

const wallet = await freshParty('inv-0000000001', 'investor')
const otherWallet = await freshParty('inv-0000000002', 'investor')
const exchange = await freshParty('exc-0000000001', 'exchange')
const settlement = await freshParty('set-0000000001', 'settlement')
const members = [wallet, otherWallet, exchange, settlement]
const trust = trustIn(...members)

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const open: { close: () => unknown }[] = []

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

interface Stage {
  readonly listener: Listener
  readonly exchange: TestEndpoint
  readonly port: number
}

async function stage(limits: Partial<TransportLimits> = {}, more: Partial<ListenOptions> = {}): Promise<Stage> {
  const endpoint = new TestEndpoint(exchange, members)
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    allowPlain: false,
    endpoints: new Map([
      ['/exchange', endpoint],
      ['/settlement', new TestEndpoint(settlement, members)],
    ]),
    pages: { readiness: () => ({ exchange: { ready: true } }), pages: new Map() },
    allowed: { hosts: ['market.example'], origins: ['https://desk.example'] },
    clock: systemClock,
    log: quiet,
    limits: { closeTimeoutMs: 200, ...limits },
    ...more,
  })
  open.push(listener)
  return { listener, exchange: endpoint, port: listener.port }
}

async function openLink(port: number, me: Party = wallet, ca?: string): Promise<Link> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const link = peerLink({
    url: `${ca === undefined ? 'ws' : 'wss'}://localhost:${port}/exchange`,
    server: serverOf(exchange),
    me: clientOf(me),
    trust,
    clock: systemClock,
    random: systemRandom,
    onState: ({ kind }) => {
      if (kind === 'ready') resolve()
    },
    ...(ca !== undefined && { ca }),
  })
  open.push(link)
  link.open()
  await promise
  return link
}

let drawn = 0
async function cancel(me: Party = wallet) {
  drawn += 1
  const id = `request-${String(drawn).padStart(8, '0')}`
  const body = { receptionNumber: 'OR-00000001' }
  const draft = { operation: 'exchange.cancel', id, from: me.userId, to: exchange.userId, at: 0, body } as const
  return { ...draft, ...(await buildRequest(draft, me.signer)) }
}

async function expectHonest(link: Link, me: Party = wallet): Promise<void> {
  const request = await cancel(me)
  const answer = await readReply(await link.request(request.id, request.jws), request, serverOf(exchange), trust)
  expect(answer).toMatchObject({ ok: true, value: { ok: true } })
}

interface Plain {
  readonly socket: WebSocket
  readonly welcome: string
  /** Code and reason of its end. */
  readonly over: Promise<[code: number, reason: string]>
}

/** A socket that has been greeted and nothing more. */
async function greeted(port: number, path = '/exchange'): Promise<Plain> {
  const socket = new WebSocket(`ws://localhost:${port}${path}`, 'kabuken.v1')
  socket.on('error', () => {})
  const over = new Promise<[number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString()]))
  })
  open.push({ close: () => socket.terminate() })
  const [bytes] = (await once(socket, 'message')) as [Buffer]
  return { socket, welcome: bytes.toString(), over }
}

/** A socket with a session, without the manners of a link. */
async function authenticated(port: number, me: Party = wallet): Promise<Plain> {
  const plain = await greeted(port)
  const answered = await answerWelcome(plain.welcome, serverOf(exchange), clientOf(me), trust, 0)
  if (!answered.ok) throw new Error(answered.error.code)
  plain.socket.send(answered.value.session)
  await once(plain.socket, 'message')
  return plain
}

describe('binding', () => {
  test('[P12] an address reachable from outside needs TLS, or the word that something else does it', async () => {
    const refused = stage({}, { host: '0.0.0.0' })
    await expect(refused).rejects.toMatchObject({ name: 'ListenError', code: 'plain_not_allowed' })
    const { port } = await stage({}, { host: '0.0.0.0', allowPlain: true })
    await expectHonest(await openLink(port))
  })

  test('a port in use is a named error with its cause', async () => {
    const { port } = await stage()
    await expect(stage({}, { port })).rejects.toMatchObject({ code: 'cannot_listen', cause: { code: 'EADDRINUSE' } })
  })

  test('wss with a private authority; without it the client does not connect', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kabuken-tls-'))
    open.push({ close: () => rmSync(folder, { recursive: true }) })
    const file = (name: string): string => join(folder, name)
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key.pem')]
    execFileSync('openssl', ['req', '-x509', ...key, '-out', file('cert.pem'), '-days', '1', ...subject], {
      stdio: 'ignore',
    })
    const cert = readFileSync(file('cert.pem'), 'utf8')
    const tls = { cert, key: readFileSync(file('key.pem'), 'utf8') }
    const { port } = await stage({}, { tls, host: '0.0.0.0' })
    await expectHonest(await openLink(port, wallet, cert))
    const { promise, resolve } = Promise.withResolvers<string>()
    const distrustful = peerLink({
      url: `wss://localhost:${port}/exchange`,
      server: serverOf(exchange),
      me: clientOf(wallet),
      trust,
      clock: systemClock,
      random: systemRandom,
      onState: (state) => {
        if (state.kind === 'waiting') resolve(state.reason.message)
      },
    })
    open.push(distrustful)
    distrustful.open()
    expect(await promise).toContain('self-signed certificate')
  })
})

describe('upgrade', () => {
  test.each([
    ['[A49] a page of a strange site', { Origin: 'https://evil.example' }, 403],
    ['[A49] a page without a site', { Origin: 'null' }, 403],
    ['[A49] a strange name that points here (DNS rebinding)', { Host: 'evil.example' }, 403],
    ['[A49] a name that only begins like ours', { Host: 'market.example.evil.example' }, 403],
    ['[A49] no name', { Host: '' }, 403],
    ['[A45] another version', { 'Sec-WebSocket-Version': '12' }, 400],
    ['[A45] the draft whose origin has another name', { 'Sec-WebSocket-Version': '8' }, 400],
    ['[A45] no version', { 'Sec-WebSocket-Version': undefined }, 400],
    ['[A45] a key of the wrong length', { 'Sec-WebSocket-Key': 'AAAA' }, 400],
    ['[A45] no key', { 'Sec-WebSocket-Key': undefined }, 400],
    ['[A45] no subprotocol', { 'Sec-WebSocket-Protocol': undefined }, 400],
    ['[A45] another subprotocol', { 'Sec-WebSocket-Protocol': 'kabuken.v0' }, 400],
    ['[A45] 200 headers', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`X-${i}`, 'a'])), 431],
    ['[A45] headers of more than 8 KiB', { 'X-Long': 'a'.repeat(9_000) }, 431],
  ] as const)('%s is refused', async (_, headers, status) => {
    const { port, listener } = await stage()
    const client = new RawClient(port)
    client.socket.write(upgradeText('/exchange', headers))
    expect(await client.over()).toEqual({ status, closeCode: undefined })
    expect(listener.connections()).toBe(0)
  })

  test.each([
    ['/', '1.1', 404],
    ['/issuer', '1.1', 404],
    ['/exchange/', '1.1', 404],
    ['/exchange', '1.0', 400],
  ])('[A45] %s by HTTP/%s is refused with %i', async (path, version, status) => {
    const { port } = await stage()
    const client = new RawClient(port)
    client.socket.write(upgradeText(path, {}, version))
    expect(await client.over()).toEqual({ status, closeCode: undefined })
  })

  test.each([
    ['an allow-listed page', { Origin: 'https://desk.example' }],
    ['the public name', { Host: 'market.example:8443' }],
    ['a loopback address', { Host: '[::1]:1' }],
    ['our subprotocol among others', { 'Sec-WebSocket-Protocol': 'other, kabuken.v1' }],
  ])('[A49] %s may connect', async (_, headers) => {
    const { port } = await stage()
    const client = new RawClient(port)
    client.socket.write(upgradeText('/exchange?x=1', headers))
    await once(client.socket, 'data')
    expect(client.bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 101 [^]*Sec-WebSocket-Protocol: kabuken\.v1\r\n/)
    client.socket.destroy()
  })
})

describe('session', () => {
  test('[A50] a request before the session message is closed with 4401', async () => {
    const { port, exchange: endpoint } = await stage()
    const { socket, over } = await greeted(port)
    socket.send((await cancel()).jws)
    expect(await over).toEqual([4401, 'wrong_typ'])
    expect(endpoint.arrived).toEqual([])
  })

  test('[A50] a request sent together with the session message, too', async () => {
    const { port, exchange: endpoint } = await stage()
    const { socket, welcome, over } = await greeted(port)
    const answered = await answerWelcome(welcome, serverOf(exchange), clientOf(wallet), trust, 0)
    const { jws } = await cancel()
    if (answered.ok) socket.send(answered.value.session)
    socket.send(jws)
    expect(await over).toEqual([4401, 'not_ready'])
    expect(endpoint.arrived).toEqual([])
  })

  test('[A50] the session message of an earlier connection opens nothing', async () => {
    const { port, exchange: endpoint } = await stage()
    const first = await greeted(port)
    const answered = await answerWelcome(first.welcome, serverOf(exchange), clientOf(wallet), trust, 0)
    if (!answered.ok) throw new Error(answered.error.code)
    first.socket.send(answered.value.session)
    await once(first.socket, 'message')
    const second = await greeted(port)
    second.socket.send(answered.value.session)
    expect(await second.over).toEqual([4401, 'wrong_audience'])
    expect(endpoint.sessions).toBe(1)
  })

  test('[A50] the answer to another role’s greeting opens nothing', async () => {
    const { port, exchange: endpoint } = await stage()
    const other = await greeted(port, '/settlement')
    const answered = await answerWelcome(other.welcome, serverOf(settlement), clientOf(wallet), trust, 0)
    if (!answered.ok) throw new Error(answered.error.code)
    const { socket, over } = await greeted(port)
    socket.send(answered.value.session)
    expect(await over).toEqual([4401, 'wrong_audience'])
    expect(endpoint.sessions).toBe(0)
  })

  test('requests reach the role in the order in which they were sent', async () => {
    const { port, exchange: endpoint } = await stage()
    const link = await openLink(port)
    const requests = await Promise.all(Array.from({ length: 50 }, () => cancel()))
    await Promise.all(requests.map(({ id, jws }) => link.request(id, jws)))
    expect(endpoint.arrived).toEqual(requests.map(({ jws }) => jws))
  })

  test('binary messages are closed with 1003', async () => {
    const { port } = await stage()
    const { socket, over } = await authenticated(port)
    socket.send(Buffer.from('bytes'))
    expect(await over).toEqual([1003, 'text_only'])
  })

  test('an endpoint that fails ends that connection with 1011 and no other', async () => {
    const { port, exchange: endpoint } = await stage()
    const honest = await openLink(port, otherWallet)
    const { socket, over } = await authenticated(port)
    socket.send('nothing that the role of this test can read')
    expect(await over).toEqual([1011, 'internal_error'])
    await expectHonest(honest, otherWallet)
    await vi.waitFor(() => expect(endpoint.sessions).toBe(1))
  })

  test('[A18] a message of 64 KiB is taken, one byte more is closed with 1009', async () => {
    const { port, exchange: endpoint } = await stage()
    const honest = await openLink(port, otherWallet)
    const { socket, over } = await authenticated(port)
    endpoint.gate = new Promise(() => {})
    socket.send('a'.repeat(65_536))
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    socket.send('a'.repeat(65_537))
    expect((await over)[0]).toBe(1009)
    endpoint.gate = Promise.resolve()
    await expectHonest(honest, otherWallet)
    expect(endpoint.arrived).toHaveLength(2)
  })
})

describe('frames', () => {
  const text = Buffer.from('hello')
  test.each([
    ['an unmasked frame', frame(0x81, text, false), 1002],
    ['RSV1 without an extension', frame(0xc1, text), 1002],
    ['RSV2', frame(0xa1, text), 1002],
    ['RSV3', frame(0x91, text), 1002],
    ['opcode 3', frame(0x83, text), 1002],
    ['opcode 11', frame(0x8b, text), 1002],
    ['a fragmented ping', frame(0x09, text), 1002],
    ['a ping of 126 bytes', frame(0x89, Buffer.alloc(126)), 1002],
    ['a continuation of nothing', frame(0x80, text), 1002],
    ['a text within a text', Buffer.concat([frame(0x01, text), frame(0x81, text)]), 1002],
    ['a length of 2^63', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ['a length of 2^53 - 1', Buffer.from([0x81, 0xff, 0, 0x1f, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]), 1009],
    ['a close frame of one byte', frame(0x88, Buffer.from([3])), 1002],
    ['close code 1005, which is never sent', frame(0x88, Buffer.from([3, 237])), 1002],
    ['close code 999', frame(0x88, Buffer.from([3, 231])), 1002],
    ['a text that is not UTF-8', frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ['a surrogate in UTF-8', frame(0x81, Buffer.from([0xed, 0xa0, 0x80])), 1007],
    ['a close reason that is not UTF-8', frame(0x88, Buffer.from([3, 232, 0xff])), 1007],
  ])('[A45] %s', async (_, bytes, code) => {
    const { port, exchange: endpoint } = await stage()
    const honest = await openLink(port)
    const client = await RawClient.upgraded(port, '/exchange')
    client.socket.write(bytes)
    expect(await client.over()).toEqual({ status: 101, closeCode: code })
    await expectHonest(honest)
    expect(endpoint.effects).toHaveLength(1)
  })

  test('[A46] 16,000 fragments of one byte on 20 sockets are closed with 1008', async () => {
    const { port } = await stage()
    const honest = await openLink(port)
    const fragments = Buffer.concat([
      frame(0x01, Buffer.from('a')),
      ...Array.from({ length: 15_999 }, () => frame(0x00, Buffer.from('a'))),
    ])
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.upgraded(port, '/exchange')))
    for (const client of clients) client.socket.write(fragments)
    const ends = await Promise.all(clients.map((client) => client.over()))
    expect(new Set(ends.map(({ closeCode }) => closeCode))).toEqual(new Set([1008]))
    await expectHonest(honest)
  })

  test('[A46] so is a message that comes in more than 1,024 pieces', async () => {
    const { port } = await stage()
    const client = await RawClient.upgraded(port, '/exchange')
    client.socket.setNoDelay(true)
    client.socket.write(frame(0x81, Buffer.alloc(60_000, 'a')).subarray(0, 8))
    // One turn of the event loop for each, so that it arrives by itself.
    for (let i = 0; i < 20_000 && client.closeCode === undefined; i += 1) {
      client.socket.write('a')
      await new Promise((resolve) => setImmediate(resolve))
    }
    client.socket.end()
    expect((await client.over()).closeCode).toBe(1008)
  })

  test('[A51] 20,000 seeded random frames crash nothing and change nothing', async () => {
    const seed = 20_260_105
    const { port, exchange: endpoint } = await stage()
    const honest = await openLink(port)
    const random = mulberry32(seed)
    const byte = (): number => Math.floor(random() * 256)
    let left = 20_000
    while (left > 0) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.upgraded(port, '/exchange')))
      for (const client of clients) {
        const frames = Array.from({ length: 100 }, () => {
          const payload = Buffer.from(Array.from({ length: Math.floor(random() ** 3 * 200) }, byte))
          // Half of them proper in their first byte, so that the reader gets further than that.
          return frame(
            random() < 0.5 ? [0x81, 0x01, 0x00, 0x80, 0x89, 0x8a][byte() % 6]! : byte(),
            payload,
            random() < 0.9,
          )
        })
        left -= frames.length
        client.socket.write(Buffer.concat(frames))
        client.socket.end()
      }
      await Promise.all(clients.map((client) => client.over()))
    }
    await expectHonest(honest)
    expect(endpoint.effects, `seed ${seed}`).toHaveLength(1)
  })
})

/** A small generator whose every run is the same. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('slow and greedy clients', () => {
  test('[A47] headers that come byte by byte are cut with 408', async () => {
    const { port } = await stage({ headersTimeoutMs: 100, requestTimeoutMs: 150 })
    const client = new RawClient(port)
    const drip = setInterval(() => client.socket.write('G'), 20)
    client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    const over = await client.over()
    clearInterval(drip)
    expect(over.status).toBe(408)
  })

  test('[A47] a connection that says nothing is cut', async () => {
    const { port } = await stage({ headersTimeoutMs: 100, requestTimeoutMs: 150 })
    expect((await new RawClient(port).over()).status).toBe(408)
  })

  test('[A47] a client that never proves who it is is closed with 4401 and its place is free', async () => {
    const { port, listener } = await stage({ authenticationTimeoutMs: 50 })
    const { over } = await greeted(port)
    expect(await over).toEqual([4401, 'authentication_timeout'])
    await vi.waitFor(() => expect(listener.connections()).toBe(0))
  })

  test('[A47] half-open after the upgrade: cut although it answers nothing', async () => {
    const { port, listener } = await stage({ authenticationTimeoutMs: 50 })
    const client = await RawClient.upgraded(port, '/exchange')
    expect(await client.over()).toEqual({ status: 101, closeCode: 4401 })
    await vi.waitFor(() => expect(listener.connections()).toBe(0))
  })

  test('[P12] more messages than the rate allows: 4429, others unaffected', async () => {
    const { port, exchange: endpoint } = await stage({ messagesPerSecond: 1, messageBurst: 10 })
    const honest = await openLink(port, otherWallet)
    const { socket, over } = await authenticated(port)
    const requests = await Promise.all(Array.from({ length: 20 }, () => cancel()))
    for (const { jws } of requests) socket.send(jws)
    expect(await over).toEqual([4429, 'rate_limited'])
    expect(endpoint.arrived).toHaveLength(10)
    await expectHonest(honest, otherWallet)
  })

  test('[P12] pings count as messages', async () => {
    const { port } = await stage({ messagesPerSecond: 1, messageBurst: 10 })
    const { socket, over } = await authenticated(port)
    for (let i = 0; i < 20; i += 1) socket.ping()
    expect(await over).toEqual([4429, 'rate_limited'])
  })

  test('[P12] servers are not limited by rate', async () => {
    const { port, exchange: endpoint } = await stage({ messagesPerSecond: 1, messageBurst: 10 })
    const link = await openLink(port, settlement)
    const requests = await Promise.all(Array.from({ length: 100 }, () => cancel(settlement)))
    await Promise.all(requests.map(({ id, jws }) => link.request(id, jws)))
    expect(endpoint.effects).toHaveLength(100)
  })

  test.each([
    ['an investor', wallet, 'maxInFlight'],
    ['a server', settlement, 'maxPeerInFlight'],
  ] as const)('[P12] %s with too much under way is read no further until answers are out', async (_, me, limit) => {
    const { port, exchange: endpoint } = await stage({ [limit]: 4 })
    const honest = await openLink(port, otherWallet)
    const link = await openLink(port, me)
    const { promise, resolve } = Promise.withResolvers<void>()
    endpoint.gate = promise
    const requests = await Promise.all(Array.from({ length: 20 }, () => cancel(me)))
    const answers = requests.map(({ id, jws }) => link.request(id, jws))
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(4))
    endpoint.gate = Promise.resolve()
    await expectHonest(honest, otherWallet)
    expect(endpoint.arrived).toHaveLength(5)
    resolve()
    await Promise.all(answers)
    expect(endpoint.arrived.filter((jws) => requests.some((each) => each.jws === jws))).toEqual(
      requests.map(({ jws }) => jws),
    )
  })

  test('[P12] a reader who takes nothing in is cut off', async () => {
    const codes: unknown[] = []
    const log = { ...quiet, info: ({ code }: Readonly<Record<string, unknown>>) => codes.push(code) }
    const { port, listener, exchange: endpoint } = await stage({}, { log })
    const honest = await openLink(port, otherWallet)
    const { socket, over } = await authenticated(port)
    socket.pause()
    const large = { text: 'a'.repeat(40_000) }
    // What the system's buffers hold comes on top of the limit: some MiB on a loopback connection.
    for (let i = 0; i < 2_000 && listener.connections() === 2; i += 1)
      await endpoint.publish('market:HOSHI:common', large)
    expect(codes).toEqual([4408])
    expect(listener.connections()).toBe(1)
    socket.resume()
    expect((await over)[0]).toBe(1006)
    await expectHonest(honest, otherWallet)
  })

  test('[P12] a client that answers no ping is cut off, one that does is not', async () => {
    const { port, listener } = await stage({ pingIntervalMs: 40 })
    const honest = await openLink(port, otherWallet)
    const { socket } = await authenticated(port)
    socket.pause()
    await vi.waitFor(() => expect(listener.connections()).toBe(1))
    await expectHonest(honest, otherWallet)
  })

  test('[P12] one address may have only so many connections', async () => {
    const { port, listener } = await stage({ maxConnectionsPerAddress: 2 })
    const first = await greeted(port)
    await greeted(port)
    const third = new RawClient(port)
    third.socket.write(upgradeText('/exchange'))
    expect(await third.over()).toEqual({ status: undefined, closeCode: undefined })
    first.socket.terminate()
    await vi.waitFor(() => expect(listener.connections()).toBe(1))
    await greeted(port)
  })

  test('[P12] nor may all together have more than the most', async () => {
    const { port } = await stage({ maxConnections: 1 })
    await greeted(port)
    const second = new RawClient(port)
    second.socket.write(upgradeText('/exchange'))
    expect((await second.over()).status).toBeUndefined()
  })
})

describe('stopping', () => {
  test('lets the answers under way finish, takes nothing more, says goodbye with 1001', async () => {
    const { port, listener, exchange: endpoint } = await stage()
    const { socket, over } = await authenticated(port)
    const { promise, resolve } = Promise.withResolvers<void>()
    endpoint.gate = promise
    const replies: string[] = []
    socket.on('message', (bytes: Buffer) => replies.push(bytes.toString()))
    socket.send((await cancel()).jws)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    const closed = listener.close()
    socket.send((await cancel()).jws)
    const late = new RawClient(port)
    expect((await late.over()).status).toBeUndefined()
    resolve()
    expect(await over).toEqual([1001, 'stopping'])
    await closed
    expect(replies).toHaveLength(1)
    expect(endpoint.arrived).toHaveLength(1)
    open.length = 0
  })

  test('waits no longer than the limit for an answer that does not come', async () => {
    const { port, listener, exchange: endpoint } = await stage({ drainTimeoutMs: 50 })
    const { socket, over } = await authenticated(port)
    endpoint.gate = new Promise(() => {})
    socket.send((await cancel()).jws)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    await listener.close()
    expect(await over).toEqual([1001, 'stopping'])
  })

  test('a request without its answer is rejected with connection_lost', async () => {
    const { port, listener, exchange: endpoint } = await stage({ drainTimeoutMs: 50 })
    const link = await openLink(port)
    endpoint.gate = new Promise(() => {})
    const { id, jws } = await cancel()
    const answer = link.request(id, jws)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    const outcome = answer.catch((error: unknown) => error)
    await listener.close()
    expect(await outcome).toBeInstanceOf(ConnectionLostError)
  })
})
