import { afterEach, describe, expect, test, vi } from 'vitest'
import { TestEndpoint, freshParty } from '../../../server/transport/endpoint-fixture.ts'
import { listen, type Listener } from '../../../server/transport/listener.ts'
import { randomIds, systemClock, systemRandom } from '../../../server/runtime/ids.ts'
import type { Refusal } from '../../../shared/kernel/result.ts'
import type { Schedule } from '../../../shared/protocol/link.ts'
import { clientOf, eventOf, serverOf, trustIn } from '../../../shared/protocol/message-fixture.ts'
import { buildRequest, readReply, type TopicEvent } from '../../../shared/protocol/request-reply.ts'
import { Connection, SENT_BURST } from './connection.ts'
import { walletSocket } from './wallet-socket.ts'

const wallet = await freshParty('inv-0000000001', 'investor')
const exchange = await freshParty('exc-0000000001', 'exchange')
const stranger = await freshParty('exc-0000000009', 'exchange')
const trust = trustIn(wallet, exchange)
const topic = 'market:HOSHI:common'

const open: { close: () => unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close()
})

async function serve(endpoint: TestEndpoint, port = 0): Promise<Listener> {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} }
  const listener = await listen({
    host: '127.0.0.1',
    port,
    allowPlain: false,
    endpoints: new Map([['/exchange', endpoint]]),
    pages: { readiness: () => ({}), pages: new Map() },
    allowed: { hosts: [], origins: [] },
    clock: systemClock,
    log: quiet,
    limits: { drainTimeoutMs: 0, closeTimeoutMs: 100 },
  })
  open.push(listener)
  return listener
}

/** Waits for nothing longer than a few milliseconds, so that a test need not. */
const hasty: Schedule = (delayMs, run) => {
  const timer = setTimeout(run, delayMs > 1_000 ? delayMs : delayMs / 50)
  return () => clearTimeout(timer)
}

function connect(port: number) {
  const faults: Refusal[] = []
  const connection = new Connection({
    server: serverOf(exchange),
    me: clientOf(wallet),
    trust,
    openSocket: walletSocket(`ws://localhost:${port}/exchange`),
    schedule: hasty,
    clock: systemClock,
    random: systemRandom,
    ids: randomIds,
    onFault: (fault) => faults.push(fault),
  })
  open.push(connection)
  connection.open()
  const become = (kind: string): Promise<unknown> => vi.waitFor(() => expect(connection.state.kind).toBe(kind), 10_000)
  return { connection, faults, become }
}

async function cancel(id: string) {
  const body = { receptionNumber: 'OR-00000001' }
  const draft = { operation: 'exchange.cancel', id, from: wallet.userId, to: exchange.userId, at: 0, body } as const
  return { ...draft, ...(await buildRequest(draft, wallet.signer)) }
}

function follow(connection: Connection, after?: bigint) {
  const seen: bigint[] = []
  const gaps: bigint[] = []
  connection.subscribe(topic, after, {
    onEvent: ({ sequence }: TopicEvent) => seen.push(sequence),
    onGap: (sequence) => gaps.push(sequence),
  })
  return { seen, gaps }
}

describe('requests', () => {
  test('given before there is a connection are sent when there is one', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const { port } = await serve(endpoint)
    const { connection } = connect(port)
    const request = await cancel('request-00000001')
    const reply = await connection.request(request.id, request.jws)
    expect(await readReply(reply, request, serverOf(exchange), trust)).toMatchObject({ ok: true, value: { ok: true } })
  })

  test('[SIG3] cut off unanswered are sent again after every break and take effect once', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const first = await serve(endpoint)
    const { connection, become } = connect(first.port)
    await become('ready')
    endpoint.gate = new Promise(() => {})
    const requests = await Promise.all(Array.from({ length: 5 }, (_, i) => cancel(`request-0000000${i}`)))
    const replies = requests.map(({ id, jws }) => connection.request(id, jws))
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(5))
    await first.close()
    await become('waiting')

    // Back, and the answers get lost once more, this time after the effect.
    const { promise: lost, resolve: takeEffect } = Promise.withResolvers<void>()
    endpoint.gate = lost
    const second = await serve(endpoint, first.port)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(10), 10_000)
    const closed = second.close()
    await become('waiting')
    takeEffect()
    await vi.waitFor(() => expect(endpoint.effects).toHaveLength(5))
    await closed

    endpoint.gate = Promise.resolve()
    await serve(endpoint, first.port)
    const read = await Promise.all(
      requests.map(async (request, i) => readReply(await replies[i]!, request, serverOf(exchange), trust)),
    )
    expect(read.every((answer) => answer.ok && answer.value.ok)).toBe(true)
    expect(endpoint.effects).toEqual(requests.map(({ id }) => id))
    expect(endpoint.arrived).toHaveLength(15)
    expect(endpoint.arrived.slice(10)).toEqual(requests.map(({ jws }) => jws))
  })

  test('[P12] many at once are paced, so that the server does not close for their rate', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const { port } = await serve(endpoint)
    const { connection, become } = connect(port)
    await become('ready')
    const requests = await Promise.all(
      Array.from({ length: SENT_BURST + 20 }, (_, i) => cancel(`request-${String(i).padStart(8, '0')}`)),
    )
    await Promise.all(requests.map(({ id, jws }) => connection.request(id, jws)))
    expect(endpoint.arrived).toEqual(requests.map(({ jws }) => jws))
  })

  test('close() rejects what is unanswered with connection_lost', async () => {
    const { connection } = connect(1)
    const { id, jws } = await cancel('request-00000001')
    const reply = connection.request(id, jws)
    expect(connection.request(id, jws)).toBe(reply)
    connection.close()
    await expect(reply).rejects.toMatchObject({ code: 'connection_lost' })
  })
})

describe('[TR12] subscriptions', () => {
  test('go on from the last event seen after a break, without loss and without repeats', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const first = await serve(endpoint)
    const { connection, become, faults } = connect(first.port)
    const { seen, gaps } = follow(connection)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    await endpoint.publish(topic)
    await endpoint.publish(topic)
    await vi.waitFor(() => expect(seen).toEqual([1n, 2n]))
    await first.close()
    await become('waiting')
    await endpoint.publish(topic)
    await serve(endpoint, first.port)
    await vi.waitFor(() => expect(seen).toEqual([1n, 2n, 3n]), 10_000)
    await endpoint.publish(topic)
    await vi.waitFor(() => expect(seen).toEqual([1n, 2n, 3n, 4n]))
    expect([gaps, faults]).toEqual([[], []])
  })

  test('begin after the event asked for', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    for (let i = 0; i < 3; i += 1) await endpoint.publish(topic)
    const { port } = await serve(endpoint)
    const { connection } = connect(port)
    const { seen } = follow(connection, 1n)
    await vi.waitFor(() => expect(seen).toEqual([2n, 3n]), 10_000)
  })

  test('a hole is reported before the event after it, a repeat is dropped', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const { port } = await serve(endpoint)
    const { connection } = connect(port)
    const { seen, gaps } = follow(connection)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    await endpoint.publish(topic)
    await vi.waitFor(() => expect(seen).toEqual([1n]))
    for (const sequence of [1n, 4n, 4n, 3n, 5n]) endpoint.send(await eventOf(exchange, topic, sequence))
    await vi.waitFor(() => expect(seen).toEqual([1n, 4n, 5n]))
    expect(gaps).toEqual([3n])
  })

  test('events that are no longer kept are reported as a hole', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    for (let i = 0; i < 3; i += 1) await endpoint.publish(topic)
    endpoint.forget(2)
    const { port } = await serve(endpoint)
    const { connection } = connect(port)
    const { seen, gaps } = follow(connection, 1n)
    await vi.waitFor(() => expect(gaps).toEqual([3n]), 10_000)
    await endpoint.publish(topic)
    await vi.waitFor(() => expect(seen).toEqual([4n]))
  })

  test('[A6] an event that this server did not sign is a fault and nothing else', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const { port } = await serve(endpoint)
    const { connection, faults } = connect(port)
    const { seen } = follow(connection)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    endpoint.send(await eventOf(stranger, topic, 1n))
    await endpoint.publish(topic)
    await vi.waitFor(() => expect(seen).toEqual([1n]))
    expect(faults).toMatchObject([{ code: 'unknown_signer' }])
  })

  test('end with unsubscribe', async () => {
    const endpoint = new TestEndpoint(exchange, [wallet])
    const { port } = await serve(endpoint)
    const { connection, become } = connect(port)
    await become('ready')
    const { seen } = follow(connection)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(1))
    connection.unsubscribe(topic)
    await vi.waitFor(() => expect(endpoint.arrived).toHaveLength(2))
    await endpoint.publish(topic)
    const request = await cancel('request-00000001')
    await connection.request(request.id, request.jws)
    expect(seen).toEqual([])
  })
})
