import { afterAll, beforeAll, expect, test } from 'vitest'
import { depositFor, offerShares } from './desk.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { savedBy } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
let opened: WalletWindow

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  opened = await stage.openWallet()
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

test(
  '[CA1] from an empty folder to an identity, an account and the first certificate, on the screens alone',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page, host } = opened
    const heading = (name: string | RegExp) => page.getByRole('heading', { name })

    await heading('Create your key').waitFor()
    await opened.look('welcome-key')
    await page.getByLabel('Passphrase', { exact: true }).fill('washi and ink')
    await page.getByLabel('Passphrase once more').fill('washi and inc')
    await page.getByRole('button', { name: 'Create the key' }).click()
    await page.getByText('The two are not the same.').waitFor()
    await page.getByLabel('Passphrase once more').fill('washi and ink')
    await page.getByRole('button', { name: 'Create the key' }).click()

    await heading('Join a market').waitFor()
    await opened.look('welcome-market')
    await page.getByLabel('Link of the market').fill('kabuken://nonsense')
    await page.getByRole('button', { name: 'Look at it' }).click()
    await page.getByText('This is not the link of a market.').waitFor()
    await page.getByLabel('Link of the market').fill(stage.market.link)
    await page.getByRole('button', { name: 'Look at it' }).click()
    await heading('Compare the fingerprint').waitFor()
    await opened.look('welcome-fingerprint')
    await page.getByRole('button', { name: 'It is the same: join' }).click()

    await heading('Apply for your identity').waitFor()
    await opened.look('welcome-identity')
    await page.getByLabel('Name').fill('Aoi Hanada')
    await page.getByLabel('Postal address').fill('3-1 Kawabata, Mizuho')
    await page.getByRole('button', { name: 'Apply' }).click()
    await heading('Your signature is needed').waitFor()
    await opened.look('confirmation')
    await opened.sign()
    // The authority of the demonstration decides at once.
    await heading('Open an account').waitFor()
    await opened.look('welcome-account')
    await page.getByRole('button', { name: 'Open an account in JPY' }).click()
    await opened.sign()

    await heading('Portfolio').waitFor()
    await page.getByText('You hold no shares yet').waitFor()
    await opened.look('portfolio-empty')
    await page.getByRole('link', { name: 'Certificates' }).click()
    await page.getByText('You have no certificates yet').waitFor()
    await opened.look('certificates-empty')

    const userId = await depositFor(stage.market, 3_000_000n)
    const offered = await offerShares(stage.market)
    // Subscribing has a screen of its own; here only what comes of it is looked at.
    const subscribed = host.host.answer('offerings.subscribe', { ...offered, quantity: '300' })
    await opened.sign()
    expect(await subscribed).toMatchObject({ ok: true })
    await page.getByRole('link', { name: /Hoshizora Brewing/ }).waitFor()
    await opened.look('certificates')
    await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
    await page.getByText('Valid: every check passed.').waitFor()
    await page.getByRole('article', { name: 'The certificate' }).getByText(userId).waitFor()
    await opened.look('certificate')
    await page.getByLabel('Label', { exact: true }).fill('From the brewery')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').waitFor()
    const { fileName } = await savedBy(opened, 'Save as a file')
    expect(fileName).toMatch(/\.kabuken|\.jws|\.json/)

    await page.getByRole('link', { name: 'Portfolio' }).click()
    await page.getByRole('rowheader', { name: /Hoshizora Brewing/ }).waitFor()
    await page.getByText('¥2,625,000').first().waitFor()
    await opened.look('portfolio')
    await page.getByRole('button', { name: 'Hide amounts' }).click()
    await page.getByText('¥2,625,000').first().waitFor({ state: 'detached' })
    await opened.look('portfolio-hidden')
    await page.getByRole('button', { name: 'Show amounts' }).click()

    await page.getByRole('link', { name: 'Settings' }).click()
    await heading('Settings').waitFor()
    await opened.look('settings')
    await page.getByText('日本語').click()
    await page.getByRole('heading', { name: '設定' }).waitFor()
    await opened.look('settings-ja')
    await page.getByRole('link', { name: '資産' }).click()
    await page.getByRole('heading', { name: '保有株式' }).waitFor()
    await opened.look('portfolio-ja')
    await page.getByRole('link', { name: '株券' }).click()
    await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
    await page.getByRole('heading', { name: '検証結果' }).waitFor()
    await opened.look('certificate-ja')

    await page.getByRole('button', { name: 'ロック' }).click()
    await page.getByRole('heading', { name: 'ウォレットはロックされています' }).waitFor()
    await opened.look('locked-ja')
    await page.getByLabel('パスフレーズ').fill('washi and ink')
    await page.getByRole('button', { name: '開く' }).click()
    await page.getByRole('heading', { name: '検証結果' }).waitFor()

    expect(opened.complaints).toEqual([])
    expect(host.faults).toEqual([])
  },
)
