import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ok, refuse } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'
import { clientOver, type Transport } from './client.ts'
import { operations, type OperationName } from './operations.ts'
import { serve, type Answer, type Implementation } from './serve.ts'
import { socketTransport, type OpenTextSocket } from './socket-transport.ts'

const names = Object.keys(operations) as OperationName[]
const LAPSE = Date.UTC(2031, 3, 1, 9, 0, 0, 7)

interface Served {
  readonly answer: Answer
  /** What reached the implementation. */
  readonly reached: [OperationName, unknown][]
}

/** Answers with `outcomes`, and everything else with a refusal. */
function served(outcomes: Partial<Implementation> = {}): Served {
  const reached: [OperationName, unknown][] = []
  const entries = names.map((name) => {
    const act = outcomes[name] as ((...given: unknown[]) => Promise<unknown>) | undefined
    return [
      name,
      (input: unknown, onProgress: unknown) => {
        reached.push([name, input])
        return act === undefined ? Promise.resolve(refuse('reached', 'no outcome')) : act(input, onProgress)
      },
    ]
  })
  const answer = serve(Object.fromEntries(entries) as Implementation, (error) => ({
    code: 'internal_error',
    message: String((error as Error).name),
  }))
  return { answer, reached }
}

/** As text, like every boundary that it crosses. */
function clientOf({ answer }: Served) {
  const asText = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json
  const transport: Transport = {
    call: async (operation, input, onProgress) => {
      const reply = await answer(operation, asText(input), onProgress && ((step) => onProgress(asText(step))))
      return reply.ok ? { ok: true, output: asText(reply.output) } : reply
    },
    listen: () => () => {},
  }
  return clientOver(transport)
}

test('an order crosses with its share count and instant as they were, and its answer comes back', async () => {
  const placed = { receptionNumber: 'OR-00000001', requestId: 'r', certificateIds: [], remainder: 12n }
  const server = served({ 'orders.place': () => Promise.resolve(ok(placed)) })
  const form = {
    side: 'buy',
    security: 'HOSHI',
    shareClass: 'common',
    price: { kind: 'limit', limitMinor: 9_007_199_254_740_993n },
    quantity: 999_999_999_999_999_999n,
    timeInForce: { kind: 'good_till_date', until: LAPSE },
  } as const
  expect(await clientOf(server).call('orders.place', form)).toEqual(ok(placed))
  expect(server.reached).toEqual([['orders.place', form]])
})

test('members that are absent stay absent', async () => {
  const server = served()
  await clientOf(server).call('cash.statement', { currency: undefined, from: LAPSE })
  expect(Object.keys(server.reached[0]?.[1] as object)).toEqual(['from'])
})

test('progress reaches the one who asked', async () => {
  const report = { syncedAt: LAPSE, underWay: 0, collected: [], faults: [] }
  const server = served({
    sync: (_, onProgress) => {
      onProgress({ step: 'holdings', done: 1, total: 2 })
      return Promise.resolve(ok(report))
    },
  })
  const steps: unknown[] = []
  const synced = await clientOf(server).call('sync', {}, { onProgress: (step) => steps.push(step) })
  expect(synced).toEqual(ok(report))
  expect(steps).toEqual([{ step: 'holdings', done: 1, total: 2 }])
})

test('a refusal crosses with its code and details', async () => {
  const refused = refuse('not_enough_shares', 'fewer', { missing: '3' })
  const server = served({ 'certificates.collectAll': () => Promise.resolve(refused) })
  expect(await clientOf(server).call('certificates.collectAll', {})).toEqual(refused)
})

test.each([
  ['unknown_operation', 'keys.read', {}],
  ['unknown_operation', 'toString', {}],
  ['unknown_operation', '__proto__', {}],
  ['unknown_operation', 7, {}],
  ['bad_schema', 'overview', undefined],
  ['bad_schema', 'overview', null],
  ['bad_schema', 'overview', { more: 1 }],
  ['bad_schema', 'orders.cancel', { receptionNumber: 'OR-1' }],
  ['bad_schema', 'reissue.lost', { certificateIds: [] }],
  ['bad_schema', 'key.create', { place: 'file', passphrase: 'short' }],
  ['bad_schema', 'key.create', { place: 'os', passphrase: 'a passphrase' }],
  ['bad_amount', 'offerings.subscribe', { offeringNumber: 'OF-000001', quantity: '0', terms: 't' }],
  ['bad_amount', 'offerings.subscribe', { offeringNumber: 'OF-000001', quantity: 5, terms: 't' }],
])('[A54] %s: %s does not reach the wallet', async (code, operation, input) => {
  const { answer, reached } = served()
  const reply = await answer(operation, input)
  expect(reply).toMatchObject({ ok: false, error: { code } })
  expect(reached).toEqual([])
})

test('[A54] whatever is called with whatever: an answer, and nothing that is not the form of the input gets through', async () => {
  const { answer, reached } = served()
  const operation = fc.oneof(fc.constantFrom(...names), fc.string())
  await fc.assert(
    fc.asyncProperty(operation, fc.anything({ withBigInt: true, withNullPrototype: true }), async (name, input) => {
      const before = reached.length
      const reply = await answer(name, input)
      expect(reply.ok).toBe(false)
      if (reached.length === before) return
      expect(z.safeDecode(operations[name as OperationName].input, input as never).success).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('a screen learns of a wrong input before anything is sent', async () => {
  const server = served()
  const asked = await clientOf(server).call('reissue.lost', { certificateIds: ['not one'] })
  expect(asked).toMatchObject({ ok: false, error: { code: 'bad_schema' } })
  expect(server.reached).toEqual([])
})

test('what an implementation throws crosses as a code alone', async () => {
  const server = served({ 'lock.lock': () => Promise.reject(new Error('in /home/somebody')) })
  expect(await clientOf(server).call('lock.lock', {})).toEqual(refuse('internal_error', 'Error'))
})

test('[P14] no operation takes bytes to sign or gives a key', () => {
  const written = names.map((name) => {
    const { input, output } = operations[name]
    const form = { unrepresentable: 'any' } as const
    return JSON.stringify([
      z.toJSONSchema(input, { ...form, io: 'input' }),
      z.toJSONSchema(output, { ...form, io: 'input' }),
    ])
  })
  for (const schema of written) expect(schema).not.toMatch(/private|secret|pkcs8|jwk|signingInput|payload/i)
})

interface FakeSocket {
  readonly sent: string[]
  readonly listener: Parameters<OpenTextSocket>[0]
}

function sockets() {
  const opened: FakeSocket[] = []
  const open: OpenTextSocket = (listener) => {
    const sent: string[] = []
    opened.push({ sent, listener })
    return { send: (text) => void sent.push(text), close: () => {} }
  }
  const last = (): FakeSocket => opened.at(-1) as FakeSocket
  return { open, opened, last }
}

test('a broken connection rejects what waited, and the next call connects anew', async () => {
  const { open, opened, last } = sockets()
  const client = clientOver(socketTransport(open))
  const first = client.call('lock.touch', {})
  last().listener.onOpen()
  await Promise.resolve()
  last().listener.onClose()
  expect(await first).toMatchObject({ ok: false, error: { code: 'host_gone' } })

  const second = client.call('lock.touch', {})
  expect(opened).toHaveLength(2)
  last().listener.onOpen()
  while (last().sent.length === 0) await Promise.resolve()
  const { id, call } = JSON.parse(last().sent[0] ?? '') as { id: number; call: string }
  expect(call).toBe('lock.touch')
  last().listener.onText(JSON.stringify({ id, reply: { ok: true, output: {} } }))
  expect(await second).toEqual(ok({}))
})

test('events reach those who listen for them, decoded', () => {
  const { open, last } = sockets()
  const client = clientOver(socketTransport(open))
  const heard: unknown[] = []
  const end = client.on('confirmation-needed', (body) => heard.push(body))
  const tell = (): void =>
    last().listener.onText(
      JSON.stringify({
        event: 'confirmation-needed',
        body: { id: 'q', kind: 'order', expiresAt: new Date(LAPSE).toISOString() },
      }),
    )
  tell()
  end()
  tell()
  expect(heard).toEqual([{ id: 'q', kind: 'order', expiresAt: LAPSE }])
})
