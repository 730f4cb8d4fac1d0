import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { buildRequest } from './request-reply.ts'
import {
  FIRST_RETRY_MS,
  Link,
  LONGEST_RETRY_MS,
  OPENING_MS,
  SILENCE_MS,
  peekMessage,
  type LinkState,
  type SocketListener,
} from './link.ts'
import {
  clientOf,
  eventOf,
  party,
  readyOf,
  replyOf,
  serverOf,
  trustIn,
  welcomeOf,
  type Party,
} from './message-fixture.ts'

const keys = () =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })

const wallet = await party('inv-0000000001', 'investor', keys())
const exchange = await party('exc-0000000001', 'exchange', keys())
const issuer = await party('iss-0000000001', 'issuer', keys())
const trust = trustIn(wallet, exchange, issuer)
const nonce = `${'n'.repeat(42)}A`
const otherNonce = `${'m'.repeat(42)}A`

interface FakeSocket {
  readonly listener: SocketListener
  readonly sent: string[]
  readonly closed: { code: number; reason: string }[]
}

/** A link over sockets and timers that the test plays; chance always answers in the middle. */
function play() {
  const sockets: FakeSocket[] = []
  const states: LinkState[] = []
  const events: string[] = []
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  let now = 0
  const link = new Link({
    server: serverOf(exchange),
    me: clientOf(wallet),
    trust,
    openSocket: (listener) => {
      const socket: FakeSocket = { listener, sent: [], closed: [] }
      sockets.push(socket)
      return {
        send: (text) => socket.sent.push(text),
        close: (code, reason) => socket.closed.push({ code, reason }),
      }
    },
    schedule: (delayMs, run) => {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    clock: { now: () => now },
    random: { bytes: (length) => new Uint8Array(length).fill(0).with(0, 128) },
    onState: (state) => states.push(state),
    onEvent: (jws) => events.push(jws),
  })
  const socket = (): FakeSocket => {
    const last = sockets.at(-1)
    if (last === undefined) throw new Error('no socket was opened')
    return last
  }
  const pass = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const next = [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      timers.delete(next)
      now = next.at
      next.run()
    }
    now = until
  }
  const become = (kind: LinkState['kind']): Promise<unknown> => vi.waitFor(() => expect(link.state.kind).toBe(kind))
  const greet = async (server: Party = exchange): Promise<void> => {
    socket().listener.onMessage(await welcomeOf(server, nonce))
    await vi.waitFor(() => expect(socket().sent.length + socket().closed.length).toBe(1))
  }
  const openUp = async (): Promise<void> => {
    await greet()
    socket().listener.onMessage(await readyOf(exchange, wallet.userId, nonce))
    await become('ready')
  }
  return { link, sockets, states, events, timers, socket, pass, become, greet, openUp, now: () => now }
}

function cancel(id: string) {
  const body = { receptionNumber: 'OR-00000001' }
  const draft = { operation: 'exchange.cancel', id, from: wallet.userId, to: exchange.userId, at: 0, body } as const
  return buildRequest(draft, wallet.signer)
}

const cancelled = { receptionNumber: 'OR-00000001', cancelled: '1' }

describe('opening', () => {
  test('greeting, session, ready', async () => {
    const { link, states, openUp } = play()
    link.open()
    await openUp()
    expect(states.map(({ kind }) => kind)).toEqual(['opening', 'ready'])
  })

  test('[A6] a server that is not the expected one is left with 4401', async () => {
    const { link, socket, greet } = play()
    link.open()
    await greet(issuer)
    expect(socket().closed).toEqual([{ code: 4401, reason: 'wrong_role' }])
    expect(socket().sent).toEqual([])
    expect(link.state).toMatchObject({ kind: 'waiting', reason: { code: 'wrong_role' } })
  })

  test('[A50] a server that accepts another session is left', async () => {
    const { link, socket, greet, become } = play()
    link.open()
    await greet()
    socket().listener.onMessage(await readyOf(exchange, wallet.userId, otherNonce))
    await become('waiting')
    expect(socket().closed).toEqual([{ code: 4401, reason: 'response_not_bound' }])
  })

  test('a second message before the answer to the first is out of turn', async () => {
    const { link, socket } = play()
    link.open()
    const welcome = await welcomeOf(exchange, nonce)
    socket().listener.onMessage(welcome)
    socket().listener.onMessage(welcome)
    expect(socket().closed).toEqual([{ code: 4400, reason: 'bad_jws' }])
    expect(link.state.kind).toBe('waiting')
  })

  test('[A47] a server that never greets is left in time', () => {
    const { link, socket, pass } = play()
    link.open()
    pass(OPENING_MS - 1)
    expect(link.state.kind).toBe('opening')
    pass(1)
    expect(link.state.kind).toBe('waiting')
    expect(socket().closed).toHaveLength(1)
  })
})

describe('coming back', () => {
  test('pauses double from the first to the longest, three quarters of them with chance in the middle', () => {
    const { link, sockets, socket, pass, now } = play()
    link.open()
    const pauses = Array.from({ length: 9 }, () => {
      socket().listener.onClose(1006, '')
      const { state } = link
      if (state.kind !== 'waiting') throw new Error(state.kind)
      const before = sockets.length
      const pause = state.retryAt - now()
      pass(pause - 1)
      expect(sockets).toHaveLength(before)
      pass(1)
      expect(sockets).toHaveLength(before + 1)
      return pause
    })
    expect(pauses).toEqual(
      Array.from({ length: 9 }, (_, i) => 0.75 * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** i)),
    )
  })

  test('a session that opened starts the pauses anew', async () => {
    const { link, socket, pass, openUp } = play()
    link.open()
    socket().listener.onClose(1006, '')
    pass(LONGEST_RETRY_MS)
    await openUp()
    socket().listener.onClose(1001, 'stopping')
    expect(link.state).toMatchObject({ kind: 'waiting', attempt: 1 })
  })

  test('open() cuts the wait short, and only then', () => {
    const { link, sockets, socket, pass } = play()
    link.open()
    link.open()
    expect(sockets).toHaveLength(1)
    socket().listener.onClose(1006, '')
    link.open()
    expect(sockets).toHaveLength(2)
    pass(FIRST_RETRY_MS)
    expect(sockets).toHaveLength(2)
  })

  test('a connection without pings is given up, one with pings is not', async () => {
    const { link, socket, pass, openUp } = play()
    link.open()
    await openUp()
    for (let i = 0; i < 5; i += 1) {
      pass(SILENCE_MS - 1)
      socket().listener.onAlive()
    }
    expect(link.state.kind).toBe('ready')
    pass(SILENCE_MS)
    expect(link.state.kind).toBe('waiting')
  })

  test('close() ends it for good', async () => {
    const { link, timers, openUp } = play()
    link.open()
    await openUp()
    link.close()
    expect(link.state.kind).toBe('closed')
    expect(timers.size).toBe(0)
  })

  test('a socket that was given up can do no more', async () => {
    const { link, sockets, socket, openUp, states } = play()
    link.open()
    const first = socket()
    first.listener.onClose(1006, '')
    link.open()
    await openUp()
    const seen = states.length
    first.listener.onMessage('nonsense')
    first.listener.onClose(1006, '')
    expect(sockets).toHaveLength(2)
    expect(states).toHaveLength(seen)
  })
})

describe('requests', () => {
  test('are answered by ID in whatever order the replies come', async () => {
    const { link, socket, openUp } = play()
    link.open()
    await openUp()
    const [a, b] = await Promise.all([cancel('request-0000000a'), cancel('request-0000000b')])
    const answers = [link.request('request-0000000a', a.jws), link.request('request-0000000b', b.jws)]
    const [replyA, replyB] = await Promise.all([
      replyOf(exchange, a.jws, 'exchange.cancel', cancelled),
      replyOf(exchange, b.jws, 'refusal', { code: 'not_ready', message: '' }),
    ])
    socket().listener.onMessage(replyB)
    socket().listener.onMessage(replyA)
    expect(await Promise.all(answers)).toEqual([replyA, replyB])
    expect(socket().sent.slice(1)).toEqual([a.jws, b.jws])
  })

  test('the same request twice is sent once', async () => {
    const { link, socket, openUp } = play()
    link.open()
    await openUp()
    const { jws } = await cancel('request-0000000a')
    expect(link.request('request-0000000a', jws)).toBe(link.request('request-0000000a', jws))
    expect(socket().sent).toHaveLength(2)
    expect(() => link.request('request-0000000a', `${jws}x`)).toThrow('two requests under one ID')
    link.request('request-0000000a', jws).catch(() => {})
    link.close()
  })

  test('a break rejects them with connection_lost, as does having no connection', async () => {
    const { link, socket, openUp } = play()
    const { jws } = await cancel('request-0000000a')
    await expect(link.request('request-0000000a', jws)).rejects.toMatchObject({ code: 'connection_lost' })
    link.open()
    await openUp()
    const answer = link.request('request-0000000a', jws)
    socket().listener.onClose(1006, '')
    await expect(answer).rejects.toMatchObject({ code: 'connection_lost' })
  })

  test('events go to their listener, replies to nothing asked to nobody, nonsense ends the connection', async () => {
    const { link, socket, openUp, events } = play()
    link.open()
    await openUp()
    const event = await eventOf(exchange, 'market:HOSHI:common', 1n)
    socket().listener.onMessage(event)
    const { jws } = await cancel('request-0000000a')
    socket().listener.onMessage(await replyOf(exchange, jws, 'exchange.cancel', cancelled))
    expect(events).toEqual([event])
    expect(link.state.kind).toBe('ready')
    socket().listener.onMessage('nonsense')
    expect(link.state).toMatchObject({ kind: 'waiting', reason: { code: 'bad_jws' } })
    expect(socket().closed).toEqual([{ code: 4400, reason: 'bad_jws' }])
  })

  test.each(['', '.', '..', 'bnVsbA.bnVsbA.', 'W10.W10.x', 'eyJ0eXAiOjF9.e30.x'])('%j is no message', (text) => {
    expect(peekMessage(text)).toBeUndefined()
  })
})
