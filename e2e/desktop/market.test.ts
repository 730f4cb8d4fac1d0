import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openMarket, type DemoMarket } from '../../demo/market.ts'
import { until } from '../../demo/expect.ts'
import { depositFor, offerShares } from '../screens/desk.ts'
import { Application, buildDesktop, SharedChromium, whyNot } from './application.ts'

const MINUTES_MS = 60_000
const PASSPHRASE = 'washi and ink'

let folder: string
let home: string
let built: string
let market: DemoMarket
let chromium: SharedChromium
let application: Application
let page: Page

beforeAll(async () => {
  if (whyNot !== undefined) return
  folder = await mkdtemp(join(tmpdir(), 'kabuken-desktop-'))
  home = join(folder, 'home')
  await mkdir(home)
  built = await buildDesktop()
  market = await openMarket(join(folder, 'market'), false, () => {})
  chromium = await SharedChromium.start()
  application = Application.start({ built, chromium, folder: home })
  page = await application.window()
}, 3 * MINUTES_MS)

afterAll(async () => {
  if (whyNot !== undefined) return
  await application.quit()
  await chromium.stop()
  await market.stop()
  for (const each of [folder, built]) await rm(each, { recursive: true, force: true })
})

beforeEach(({ skip }) => skip(whyNot !== undefined, whyNot))

const heading = (name: string) => page.getByRole('heading', { name })

/** The wallet as it tells its own page. */
function ask(operation: string, input: object): Promise<{ ok: boolean; output: never; error: { code: string } }> {
  return page.evaluate(`kabuken.call(${JSON.stringify(operation)}, ${JSON.stringify(input)}, undefined)`)
}

test(
  '[A54] a link that the wallet is opened with fills in what the person would type, and nothing is joined by it',
  { timeout: 2 * MINUTES_MS },
  async () => {
    await heading('Create your key').waitFor()
    await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await page.getByLabel('Passphrase once more').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Create the key' }).click()
    await heading('Join a market').waitFor()

    const shown = application.calls('window.focus').length
    const second = Application.start({ built, chromium, folder: home, argv: [market.link] })
    expect(await second.ended()).toBe(0)
    expect(second.told.some(({ kind }) => kind === 'window')).toBe(false)
    await until(
      'the first comes to the front',
      async () => application.calls('window.focus').length > shown || undefined,
    )
    const link = page.getByLabel('Link of the market')
    await until('the field is filled in', async () => ((await link.inputValue()) === market.link ? true : undefined))
    const overview = await ask('overview', {})
    expect(overview.output).not.toHaveProperty('wallet.market')
    expect(application.dialogs).toEqual([])
  },
)

test(
  '[CA1] [P15] joins a market and applies; what is signed is asked in a dialog of the main process',
  { timeout: 3 * MINUTES_MS },
  async () => {
    await page.getByRole('button', { name: 'Look at it' }).click()
    await page.getByRole('button', { name: 'It is the same: join' }).click()
    await heading('Apply for your identity').waitFor()
    await page.getByLabel('Name').fill('Aoi Hanada')
    await page.getByLabel('Postal address').fill('3-1 Kawabata, Mizuho')
    await page.getByRole('button', { name: 'Apply' }).click()
    const declined = await application.press(/^Do not sign$/)
    expect(declined).toMatchObject({
      title: 'Your signature is asked for',
      buttons: ['Do not sign', 'Sign'],
      defaultId: 0,
      cancelId: 0,
    })
    expect(`${declined.message} ${declined.detail}`).toContain('Aoi Hanada')
    await page.getByText('Nobody agreed to it').waitFor()
    expect((await ask('overview', {})).output).not.toHaveProperty('wallet.identity')

    await page.getByRole('button', { name: 'Apply' }).click()
    await application.press(/^Sign$/)
    await heading('Open an account').waitFor()
    await page.getByRole('button', { name: 'Open an account in JPY' }).click()
    await application.press(/^Sign$/)
    await heading('Portfolio').waitFor()
  },
)

test('[IS1] subscribes to shares on the screens, and holds the certificate', { timeout: 2 * MINUTES_MS }, async () => {
  await depositFor(market, 3_000_000n)
  await offerShares(market)
  await page.getByRole('link', { name: 'Offerings' }).click()
  await heading('Hoshizora Brewing').waitFor()
  await page.getByLabel('Number of shares').fill('100')
  await page.getByText('I have read the terms above and agree to them').click()
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await application.press(/^Sign$/)
  await page.getByText('1 certificate is in your wallet.').waitFor()
  await page.getByRole('link', { name: 'Certificates' }).click()
  await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
  await page.getByText('Valid: every check passed.').waitFor()
  expect((await ask('certificates.list', {})).output).toHaveLength(1)
})

test('[A54] what a taken over page asks to have signed is asked in the dialog, which it can neither see nor answer', async () => {
  const before = await ask('overview', {})
  const asked = ask('cash.openAccount', { currency: 'USD' })
  const dialog = await application.dialog()
  expect(dialog.name).toBe('showMessageBox')
  const pending = before.output as { confirmations?: readonly { id: string }[] }
  const id = pending.confirmations?.[0]?.id ?? randomUUID()
  for (const operation of ['confirm', 'confirmations.answer', 'dialog.answer'])
    expect(await ask(operation, { id, response: 1 })).toMatchObject({ error: { code: 'unknown_operation' } })
  await ask('lock.touch', {})
  application.answer(dialog, { response: 0 })
  expect(await asked).toMatchObject({ ok: false, error: { code: 'not_confirmed' } })
})

test('locking takes the open question away, unsigned', async () => {
  const asked = ask('cash.openAccount', { currency: 'USD' })
  const { id } = await application.dialog()
  application.send({ kind: 'click', label: 'Lock' })
  await until(
    'the dialog is gone',
    async () => application.told.some((told) => told.kind === 'dialog-gone' && told.id === id) || undefined,
  )
  expect(await asked).toMatchObject({ ok: false })
  await heading('The wallet is locked').waitFor()
})

test(
  'closing the window ends it in order: the next start finds the wallet, locked, and opens it',
  { timeout: 2 * MINUTES_MS },
  async () => {
    await page.close()
    expect(await application.ended()).toBe(0)
    application = Application.start({ built, chromium, folder: home })
    page = await application.window()
    await heading('The wallet is locked').waitFor()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('link', { name: 'Certificates' }).click()
    await page.getByRole('link', { name: /Hoshizora Brewing/ }).waitFor()
  },
)
