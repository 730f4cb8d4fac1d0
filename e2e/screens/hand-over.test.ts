import { afterAll, beforeAll, expect, test } from 'vitest'
import { give, savedBy, settledWallet } from './settled.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
let chika: WalletWindow
/** In Japanese throughout. */
let daichi: WalletWindow

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  chika = await settledWallet(stage, { name: 'Chika Morinaka', address: '8-22 Tsukimi', language: 'en', shares: '300' })
  daichi = await settledWallet(stage, { name: '織部 大地', address: '汐彩市港坂5', language: 'ja' })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

const makeFile = (): ReturnType<WalletWindow['save']> =>
  chika.save(async () => {
    await chika.page.getByRole('button', { name: 'Sign and make the file' }).click()
    await chika.sign()
  })

test(
  '[TF1] [TF3] a part of a certificate goes by file to another wallet, which checks and accepts it',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const giver = chika.page
    const taker = daichi.page

    await taker.getByRole('link', { name: '譲渡' }).click()
    await taker.getByText('受取りを待っている譲渡はありません。').waitFor()
    const identity = await savedBy(daichi, '本人情報ファイルを保存')

    await giver.getByRole('link', { name: 'Contacts' }).click()
    await giver.getByText('You have no contacts yet').waitFor()
    await give(giver, { fileName: 'nonsense.json', text: '{"format":"kabuken-identity"}' })
    await giver.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor()
    await give(giver, identity)
    await giver.getByRole('heading', { name: 'Add 織部 大地?' }).waitFor()
    await chika.look('contacts-add')
    await giver.getByRole('button', { name: 'Add to the contacts' }).click()
    await giver.getByRole('heading', { name: '織部 大地', exact: true }).waitFor()
    await giver.getByRole('button', { name: 'Label and note' }).click()
    await giver.getByLabel('Label').fill('Harbour')
    await giver.getByRole('button', { name: 'Save', exact: true }).click()
    await giver.getByRole('heading', { name: /織部 大地.*Harbour/ }).waitFor()
    await chika.look('contacts')

    await giver.getByRole('link', { name: 'Make shares over' }).click()
    await giver.getByRole('option', { name: /Hoshizora Brewing/ }).click()
    await giver.getByText('Part of them').click()
    await giver.getByLabel('Number of shares').fill('301')
    await giver.getByRole('button', { name: 'Sign and make the file' }).click()
    const wrong = giver.getByText('A whole number from 1 to 300.')
    await wrong.waitFor()
    const number = giver.getByLabel('Number of shares')
    await number.clear()
    await number.pressSequentially('120')
    expect(await wrong.count()).toBe(0)
    await number.press('Tab')
    expect(await wrong.count()).toBe(0)
    await number.clear()
    await number.pressSequentially('12x')
    await wrong.waitFor()
    await number.press('Backspace')
    await number.press('0')
    await number.blur()
    expect(await wrong.count()).toBe(0)
    await giver.getByText('You keep 180 shares on a new certificate.').waitFor()
    await giver.getByLabel('Cause').selectOption('gift')
    await chika.look('send')
    const file = await makeFile()
    await giver.getByRole('heading', { name: 'The file is made' }).waitFor()
    await giver.getByRole('link', { name: 'To the transfers' }).first().click()
    await giver.getByText('120 of 300 shares').waitFor()
    await chika.look('transfers')

    const altered = file.text.replace(
      /"endorsement": "([\w-]+\.[\w-]+\.)(.)/,
      (_, signed, first) => `"endorsement": "${signed}${first === 'A' ? 'B' : 'A'}`,
    )
    await give(taker, { fileName: file.fileName, text: altered })
    await taker.getByText('不合格の検証があるため、受け取れません。').waitFor()
    await taker.getByRole('button', { name: '別のファイル' }).click()

    await give(taker, file)
    await taker.getByText('有効です。すべての検証に合格しました。').waitFor()
    await taker.getByText('Chika Morinaka', { exact: true }).waitFor()
    await daichi.look('receive-ja')
    await taker.getByRole('button', { name: '受け取る' }).click()
    await daichi.sign()
    await taker.getByRole('link', { name: '株券を表示' }).waitFor()
    await giver.getByRole('button', { name: 'Bring up to date' }).click()
    await giver.getByText('Nothing is waiting to be accepted.').waitFor()
    expect(await giver.getByRole('button', { name: 'Withdraw' }).count()).toBe(0)
  },
)

test('[TF5] what is declined is withdrawn: the file is worthless and the shares are back', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const giver = chika.page
  const taker = daichi.page
  await giver.getByRole('link', { name: 'Contacts' }).click()
  await giver.getByRole('link', { name: 'Make shares over' }).click()
  await giver.getByRole('option', { name: /180 shares/ }).click()
  const file = await makeFile()

  await taker.getByRole('link', { name: '譲渡', exact: true }).click()
  await give(taker, file)
  await taker.getByText('有効です。すべての検証に合格しました。').waitFor()
  await taker.getByRole('button', { name: '断る' }).click()
  await taker.getByText('名義書換は行われていません。').waitFor()
  await daichi.look('declined-ja')

  await giver.getByRole('link', { name: 'To the transfers' }).first().click()
  await giver.getByText('180 shares').first().waitFor()
  await giver.getByRole('button', { name: 'Withdraw' }).click()
  await chika.sign()
  await giver.getByText('Withdrawn. The file is worthless now.').waitFor()
  await giver.getByText('Nothing is waiting to be accepted.').waitFor()
  await giver.getByRole('link', { name: 'Certificates' }).click()
  await giver
    .getByRole('link', { name: /Hoshizora Brewing.*180/ })
    .first()
    .waitFor()

  await give(taker, file)
  await taker.getByText('不合格の検証があるため、受け取れません。').waitFor()
  expect(await taker.getByRole('button', { name: '受け取る' }).count()).toBe(0)
  await taker.getByRole('button', { name: '別のファイル' }).click()
})

test('a contact is removed after a second look, and what was made over to it stays', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = chika
  await page.getByRole('link', { name: 'Contacts' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Remove 織部 大地?').waitFor()
  await chika.look('contact-removal')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('heading', { name: /織部 大地/ }).waitFor()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Yes, remove' }).click()
  await page.getByText('You have no contacts yet').waitFor()
  await page.getByRole('link', { name: 'Transfers' }).click()
  await page.getByText('Nothing is waiting to be accepted.').waitFor()
  expect(await page.getByRole('button', { name: 'Withdraw' }).count()).toBe(0)
})

test(
  '[RE2] [RE3] what was accepted is split, lost and reissued, joined again and restored',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = daichi
    const back = () => page.getByRole('link', { name: '再発行', exact: true }).click()

    await back()
    await page.getByRole('link', { name: /紛失・盗難/ }).waitFor()
    await page.getByRole('link', { name: /^分割/ }).click()
    await page.getByRole('option', { name: /Hoshizora Brewing/ }).click()
    await page.getByLabel('1枚目').fill('50')
    await page.getByLabel('2枚目').fill('71')
    await page.getByText('1超過しています。').waitFor()
    expect(await page.getByRole('button', { name: '分割する' }).isDisabled()).toBe(true)
    await page.getByLabel('2枚目').fill('70')
    await page.getByText('合計は120株で一致しています。').waitFor()
    await daichi.look('split-ja')
    await page.getByRole('button', { name: '分割する' }).click()
    await daichi.sign()
    await page.getByRole('main').getByText('2枚の新しい株券に分割しました。').waitFor()

    await back()
    await page.getByRole('link', { name: /紛失・盗難/ }).click()
    await page.getByRole('option', { name: /50株/ }).click()
    await page.getByRole('button', { name: '再発行を請求' }).click()
    await daichi.sign()
    await page.getByRole('main').getByText('1枚の株券が新しいIDで再発行されました。').waitFor()

    await back()
    await page.getByRole('link', { name: /^併合/ }).click()
    await page.getByRole('option', { name: /50株/ }).click()
    await page.getByText('2枚以上選択してください。').waitFor()
    await page.getByRole('option', { name: /70株/ }).click()
    await page.getByText('120株の株券1枚になります').waitFor()
    await page.getByRole('button', { name: '併合する' }).click()
    await daichi.sign()
    await page.getByRole('main').getByText('1枚の株券に併合しました。').waitFor()

    await back()
    await page.getByRole('link', { name: /自分名義のすべて/ }).click()
    await page.getByRole('button', { name: '自分名義の株券をすべて取得' }).click()
    await page.getByText('有効な株券は1枚です。').waitFor()
    await daichi.look('restore-ja')
  },
)

test('every act has its evidence, which can be searched and saved', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = daichi
  await page.getByRole('link', { name: '履歴' }).click()
  await page.getByRole('link', { name: /^名義書換の請求/ }).waitFor()
  await daichi.look('history-ja')
  const csv = await savedBy(daichi, 'CSVで出力')
  expect(csv.text).toMatch(/,transfer,transfer,answered,,HOSHI,120,/)
  await page.getByLabel('検索').fill('紛失')
  await page.getByText('1件', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^紛失株券の再発行/ }).click()
  await page.getByText('請求（あなたの署名つき）').waitFor()
  await page.getByText('署名された原文').first().click()
  await daichi.look('evidence-ja')
  const evidence = JSON.parse((await savedBy(daichi, '証拠を保存')).text) as Record<string, unknown>
  expect(evidence).toMatchObject({ operation: 'issuer.reissue', state: 'answered' })
  for (const signed of [evidence['request'], evidence['reply']]) expect(signed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
})

/** The announcer of react-aria names what was pressed for some seconds longer than it is there. */
const ANNOUNCED = /role-img-alt: <div role="img" aria-labelledby/

test('nothing was wrong with any of these screens', STORY, ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  for (const { complaints, host } of [chika, daichi]) {
    expect(complaints.filter((each) => !ANNOUNCED.test(each))).toEqual([])
    expect(host.faults).toEqual([])
  }
})
