import { expect, test } from 'vitest'
import type { Confirmable } from '../wallet/wallet.ts'
import { describeSigning } from './describe.ts'

const sentTo = { to: 'iss-0000000000', toName: 'Issuer', requestId: 'r', at: 0 }
const HOSHI = { security: 'HOSHI', shareClass: 'preferred' } as const
const certificate = {
  certificateId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  companyName: 'Hoshizora',
  ...HOSHI,
  quantity: 1_500n,
}
const validUntil = Date.UTC(2031, 3, 1)
const quantity = 1_000n

const summaries: readonly Confirmable[] = [
  { kind: 'backup', name: 'Aoi', certificates: 1_200, at: 0 },
  { kind: 'enrolment', name: 'Aoi', postalAddress: 'Mizuho', ...sentTo },
  { kind: 'renewal', ...sentTo },
  { kind: 'account_opening', name: 'Aoi', currency: 'JPY', ...sentTo },
  {
    kind: 'subscription',
    ...HOSHI,
    quantity,
    offeringNumber: 'OF-000001',
    termsHash: 'h',
    holderName: 'Aoi',
    ...sentTo,
  },
  { kind: 'collection', ...HOSHI, quantity, number: 'TR-00000001', ...sentTo },
  ...(['buy', 'sell'] as const).map((side): Confirmable => ({
    kind: 'order',
    side,
    ...HOSHI,
    price: { kind: 'limit', limitMinor: 1_250n },
    currency: 'JPY',
    quantity,
    timeInForce: { kind: 'good_till_date', until: validUntil },
    certificates: side === 'sell' ? [certificate] : [],
    limitAmountMinor: 1_250_000n,
    ...sentTo,
  })),
  { kind: 'cancellation', receptionNumber: 'OR-00000001', ...sentTo },
  { kind: 'replacement', receptionNumber: 'OR-00000001', price: { kind: 'market' }, quantity, ...sentTo },
  {
    kind: 'transfer',
    certificate,
    quantity,
    transferorUserId: 'inv-0000000000',
    transferorName: undefined,
    cause: 'inheritance',
    ...sentTo,
  },
  ...(['lost', 'split', 'consolidation', 'damaged', 'renewal', 'withdrawal'] as const).map((ground): Confirmable => ({
    kind: 'reissue',
    ground,
    certificateIds: [certificate.certificateId],
    certificates: ground === 'lost' ? [] : [certificate],
    quantities: ground === 'split' ? [700n, 800n] : [],
    ...sentTo,
  })),
  { kind: 'claim', matchNumber: 'MA-00000001', amountMinor: 1_250_000n, currency: 'JPY', ...sentTo },
  { kind: 'inquiry', operation: 'exchange.book', ...sentTo },
  {
    kind: 'endorsement',
    certificate,
    quantity,
    transfereeUserId: 'inv-0000000000',
    transfereeName: 'Aoi Hanada',
    cause: 'gift',
    at: 0,
    validUntil,
  },
]

test.each(['en', 'ja'] as const)(
  'every signature is described in %s, with no title or label left empty',
  (language) => {
    const described = summaries.map((summary) => describeSigning(summary, language, 'JPY'))
    expect(new Set(described.map(({ title }) => title)).size).toBe(summaries.length)
    for (const { title, facts } of described) for (const text of [title, ...facts.flat()]) expect(text).not.toBe('')
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/
    for (const { title, facts } of described)
      for (const words of [title, ...facts.map(([label]) => label)])
        expect(japanese.test(words)).toBe(language === 'ja')
  },
)

test('a sale says what goes, what comes back and what it brings at least', () => {
  const sale = summaries.find((each) => each.kind === 'order' && each.side === 'sell') as Confirmable
  const facts = Object.fromEntries(describeSigning(sale, 'en', 'JPY').facts)
  expect(facts).toMatchObject({
    Shares: '1,000 HOSHI preferred',
    'Price per share': '1,250 JPY',
    'Brings at least': '1,250,000 JPY',
    Certificate: 'Hoshizora: 1,500 HOSHI preferred (ID 01ARZ3NDEKTSV4RRFFQ69G5FAV)',
    'You keep': '500, under a new certificate ID',
    'Sent to': 'Issuer',
  })
})

test('a part that is made over says of how much, and to whom', () => {
  const facts = Object.fromEntries(describeSigning(summaries.at(-1) as Confirmable, 'ja', undefined).facts)
  expect(facts).toMatchObject({ 株式: '1,500株のうち1,000株', 譲受人: 'Aoi Hanada (inv-0000000000)', 原因: '贈与' })
})

test('[P14] a backup says that it holds the key and what that means, and is not called a signature', () => {
  const { facts, asking } = describeSigning(summaries[0] as Confirmable, 'en', undefined)
  expect(Object.fromEntries(facts)).toMatchObject({
    Name: 'Aoi',
    'It holds': 'your key, 1,200 certificates, evidence, contacts and settings',
    Mind: expect.stringContaining('can sign in your name'),
  })
  expect(asking).toMatchObject({ agree: 'Make the backup', decline: 'Do not make it' })
})
