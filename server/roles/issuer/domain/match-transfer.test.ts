import { describe, expect, test } from 'vitest'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  ALICE,
  AT,
  BOB,
  CAROL,
  DAY,
  EXCHANGE,
  Issuer,
  investor,
  matchOf,
  OPERATOR,
  saleOf,
  settingsWith,
  signed,
  type Held,
} from '../issuer-fixture.ts'

type Match = RequestBody<'issuer.match-transfer'>
type Make = (held: Held, other: Held) => Match

const OTHER_EXCHANGE: Sender = { ...EXCHANGE, name: 'exc-0000000002' }

interface Row {
  readonly title: string
  readonly code: string
  readonly match: Make
  readonly sender?: Sender
}

const whole =
  (change: Partial<Match>): Make =>
  (held) =>
    matchOf(saleOf(ALICE, [held]), held.certificateId, 100n, change)

/** In the order of the steps; `held` is Alice's certificate of 100 shares, `other` is Carol's of 50. */
const rows: readonly Row[] = [
  {
    title: '[TR5] S102-104: the order bears the seller’s signature',
    code: 'bad_signature',
    match: (held) => matchOf(saleOf(ALICE, [held], { signer: 'forger' }), held.certificateId, 100n),
  },
  {
    title: '[A13] S102-104: the order is an order',
    code: 'wrong_typ',
    match: (held) => matchOf(saleOf(ALICE, [held], { typ: 'kabuken.order.cancel' }), held.certificateId, 100n),
  },
  {
    title: '[TR5] S102-104: the order is an investor’s',
    code: 'wrong_role',
    match: (held) => matchOf(saleOf(ALICE, [held], { role: 'exchange' }), held.certificateId, 100n),
  },
  {
    title: '[TR5] S102-104: the order is sent by its signer',
    code: 'wrong_sender',
    match: (held) => matchOf(saleOf(ALICE, [held], { from: BOB.name }), held.certificateId, 100n),
  },
  {
    title: '[TR5] S102-104: the order has the form of one',
    code: 'bad_amount',
    match: (held) => matchOf(saleOf(ALICE, [held], { body: { quantity: '0' } }), held.certificateId, 100n),
  },
  {
    title: '[A33] S105-107: the certificate is signed by the issuer of the class',
    code: 'not_issuer_of_class',
    match: (held) => {
      const forged = {
        ...held,
        jws: signed({ typ: 'kabuken.share-certificate', signer: BOB.name, role: 'investor', payload: {} }),
      }
      return matchOf(saleOf(ALICE, [forged]), held.certificateId, 100n)
    },
  },
  {
    title: '[TR5] the class is one whose register is kept here',
    code: 'unknown_class',
    match: whole({ security: 'OTHER' }),
  },
  {
    title: '[TR5] the order was addressed to this exchange',
    code: 'order_mismatch',
    match: whole({}),
    sender: OTHER_EXCHANGE,
  },
  { title: '[TR5] the seller signed the order', code: 'order_mismatch', match: whole({ sellerUserId: CAROL.name }) },
  {
    title: '[TR5] the order is in the signer’s name',
    code: 'order_mismatch',
    match: (held) => matchOf(saleOf(ALICE, [held], { body: { userId: CAROL.name } }), held.certificateId, 100n),
  },
  { title: '[TR5] the order is for this class', code: 'order_mismatch', match: whole({ shareClass: 'preferred' }) },
  {
    title: '[TR5] the certificates attached are those that the order names',
    code: 'certificate_mismatch',
    match: (held, other) =>
      matchOf(saleOf(ALICE, [held], { body: { certificateIds: [other.certificateId] } }), held.certificateId, 100n),
  },
  {
    title: '[TR5] the certificates attached are the seller’s',
    code: 'certificate_mismatch',
    match: (_, other) => matchOf(saleOf(ALICE, [other]), other.certificateId, 50n),
  },
  {
    title: '[TR5] S108-110: the certificate ID is one of the order',
    code: 'certificate_mismatch',
    match: (held, other) => matchOf(saleOf(ALICE, [held]), other.certificateId, 50n),
  },
  {
    title: '[A36] S108-110: not more than the certificate has',
    code: 'exceeds_holding',
    match: (held) => matchOf(saleOf(ALICE, [held], { quantity: 200n }), held.certificateId, 101n),
  },
  {
    title: '[TR5] S108-110: not more than the order offers',
    code: 'exceeds_order',
    match: (held) => matchOf(saleOf(ALICE, [held], { quantity: 60n }), held.certificateId, 61n),
  },
  { title: '[TR5] the buyer is somebody else', code: 'self_transfer', match: whole({ buyerUserId: ALICE.name }) },
]

async function start(settings = settingsWith()) {
  const issuer = new Issuer(settings)
  const held = await issuer.give(ALICE, 100n)
  const other = await issuer.give(CAROL, 50n)
  return { issuer, held, other }
}

describe('registration of a match', () => {
  test.each(rows)('$title: $code', async ({ match, code, sender }) => {
    const { issuer, held, other } = await start()
    expect(await issuer.code('issuer.match-transfer', sender ?? EXCHANGE, match(held, other))).toBe(code)
  })

  test('[TR5] a buy order transfers nothing', async () => {
    const { issuer, held } = await start()
    const {
      certificateIds: _ids,
      certificates: _certificates,
      ...members
    } = {
      certificateIds: [],
      certificates: [],
      side: 'buy',
      security: 'HOSHI',
      shareClass: 'common',
      price: { kind: 'market' },
      currency: 'JPY',
      quantity: '100',
      timeInForce: { kind: 'day' },
      userId: ALICE.name,
      settlementAccount: 'a.b.c.d.e',
      name: 'Alice',
      postalAddress: 'Tokyo',
    }
    const payload = {
      id: 'order-0000000000001',
      from: ALICE.name,
      to: EXCHANGE.name,
      at: '2026-04-01T09:00:00.000Z',
      body: members,
    }
    const order = signed({ typ: 'kabuken.exchange.order', signer: ALICE.name, role: 'investor', payload })
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(order, held.certificateId, 1n))).toBe(
      'order_mismatch',
    )
  })

  test('[TR5] S114-119: the old ID is retired, the buyer entered under a new one; the number stays with the shares', async () => {
    const { issuer, held } = await start()
    issuer.at += 1000
    const match = matchOf(saleOf(ALICE, [held]), held.certificateId, 100n)
    const { reply, events } = await issuer.done('issuer.match-transfer', EXCHANGE, match)
    expect(reply).toMatchObject({
      matchNumber: match.matchNumber,
      transferNumber: 'TR-0000000001',
      transferred: { quantity: 100n, userId: BOB.name },
      listSequence: 3n,
    })
    expect(reply.remainder).toBeUndefined()
    expect(reply.requestHash).toMatch(/^[\w-]{43}$/)
    expect(issuer.entry(held.certificateId)).toMatchObject({
      state: 'retired',
      retiredBy: 'TR-0000000001',
      retiredAt: BigInt(AT + 1000),
      currentHolder: null,
      currentClass: null,
    })
    expect(issuer.entry(reply.transferred.certificateId)).toMatchObject({
      state: 'live',
      certificateNumber: held.certificateNumber,
      holderName: 'Bob',
      postalAddress: '2-2 Umeda, Osaka',
      conditionsOfIssue: 'founders',
      dividendAccount: null,
      acquiredAt: BigInt(AT + 1000),
    })
    const { reply: page } = await issuer.done('issuer.history', OPERATOR, {})
    expect(page.entries).toEqual([
      {
        transferNumber: 'TR-0000000001',
        security: 'HOSHI',
        shareClass: 'common',
        certificateId: held.certificateId,
        newCertificateId: reply.transferred.certificateId,
        quantity: 100n,
        buyerUserId: BOB.name,
        sellerUserId: ALICE.name,
        cause: 'trade',
        matchNumber: match.matchNumber,
        at: AT + 1000,
      },
    ])
    expect(events.map(({ topic, kind }) => [topic, kind])).toEqual([
      [`user:${ALICE.name}`, 'transfer-registered'],
      [`user:${BOB.name}`, 'to-collect'],
    ])
    // Trading is anonymous: the seller is not told who bought.
    expect(JSON.stringify(events[0]?.body)).not.toContain(BOB.name)
  })

  test('[TR3] a division gives both parts new IDs and numbers; the order stands for the rest, and for no more than it offers', async () => {
    const { issuer, held } = await start()
    const sale = saleOf(ALICE, [held], { quantity: 90n })
    const first = await issuer.done('issuer.match-transfer', EXCHANGE, matchOf(sale, held.certificateId, 60n))
    const rest = first.reply.remainder
    expect(rest).toMatchObject({ quantity: 40n, userId: ALICE.name })
    const made = [first.reply.transferred.certificateId, rest?.certificateId ?? ''].map((id) => issuer.entry(id))
    expect(new Set([held.certificateNumber, ...made.map((entry) => entry.certificateNumber)]).size).toBe(3)
    expect(made[1]).toMatchObject({ acquiredAt: BigInt(AT), conditionsOfIssue: 'founders', holderName: ALICE.name })
    const next = rest?.certificateId ?? ''
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(sale, next, 31n))).toBe('exceeds_order')
    const foreign = saleOf(ALICE, [held], { quantity: 91n })
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(foreign, next, 1n))).toBe(
      'certificate_mismatch',
    )
    const second = await issuer.done('issuer.match-transfer', EXCHANGE, matchOf(sale, next, 30n))
    expect(second.reply).toMatchObject({ transferred: { quantity: 30n }, remainder: { quantity: 10n } })
    const last = second.reply.remainder?.certificateId ?? ''
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(sale, last, 1n))).toBe('exceeds_order')
  })

  test('[P5] [TR6] asked anew for the same match, the issuer answers what it registered, and registers nothing', async () => {
    const { issuer, held } = await start()
    const match = matchOf(saleOf(ALICE, [held]), held.certificateId, 60n)
    const first = await issuer.done('issuer.match-transfer', EXCHANGE, match)
    const { transferred } = first.reply
    await issuer.collect(BOB, 60n, { kind: 'transfer', transferNumber: first.reply.transferNumber })
    const before = issuer.stored()
    const again = await issuer.done('issuer.match-transfer', EXCHANGE, match)
    expect(issuer.stored()).toBe(before)
    expect(again).toMatchObject({ messages: [], events: [], reply: { ...first.reply, requestHash: expect.anything() } })
    expect(again.reply.requestHash).not.toBe(first.reply.requestHash)
    expect(transferred).toMatchObject({ quantity: 60n, userId: BOB.name })
    for (const other of [{ quantity: 59n }, { buyerUserId: CAROL.name }])
      expect(await issuer.code('issuer.match-transfer', EXCHANGE, { ...match, ...other })).toBe('duplicate_match')
  })

  test('[A35] offered at two exchanges at once, one match is registered; the other exchange is told that the ID is no more', async () => {
    const { issuer, held } = await start()
    const other = { ...EXCHANGE, name: 'exc-0000000002' }
    const here = matchOf(saleOf(ALICE, [held]), held.certificateId, 60n)
    const there = matchOf(saleOf(ALICE, [held], { to: other.name }), held.certificateId, 60n)
    const { reply } = await issuer.done('issuer.match-transfer', EXCHANGE, here)
    expect(await issuer.ask('issuer.match-transfer', other, there)).toMatchObject({
      error: { code: 'certificate_superseded', details: { retiredBy: reply.transferNumber } },
    })
  })

  test('[P5] one match number registers once', async () => {
    const { issuer, held, other } = await start()
    const match = matchOf(saleOf(ALICE, [held]), held.certificateId, 60n)
    await issuer.done('issuer.match-transfer', EXCHANGE, match)
    const again = matchOf(saleOf(CAROL, [other]), other.certificateId, 50n, {
      sellerUserId: CAROL.name,
      matchNumber: match.matchNumber,
    })
    expect(await issuer.ask('issuer.match-transfer', EXCHANGE, again)).toMatchObject({
      error: { code: 'duplicate_match', details: { transferNumber: 'TR-0000000001' } },
    })
    // Another exchange counts its own matches.
    const elsewhere = { ...again, sellOrder: saleOf(CAROL, [other], { to: OTHER_EXCHANGE.name }) }
    expect(await issuer.code('issuer.match-transfer', OTHER_EXCHANGE, elsewhere)).toBeUndefined()
  })

  test('[A34] S111-113: a certificate that was transferred is superseded, with when and by what', async () => {
    const { issuer, held } = await start()
    const sale = saleOf(ALICE, [held], { quantity: 200n })
    await issuer.done('issuer.match-transfer', EXCHANGE, matchOf(sale, held.certificateId, 100n))
    expect(await issuer.ask('issuer.match-transfer', EXCHANGE, matchOf(sale, held.certificateId, 100n))).toMatchObject({
      error: {
        code: 'certificate_superseded',
        details: { retiredAt: '2026-04-01T09:00:00.000Z', retiredBy: 'TR-0000000001' },
      },
    })
  })

  test('[TR5] S111-113: a stopped certificate does not move, a released one does', async () => {
    const { issuer, held } = await start()
    const { certificateId } = held
    const match = () => matchOf(saleOf(ALICE, [held]), certificateId, 100n)
    const stop = { certificateId, ground: 'reported stolen', operator: 'Olga' }
    await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: true })
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match())).toBe('certificate_stopped')
    await issuer.done('issuer.stop', OPERATOR, { ...stop, stopped: false })
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match())).toBeUndefined()
  })

  test('[TR5] S111-113: the register decides whose the certificate is', async () => {
    const { issuer, held, other } = await start()
    // As if the issuer's own key had signed Carol's ID over to Alice.
    const payload = { ...JSON.parse(Buffer.from(held.jws.split('.')[1] ?? '', 'base64url').toString()).payload }
    const jws = signed({
      typ: 'kabuken.share-certificate',
      signer: 'iss-0000000001',
      role: 'issuer',
      payload: { ...payload, certificateId: other.certificateId },
    })
    const bent = { ...held, jws, certificateId: other.certificateId }
    const match = matchOf(saleOf(ALICE, [bent]), other.certificateId, 50n)
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match)).toBe('not_holder')
    const nowhere = 'Z'.repeat(26)
    const unknown = { ...held, certificateId: nowhere }
    unknown.jws = signed({
      typ: 'kabuken.share-certificate',
      signer: 'iss-0000000001',
      role: 'issuer',
      payload: { ...payload, certificateId: nowhere },
    })
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(saleOf(ALICE, [unknown]), nowhere, 1n))).toBe(
      'certificate_unknown',
    )
  })

  test('[TR1] an expired certificate is renewed before it moves', async () => {
    const { issuer, held } = await start(settingsWith({ certificateValidityDays: 1 }))
    const match = () => matchOf(saleOf(ALICE, [held]), held.certificateId, 100n)
    issuer.at = AT + DAY + 1
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match())).toBe('certificate_expired')
    issuer.at = AT + DAY
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match())).toBeUndefined()
  })

  test.each([
    ['not_transferable', 'not_transferable'],
    ['company_approval', 'transfer_restricted'],
  ])('[TR1] shares that are %s are not traded', async (transferRestriction, code) => {
    const { issuer, held } = await start(settingsWith({ transferRestriction }))
    const match = matchOf(saleOf(ALICE, [held]), held.certificateId, 100n)
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, match)).toBe(code)
  })

  test('[P7] of several uses of one certificate exactly one wins', async () => {
    const { issuer, held } = await start()
    const buyers = Array.from({ length: 16 }, (_, index) =>
      investor(`inv-buyer0000${index.toString().padStart(2, '0')}`),
    )
    const codes = await Promise.all(
      buyers.map((buyer) =>
        issuer.code(
          'issuer.match-transfer',
          EXCHANGE,
          matchOf(saleOf(ALICE, [held], { quantity: 5000n }), held.certificateId, 100n, { buyerUserId: buyer.name }),
        ),
      ),
    )
    expect(codes.filter((code) => code === undefined)).toHaveLength(1)
    expect(codes.filter((code) => code === 'certificate_superseded')).toHaveLength(15)
  })
})
