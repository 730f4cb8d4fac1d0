import { toBuffer } from 'qrcode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SETTING_MS, STORY } from './limits.ts'
import { have } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
let opened: WalletWindow

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  opened = await stage.openWallet()
  await have(opened, 'key.create', { place: 'file', passphrase: 'washi and ink' })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

test('joins a market by a picture of its QR code, and compares the fingerprint as ever', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = opened
  const open = async (name: string, buffer: Buffer): Promise<void> => {
    await page.locator('input[type=file][accept="image/*"]').setInputFiles({ name, mimeType: 'image/png', buffer })
  }
  await page.getByRole('heading', { name: 'Join a market' }).waitFor()
  await page.getByText('This window may not use a camera').waitFor()
  await opened.look('welcome-qr')

  await open('letter.png', Buffer.from('not a picture at all'))
  await page.getByText('This is not a picture that can be opened.').waitFor()
  await open('seal.png', await page.screenshot())
  await page.getByText('There is no QR code to be read on this picture.').waitFor()
  await open('other.png', await toBuffer('https://example.com/'))
  await page.getByText('This is not the link of a market.').waitFor()

  await open('market.png', await toBuffer(stage.market.link, { scale: 4 }))
  await page.getByRole('heading', { name: 'Compare the fingerprint' }).waitFor()
  await page.getByRole('button', { name: 'It is the same: join' }).click()
  await page.getByRole('heading', { name: 'Apply for your identity' }).waitFor()
  expect(opened.complaints).toEqual([])
  expect(opened.host.faults).toEqual([])
})
