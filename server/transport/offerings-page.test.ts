import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Offering, ShareClassTerms } from '../../shared/documents/offering.ts'
import { chooseLanguage, escapeHtml, offeringsPage } from './offerings-page.ts'

const day = 24 * 3_600_000
const now = Date.parse('2026-04-01T09:00:00Z')

function offering(change: Partial<Offering> = {}): Offering {
  return {
    offeringNumber: 'OF-000001',
    companyName: 'Hoshi Works K.K.',
    security: 'HOSHI',
    shareClass: 'common',
    terms: 'Payment in full.\nOne subscriber, one certificate.',
    termsHash: 'h'.repeat(43),
    priceMinor: 1500n,
    currency: 'JPY',
    quantity: 10_000n,
    subscribed: 2_500n,
    opensAt: now - day,
    closesAt: now + day,
    ...change,
  }
}

const terms: ShareClassTerms = {
  companyName: 'Hoshi Works K.K.',
  incorporatedOn: '1998-10-01',
  security: 'HOSHI',
  shareClass: 'common',
  authorised: 100_000n,
  issued: 20_000n,
  currency: 'JPY',
  transferRestriction: 'company_approval',
}

const asked = (query = '', acceptLanguage = '') => ({ query: new URLSearchParams(query), acceptLanguage })
const page = (offerings: readonly Offering[], query = '', at = now): string =>
  String(offeringsPage(offerings, [terms], at, asked(query)).body)

describe('[IS1] page of the offerings', () => {
  test('shows price, quantity, what is left, period and terms', () => {
    const html = page([offering()])
    for (const shown of [
      'Hoshi Works K.K., common',
      '¥1,500',
      '10,000',
      '7,500',
      '2026-03-31 09:00',
      'One subscriber, one certificate.',
      'h'.repeat(43),
    ])
      expect(html).toContain(shown)
  })

  test.each([
    [now - 2 * day, 'Opens later'],
    [now - day, 'Open'],
    [now + day - 1, 'Open'],
    [now + day, 'Closed'],
  ])('at %i the offering is %s', (at, state) => {
    expect(page([offering()], '', at)).toContain(`>${state}</span>`)
  })

  test('in Japanese', () => {
    const html = page([offering()], 'lang=ja')
    expect(html).toContain('<html lang="ja">')
    for (const shown of ['株式の募集', '普通株', '￥1,500', '会社の承認が必要']) expect(html).toContain(shown)
  })

  test('says so when there is nothing', () => {
    expect(page([])).toContain('Nothing is on offer at present.')
    expect(page([], 'lang=ja')).toContain('現在、募集中の株式はありません。')
  })

  test('an amount of 18 digits keeps every digit', () => {
    const html = page([offering({ priceMinor: 999_999_999_999_999_999n, currency: 'USD' })])
    expect(html).toContain('$9,999,999,999,999,999.99')
  })

  test('[A53] what people wrote is shown as text', () => {
    const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(1)>`
    const html = page([offering({ companyName: evil, terms: evil, classTerms: evil })])
    expect(html).not.toContain('<script')
    expect(html).not.toContain('<img')
    expect(html).toContain(escapeHtml(evil))
    expect(escapeHtml(evil)).toBe(
      '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img src=x onerror=alert(1)&gt;',
    )
  })

  test('its style is the one that the policy allows', () => {
    const reply = offeringsPage([], [], now, asked())
    const style = /<style>([^]*?)<\/style>/.exec(String(reply.body))?.[1] ?? ''
    expect(reply.styleHash).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`)
    expect(String(reply.body)).not.toContain('style="')
  })
})

describe('language', () => {
  test.each([
    ['', '', 'en'],
    ['', 'ja', 'ja'],
    ['', 'ja-JP,en;q=0.8', 'ja'],
    ['', 'en-GB,ja;q=0.9', 'en'],
    ['', 'fr, ja;q=0.3, en;q=0.2', 'ja'],
    ['', 'ja;q=0, de', 'en'],
    ['', 'nonsense;;q=,', 'en'],
    ['lang=en', 'ja', 'en'],
    ['lang=ja', 'en', 'ja'],
    ['lang=<script>', 'ja', 'ja'],
  ])('?%s with %j is %s', (query, header, language) => {
    expect(chooseLanguage(asked(query, header))).toBe(language)
  })
})
