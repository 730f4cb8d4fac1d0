import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../shared/signing/canonical.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { give, have, savedBy, settledWallet } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
/** Loses the machine; a backup is left, and it is not the newest. */
let emi: WalletWindow
/** In Japanese; is given a certificate of hers. */
let ren: WalletWindow
const restored: WalletWindow[] = []

const PASSPHRASE = 'a river under the old bridge'
const DAY_MS = 24 * 60 * 60_000

interface SavedFile {
  readonly fileName: string
  readonly text: string
}

const WORDS = {
  en: {
    settings: 'Settings',
    begin: 'Make a backup',
    passphrase: 'Passphrase of the backup',
    again: 'Passphrase once more',
    make: 'Make and save it',
    restore: 'Restore a backup',
    start: 'Restore',
    portfolio: 'To the portfolio',
  },
  ja: {
    settings: '設定',
    begin: 'バックアップを作成',
    passphrase: 'バックアップのパスフレーズ',
    again: 'パスフレーズ（確認）',
    make: '作成して保存',
    restore: 'バックアップから復元',
    start: '復元する',
    portfolio: '資産の画面へ',
  },
} as const

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  const emis = { name: 'Emi Takamori', address: '41 Old Cedar Road', language: 'en', shares: '300' } as const
  emi = await settledWallet(stage, emis)
  ren = await settledWallet(stage, { name: '朝比奈 蓮', address: '芦屋市灯籠通12', language: 'ja' })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

/** Quantity, state and label of each certificate, the most shares first. */
async function certificates(of: WalletWindow): Promise<(string | undefined)[][]> {
  const held = (await have(of, 'certificates.list', {})) as { quantity: string; state: string; label?: string }[]
  return held
    .map(({ quantity, state, label }) => [quantity, state, label])
    .toSorted((a, b) => Number(b[0]) - Number(a[0]))
}

const idOf = async (of: WalletWindow, shares: string): Promise<string> => {
  const held = (await have(of, 'certificates.list', {})) as { quantity: string; certificateId: string }[]
  return held.find(({ quantity }) => quantity === shares)?.certificateId ?? ''
}

async function subscribe(quantity: string): Promise<void> {
  const { offerings } = (await have(emi, 'offerings.list', {})) as {
    offerings: { offeringNumber: string; terms: string }[]
  }
  const [{ offeringNumber, terms } = { offeringNumber: '', terms: '' }] = offerings
  await have(emi, 'offerings.subscribe', { offeringNumber, terms, quantity })
}

/** The form of the settings, filled in; the person agrees on the host's own page. */
async function backUp(of: WalletWindow, words: (typeof WORDS)['en' | 'ja']): Promise<SavedFile> {
  await of.page.getByLabel(words.passphrase, { exact: true }).fill(PASSPHRASE)
  await of.page.getByLabel(words.again).fill(PASSPHRASE)
  const [file] = await Promise.all([savedBy(of, words.make), of.sign()])
  return file
}

/** The machine is gone, with everything on it. */
async function loseMachine(of: WalletWindow): Promise<WalletWindow> {
  await of.page.goto('about:blank')
  await of.host.close()
  const fresh = await stage.openWallet()
  restored.push(fresh)
  return fresh
}

async function restore(of: WalletWindow, words: (typeof WORDS)['en' | 'ja'], name: string): Promise<void> {
  const { page } = of
  await of.look(`${name}-form`)
  await page.getByLabel(words.passphrase).fill(PASSPHRASE)
  await page.getByRole('button', { name: words.start, exact: true }).click()
  await page.getByRole('button', { name: words.portfolio }).waitFor()
  await of.look(`${name}-done`)
  await page.getByRole('button', { name: words.portfolio }).click()
}

test(
  '[P16] a wallet that is wiped comes back from an old backup as it truly is, and its key works',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const words = WORDS.en
    await subscribe('120')
    const given = await idOf(emi, '300')
    await have(emi, 'certificates.remark', { certificateId: given, label: 'From the brewery' })
    await have(emi, 'certificates.remark', { certificateId: await idOf(emi, '120'), label: 'To keep' })
    const { text: rens } = (await have(ren, 'identity.file', {})) as unknown as SavedFile
    await have(emi, 'contacts.add', { text: rens, label: 'Neighbour' })

    await emi.page.getByText('There is no backup yet. If this machine is lost, so is your key.').waitFor()
    await emi.look('portfolio-no-backup')
    await emi.page.getByRole('link', { name: words.begin }).click()
    await emi.page.getByRole('button', { name: words.begin }).click()
    await emi.page.getByLabel(words.passphrase, { exact: true }).fill('washi ink')
    await emi.page.getByText('Easy to guess').waitFor()
    await emi.look('settings-backup')
    const file = await backUp(emi, words)
    expect(file.fileName).toMatch(/^kabuken-\d{4}-\d\d-\d\d\.kabuken-backup\.json$/)
    expect(file.text).not.toContain('Takamori')
    await emi.page.getByText('The last backup was made on').waitFor()
    await emi.page.getByRole('link', { name: 'Portfolio' }).click()
    await emi.page.getByText('Nothing needs your attention.').waitFor()

    // What the backup cannot know: one certificate is given away, another one comes.
    const endorsed = (await have(emi, 'transfers.endorse', {
      certificateId: given,
      transferee: { text: rens },
      cause: 'gift',
      validUntil: new Date(Date.now() + DAY_MS).toISOString(),
    })) as unknown as SavedFile
    await have(ren, 'transfers.accept', { text: endorsed.text })
    await subscribe('50')
    await emi.page.getByText('1 certificate has come since the last backup.').waitFor()

    const fresh = await loseMachine(emi)
    const { page } = fresh
    await page.getByRole('button', { name: words.restore }).click()
    await give(page, { fileName: 'wrong.json', text: rens })
    await page.getByText('This is not the file of a backup').waitFor()
    await fresh.look('restore-refused')
    await give(page, file)
    await page.getByRole('heading', { name: /^Backup of / }).waitFor()
    await page.getByLabel(words.passphrase).fill('another passphrase')
    await page.getByRole('button', { name: words.start, exact: true }).click()
    await page.getByText(/The passphrase is wrong/).waitFor()
    await restore(fresh, words, 'restore')

    await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
    await page.getByRole('rowheader', { name: /Hoshizora Brewing/ }).waitFor()
    await page.getByText('1 certificate has come since the last backup.').waitFor()
    await fresh.look('restored-portfolio')
    expect(await certificates(fresh)).toEqual([
      ['300', 'retired', 'From the brewery'],
      ['120', 'live', 'To keep'],
      ['50', 'live', undefined],
    ])
    expect(await have(fresh, 'contacts.list', {})).toMatchObject([{ name: '朝比奈 蓮', label: 'Neighbour' }])
    expect(await have(fresh, 'overview', {})).toMatchObject({
      keyPlace: 'file',
      wallet: {
        identity: { name: 'Emi Takamori' },
        accounts: [{ state: 'open' }],
        counts: { live: 2, pending: 0, underWay: 0 },
      },
    })

    const order: Json = {
      side: 'sell',
      security: 'HOSHI',
      shareClass: 'common',
      price: { kind: 'limit', limitMinor: '1250' },
      quantity: '100',
      timeInForce: { kind: 'day' },
    }
    const placed = fresh.host.host.answer('orders.place', order)
    await fresh.sign()
    expect(await placed).toMatchObject({ ok: true })
    // It opens with the passphrase that it was restored with.
    await page.getByRole('button', { name: 'Lock' }).click()
    await page.getByLabel('Passphrase').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
  },
)

test('[P16] in Japanese: made in the settings, restored on a new machine', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const words = WORDS.ja
  await ren.page.getByRole('link', { name: words.settings }).click()
  await ren.page.getByText('バックアップがまだありません').waitFor()
  await ren.page.getByRole('button', { name: words.begin }).click()
  await ren.look('settings-backup-ja')
  const file = await backUp(ren, words)
  await ren.page.getByText('前回のバックアップ：').waitFor()

  const fresh = await loseMachine(ren)
  const { page } = fresh
  await page.getByText('日本語').click()
  await page.getByRole('heading', { name: 'すでにウォレットをお持ちですか？' }).waitFor()
  await fresh.look('welcome-key-ja')
  await page.getByRole('button', { name: words.restore }).click()
  await fresh.look('restore-file-ja')
  await give(page, file)
  await restore(fresh, words, 'restore-ja')
  await page.getByRole('heading', { name: '保有株式' }).waitFor()
  await page.getByText('対応が必要なことはありません。').waitFor()
  expect(await certificates(fresh)).toEqual([['300', 'live', undefined]])
})

test('nothing was wrong with any of these screens', ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  for (const { complaints, host } of [emi, ren, ...restored]) {
    expect(complaints).toEqual([])
    expect(host.faults).toEqual([])
  }
})
