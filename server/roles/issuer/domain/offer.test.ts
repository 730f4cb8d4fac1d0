import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import { ALICE, AT, COMMON, DAY, Issuer, OPERATOR, settingsWith } from '../issuer-fixture.ts'
import { issuerSettings } from '../settings.ts'

const body: RequestBody<'issuer.offer'> = {
  ...COMMON,
  terms: 'Hoshi Kogyo offers 400 shares.',
  priceMinor: 1200n,
  quantity: 400n,
  opensAt: AT,
  closesAt: AT + DAY,
  operator: 'Olga',
}

describe('offering', () => {
  test('[IS1] an offering is published with the hash of its terms, until it closes', async () => {
    const issuer = new Issuer()
    const { reply } = await issuer.done('issuer.offer', OPERATOR, body)
    const { operator: _, ...published } = body
    const termsHash = createHash('sha256').update(body.terms).digest('base64url')
    expect(reply).toEqual({
      ...published,
      offeringNumber: 'OF-000001',
      companyName: 'Hoshi Kogyo',
      termsHash,
      currency: 'JPY',
      subscribed: 0n,
    })
    const { reply: page } = await issuer.done('issuer.offerings', ALICE, {})
    expect(page).toMatchObject({ offerings: [reply], more: false })
    issuer.at = body.closesAt
    expect((await issuer.done('issuer.offerings', ALICE, {})).reply.offerings).toEqual([])
  })

  test('[IS1] long terms make pages that fit a message; the classes come with the first', async () => {
    const issuer = new Issuer()
    for (let i = 0; i < 5; i += 1) {
      await issuer.done('issuer.offer', OPERATOR, { ...body, quantity: 1n, terms: `${i}`.padEnd(12_000, 'x') })
    }
    const first = (await issuer.done('issuer.offerings', ALICE, {})).reply
    expect(first.offerings).toHaveLength(2)
    expect(first).toMatchObject({ more: true, classes: [{}, {}] })
    const second = (await issuer.done('issuer.offerings', ALICE, { after: 'OF-000002' })).reply
    expect(second).toMatchObject({ offerings: [{ offeringNumber: 'OF-000003' }, {}], classes: [], more: true })
    expect((await issuer.done('issuer.offerings', ALICE, { after: 'OF-000004' })).reply.more).toBe(false)
  })

  test.each([
    ['a class of another register', { security: 'OTHER' }, 'unknown_class'],
    ['a period that ends before it begins', { opensAt: AT + 2, closesAt: AT + 1 }, 'bad_period'],
    ['a period that has ended', { opensAt: AT - 2, closesAt: AT }, 'bad_period'],
    ['terms that fit no message', { terms: '株'.repeat(8193) }, 'terms_too_long'],
    ['more than is authorised', { quantity: 1001n }, 'exceeds_authorised'],
  ])('[IS1] %s is refused', async (_, change, code) => {
    const issuer = new Issuer()
    expect(await issuer.code('issuer.offer', OPERATOR, { ...body, ...change })).toBe(code)
  })

  test('[IS1] settings name the class that is given twice', () => {
    expect(() => settingsWith({ shareClass: 'preferred' })).toThrow('given twice')
  })

  test('[IS1] settings: the terms of all classes fit one message', () => {
    const long = { classTerms: '株'.repeat(2000) }
    expect(() => settingsWith(long)).not.toThrow()
    const { agent, classes } = settingsWith(long)
    const more = classes.map((each) => ({ ...each, security: 'KASEI' }))
    expect(() => z.encode(issuerSettings, { agent, classes: [...classes, ...more] })).toThrow('too long')
    expect(() => settingsWith({ classTerms: 'x'.repeat(2001) })).toThrow('classTerms')
  })
})
