import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { shareCertificate, type ShareCertificate } from '../../shared/documents/share-certificate.ts'
import type { OrderStatus } from '../../shared/documents/order.ts'
import { toUtf8 } from '../../shared/kernel/bytes.ts'
import { parseJws, signJwsSync } from '../../shared/signing/jws.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import { buy, issue, sell, split, transfer } from './testing/bodies.ts'
import { CURRENCY, KAWA, MORI, REFERENCE_MINOR, type Holding, type Investor } from './testing/cast.ts'
import type { Member } from './testing/member.ts'
import { must, openTestMarket, type TestMarket } from './testing/market.ts'

let market: TestMarket
let ren: Investor
let mio: Investor
/** Has neither money nor shares. */
let kaz: Investor
let operator: { readonly exchange: Member; readonly settlement: Member; readonly issuer: Member }
/** Ren's, never spent here. */
let holding: Holding
/** Ren's, but split since. */
let spent: Holding

beforeAll(async () => {
  market = await openTestMarket()
  ren = await market.investor('Ren Amano', 1_000_000n)
  mio = await market.investor('Mio Kitano', 1_000_000n)
  kaz = await market.investor('Kaz Ueno', 0n)
  operator = {
    exchange: await market.server('exchange'),
    settlement: await market.server('settlement'),
    issuer: await market.server('issuer'),
  }
  holding = await market.give(ren, 100n)
  spent = await market.give(ren, 50n)
  must(await ren.member.ask('issuer.reissue', split(ren, spent)))
  await market.quiet()
})

afterAll(() => market.close())

/** What must be the same after an order that was received and then refused: the order itself stays on record. */
async function sums() {
  await market.quiet()
  const { issuer, settlement } = market.states()
  const { bookHash, openOrders, openMatches } = must(await operator.exchange.ask('exchange.totals', {}))
  return { issuer, settlement, bookHash, openOrders, openMatches }
}

async function statusOf({ member }: Investor, receptionNumber: string): Promise<OrderStatus> {
  await market.quiet()
  return must(await member.ask('exchange.order-status', { receptionNumber }))
}

const contentOf = ({ certificate }: Holding): ShareCertificate => {
  const parsed = must(parseJws(certificate, { typ: shareCertificate.typ }))
  return must(readMembers(shareCertificate.schema, parsed.payload))
}

/** A certificate of the right shape, by whoever signs. */
function forgery(signer: Member, change: Partial<ShareCertificate> = {}): Holding {
  const content = { ...contentOf(holding), certificateId: 'F0RGED00000000000000000000', ...change }
  return {
    certificateId: content.certificateId,
    quantity: content.quantity,
    certificate: signJwsSync(signer.signer, shareCertificate.typ, writeMembers(shareCertificate.schema, content)),
  }
}

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function respelt(found: Holding): Holding {
  const [header, payload, signature = ''] = found.certificate.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const s = (P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')
  return { ...found, certificate: `${header}.${payload}.${other}` }
}

describe('sales of what one does not have', () => {
  const limit = (limitMinor: bigint) => ({ price: { kind: 'limit', limitMinor } as const })

  test.each([
    ['[A33] signed by an investor', () => sell(ren, [forgery(ren.member)]), 'not_issuer_of_class'],
    ['[A33] signed by the exchange', () => sell(ren, [forgery(operator.exchange)]), 'not_issuer_of_class'],
    [
      '[A33] of a company that the issuer does not issue for',
      () => sell(ren, [forgery(operator.issuer, { security: 'OTHER' })]),
      'not_issuer_of_class',
    ],
    [
      '[A33] with a signature that belongs to other content',
      () => {
        const [header, , signature] = holding.certificate.split('.')
        const [, payload] = forgery(ren.member, { quantity: 1000n }).certificate.split('.')
        return sell(ren, [{ ...holding, quantity: 1000n, certificate: `${header}.${payload}.${signature}` }])
      },
      'bad_signature',
    ],
    [
      '[A33] signed by the issuer and in no register',
      () => sell(ren, [forgery(operator.issuer)]),
      'certificate_superseded',
    ],
    ['[A12] the same certificate spelt another way', () => sell(ren, [respelt(holding)]), 'not_canonical'],
    [
      '[A13] a reply of the issuer as certificate',
      () => {
        const reply = ren.member.answered.find(({ signed }) => signed.operation === 'issuer.issue')?.reply ?? ''
        return sell(ren, [{ ...holding, certificate: reply }])
      },
      'wrong_typ',
    ],
    ['[A34] a certificate that was replaced', () => sell(ren, [spent]), 'certificate_superseded'],
    ['[A36] more than the certificate has', () => sell(ren, [holding], { quantity: 101n }), 'exceeds_holding'],
    [
      '[A36] the same certificate twice in one order',
      () => sell(ren, [holding, holding], { quantity: 100n }),
      'duplicate_certificate',
    ],
    ['[A36] more than there are', () => buy(ren, 10_000n), 'exceeds_issued'],
    ['[A36] 610,000 at 1', () => sell(ren, [holding], { quantity: 610_000n, ...limit(1n) }), 'price_collar'],
    ['[A36] 610,000 at the present price', () => sell(ren, [holding], { quantity: 610_000n }), 'order_limit_exceeded'],
    ['[A36] far above the price', () => sell(ren, [holding], limit(1_301n)), 'price_collar'],
    ['[A36] no multiple of the lot', () => buy(ren, 15n, MORI), 'bad_lot'],
    ['[A36] a class that is not traded', () => buy(ren, 10n, { security: 'OTHER' }), 'not_listed'],
  ] as const)('%s are refused and change nothing', async (_title, order, code) => {
    await market.quiet()
    const before = market.states()
    expect(await ren.member.ask('exchange.order', order())).toMatchObject({ ok: false, error: { code } })
    expect(market.states()).toEqual(before)
  })

  test('[A36] the price 0 is refused and changes nothing', async () => {
    const before = market.states()
    const made = await sell(ren, [holding])('an-id-of-16-signs')
    const wire = {
      ...JSON.parse(JSON.stringify(made, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))),
      price: { kind: 'limit', limitMinor: '0' },
    }
    expect(await ren.member.send(ren.member.signWire('exchange.order', wire))).toMatchObject({
      ok: false,
      error: { code: 'bad_amount' },
    })
    expect(market.states()).toEqual(before)
  })

  test('[A34] a copy of somebody else’s certificate is refused and changes nothing', async () => {
    await market.quiet()
    const before = market.states()
    expect(await mio.member.ask('exchange.order', sell(mio, [holding]))).toMatchObject({
      ok: false,
      error: { code: 'not_holder' },
    })
    expect(market.states()).toEqual(before)
  })

  test('[A34] a replaced certificate cannot be handed over', async () => {
    const before = market.states()
    expect(await mio.member.ask('issuer.transfer', transfer(ren, mio, spent))).toMatchObject({
      ok: false,
      error: { code: 'certificate_superseded' },
    })
    expect(market.states()).toEqual(before)
  })

  test('[A35] a certificate that is on offer cannot be offered again', async () => {
    const own = await market.give(ren, 10n)
    const { receptionNumber } = must(await ren.member.ask('exchange.order', sell(ren, [own])))
    await market.quiet()
    const before = market.states()
    expect(await ren.member.ask('exchange.order', sell(ren, [own]))).toMatchObject({
      ok: false,
      error: { code: 'certificate_locked' },
    })
    expect(market.states()).toEqual(before)
    must(await ren.member.ask('exchange.cancel', { receptionNumber }))
    // At once: one of the two is received.
    const both = await Promise.all([1, 2].map(() => ren.member.ask('exchange.order', sell(ren, [own]))))
    expect(both.map((each) => (each.ok ? 'ok' : each.error.code)).sort()).toEqual(['certificate_locked', 'ok'])
    for (const each of both)
      if (each.ok) must(await ren.member.ask('exchange.cancel', { receptionNumber: each.value.receptionNumber }))
  })
})

describe('purchases without money', () => {
  test('[A40] a buy order beyond the balance is refused; book, money and register are the same', async () => {
    const before = await sums()
    expect(await kaz.member.ask('exchange.order', buy(kaz, 1n))).toMatchObject({
      ok: false,
      error: { code: 'insufficient_funds' },
    })
    expect(await sums()).toEqual(before)
  })

  test('[A40] what an order reserves cannot be withdrawn', async () => {
    const { receptionNumber } = must(await mio.member.ask('exchange.order', buy(mio, 100n)))
    await market.quiet()
    const before = market.states()
    const withdrawal = {
      userId: mio.member.userId,
      currency: CURRENCY,
      amountMinor: 900_001n,
      reference: 'out 1',
      operator: 'test',
    }
    expect(await operator.settlement.ask('settlement.withdraw', withdrawal)).toMatchObject({
      ok: false,
      error: { code: 'reserved' },
    })
    expect(market.states()).toEqual(before)
    must(await mio.member.ask('exchange.cancel', { receptionNumber }))
  })
})

describe('the book', () => {
  test('[A38] an order does not trade with one of the same owner', async () => {
    const own = await market.give(ren, 10n)
    const resting = must(await ren.member.ask('exchange.order', sell(ren, [own])))
    const before = await sums()
    const { receptionNumber } = must(await ren.member.ask('exchange.order', buy(ren, 10n)))
    expect(await statusOf(ren, receptionNumber)).toMatchObject({ state: 'cancelled', reason: 'self_trade_prevented' })
    const { currencies } = must(await operator.settlement.ask('settlement.totals', {}))
    expect(currencies).toMatchObject([{ heldMinor: 0n }])
    expect(await statusOf(ren, resting.receptionNumber)).toMatchObject({ state: 'open', filled: 0n })
    expect(must(await operator.exchange.ask('exchange.totals', {})).bookHash).toBe(before.bookHash)
    must(await ren.member.ask('exchange.cancel', { receptionNumber: resting.receptionNumber }))
  })

  test('[A38] changes that race one another leave no crossed book', async () => {
    const own = await market.give(ren, 10n)
    const at = (limitMinor: bigint) => ({ price: { kind: 'limit', limitMinor } as const })
    const ask = must(await ren.member.ask('exchange.order', sell(ren, [own], at(1_100n))))
    const bid = must(await mio.member.ask('exchange.order', buy(mio, 10n, at(900n))))
    const replace = (receptionNumber: string) => ({ receptionNumber, quantity: 10n, ...at(REFERENCE_MINOR) })
    const raced = await Promise.all([
      ren.member.ask('exchange.replace', replace(ask.receptionNumber)),
      mio.member.ask('exchange.replace', replace(bid.receptionNumber)),
    ])
    expect(raced.map(({ ok }) => ok)).toEqual([true, true])
    expect(await statusOf(ren, ask.receptionNumber)).toMatchObject({ state: 'filled', filled: 10n })
    expect(must(await mio.member.ask('exchange.book', { ...KAWA, levels: 5 }))).toMatchObject({ bids: [], asks: [] })
  })
})

describe('account numbers', () => {
  test.each([
    [
      'an account to open',
      'settlement.open-account',
      async (id: string) => ({ account: await mio.member.sealed(id), name: 'Kaz Ueno', currency: CURRENCY }),
    ],
    ['an inquiry', 'settlement.account', async (id: string) => ({ account: await mio.member.sealed(id) })],
  ] as const)(
    '[A20] cut from another’s message and pasted into %s: refused, nothing changes',
    async (_title, operation, body) => {
      await market.quiet()
      const before = market.states()
      expect(await kaz.member.ask(operation, body as never)).toMatchObject({
        ok: false,
        error: { code: 'account_not_bound_to_signer' },
      })
      expect(market.states()).toEqual(before)
    },
  )

  test('[A20] pasted into an order: refused; book, money and register are the same', async () => {
    const before = await sums()
    const order = async (id: string) => buy(kaz, 1n, { settlementAccount: await mio.member.sealed(id) })(id)
    expect(await kaz.member.ask('exchange.order', order)).toMatchObject({
      ok: false,
      error: { code: 'account_not_bound_to_signer' },
    })
    expect(await sums()).toEqual(before)
  })

  test('[A20] pasted into a subscription: refused, no money and no share moves', async () => {
    const terms = 'One vote a share.'
    const offered = must(
      await operator.issuer.ask('issuer.offer', {
        ...KAWA,
        terms,
        priceMinor: 1_000n,
        quantity: 100n,
        opensAt: Date.now() - 1_000,
        closesAt: Date.now() + 60_000,
        operator: 'test',
      }),
    )
    const ground = {
      kind: 'offering',
      offeringNumber: offered.offeringNumber,
      termsHash: await sha256Base64Url(toUtf8(terms)),
    } as const
    const { settlement } = await sums()
    const totals = must(await operator.issuer.ask('issuer.totals', {}))
    const request = async (id: string) => ({
      ...(await issue(kaz, 1n, ground)(id)),
      dividendAccount: await mio.member.sealed(id),
    })
    expect(await kaz.member.ask('issuer.issue', request)).toMatchObject({
      ok: false,
      error: { code: 'account_not_bound_to_signer' },
    })
    expect((await sums()).settlement).toBe(settlement)
    expect(must(await operator.issuer.ask('issuer.totals', {}))).toEqual(totals)
  })

  test('[A23] trying out account numbers tells nothing and ends after five', async () => {
    await market.quiet()
    const before = market.states()
    const answers: string[] = []
    // One of them is a real account, another has no account's form.
    for (const account of [
      '10000000000000',
      mio.member.account,
      '10000000000001',
      '10000000000002',
      '7'.repeat(16),
      '10000000000003',
      '10000000000004',
    ]) {
      const answer = await kaz.member.ask('settlement.account', async (id) => ({
        account: await kaz.member.sealed(id, account),
      }))
      answers.push(answer.ok ? 'ok' : `${answer.error.code} ${answer.error.message}`)
    }
    expect(new Set(answers.slice(0, 5)).size).toBe(1)
    expect(answers[0]).toMatch(/^account_unknown /)
    expect(answers.slice(5).map((answer) => answer.split(' ')[0])).toEqual(['rate_limited', 'rate_limited'])
    expect(market.states()).toEqual(before)
  })
})
