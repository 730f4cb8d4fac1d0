import { describe, expect, test } from 'vitest'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { ALICE, AT, BOB, CAROL, COMMON, DAY, Issuer, OPERATOR } from '../issuer-fixture.ts'

type Allotment = RequestBody<'issuer.allot'>['allotments'][number]

const line = (change: Partial<Allotment> = {}): Allotment => ({
  ...COMMON,
  holderName: 'Alice',
  userId: ALICE.name,
  quantity: 100n,
  conditionsOfIssue: 'founders',
  ...change,
})

const allot = (...allotments: Allotment[]) => ({ allotments, operator: 'Olga' })

describe('allotment', () => {
  test('[IS5] named holders are entered and told that a certificate lies ready', async () => {
    const issuer = new Issuer()
    const { reply, events } = await issuer.done(
      'issuer.allot',
      OPERATOR,
      allot(
        line({ sourceId: 'CS-1', acquiredAt: AT - 365 * DAY, postalAddress: 'Tokyo' }),
        line({ userId: BOB.name, shareClass: 'preferred', quantity: 5n, sourceId: 'CS-2' }),
      ),
    )
    expect(reply.allotments).toMatchObject([
      { allotmentNumber: 'AL-00000001', userId: ALICE.name, certificateNumber: '00000001', quantity: 100n },
      { allotmentNumber: 'AL-00000002', userId: BOB.name, certificateNumber: '00000001', quantity: 5n },
    ])
    expect(issuer.entry(reply.allotments[0]?.certificateId ?? '')).toMatchObject({
      postalAddress: 'Tokyo',
      acquiredAt: BigInt(AT - 365 * DAY),
      enteredAt: BigInt(AT),
      collectWith: 'AL-00000001',
      enteredBy: 'AL-00000001',
    })
    expect(events[1]).toMatchObject({
      topic: `user:${BOB.name}`,
      kind: 'to-collect',
      body: { number: 'AL-00000002', shareClass: 'preferred', quantity: '5' },
    })
    expect(await issuer.totals()).toMatchObject([
      { issued: 100n, live: 100n },
      { issued: 5n, live: 5n },
    ])
  })

  test.each([
    ['a class of another register', line({ security: 'OTHER' }), 'unknown_class'],
    ['a source twice in one import', line({ sourceId: 'CS-1' }), 'duplicate_source'],
    ['more than is authorised, all together', line({ quantity: 901n }), 'exceeds_authorised'],
    ['an acquisition in the future', line({ acquiredAt: AT + 1 }), 'acquired_in_future'],
  ])('[IS5] all or none: %s is refused with its index', async (_, second, code) => {
    const issuer = new Issuer()
    const outcome = await issuer.ask('issuer.allot', OPERATOR, allot(line({ sourceId: 'CS-1' }), second))
    expect(outcome).toMatchObject({ ok: false, error: { code, details: { index: '1' } } })
    expect(issuer.entries()).toEqual([])
  })

  test('[IS5] what was imported once is not imported again; another security counts by itself', async () => {
    const issuer = new Issuer()
    await issuer.done('issuer.allot', OPERATOR, allot(line({ sourceId: 'CS-1' })))
    const again = allot(line({ userId: CAROL.name, sourceId: 'CS-1' }))
    expect(await issuer.code('issuer.allot', OPERATOR, again)).toBe('duplicate_source')
  })

  test('[IS5] the last authorised share can be allotted, not one more', async () => {
    const issuer = new Issuer()
    expect(await issuer.code('issuer.allot', OPERATOR, allot(line({ quantity: 1000n })))).toBeUndefined()
    expect(await issuer.code('issuer.allot', OPERATOR, allot(line({ quantity: 1n })))).toBe('exceeds_authorised')
  })
})
