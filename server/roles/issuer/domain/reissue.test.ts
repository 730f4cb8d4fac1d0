import { describe, expect, test } from 'vitest'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { Sender } from '../../../commit/decision.ts'
import {
  ALICE,
  AT,
  BOB,
  CAROL,
  certificateIn,
  COMMON,
  DAY,
  EXCHANGE,
  issueBody,
  Issuer,
  matchOf,
  OPERATOR,
  saleOf,
  settingsWith,
  signed,
  type Held,
} from '../issuer-fixture.ts'

type Ground = RequestBody<'issuer.reissue'>['ground']
type Request = RequestBody<'issuer.reissue'>

const request = (ground: Ground, change: Partial<Request> = {}): Request => ({
  userId: ALICE.name,
  ...COMMON,
  ground,
  ...change,
})

async function start(settings = settingsWith()) {
  const issuer = new Issuer(settings)
  const one = await issuer.give(ALICE, 100n, { conditionsOfIssue: 'founders' })
  const two = await issuer.give(ALICE, 50n, { conditionsOfIssue: 'second round', acquiredAt: AT - DAY })
  const other = await issuer.give(CAROL, 30n)
  return { issuer, one, two, other }
}

type Given = Awaited<ReturnType<typeof start>>

interface Row {
  readonly title: string
  readonly code: string
  readonly request: (given: Given) => Request
  readonly sender?: Sender
}

const forged = (): string =>
  signed({ typ: 'kabuken.share-certificate', signer: ALICE.name, role: 'investor', payload: {} })

const rows: readonly Row[] = [
  {
    title: '[RE2] the user ID is the signer',
    code: 'wrong_user',
    sender: BOB,
    request: ({ one }) => request({ kind: 'lost', certificateIds: [one.certificateId] }),
  },
  {
    title: '[A33] what is surrendered is signed by the issuer',
    code: 'not_issuer_of_class',
    request: () => request({ kind: 'damaged', certificates: [forged()] }),
  },
  {
    title: '[RE2] the class is one whose register is kept here',
    code: 'unknown_class',
    request: ({ one }) => request({ kind: 'lost', certificateIds: [one.certificateId] }, { security: 'OTHER' }),
  },
  {
    title: '[RE3] what is surrendered names the owner',
    code: 'not_holder',
    request: ({ one, other }) => request({ kind: 'consolidation', certificates: [one.jws, other.jws] }),
  },
  {
    title: '[RE2] a lost certificate is the owner’s',
    code: 'not_holder',
    request: ({ other }) => request({ kind: 'lost', certificateIds: [other.certificateId] }),
  },
  {
    title: '[RE2] a lost certificate is in the register',
    code: 'certificate_unknown',
    request: () => request({ kind: 'lost', certificateIds: ['Z'.repeat(26)] }),
  },
  {
    title: '[RE3] what is surrendered is of this class',
    code: 'certificate_mismatch',
    request: ({ one }) => request({ kind: 'damaged', certificates: [one.jws] }, { shareClass: 'preferred' }),
  },
  {
    title: '[RE2] what is lost is of this class',
    code: 'certificate_mismatch',
    request: ({ one }) => request({ kind: 'lost', certificateIds: [one.certificateId] }, { shareClass: 'preferred' }),
  },
  {
    title: '[RE3] a certificate counts once',
    code: 'duplicate_certificate',
    request: ({ one }) => request({ kind: 'consolidation', certificates: [one.jws, one.jws] }),
  },
  {
    title: '[RE3] the parts of a split add up: too few',
    code: 'quantities_differ',
    request: ({ one }) => request({ kind: 'split', certificate: one.jws, quantities: [50n, 49n] }),
  },
  {
    title: '[RE3] the parts of a split add up: too many',
    code: 'quantities_differ',
    request: ({ one }) => request({ kind: 'split', certificate: one.jws, quantities: [50n, 51n] }),
  },
]

describe('reissue', () => {
  test.each(rows)('$title: $code', async ({ request: make, code, sender }) => {
    const given = await start()
    expect(await given.issuer.code('issuer.reissue', sender ?? ALICE, make(given))).toBe(code)
  })

  test('[RE2] lost: the old ID is retired as lost, a new one given for as many shares, and collected', async () => {
    const { issuer, one } = await start()
    issuer.at += 1000
    const { reply } = await issuer.done(
      'issuer.reissue',
      ALICE,
      request({ kind: 'lost', certificateIds: [one.certificateId] }),
    )
    expect(reply).toMatchObject({
      reissueNumber: 'RE-00000001',
      retired: [one.certificateId],
      certificates: [{ quantity: 100n, userId: ALICE.name }],
    })
    expect(issuer.entry(one.certificateId)).toMatchObject({ state: 'lost', retiredBy: 'RE-00000001' })
    const held = await issuer.collect(ALICE, 100n, { kind: 'reissue', reissueNumber: reply.reissueNumber })
    expect(held).toMatchObject({ certificateNumber: one.certificateNumber, quantity: 100n, issuedAt: AT + 1000 })
    expect(issuer.entry(held.certificateId)).toMatchObject({ acquiredAt: BigInt(AT), enteredBy: 'RE-00000001' })
    expect(issuer.view.get('reissues', 'RE-00000001')).toMatchObject({ ground: 'lost', userId: ALICE.name })
  })

  test.each([
    ['damaged', (one: Held, two: Held): Ground => ({ kind: 'damaged', certificates: [one.jws, two.jws] }), [100n, 50n]],
    ['renewal', (one: Held): Ground => ({ kind: 'renewal', certificates: [one.jws] }), [100n]],
    ['withdrawal', (one: Held): Ground => ({ kind: 'withdrawal', certificate: one.jws }), [100n]],
    [
      'split',
      (one: Held): Ground => ({ kind: 'split', certificate: one.jws, quantities: [1n, 2n, 97n] }),
      [1n, 2n, 97n],
    ],
    [
      'consolidation',
      (one: Held, two: Held): Ground => ({ kind: 'consolidation', certificates: [one.jws, two.jws] }),
      [150n],
    ],
  ])('[RE3] [TF5] %s: quantities add up, the old IDs are worthless', async (_, ground, quantities) => {
    const { issuer, one, two } = await start()
    const { reply } = await issuer.done('issuer.reissue', ALICE, request(ground(one, two)))
    expect(reply.certificates.map(({ quantity }) => quantity)).toEqual(quantities)
    expect(reply.retired.map((id) => issuer.entry(id).state)).toEqual(reply.retired.map(() => 'retired'))
    const number = { kind: 'reissue', reissueNumber: reply.reissueNumber } as const
    const sum = quantities.reduce((total, quantity) => total + quantity, 0n)
    const collected = await issuer.done('issuer.issue', ALICE, issueBody(ALICE, sum, number))
    expect(collected.reply.certificates.map((jws) => certificateIn(jws).quantity)).toEqual(quantities)
    expect(await issuer.code('issuer.reissue', ALICE, request(ground(one, two)))).toBe('certificate_superseded')
    expect(await issuer.code('issuer.issue', BOB, issueBody(BOB, sum, number))).toBe('not_entitled')
  })

  test('[RE3] one for one keeps the certificate number; new denominations get new ones', async () => {
    const { issuer, one, two } = await start()
    const renewed = await issuer.done('issuer.reissue', ALICE, request({ kind: 'renewal', certificates: [one.jws] }))
    expect(issuer.entry(renewed.reply.certificates[0]?.certificateId ?? '').certificateNumber).toBe(
      one.certificateNumber,
    )
    const split = await issuer.done(
      'issuer.reissue',
      ALICE,
      request({ kind: 'split', certificate: two.jws, quantities: [25n, 25n] }),
    )
    const numbers = split.reply.certificates.map(({ certificateId }) => issuer.entry(certificateId).certificateNumber)
    expect(new Set([one.certificateNumber, two.certificateNumber, ...numbers]).size).toBe(4)
  })

  test('[RE3] a consolidated certificate has all conditions of issue and the latest day of acquisition', async () => {
    const { issuer, one, two } = await start()
    const ground = { kind: 'consolidation', certificates: [two.jws, one.jws] } as const
    const { reply } = await issuer.done('issuer.reissue', ALICE, request(ground as unknown as Ground))
    expect(issuer.entry(reply.certificates[0]?.certificateId ?? '')).toMatchObject({
      conditionsOfIssue: 'second round; founders',
      acquiredAt: BigInt(AT),
    })
  })

  test('[RE3] conditions that are too long together are not joined', async () => {
    const issuer = new Issuer()
    const one = await issuer.give(ALICE, 1n, { conditionsOfIssue: 'a'.repeat(300) })
    const two = await issuer.give(ALICE, 1n, { conditionsOfIssue: 'b'.repeat(300) })
    const ground: Ground = { kind: 'consolidation', certificates: [one.jws, two.jws] }
    expect(await issuer.code('issuer.reissue', ALICE, request(ground))).toBe('conditions_too_long')
  })

  test('[RE3] only as many certificates as one answer can carry', async () => {
    const parts = (count: number): bigint[] => Array.from({ length: count }, () => 5n)
    const long = await start(settingsWith({ classTerms: '転'.repeat(2000) }))
    const ground = { kind: 'split', certificate: long.one.jws, quantities: parts(20) } as const
    expect(await long.issuer.code('issuer.reissue', ALICE, request(ground))).toBe('too_many_certificates')
    const short = await start()
    expect(
      await short.issuer.code('issuer.reissue', ALICE, request({ ...ground, certificate: short.one.jws })),
    ).toBeUndefined()
  })

  test('[RE2] a stopped certificate is not reissued', async () => {
    const { issuer, one } = await start()
    const stop = { certificateId: one.certificateId, stopped: true, ground: 'court order', operator: 'Olga' }
    await issuer.done('issuer.stop', OPERATOR, stop)
    const ground: Ground = { kind: 'lost', certificateIds: [one.certificateId] }
    expect(await issuer.code('issuer.reissue', ALICE, request(ground))).toBe('certificate_stopped')
  })

  test('[RE4] reissuing what is on offer retires the ID, so the order moves nothing; the exchange is told', async () => {
    const { issuer, one } = await start()
    await issuer.done('issuer.list-demand', EXCHANGE, COMMON)
    const sale = saleOf(ALICE, [one])
    const first = await issuer.done('issuer.match-transfer', EXCHANGE, matchOf(sale, one.certificateId, 40n))
    const rest = first.reply.remainder?.certificateId ?? ''
    const { reply, messages } = await issuer.done(
      'issuer.reissue',
      ALICE,
      request({ kind: 'lost', certificateIds: [rest] }),
    )
    expect(messages).toMatchObject([
      { to: { userId: EXCHANGE.name }, body: { kind: 'change', removed: [rest], added: [{ userId: ALICE.name }] } },
    ])
    const next = reply.certificates[0]?.certificateId ?? ''
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(sale, rest, 10n))).toBe(
      'certificate_superseded',
    )
    expect(await issuer.code('issuer.match-transfer', EXCHANGE, matchOf(sale, next, 10n))).toBe('certificate_mismatch')
  })
})
