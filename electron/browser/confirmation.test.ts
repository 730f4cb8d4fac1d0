import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EventBody } from '../../shared/wallet-api/operations.ts'
import type { SigningSummary } from '../wallet/wallet.ts'
import {
  ask,
  clientWith,
  cookieOf,
  openLink,
  startBrowserHost,
  type Answered,
  type Running,
} from './browser-fixture.ts'

const SUMMARY: SigningSummary = {
  kind: 'order',
  side: 'sell',
  security: 'HOSHI',
  shareClass: 'common',
  price: { kind: 'limit', limitMinor: 1_250n },
  currency: 'JPY',
  quantity: 1_000n,
  timeInForce: { kind: 'day' },
  certificates: [
    {
      certificateId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      companyName: '<img src=x onerror=alert(1)> & Co',
      security: 'HOSHI',
      shareClass: 'common',
      quantity: 1_500n,
    },
  ],
  limitAmountMinor: 1_250_000n,
  to: 'exc-0000000000',
  toName: 'The exchange',
  requestId: 'request-0000000001',
  at: 0,
}

/** What a browser adds when the person opens the page from the wallet's window. */
const OPENED = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Site': 'same-site' }

let host: Running
let session: string
let asked: EventBody<'confirmation-needed'>
let signed: Promise<boolean>

beforeEach(async () => {
  host = await startBrowserHost()
  session = await openLink(host)
  const client = await clientWith(host, session)
  const { promise, resolve } = Promise.withResolvers<EventBody<'confirmation-needed'>>()
  client.on('confirmation-needed', resolve)
  signed = host.host.confirmations.ask(SUMMARY)
  asked = await promise
})

afterEach(() => host.close())

function show(headers: Record<string, string> = OPENED, cookie = session): Promise<Answered> {
  return ask(asked.url ?? '', { headers: { Cookie: cookie, ...headers } })
}

interface Page {
  readonly cookie: string
  readonly csrf: string
}

function readPage(page: Answered): Page {
  return { cookie: cookieOf(page), csrf: /name="csrf" value="([\w-]{43})"/.exec(page.body)?.[1] ?? '' }
}

/** The form as the page's own button sends it. */
function press(page: Page, answer: string, changed: Record<string, string> = {}, csrf = page.csrf): Promise<Answered> {
  return ask(asked.url ?? '', {
    method: 'POST',
    headers: {
      Cookie: `${session}; ${page.cookie}`,
      Origin: new URL(asked.url ?? '').origin,
      'Content-Type': 'application/x-www-form-urlencoded',
      ...OPENED,
      'Sec-Fetch-Site': 'same-origin',
      ...changed,
    },
    body: new URLSearchParams({ csrf, answer }).toString(),
  })
}

function isPending(): boolean {
  return host.host.confirmations.find(asked.id) !== undefined
}

test('the screens learn that something waits, not what it says', () => {
  expect(asked).toMatchObject({ id: expect.any(String) as string, kind: 'order' })
  expect(JSON.stringify(asked)).not.toContain('HOSHI')
  expect(new URL(asked.url ?? '').origin).not.toBe(host.origin)
})

test('[A53] the page says what is signed, as text, and can run nothing', async () => {
  const page = await show()
  expect(page.status).toBe(200)
  for (const shown of [
    'Order to sell',
    '1,000 HOSHI common',
    '1,250 JPY',
    '1,250,000 JPY',
    '500, under a new',
    'The exchange',
  ])
    expect(page.body).toContain(shown)
  expect(page.body).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; Co')
  expect(page.body).not.toContain('<img')
  expect(page.body).not.toContain('<script')
  const policy = page.headers['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('script-src')
  expect(page.headers['set-cookie']?.[0]).toMatch(/; Path=\/confirm\/[\w-]{43}; HttpOnly; SameSite=Strict$/)
})

test('in Japanese, when that is the language of the settings', async () => {
  await host.host.answer('settings.set', { language: 'ja' })
  const page = await show()
  for (const shown of ['<html lang="ja">', '売り注文', 'HOSHI 普通株 1,000株', '署名しない'])
    expect(page.body).toContain(shown)
})

test.each([
  ['sign', true],
  ['decline', false],
] as const)('the person presses %s', async (answer, outcome) => {
  const pressed = await press(readPage(await show()), answer)
  expect(pressed.status).toBe(200)
  expect(await signed).toBe(outcome)
})

test('an answer counts once, and the page is gone then', async () => {
  const page = readPage(await show())
  await press(page, 'decline')
  expect((await press(page, 'sign')).status).toBe(410)
  expect((await show()).status).toBe(410)
  expect(await signed).toBe(false)
})

test.each([
  ['a script of the wallet that fetches it', { ...OPENED, 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }],
  ['a frame', { ...OPENED, 'Sec-Fetch-Dest': 'iframe' }],
  ['another site', { ...OPENED, 'Sec-Fetch-Site': 'cross-site' }],
  ['what is no browser', {}],
])('[A54] %s does not get the page', async (_, headers) => {
  const page = await show(headers)
  expect(page).toMatchObject({ status: 403, body: '' })
  expect(page.headers['set-cookie']).toBeUndefined()
})

test('a browser that did not open the link does not get the page', async () => {
  expect((await show(OPENED, `${session.split('=')[0] ?? ''}=${'A'.repeat(43)}`)).status).toBe(403)
})

test('[A54] the wallet’s own cookie does not approve: without the page’s cookie and token nothing is signed', async () => {
  const page = readPage(await show())
  const attempts = [
    press({ cookie: '', csrf: page.csrf }, 'sign'),
    press({ cookie: `kabuken_confirm=${session.split('=')[1] ?? ''}`, csrf: page.csrf }, 'sign'),
    press(page, 'sign', {}, ''),
    press(page, 'sign', {}, session.split('=')[1]),
    press(page, 'sign', { Cookie: session }),
    press(page, 'sign', { Cookie: page.cookie }),
    press(page, 'sign', { Cookie: `${session}; ${page.cookie}; kabuken_confirm=planted` }),
    press(page, 'sign', { Origin: host.origin }),
    press(page, 'sign', { Origin: 'null' }),
    press(page, 'sign', { 'Sec-Fetch-Site': 'same-site' }),
    press(page, 'sign', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }),
    press(page, 'sign', { 'Content-Type': 'text/plain' }),
    press(page, 'sign', { Host: host.origin.slice('http://'.length) }),
    press(page, 'agree'),
  ]
  for (const { status } of await Promise.all(attempts)) expect(status).toBe(403)
  expect(isPending()).toBe(true)
  await press(page, 'decline')
  expect(await signed).toBe(false)
})

test('[A54] no operation of the wallet API approves', async () => {
  for (const name of ['confirmations.answer', 'confirm', 'confirmation-closed'])
    expect(await host.host.answer(name, { id: asked.id, approved: true })).toMatchObject({
      error: { code: 'unknown_operation' },
    })
  expect(isPending()).toBe(true)
})

test('locking the wallet declines what waits', async () => {
  await host.host.answer('lock.lock', {})
  expect(await signed).toBe(false)
  expect((await show()).status).toBe(410)
})
