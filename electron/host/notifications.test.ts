import { expect, test } from 'vitest'
import type { CompletionView, ToCollect } from '../wallet/wallet.ts'
import { NewsDesk, tellFailure, type News } from './news.ts'
import { noticeFor } from './notifications.ts'

function trade(matchNumber: string, change: Partial<CompletionView> = {}): CompletionView {
  return {
    matchNumber,
    side: 'sell',
    security: 'HOSHI',
    shareClass: 'common',
    quantity: 4321n,
    priceMinor: 1250n,
    amountMinor: 5_401_250n,
    currency: 'JPY',
    at: 0,
    receptionNumber: 'OR-00000001',
    transferNumber: 'TR-00000001',
    notice: 'e.y.J',
    ...change,
  }
}

const collectable: ToCollect = { number: 'TR-00000001', security: 'HOSHI', shareClass: 'common', quantity: 4321n }

const everything: readonly News[] = [
  { kind: 'traded', trades: [trade('MA-00000001')] },
  { kind: 'traded', trades: ['1', '2', '3', '4', '5'].map((each) => trade(`MA-0000000${each}`)) },
  { kind: 'to_collect', count: 1 },
  { kind: 'to_collect', count: 3 },
  { kind: 'identity_approved' },
  { kind: 'node_failed' },
  { kind: 'node_goes_on' },
]
const settings = { language: 'en', notifications: 'plain', hideAmounts: false } as const

test.each(everything.map((news, index) => [news.kind, index, news] as const))(
  'a plain notification names no amount, no shares and nobody: %s (%i)',
  (_, __, news) => {
    for (const language of ['en', 'ja'] as const)
      for (const chosen of [
        { ...settings, language },
        { ...settings, language, notifications: 'full', hideAmounts: true } as const,
      ]) {
        const notice = noticeFor(news, chosen)
        expect(notice?.title.length).toBeGreaterThan(5)
        expect(`${notice?.title}\n${notice?.body}`).not.toMatch(/HOSHI|4[,.]?321|401|1[,.]?250|JPY|MA-|TR-/)
        expect(noticeFor(news, { ...chosen, notifications: 'off' }) === undefined).toBe(news.kind !== 'node_goes_on')
      }
  },
)

test('a full one says what was traded for how much, in both languages', () => {
  const news: News = { kind: 'traded', trades: [trade('MA-00000001'), trade('MA-00000002', { side: 'buy' })] }
  expect(noticeFor(news, { ...settings, notifications: 'full' })).toEqual({
    title: '2 trades of yours were carried out',
    body: 'Sold 4,321 HOSHI common for 5,401,250 JPY\nBought 4,321 HOSHI common for 5,401,250 JPY',
  })
  expect(noticeFor(news, { ...settings, language: 'ja', notifications: 'full' })).toEqual({
    title: '2件の取引が約定しました',
    body: 'HOSHI 普通株 4,321株を5,401,250 JPYで売却しました\nHOSHI 普通株 4,321株を5,401,250 JPYで買い付けました',
  })
})

test('many trades at once are one notification', () => {
  const [, many] = everything
  const body = many === undefined ? '' : noticeFor(many, { ...settings, notifications: 'full' })?.body
  expect(body?.split('\n')).toHaveLength(4)
  expect(body?.split('\n').at(-1)).toBe('and 2 more')
})

test('news is what comes after the wallet was opened, and each is told once', () => {
  let completions = [trade('MA-00000001')]
  let toCollect: ToCollect[] = []
  let isEnrolled = false
  const certificate = { issuer: 'CA', fingerprint: '', notAfter: 0, chain: [] }
  const identity = { userId: 'inv-0000000000', name: 'A', postalAddress: undefined, ...certificate }
  const desk = new NewsDesk({
    completions: () => completions,
    toCollect: () => toCollect,
    identity: () => (isEnrolled ? identity : undefined),
  })
  expect(desk.take()).toEqual([])
  completions = [trade('MA-00000002'), ...completions]
  toCollect = [collectable]
  expect(desk.take()).toEqual([
    { kind: 'traded', trades: [trade('MA-00000002')] },
    { kind: 'to_collect', count: 1 },
  ])
  toCollect = []
  isEnrolled = true
  expect(desk.take()).toEqual([{ kind: 'identity_approved' }])
  expect(desk.take()).toEqual([])
})

test('servers that gave up are told once, and again after they ran', () => {
  const told: News[] = []
  let state: 'failed' | 'ready' | 'starting' = 'starting'
  const listen = tellFailure(
    () => state,
    (news) => void told.push(news),
  )
  listen('changed')
  state = 'failed'
  listen('connection')
  listen('changed')
  listen('changed')
  expect(told).toEqual([{ kind: 'node_failed' }])
  state = 'ready'
  listen('changed')
  state = 'failed'
  listen('changed')
  expect(told).toHaveLength(2)
})
