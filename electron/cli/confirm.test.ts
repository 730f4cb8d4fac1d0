import { describe, expect, test } from 'vitest'
import { output } from '../../shared/terminal/output.ts'
import type { NamedCertificate, SigningSummary } from '../wallet/wallet.ts'
import { confirmer } from './confirm.ts'
import { describeSigning } from './signing.ts'
import type { Person } from './terminal.ts'

const at = Date.parse('2030-04-01T09:00:00Z')
const request = { to: 'exc-0123456789', toName: 'Test exchange', requestId: '01REQUEST0000000', at } as const
const shares = { security: 'HOSHI', shareClass: 'common', quantity: 40n } as const
const certificate: NamedCertificate = { ...shares, certificateId: 'CERT1', companyName: '星空 Brewing', quantity: 100n }
const limit = { kind: 'limit', limitMinor: 1_250n } as const

/** One of each kind, by what a person has to be told. Complete by type. */
const summaries: {
  readonly [Kind in SigningSummary['kind']]: readonly [Extract<SigningSummary, { kind: Kind }>, ...RegExp[]]
} = {
  enrolment: [
    { kind: 'enrolment', name: 'Aoi Hanada', postalAddress: '3-1 Kawabata', ...request },
    /application/,
    /name +Aoi Hanada\n/,
    /address +3-1 Kawabata/,
  ],
  renewal: [{ kind: 'renewal', ...request }, /renewal of your identity certificate/],
  account_opening: [{ kind: 'account_opening', name: 'Aoi', currency: 'JPY', ...request }, /account/, /currency +JPY/],
  subscription: [
    {
      kind: 'subscription',
      ...shares,
      offeringNumber: 'OF-000001',
      termsHash: 'HASH',
      holderName: 'Aoi Hanada',
      ...request,
    },
    /offering OF-000001/,
    /shares +40 HOSHI common/,
    /in the name of +Aoi Hanada/,
    /HASH/,
  ],
  collection: [{ kind: 'collection', ...shares, number: 'TR-00000001', ...request }, /TR-00000001/, /40 HOSHI common/],
  order: [
    {
      kind: 'order',
      side: 'sell',
      ...shares,
      price: limit,
      currency: 'JPY',
      timeInForce: { kind: 'good_till_date', until: at },
      certificates: [certificate],
      limitAmountMinor: 50_000n,
      ...request,
    },
    /order to sell/,
    /price +1,250 JPY/,
    /counts +until 2030-04-01 09:00 UTC/,
    /brings at least +50,000 JPY/,
    /attached +CERT1 \(100 HOSHI common, 星空 Brewing\)/,
    /you keep +60 under a new certificate ID/,
  ],
  cancellation: [
    { kind: 'cancellation', receptionNumber: 'OR-00000001', ...request },
    /cancellation of order OR-00000001/,
  ],
  replacement: [
    { kind: 'replacement', receptionNumber: 'OR-00000001', price: limit, quantity: 10n, ...request },
    /change of order OR-00000001/,
    /price +1,250 JPY/,
    /quantity of the whole order +10/,
  ],
  transfer: [
    {
      kind: 'transfer',
      certificate,
      quantity: 40n,
      transferorUserId: 'inv-botan',
      transferorName: undefined,
      cause: 'gift',
      ...request,
    },
    /CERT1/,
    /shares +40\n/,
    /from +inv-botan/,
    /cause +gift/,
  ],
  reissue: [
    {
      kind: 'reissue',
      ground: 'split',
      certificateIds: ['CERT1'],
      certificates: [certificate],
      quantities: [60n, 40n],
      ...request,
    },
    /split/,
    /CERT1 \(100/,
    /into +60 \+ 40/,
  ],
  claim: [
    { kind: 'claim', matchNumber: 'MA-00000001', amountMinor: 50_000n, currency: 'JPY', ...request },
    /MA-00000001/,
    /amount +50,000 JPY/,
  ],
  inquiry: [{ kind: 'inquiry', operation: 'settlement.account', ...request }, /settlement\.account/],
  endorsement: [
    {
      kind: 'endorsement',
      certificate,
      quantity: 40n,
      transfereeUserId: 'inv-botan',
      transfereeName: 'Botan',
      cause: 'gift',
      at,
      validUntil: at,
    },
    /made over to another person/,
    /shares +40 of 100/,
    /to +Botan \(inv-botan\)/,
    /accepted until +2030-04-01 09:00 UTC/,
  ],
}

describe('what is about to be signed', () => {
  test.each(Object.entries(summaries))('%s says all that the person has to know', (kind, [summary, ...words]) => {
    const text = describeSigning(summary, 'JPY')
    for (const word of words) expect(text).toMatch(word)
    if (kind !== 'endorsement') expect(text).toMatch(/sent to +Test exchange/)
  })

  test('a server without a name is named by its user ID, and a lost certificate by its ID', () => {
    const lost = {
      kind: 'reissue',
      ground: 'lost',
      certificateIds: ['CERT1'],
      certificates: [],
      quantities: [],
    } as const
    const text = describeSigning({ ...lost, ...request, toName: undefined }, undefined)
    expect(text).toMatch(/lost[^]*certificate +CERT1\n[^]*sent to +exc-0123456789/)
  })

  test('a purchase says what it costs at most, and a market order that it has no limit', () => {
    const [sale] = summaries.order
    const buy = { ...sale, side: 'buy', certificates: [] } as const
    expect(describeSigning(buy, 'JPY')).toMatch(/costs at most +50,000 JPY/)
    const market = describeSigning({ ...buy, price: { kind: 'market' }, limitAmountMinor: undefined }, 'JPY')
    expect(market).toMatch(/price +market\n/)
    expect(market).not.toMatch(/costs/)
  })
})

describe('asking', () => {
  function asking(yes: boolean, person: Person | undefined) {
    const written: string[] = []
    const stderr = { write: (text: string) => written.push(text) }
    const stdout = { write: () => expect.unreachable('results only') }
    const confirm = confirmer({ yes, person, out: output(false, { stdout, stderr }), currency: () => 'JPY' })
    return { confirm, written }
  }
  const person = (agrees: boolean): Person => ({
    agrees: () => Promise.resolve(agrees),
    secret: () => Promise.resolve(undefined),
    text: () => Promise.resolve(undefined),
  })

  test.each([
    ['nobody at the terminal', false, undefined, false],
    ['a person who says no', false, person(false), false],
    ['a person who says yes', false, person(true), true],
    ['--yes', true, undefined, true],
  ])('%s', async (_, yes, someone, agreed) => {
    const { confirm, written } = asking(yes, someone)
    expect(await confirm(summaries.cancellation[0])).toBe(agreed)
    expect(written.join('')).toMatch(/To be signed: cancellation of order OR-00000001/)
  })
})
