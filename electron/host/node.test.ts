import { afterEach, expect, test } from 'vitest'
import type { Json } from '../../shared/signing/canonical.ts'
import { startBrowserHost, type Running } from '../browser/browser-fixture.ts'
import type { StartNodeProcess } from '../node/node-process.ts'

let running: Running | undefined
let started: number

afterEach(() => running?.close())

/** A node that is never asked for. */
const counted: StartNodeProcess = ({ onExit }) => {
  started += 1
  queueMicrotask(onExit)
  return { send: () => {}, kill: () => {} }
}

async function opened(options: Parameters<typeof startBrowserHost>[0]): Promise<Running['host']> {
  started = 0
  running = await startBrowserHost(options)
  return running.host
}

const market = {
  marketName: 'Own Market',
  currency: 'JPY',
  roles: ['authority', 'issuer'],
  companies: [
    {
      security: 'HOSHI',
      companyName: 'Hoshizora Brewing',
      incorporatedOn: '1987-06-14',
      authorised: '1000',
      referencePriceMinor: '1000',
    },
  ],
  demonstration: false,
  port: 7400,
}

const deposit = { userId: 'inv-0123456789', currency: 'JPY', amountMinor: '5', reference: 'slip' }

test('a host without the program has no node to run', async () => {
  const host = await opened({})
  for (const [name, input] of [
    ['node.state', {}],
    ['node.create', market],
    ['node.settlement.deposit', deposit],
  ] as const)
    expect(await host.answer(name, input)).toMatchObject({ error: { code: 'node_unavailable' } })
})

test('nobody gets at the node or its desk while the wallet is locked', async () => {
  const host = await opened({ startNode: counted })
  expect(await host.answer('node.state', {})).toMatchObject({ ok: true, output: { state: 'none' } })
  await host.answer('key.create', { place: 'file', passphrase: 'washi and ink' })
  await host.answer('lock.lock', {})
  for (const [name, input] of [
    ['node.state', {}],
    ['node.create', market],
    ['node.start', {}],
    ['node.log', {}],
    ['node.settlement.deposit', deposit],
    ['node.settlement.outbox', {}],
    ['node.exchange.matches', { openOnly: true }],
    ['node.exchange.cancel-all', { ground: 'x' }],
  ] as const)
    expect(await host.answer(name, input)).toMatchObject({ error: { code: 'locked' } })
  expect(started).toBe(0)
})

test.each<[what: string, name: string, input: Json]>([
  ['a market without its authority', 'node.create', { ...market, roles: ['issuer'] }],
  ['an issuer without a company', 'node.create', { ...market, companies: [] }],
  ['a company twice', 'node.create', { ...market, companies: [...market.companies, ...market.companies] }],
  ['a short passphrase', 'node.create', { ...market, passphrase: 'washi' }],
  ['an address with a path', 'node.create', { ...market, publicUrl: 'wss://market.example/x' }],
  ['a file of its own choice', 'node.create', { ...market, configFile: '/etc/kabuken.toml' }],
  ['somebody else as operator', 'node.settlement.deposit', { ...deposit, operator: 'somebody else' }],
  ['an operation of investors', 'node.exchange.order', {}],
  ['a mass cancel without a ground', 'node.exchange.cancel-all', {}],
  ['a mass cancel in the name of another', 'node.exchange.cancel-all', { ground: 'x', operator: 'somebody else' }],
  ['another way to resolve', 'node.exchange.resolve', { matchNumber: 'MA-00000001', how: 'settle', ground: 'x' }],
  ['an approval of nobody', 'node.issuer.approve', { certificateId: 'x', approved: true, ground: 'x' }],
  ['an outbox of no server', 'node.investor.outbox', {}],
])('%s is refused before anything is started', async (_, name, input) => {
  const host = await opened({ startNode: counted })
  const { error } = (await host.answer(name, input)) as { error: { code: string } }
  expect(['bad_schema', 'unknown_operation']).toContain(error.code)
  expect(started).toBe(0)
})
