import { afterEach, beforeEach, expect, test } from 'vitest'
import { startBrowserHost, type Running } from '../browser/browser-fixture.ts'
import { clientOver } from '../../shared/wallet-api/client.ts'
import { operations } from '../../shared/wallet-api/operations.ts'
import { CALL_CHANNEL, EVENT_CHANNEL, PROGRESS_CHANNEL } from '../preload/channels.ts'
import { transportOver, type IpcOfPage } from '../preload/expose.ts'
import { passOn, WindowPage } from './gateway.ts'
import { START_PAGE, type Sender } from './policy.ts'

const OWN: Sender = { url: START_PAGE, isMainFrame: true, isOwnWindow: true }

let host: Running

beforeEach(async () => void (host = await startBrowserHost()))
afterEach(() => host.close())

/** The two ends of Electron's messages, without Electron between them. */
function ipcTo(sender: Sender) {
  const invoked: string[] = []
  const listeners = new Map<string, (event: unknown, ...values: unknown[]) => void>()
  const tell = (channel: string, ...values: unknown[]): void => listeners.get(channel)?.({}, ...values)
  const page: IpcOfPage = {
    invoke: (channel, call, operation, input) => {
      invoked.push(channel)
      return passOn(host.host.answer, sender, operation, structuredClone(input), (step) =>
        tell(PROGRESS_CHANNEL, call, step),
      )
    },
    on: (channel, listener) => listeners.set(channel, listener),
  }
  return { page, invoked, listeners, tell }
}

test('the page is answered, over the one channel for calls', async () => {
  const { page, invoked, listeners } = ipcTo(OWN)
  const client = clientOver(transportOver(page))
  expect(await client.call('settings.set', { theme: 'dark' })).toMatchObject({ ok: true, value: { theme: 'dark' } })
  expect(new Set(invoked)).toEqual(new Set([CALL_CHANNEL]))
  expect([...listeners.keys()].toSorted()).toEqual([EVENT_CHANNEL, PROGRESS_CHANNEL].toSorted())
})

test('[P14] what the page gets is the transport and nothing else', () => {
  expect(Object.keys(transportOver(ipcTo(OWN).page)).toSorted()).toEqual(['call', 'listen'])
})

test('events reach the page without the message that carried them', () => {
  const { page, tell } = ipcTo(OWN)
  const heard: unknown[][] = []
  const end = transportOver(page).listen((...values) => heard.push(values))
  tell(EVENT_CHANNEL, 'arrived', {})
  end()
  tell(EVENT_CHANNEL, 'arrived', {})
  expect(heard).toEqual([['arrived', {}]])
})

test.each([
  ['a frame', { ...OWN, isMainFrame: false }],
  ['a second window', { ...OWN, isOwnWindow: false }],
  ['another page', { ...OWN, url: 'https://example.org/' }],
])('[A54] %s is refused as bad_sender, and nothing changes', async (_, sender) => {
  const before = await host.host.answer('settings.get', {})
  const { page } = ipcTo(sender)
  const refused = await clientOver(transportOver(page)).call('settings.set', { theme: 'dark' })
  expect(refused).toMatchObject({ ok: false, error: { code: 'bad_sender' } })
  expect(await host.host.answer('settings.get', {})).toEqual(before)
})

test.each([
  ['unknown_operation', 'wallet.sign', { bytes: 'AAAA' }],
  ['unknown_operation', { toString: 'overview' }, {}],
  ['bad_schema', 'orders.place', { bytes: 'AAAA' }],
  ['bad_schema', 'key.create', { place: 'file' }],
])('[A54] %s for %j', async (code, operation, input) => {
  const reply = await passOn(host.host.answer, OWN, operation, input, () => {})
  expect(reply).toMatchObject({ ok: false, error: { code } })
  expect(await host.host.answer('overview', {})).not.toHaveProperty('output.keyPlace')
})

test.each(Object.keys(operations))('[A54] %s is not even looked at for another sender', async (operation) => {
  let reached = 0
  const answer = async () => {
    reached += 1
    return { ok: true as const, output: {} }
  }
  for (const sender of [
    { ...OWN, url: undefined },
    { ...OWN, url: 'about:blank' },
    { ...OWN, isMainFrame: false },
    { ...OWN, isOwnWindow: false },
  ])
    expect(await passOn(answer, sender, operation, {}, () => {})).toMatchObject({ error: { code: 'bad_sender' } })
  expect(reached).toBe(0)
})

test('[TR12] what a page follows ends when it is loaded anew and when its window closes, and only the page that is there is told', async () => {
  const ended: number[] = []
  let attached = 0
  const attach = () => {
    attached += 1
    const [number, screen] = [attached, host.host.attach()]
    return {
      ...screen,
      end: () => {
        ended.push(number)
        screen.end()
      },
    }
  }
  const heard: string[] = []
  const page = new WindowPage({ attach }, (event) => heard.push(event))
  expect(await passOn(page.answer, OWN, 'settings.get', {}, () => {})).toMatchObject({ error: { code: 'bad_sender' } })
  page.begin()
  page.begin()
  expect(ended).toEqual([1])
  host.host.arrive('a link')
  expect(heard).toEqual(['arrived'])
  expect(await passOn(page.answer, OWN, 'files.arrived', {}, () => {})).toEqual({ ok: true, output: ['a link'] })
  page.end()
  page.end()
  expect(ended).toEqual([1, 2])
  host.host.arrive('another link')
  expect(heard).toEqual(['arrived'])
  expect(await passOn(page.answer, OWN, 'files.arrived', {}, () => {})).toMatchObject({ error: { code: 'bad_sender' } })
})
