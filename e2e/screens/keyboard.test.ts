import type { Locator, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SETTING_MS, STORY } from './limits.ts'
import { have, settledWallet } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'
import { WHERE } from './theatre.ts'

let stage: Stage
/** Has three hundred shares, money, and never a mouse. */
let hana: WalletWindow

/** No screen has more places than these to stop at. */
const MOST_STOPS = 120

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  hana = await settledWallet(stage, { name: 'Hana Suzumura', address: '7 Quay', language: 'en', shares: '300' })
  const ichiro = await settledWallet(stage, { name: 'Ichiro Tachibana', address: '9 Quay', language: 'en' })
  const { text } = (await have(ichiro, 'identity.file', {})) as { text: string }
  await have(hana, 'contacts.add', { text })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

interface Stop {
  readonly tagName: string
  readonly textContent: string | null
  readonly ownerDocument: { readonly activeElement: unknown }
  readonly closest: (selector: string) => Stop | null
  readonly querySelector: (selector: string) => Stop | null
}

type Styled = { readonly getComputedStyle: (of: unknown) => { outlineStyle: string; outlineWidth: string } }

/** Goes on with Tab until the focus is there. Wherever it stops on the way, it can be seen. */
async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'attached' })
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => (element as unknown as Stop).ownerDocument.activeElement === element)) return
    await page.keyboard.press('Tab')
    const unseen = await page.locator(':focus').evaluateAll((focused) =>
      focused
        .map((element) => {
          const stop = element as unknown as Stop
          // A control that is drawn by its label shows the focus there.
          const shown = stop.closest('[data-focus-visible]') ?? stop
          const { outlineStyle, outlineWidth } = (globalThis as unknown as Styled).getComputedStyle(shown)
          return {
            isSeen: outlineStyle !== 'none' && outlineWidth !== '0px',
            what: `${stop.tagName} ${stop.textContent}`,
          }
        })
        .filter(({ isSeen }) => !isSeen)
        .map(({ what }) => what.slice(0, 80)),
    )
    expect(unseen).toEqual([])
  }
  throw new Error(`Tab does not lead to ${String(target)}`)
}

/** By the keyboard alone, on the confirmation's own page too. */
async function sign({ page, host }: WalletWindow): Promise<void> {
  // The dialog of a desktop is the system's, and so are its keys.
  if (WHERE !== 'browser') return host.sign()
  const link = page.getByRole('link', { name: 'Open the confirmation' })
  await reach(page, link)
  const [desk] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')])
  await reach(desk, desk.locator('button.sign'))
  await desk.keyboard.press('Enter')
  await desk.getByRole('heading').first().waitFor()
  await desk.close()
}

test('[TR1] buys with the keyboard alone, and is told aloud what came of it', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = hana
  await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
  await reach(page, page.getByRole('link', { name: 'Market', exact: true }))
  await page.keyboard.press('Enter')
  await reach(page, page.getByRole('link', { name: 'Hoshizora Brewing' }))
  await page.keyboard.press('Enter')
  const buy = page.getByRole('radio', { name: 'Buy' })
  await reach(page, buy)
  // A group is one stop; the arrows choose within it.
  await page.keyboard.press('ArrowRight')
  expect(await page.getByRole('radio', { name: 'Sell' }).isChecked()).toBe(true)
  await page.keyboard.press('ArrowLeft')
  expect(await buy.isChecked()).toBe(true)
  await reach(page, page.getByLabel('Limit per share'))
  await page.keyboard.type('1100')
  await reach(page, page.getByLabel('Shares', { exact: true }))
  await page.keyboard.type('10')
  await page.getByText('¥11,000').first().waitFor()
  await reach(page, page.getByRole('button', { name: 'Buy', exact: true }))
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'Your signature is needed' }).waitFor()
  await sign(hana)
  await page
    .locator('[aria-live=polite]')
    .filter({ hasText: /Order OR-\d+/ })
    .first()
    .waitFor()
  await page.getByText('Buy 10 shares at ¥1,100').waitFor()
})

test('[TF1] makes a certificate over with the keyboard alone', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = hana
  await reach(page, page.getByRole('link', { name: 'Transfers', exact: true }))
  await page.keyboard.press('Enter')
  const heading = page.getByRole('heading', { level: 1 })
  await heading.filter({ hasText: 'Transfers' }).waitFor()
  // A new screen takes the focus to its heading.
  expect(await heading.evaluate((h1) => (h1 as unknown as Stop).ownerDocument.activeElement === h1)).toBe(true)
  await reach(page, page.getByRole('link', { name: 'Make shares over' }))
  await page.keyboard.press('Enter')
  const option = page.getByRole('option', { name: /Hoshizora Brewing/ })
  await reach(page, option)
  await page.keyboard.press('Space')
  await reach(page, page.getByRole('combobox', { name: 'Contact' }))
  await page.keyboard.type('Ichiro')
  await page.getByText(/only Ichiro Tachibana/i).waitFor()
  await reach(page, page.getByRole('button', { name: 'Sign and make the file' }))
  await hana.save(async () => {
    await page.keyboard.press('Enter')
    await sign(hana)
  })
  const done = page.getByText(/^Give the file/)
  await page.getByRole('heading', { name: 'The file is made' }).waitFor()
  await done.waitFor()
  expect(await done.evaluate((words) => (words as unknown as Stop).ownerDocument.activeElement === words)).toBe(true)
})

test('at 200 % nothing is lost, tables have names and charts a table', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = hana
  // A window of 1280 by 860 at 200 %.
  await page.setViewportSize({ width: 640, height: 430 })
  for (const screen of [
    'portfolio',
    'certificates',
    'market/HOSHI:common',
    'cash',
    'transfers',
    'history',
    'settings',
  ]) {
    await page.goto(new URL(`#/${screen}`, page.url()).href)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const beyond = await page
      .locator('html')
      .evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth)
    expect({ screen, beyond }).toEqual({ screen, beyond: 0 })
    for (const table of await page.locator('table').all()) {
      expect({ screen, headers: await table.locator('th[scope], [role=columnheader]').count() }).not.toMatchObject({
        headers: 0,
      })
      expect(
        await table.locator('caption').or(table.locator('xpath=self::*[@aria-label or @aria-labelledby]')).count(),
      ).toBeGreaterThan(0)
    }
  }
  await page.goto(new URL('#/market/HOSHI:common', page.url()).href)
  await page.getByText('Depth', { exact: true }).click()
  await page.getByText('The same as a table').first().waitFor({ state: 'attached' })
  await page.setViewportSize({ width: 1280, height: 860 })
})

test('nothing was wrong with any of these screens', ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  expect(hana.complaints).toEqual([])
  expect(hana.host.faults).toEqual([])
})
