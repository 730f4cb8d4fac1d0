import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileKeychain } from '../../electron/wallet/keychain/file.ts'
import { spellings } from '../../electron/wallet/keychain/testing/spellings.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { SETTING_MS, STORY, within } from './limits.ts'
import { have, PASSPHRASE, settledWallet } from './settled.ts'
import { NARROW, Stage, whyNot, WIDE, type WalletWindow } from './stage.ts'

let stage: Stage
let opened: WalletWindow

const DAY_MS = 24 * 60 * 60 * 1000

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  opened = await settledWallet(stage, {
    name: 'Fumi Isogai',
    address: '2-9 Kanayama',
    language: 'en',
    shares: '300',
    isRemembered: true,
  })
  await furnish(opened, await settledWallet(stage, { name: '磯貝 文', address: '金山町2-9', language: 'ja' }))
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

/** Something on every screen: a contact, certificates in several states, orders, a backup. */
async function furnish(own: WalletWindow, other: WalletWindow): Promise<void> {
  const { text } = (await have(other, 'identity.file', {})) as { text: string }
  const { userId } = (await have(own, 'contacts.add', { text })) as { userId: string }
  const [whole] = (await have(own, 'certificates.list', {})) as { certificateId: string }[]
  const parts = (await have(own, 'reissue.split', {
    certificateId: whole?.certificateId ?? '',
    quantities: ['100', '120', '80'],
  })) as { certificateId: string }[]
  await have(own, 'transfers.endorse', {
    certificateId: parts[0]?.certificateId ?? '',
    transferee: { userId },
    cause: 'gift',
    validUntil: new Date(Date.now() + DAY_MS).toISOString(),
  })
  const order: Json = { security: 'HOSHI', shareClass: 'common', timeInForce: { kind: 'day' } }
  await have(own, 'orders.place', {
    ...order,
    side: 'sell',
    quantity: '50',
    price: { kind: 'limit', limitMinor: '1300' },
  })
  await have(own, 'orders.place', {
    ...order,
    side: 'buy',
    quantity: '10',
    price: { kind: 'limit', limitMinor: '1200' },
  })
}

/** Each screen's address, and of those with many things the address of one. */
async function addresses({ page }: WalletWindow): Promise<string[]> {
  const hrefs = async (within: string): Promise<string[]> =>
    page.locator(`${within} a[href^="#/"]`).evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  await page.locator('nav a').first().waitFor()
  const found = new Set(await hrefs('nav'))
  for (const screen of await hrefs('nav')) {
    await page.evaluate(`location.hash = ${JSON.stringify(screen)}`)
    await settle(opened)
    const deeper = (await hrefs('main')).filter((href) => href.startsWith(`${screen}/`))
    // The first of a list stands for all; what is not a list has few.
    for (const href of deeper.length > 6 ? deeper.slice(0, 1) : deeper) found.add(href)
  }
  return [...found]
}

/** Nothing is being loaded any more. */
async function settle({ page }: WalletWindow): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page
    .locator('main [role=status] [aria-busy=true], main [role=progressbar]')
    .first()
    .waitFor({ state: 'detached' })
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
}

/** Each language and theme once, in turns wide and narrow. */
const LOOKS = [
  { language: 'en', colorScheme: 'light', viewport: WIDE },
  { language: 'en', colorScheme: 'dark', viewport: NARROW },
  { language: 'ja', colorScheme: 'light', viewport: NARROW },
  { language: 'ja', colorScheme: 'dark', viewport: WIDE },
] as const

test(
  'every screen, in both languages and themes, has nothing that axe finds or that sticks out',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = opened
    const places = await addresses(opened)
    expect(places.length).toBeGreaterThan(15)
    for (const { language, colorScheme, viewport } of LOOKS) {
      await have(opened, 'settings.set', { language })
      await within('the theme', page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }))
      await within('the size', page.setViewportSize(viewport))
      await page.locator(`html[lang=${language}]`).waitFor()
      for (const place of places) {
        await page.evaluate(`location.hash = ${JSON.stringify(place)}`)
        await settle(opened)
        await opened.inspect(`${place} ${language} ${colorScheme} ${viewport.width}`)
      }
    }
    expect(opened.complaints).toEqual([])
    expect(opened.host.faults).toEqual([])
  },
)

test(
  'in a narrow window, one button shows the screens that have no room, and gives the focus back',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page, complaints } = opened
    const before = complaints.length
    await have(opened, 'settings.set', { language: 'en' })
    await within('the size', page.setViewportSize(NARROW))
    await page.locator('html[lang=en]').waitFor()
    await page.getByRole('link', { name: 'Portfolio' }).click()
    const more = page.getByRole('button', { name: 'More' })
    const cash = page.getByRole('link', { name: 'Cash', exact: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await within('the theme', page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }))
      await more.focus()
      await page.keyboard.press('Enter')
      await cash.waitFor()
      await opened.inspect(`the other screens ${colorScheme}`)
      await page.keyboard.press('Tab')
      await page.locator('a:focus').filter({ hasText: 'Cash' }).waitFor()
      await page.keyboard.press('Escape')
      await cash.waitFor({ state: 'hidden' })
      await page.locator('button:focus').filter({ hasText: 'More' }).waitFor()
    }
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Cash' }).waitFor()
    await cash.waitFor({ state: 'hidden' })
    await page.locator('button[aria-current]').filter({ hasText: 'More' }).waitFor()
    await within('back to its size', page.setViewportSize(WIDE))
    expect(complaints.slice(before)).toEqual([])
  },
)

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
}

test(
  '[P14] afterwards no key is in the profile of the browser, in messages, in logs or in the wallet’s other files',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { wallet, profiles, messages } = opened.host
    const keyFile = filesBelow(wallet).find((path) => path.endsWith('.key.json')) ?? ''
    const keychain = fileKeychain({ folder: join(wallet, 'keys'), passphrase: () => Promise.resolve(PASSPHRASE) })
    const key = Buffer.from((await keychain.load(keyFile.split('/').at(-1)?.slice(0, -'.key.json'.length) ?? '')) ?? [])
    // PKCS #8 of a P-256 key (RFC 5915): the number itself is the 32 bytes after "04 20".
    const start = key.indexOf(Buffer.from([0x04, 0x20])) + 2
    const secrets = [...spellings(key.subarray(start, start + 32)), ...spellings(Buffer.from(PASSPHRASE))]
    expect(key.length).toBeGreaterThan(100)
    expect(messages.length).toBeGreaterThan(50)
    const files = [...profiles, wallet].flatMap(filesBelow)
    expect(files.filter((path) => profiles.some((profile) => path.startsWith(profile))).length).toBeGreaterThan(10)
    const texts = [
      ...files.map((path) => [path, readFileSync(path).toString('latin1')] as const),
      ...messages.map(({ text }, index) => [`message ${index}`, text] as const),
      ...opened.host.faults.map((fault) => ['fault', String(fault)] as const),
    ]
    const leaks = texts.flatMap(([place, text]) => (secrets.some((secret) => text.includes(secret)) ? [place] : []))
    expect(leaks).toEqual([])
  },
)
