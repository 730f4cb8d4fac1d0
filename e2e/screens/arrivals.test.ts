import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../shared/signing/canonical.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { have, settledWallet } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

interface SavedFile {
  readonly fileName: string
  readonly text: string
}

let stage: Stage
let fumi: WalletWindow
/** In Japanese throughout. */
let goro: WalletWindow
let identity: SavedFile
let certificate: SavedFile
let endorsement: SavedFile

const DAY_MS = 24 * 60 * 60 * 1_000

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  fumi = await settledWallet(stage, { name: 'Fumi Aosaki', address: '2-5 Minato', language: 'en', shares: '50' })
  goro = await settledWallet(stage, { name: '砂原 五郎', address: '霧江市北通3', language: 'ja' })
  identity = await saved(goro, 'identity.file', {})
  const [held] = (await have(fumi, 'certificates.list', {})) as { certificateId: string }[]
  const certificateId = held?.certificateId ?? ''
  certificate = await saved(fumi, 'certificates.export', { certificateId })
  endorsement = await saved(fumi, 'transfers.endorse', {
    certificateId,
    quantity: '20',
    transferee: { text: identity.text },
    cause: 'gift',
    validUntil: new Date(Date.now() + 7 * DAY_MS).toISOString(),
  })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

async function saved(of: WalletWindow, operation: Parameters<typeof have>[1], input: Json): Promise<SavedFile> {
  return (await have(of, operation, input)) as unknown as SavedFile
}

/** As the system would: over the window, and let go on something that takes no files itself. */
async function drop(page: Page, { fileName, text }: SavedFile, whileOver: () => Promise<void>): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(fileName)}, { type: 'application/json' }))
    return transfer
  })()`)
  await page.locator('h1').dispatchEvent('dragenter', { dataTransfer })
  await page.locator('h1').dispatchEvent('dragover', { dataTransfer })
  await whileOver()
  await page.locator('h1').dispatchEvent('drop', { dataTransfer })
}

async function openWithKeyboard(page: Page, button: string, { fileName, text }: SavedFile): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).press('Enter'),
  ])
  await chooser.setFiles({ name: fileName, mimeType: 'application/json', buffer: Buffer.from(text) })
}

test(
  'an identity file that is opened with the wallet leads to the contacts, which ask before they add',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page, host } = fumi
    await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
    host.host.arrive(identity.text)
    await page.getByRole('heading', { name: 'Add 砂原 五郎?' }).waitFor()
    await page.getByText('You have no contacts yet').waitFor()
    await page.getByLabel('Label').fill('Chess club')
    await fumi.look('arrived-identity')
    await page.getByRole('button', { name: 'Add to the contacts' }).click()
    await page.getByRole('heading', { name: /砂原 五郎.*Chess club/ }).waitFor()
    expect(fumi.calls.filter((call) => call === 'contacts.add')).toHaveLength(1)
  },
)

test(
  '[TF2] an endorsement that is dropped anywhere is shown with its checks, and nothing more',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = goro
    await page.getByRole('link', { name: '履歴' }).click()
    await drop(page, endorsement, async () => {
      await page.getByText('ここで放すとファイルを開きます。').waitFor()
      await goro.look('drop-ja')
    })
    await page.getByText('有効です。すべての検証に合格しました。').waitFor()
    await page.getByText('Fumi Aosaki', { exact: true }).waitFor()
    expect(await page.getByText('ここで放すとファイルを開きます。').count()).toBe(0)
    expect(goro.calls).not.toContain('transfers.accept')
    await goro.look('arrived-endorsement-ja')
  },
)

test('a certificate file that is chosen with the keyboard is verified', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = goro
  await openWithKeyboard(page, 'ファイルを開く', certificate)
  await page.getByRole('heading', { level: 1, name: '株券' }).waitFor()
  await page.getByRole('main').getByText('Fumi Aosaki').first().waitFor()
  expect(goro.calls.filter((call) => call === 'certificates.verify')).toHaveLength(1)
})

test('the link of a market says that the wallet has joined one, this or another', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page, host } = fumi
  host.host.arrive(stage.market.link)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.getByText('This wallet has joined it already.').waitFor()
  await page.getByRole('main').getByRole('button', { name: 'Close' }).click()
  const before = await have(fumi, 'overview', {})
  host.host.arrive(stage.market.link.replace(/root=.{4}/, 'root=AAAA'))
  await page.getByText('a wallet belongs to one market: nothing was changed').waitFor()
  await page.getByText(/^0000 00/).waitFor()
  await fumi.look('arrived-other-market')
  await page.getByRole('main').getByRole('button', { name: 'Close' }).click()
  const market = (overview: Json) => (overview as { wallet: { market: { rootThumbprint: string } } }).wallet.market
  expect(market(await have(fumi, 'overview', {})).rootThumbprint).toBe(market(before).rootThumbprint)
})

test('what the wallet does not know is named for what it is not', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = fumi
  await drop(page, { fileName: 'list.json', text: '{"format":"shopping-list"}' }, async () => {})
  await page.getByText('This is nothing that the wallet can open').waitFor()
  await fumi.look('arrived-unknown')
  await openWithKeyboard(page, 'Open a file', { fileName: 'long.json', text: 'x'.repeat(140_000) })
  await page.getByText('This file is too large').waitFor()
  await page.getByRole('main').getByRole('button', { name: 'Close' }).click()
  await page.getByText('This file is too large').waitFor({ state: 'detached' })
  expect(fumi.calls).not.toContain('certificates.verify')
})

test('several files come one after the other, and wait while the wallet is locked', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page, host } = fumi
  await page.getByRole('button', { name: 'Lock' }).click()
  await page.getByLabel('Passphrase').waitFor()
  host.host.arrive(identity.text)
  await page.getByText('It is shown when the wallet is unlocked.').waitFor()
  await drop(page, certificate, async () => {})
  await fumi.look('locked-arrived')
  await page.getByLabel('Passphrase').fill('washi and ink')
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('heading', { name: 'Add 砂原 五郎?' }).waitFor()
  await page.getByText('1 more file was opened.').waitFor()
  await page.getByText('This person is in your contacts already').waitFor()
  expect(await page.getByLabel('Label').inputValue()).toBe('Chess club')
  await fumi.look('arrived-several')
  await page.getByRole('button', { name: 'Show the next one' }).click()
  await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor()
  await page.getByText(/more files? was opened/).waitFor({ state: 'detached' })
  // Nobody touched the screen since: what comes now does not take the place of what is looked at.
  host.host.arrive(identity.text)
  await page.getByText('1 more file was opened.').waitFor()
  await page.getByRole('heading', { level: 1, name: 'Certificates' }).waitFor()
  await page.getByRole('button', { name: 'Show the next one' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(fumi.calls.filter((call) => call === 'contacts.add')).toHaveLength(1)
})

test('a new wallet is filled in with the link of the market', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const fresh = await stage.openWallet()
  fresh.host.host.arrive(endorsement.text)
  await fresh.page.getByText('It is shown when the wallet is set up.').waitFor()
  await fresh.look('welcome-arrived')
  await have(fresh, 'key.create', { place: 'file', passphrase: 'washi and ink' })
  fresh.host.host.arrive(stage.market.link)
  await fresh.page.getByLabel('Link of the market').waitFor()
  await expect.poll(() => fresh.page.getByLabel('Link of the market').inputValue()).toBe(stage.market.link)
  expect(fresh.complaints).toEqual([])
})

test(
  '[P16] a backup is restored into an empty wallet only, and a wallet with a key says so',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const backup = await saved(fumi, 'backup.make', { passphrase: 'a river under the old bridge' })
    const before = await have(goro, 'overview', {})
    await drop(goro.page, backup, async () => {})
    await goro.page.getByText('バックアップを復元できるのは空のウォレットだけです').waitFor()
    await goro.look('arrived-backup-ja')
    await goro.page.getByRole('main').getByRole('button', { name: '閉じる' }).click()
    expect(goro.calls).not.toContain('backup.give')
    expect(await have(goro, 'overview', {})).toEqual(before)

    // One that is longer than every other file of the wallet.
    const long = { ...backup, text: backup.text + ' '.repeat(140_000) }
    const fresh = await stage.openWallet()
    await fresh.page.getByRole('heading', { name: 'Create your key' }).waitFor()
    await drop(fresh.page, long, async () => {})
    await fresh.page.getByRole('heading', { name: /^Backup of / }).waitFor()
    await fresh.page.getByLabel('Passphrase of the backup').waitFor()
    await fresh.look('arrived-backup')
    await fresh.page.getByRole('button', { name: 'Another file' }).click()
    fresh.host.host.arrive(long.text, long.fileName)
    await fresh.page.getByRole('heading', { name: /^Backup of / }).waitFor()
    expect(fresh.calls).not.toContain('backup.restore')
    expect(await have(fresh, 'overview', {})).not.toHaveProperty('keyPlace')
    expect(fresh.complaints).toEqual([])
  },
)

test('nothing was wrong with any of these screens', STORY, ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  for (const { complaints, host } of [fumi, goro]) {
    expect(complaints).toEqual([])
    expect(host.faults).toEqual([])
  }
})
