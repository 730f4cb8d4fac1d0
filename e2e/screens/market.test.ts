import { afterAll, beforeAll, expect, test } from 'vitest'
import { depositForAll, offerShares } from './desk.ts'
import { savedBy, settledWallet } from './settled.ts'
import { SETTING_MS, STORY, within } from './limits.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
/** Subscribes and sells. */
let emi: WalletWindow
/** Buys and collects; in Japanese. */
let botan: WalletWindow

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  emi = await settledWallet(stage, { name: 'Emi Takamori', address: '41 Old Cedar Road', language: 'en' })
  botan = await settledWallet(stage, { name: '如月 牡丹', address: '芦屋市灯籠通12', language: 'ja' })
  await depositForAll(stage.market, 1_000_000n)
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

test('[IS1] [IS2] subscribes with agreement to the terms', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = emi
  await page.getByRole('link', { name: 'Offerings' }).click()
  await page.getByText('Nothing is offered at present').waitFor()
  await offerShares(stage.market)
  await page.getByRole('link', { name: 'Cash' }).click()
  await page.getByText('Nothing is on hold.').waitFor()
  await page.getByRole('link', { name: 'Offerings' }).click()
  await page.getByRole('heading', { name: 'Hoshizora Brewing' }).waitFor()
  const subscribe = page.getByRole('button', { name: 'Subscribe' })
  await page.getByLabel('Number of shares').fill('801')
  await page.getByText('This is more than is available in your account.').waitFor()
  await page.getByLabel('Number of shares').fill('100')
  await page.getByText('¥125,000').waitFor()
  expect(await subscribe.isDisabled()).toBe(true)
  await page.getByText('I have read the terms above and agree to them').click()
  await emi.look('offerings')
  await subscribe.click()
  await emi.sign()
  await page.getByText('Subscribed and paid. 1 certificate is in your wallet.').waitFor()
})

test(
  '[TR1] [TR3] [TR7] sells a part in the market: partly filled, and the remainder comes back',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const seller = emi.page
    const buyer = botan.page

    await buyer.getByRole('link', { name: '市場' }).click()
    await buyer.getByRole('link', { name: 'Hoshizora Brewing' }).click()
    await buyer.getByText('板に注文はありません。').first().waitFor()
    const calls = botan.calls.length
    await seller.getByRole('link', { name: 'Market' }).click()
    await seller.getByRole('link', { name: 'Hoshizora Brewing' }).waitFor()
    await seller.getByRole('link', { name: 'Hoshizora Brewing' }).click()
    await seller.getByText('The book is empty.').first().waitFor()
    await seller.getByText('Sell', { exact: true }).click()
    await seller.getByText('You can sell 100 shares').waitFor()
    await seller.getByLabel('Limit per share').fill('99999')
    await seller.getByText('An amount in steps of').waitFor()
    await seller.getByLabel('Limit per share').fill('1,300')
    await seller.getByLabel('Shares', { exact: true }).fill('60')
    await seller.getByText('¥78,000').waitFor()
    await seller.getByText(/No\. \d+: 100 shares/).waitFor()
    await seller.getByText('As a new certificate in your name').waitFor()
    await emi.look('ticket-sell')
    await seller.getByRole('button', { name: 'Sell' }).click()
    await emi.sign()
    await seller.getByText('Sell 60 shares at ¥1,300').waitFor()
    await seller.getByText('0 of 60 filled').waitFor()

    // It was on this screen before there was an order: the book moves by itself. Pressing its price takes it over.
    await buyer.getByRole('button', { name: /1,300を指値にする/ }).click()
    expect(botan.calls.slice(calls).filter((call) => /^market\.(book|trades)$/.test(call))).toEqual([])
    await buyer.getByLabel('株数').fill('25')
    await buyer.getByText('拘束される資金').waitFor()
    await botan.look('ticket-buy-ja')
    await buyer.getByRole('button', { name: '買い注文を出す' }).click()
    await botan.sign()
    await buyer.getByText('25のうち25約定').waitFor()
    await buyer.getByText('この銘柄の株券1枚を受け取れます。').waitFor()
    await buyer.getByRole('button', { name: '受け取る' }).click()
    await buyer.getByText('株券1枚を受け取りました。').waitFor()

    await seller.getByText('25 of 60 filled').waitFor()
    await seller.getByText('Partly filled').waitFor()
    await seller.getByText('1 certificate of this security lies ready for you.').waitFor()
    await seller.getByRole('button', { name: 'Collect' }).click()
    await seller.getByText('1 certificate collected.').waitFor()
    const held = await within('the certificates', emi.host.host.answer('certificates.list', {}))
    expect(JSON.stringify(held)).toContain('"quantity":"75"')
    expect(await seller.getByRole('radio', { name: '1 hour' }).isChecked()).toBe(true)
    await seller.getByText('The same as a table').first().click()
    await seller.getByRole('rowheader').first().waitFor()
    await emi.look('security-sold')
    await seller.getByRole('link', { name: 'All securities' }).click()
    await seller.getByRole('cell', { name: '+4.0%' }).waitFor()
    await emi.look('market')
    await seller.getByRole('link', { name: 'Portfolio' }).click()
    await seller.getByText('+¥3,750').waitFor()
    await seller.getByText('on the shares, against the reference prices').waitFor()
    await seller.getByRole('cell', { name: '¥1,300 +4.0%' }).waitFor()
    await emi.look('portfolio-changed')
    await seller.getByText('1 week', { exact: true }).click()
    await seller.getByText(/^Not counted, because nothing was traded until .*: Hoshizora Brewing\.$/).waitFor()
    await emi.look('portfolio-no-price-then')
    await seller.getByRole('link', { name: 'Market' }).click()
    await seller.getByRole('link', { name: 'Hoshizora Brewing' }).click()
  },
)

test('[TR10] changes and cancels an order; cash says what is on hold for it', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = emi
  await page.getByRole('button', { name: 'Change' }).click()
  await page
    .getByRole('form', { name: /Change order OR-/ })
    .getByLabel('Shares')
    .fill('50')
  await page.getByRole('button', { name: 'Change order' }).click()
  await emi.sign()
  await page.getByText('25 of 50 filled').waitFor()
  await page.getByRole('button', { name: 'Cancel order' }).click()
  await emi.sign()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()

  await page.getByText('Buy', { exact: true }).first().click()
  await page.getByLabel('Limit per share').fill('1,100')
  await page.getByLabel('Shares', { exact: true }).fill('10')
  await page.getByRole('button', { name: 'Buy' }).click()
  await emi.sign()
  await page.getByText('Buy 10 shares at ¥1,100').waitFor()
  await page.getByText('Depth', { exact: true }).click()
  await page.getByText('The same as a table').first().click()
  await page.getByRole('table', { name: 'Bids' }).waitFor()
  await emi.look('depth')
  await page.getByRole('link', { name: 'Cash' }).click()
  await page.getByText(/Order OR-\d+: buy 10 HOSHI/).waitFor()
  await page.getByRole('row', { name: /Trade.*Sold 25 HOSHI at ¥1,300.*\+¥32,500/ }).waitFor()
  await page.getByRole('row', { name: /Subscription.*100 HOSHI.*-¥125,000/ }).waitFor()
  await emi.look('cash')
  expect((await savedBy(emi, 'Save as CSV')).text).toMatch(/^sequence,at,kind,credit,debit/)

  await botan.page.getByRole('link', { name: '資金' }).click()
  await botan.page.getByText('入出金明細').waitFor()
  await botan.page.getByRole('link', { name: 'HOSHI 25株を￥1,300で購入' }).waitFor()
  await botan.look('cash-ja')
})

test(
  '[TR12] without the exchange, prices are marked with the time until which they were right',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = emi
    await page.getByRole('link', { name: 'Market' }).click()
    await page.getByRole('link', { name: 'Hoshizora Brewing' }).click()
    await page.getByRole('button', { name: /1,100/ }).waitFor()
    await stage.stopMarket()
    await page
      .getByText(/No connection to the exchange: prices and book are those of .*\d:\d\d.* and may be old/)
      .waitFor()
    await page.getByRole('button', { name: /1,100/ }).waitFor()
    expect(await page.getByText('The book is empty.').count()).toBe(0)
    await emi.look('market-stale')
    await page.getByRole('link', { name: 'Portfolio' }).click()
    await page.getByText('The cash is not known now.').waitFor()
    await page.getByRole('cell', { name: '¥1,250 Reference price' }).waitFor()
    await page.getByText('¥93,750').first().waitFor()
    await botan.page.getByRole('link', { name: '市場' }).click()
  },
)

test('nothing was wrong with any of these screens', STORY, ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  for (const { complaints, host } of [emi, botan]) {
    expect(complaints).toEqual([])
    expect(host.faults).toEqual([])
  }
})
