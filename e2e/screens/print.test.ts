import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SETTING_MS, STORY } from './limits.ts'
import { have, settledWallet } from './settled.ts'
import { PICTURES, Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
let fumi: WalletWindow

/** A4 at 96 dots an inch. */
const SHEET = { width: 794, height: 1123 }

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  fumi = await settledWallet(stage, { name: 'Fumi Kirishima', address: '2 Mill Lane', language: 'en', shares: '300' })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

/** The sheet as it would come out of the printer, seen on a screen; `name` pictures it. */
async function printed({ page }: WalletWindow, name: string) {
  await page.setViewportSize(SHEET)
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await page.evaluate(() => (globalThis as unknown as EventTarget).dispatchEvent(new Event('beforeprint')))
  const sheet = page.locator('body > article')
  await sheet.waitFor()
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  const isAlone = !(await page.locator('main').isVisible())
  const text = (await sheet.innerText()).replaceAll(/\s+/g, ' ')
  const ground = await sheet.evaluate((element) =>
    String(
      (globalThis as unknown as { getComputedStyle: (of: unknown) => { backgroundColor: string } }).getComputedStyle(
        element,
      ).backgroundColor,
    ),
  )
  await page.evaluate(() => (globalThis as unknown as EventTarget).dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: null, colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 860 })
  return { isAlone, text, ground }
}

/** How many pages the browser makes of it, and how large, as the file itself says. */
async function pagesOf({ host }: WalletWindow): Promise<{ count: number; size: string | undefined }> {
  const pdf = (await host.pdf()).toString('latin1')
  return {
    count: pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0,
    size: /\/MediaBox\s*\[([^\]]+)\]/.exec(pdf)?.[1]?.trim(),
  }
}

test(
  'one certificate is printed as one sheet that says what the certificate says, and that it is a copy',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = fumi
    await page.getByRole('link', { name: 'Certificates' }).click()
    await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
    await page.getByText('Valid: every check passed.').waitFor()
    await page.getByRole('button', { name: 'Print or save as PDF' }).waitFor()
    const sheet = page.getByRole('article', { name: 'The certificate' })
    const members = (await sheet.locator('dd').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))
    expect(members).toHaveLength(14)

    const { isAlone, text, ground } = await printed(fumi, 'paper-en')
    expect(isAlone).toBe(true)
    expect(ground).toBe('rgb(255, 255, 255)')
    for (const member of members) expect(text).toContain(member)
    expect(text).toMatch(/No\. \d+/)
    expect(text).toContain('300 shares')
    expect(text).toContain('Fumi Kirishima is entered as the holder')
    expect(text).toContain('State: Live')
    expect(text).toContain('This paper is a copy')

    const { count, size } = await pagesOf(fumi)
    expect(count).toBe(1)
    expect(size).toMatch(/^0 0 59[45](\.\d+)? 84[12](\.\d+)?$/)
    // Nothing of it stays on the screen.
    await page.locator('body > article').waitFor({ state: 'detached' })
  },
)

test(
  '[RE2] a worthless certificate is printed as such, and its life says what became of it',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const [held] = (await have(fumi, 'certificates.list', {})) as readonly { certificateId: string }[]
    const { certificateId } = held ?? { certificateId: '' }
    await have(fumi, 'reissue.split', { certificateId, quantities: ['100', '200'] })
    await have(fumi, 'settings.set', { language: 'ja' })
    const { page } = fumi
    await page.getByRole('heading', { name: /^株券 第/ }).waitFor()
    await page.getByText('失効', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: '株券の分割' }).waitFor()
    await fumi.look('certificate-retired-ja')
    const { text } = await printed(fumi, 'paper-retired-ja')
    expect(text).toContain('状態：失効')
    expect(text).toContain('この書面は')
    expect((await pagesOf(fumi)).count).toBe(1)

    await page.getByRole('link', { name: '株券の分割' }).click()
    await page.getByText('請求（あなたの署名つき）').waitFor()
  },
)

test('each state of a certificate is said in its own words, on the screen and on paper', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = fumi
  const live = async (quantity: string): Promise<string> => {
    const held = (await have(fumi, 'certificates.list', {})) as readonly Record<string, string>[]
    return held.find((each) => each['state'] === 'live' && each['quantity'] === quantity)?.['certificateId'] ?? ''
  }
  const [offered, stopped] = [await live('100'), await live('200')]
  await have(fumi, 'orders.place', {
    side: 'sell',
    security: 'HOSHI',
    shareClass: 'common',
    price: { kind: 'limit', limitMinor: '1300' },
    quantity: '40',
    timeInForce: { kind: 'day' },
    certificateIds: [offered],
  })
  await page.goto(new URL(`#/certificates/${offered}`, page.url()).href)
  await page.getByText(/注文OR-\d+で売りに出しています。/).waitFor()
  await page.getByRole('link', { name: '注文：売り' }).waitFor()
  await page.getByText('有効です。すべての検証に合格しました。').waitFor()
  await fumi.look('certificate-pending-ja')

  await stage.market.atDesk('issuer', (desk) =>
    desk.ask('issuer.stop', { certificateId: stopped, stopped: true, ground: 'court order', operator: 'operator' }),
  )
  await page.goto(new URL(`#/certificates/${stopped}`, page.url()).href)
  await page.getByText('発行者が停止しています。解除されるまで移動できません。').waitFor()
  await fumi.look('certificate-stopped-ja')
  const { text } = await printed(fumi, 'paper-stopped-ja')
  expect(text).toContain('状態：停止')

  await stage.market.atDesk('issuer', (desk) =>
    desk.ask('issuer.stop', { certificateId: stopped, stopped: false, ground: 'lifted', operator: 'operator' }),
  )
  await have(fumi, 'certificates.verify', { certificateId: stopped })
  await have(fumi, 'reissue.lost', { certificateIds: [stopped] })
  await have(fumi, 'settings.set', { language: 'en' })
  await page.getByText('It was reported lost and replaced.').waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Replaced after it was reported lost' }).waitFor()
  await fumi.look('certificate-lost')
})

test('nothing was wrong with any of these screens', ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  expect(fumi.complaints).toEqual([])
  expect(fumi.host.faults).toEqual([])
})
