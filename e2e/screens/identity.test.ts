import { afterAll, beforeAll, expect, test } from 'vitest'
import { SETTING_MS, STORY } from './limits.ts'
import { have } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

/** A market whose authority decides by hand, and certifies for three weeks at first. */

let stage: Stage
let kei: WalletWindow

const OPERATOR = 'operator'

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set(configured('by_hand', 20))
  kei = await stage.openWallet()
  await have(kei, 'key.create', { place: 'file', passphrase: 'washi and ink' })
  await have(kei, 'market.join', { link: stage.market.link })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

function configured(approval: string, days: number): (config: string) => string {
  return (config) =>
    config.replace(
      /(\[roles\.authority\.admission\.investor\]\n)approval = .*\n(?:certificateDays = .*\n)?/,
      `$1approval = "${approval}"\ncertificateDays = ${days}\n`,
    )
}

async function apply(name: string): Promise<string> {
  const { page } = kei
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Postal address').fill('7 Weir Lane')
  await page.getByRole('button', { name: 'Apply' }).click()
  await kei.sign()
  await page.getByText('Your application is being looked at').waitFor()
  const text = await page.getByText(/Your application AP-\d+ waits for the authority since/).textContent()
  return /AP-\d+/.exec(text ?? '')?.[0] ?? ''
}

test(
  '[CA2] an application waits for the authority, is refused with a reason, and approved when it is made anew',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = kei
    await page.getByRole('heading', { name: 'Apply for your identity' }).waitFor()
    const first = await apply('Kei Ohshio')
    await page.getByText(first, { exact: true }).waitFor()
    await kei.look('application-pending')
    await page.reload()
    await page.getByText('Your application is being looked at').waitFor()
    await stage.market.atDesk('authority', (desk) =>
      desk.ask('authority.refuse', { applicationNumber: first, reason: 'The name is misspelt.', operator: OPERATOR }),
    )
    // The window is not touched: the host asks by itself.
    await page.getByText('The authority refused the application').waitFor()
    await page.getByText('The name is misspelt.').waitFor()
    await kei.look('application-refused')
    expect(await page.getByText(/waits for the authority/).count()).toBe(0)

    const second = await apply('Kei Oshio')
    expect(second).not.toBe(first)
    await stage.market.atDesk('authority', (desk) =>
      desk.ask('authority.approve', { applicationNumber: second, operator: OPERATOR }),
    )
    // Whoever comes back to the window wants to know at once.
    await page.evaluate('window.dispatchEvent(new Event("focus"))')
    await page.getByRole('heading', { name: 'Open an account' }).waitFor()
    await page.getByRole('button', { name: 'Later' }).click()
    await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
  },
)

test('[CA4] a certificate that ends soon is named, and renewed in the settings', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = kei
  await page.getByText(/Your identity certificate expires on/).waitFor()
  await kei.look('identity-ending-portfolio')
  await page.getByRole('link', { name: 'Renew' }).click()
  await page.getByText('Ends soon').waitFor()
  await page.getByText(/Without a valid one, nothing that you sign counts/).waitFor()
  await page
    .getByText(/^([0-9A-F]{4} ){15}[0-9A-F]{4}$/)
    .first()
    .waitFor()
  await kei.look('identity-ending')
  await stage.reconfigure(configured('by_hand', 397))
  await page.getByRole('button', { name: 'Renew the certificate' }).click()
  await kei.sign()
  await page.getByText(/Renewed: the new certificate is valid until/).waitFor()
  await page.getByText('Ends soon').waitFor({ state: 'detached' })
  await kei.look('identity-renewed')
  await page.getByText('日本語').click()
  await page.getByRole('heading', { name: '証明書の更新' }).waitFor()
  await kei.look('identity-ja')
  await page.getByText('English').click()
  expect(await page.getByText('Ends soon').count()).toBe(0)
})

test('[CA4] a revoked certificate is named plainly, and cannot be renewed', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = kei
  const { wallet } = (await have(kei, 'overview', {})) as { wallet: { identity: { userId: string } } }
  await stage.market.atDesk('authority', (desk) =>
    desk.ask('authority.revoke', {
      userId: wallet.identity.userId,
      reason: 'affiliation_changed',
      operator: OPERATOR,
    }),
  )
  await have(kei, 'market.refresh', {})
  await page.getByText('Counts no more').waitFor()
  await page.getByText(/The authority has revoked your certificate/).waitFor()
  expect(await page.getByRole('button', { name: 'Renew the certificate' }).count()).toBe(0)
  await kei.look('identity-revoked')
  await page.getByRole('link', { name: 'Portfolio' }).click()
  await page.getByText(/The authority has revoked your identity certificate/).waitFor()
  expect(await page.getByText('Nothing needs your attention.').count()).toBe(0)
})

test('nothing was wrong with any of these screens', STORY, ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  expect(kei.complaints).toEqual([])
})
