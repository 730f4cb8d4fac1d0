import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import jsQr from 'jsqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../demo/expect.ts'
import { loadConfig } from '../../server/config/config.ts'
import { widenIssuer } from '../../server/node/widening.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { have } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

let stage: Stage
let opened: WalletWindow
let port: number

/** Keys are made, processes start, four servers find each other. */
const PATIENT = { timeout: 90_000 }
const PASSPHRASE = 'brush and seal'

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set()
  port = await freePort()
  opened = await stage.openWallet({ hasNode: true })
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}

/** Whether anything answers where the node listens. */
function answers(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

test(
  '[CA5] a market is made, started and joined on the screens alone; its code can be scanned',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = opened
    await page.getByLabel('Passphrase', { exact: true }).fill('washi and ink')
    await page.getByLabel('Passphrase once more').fill('washi and ink')
    await page.getByRole('button', { name: 'Create the key' }).click()
    await page.getByRole('heading', { name: 'Join a market' }).waitFor()

    await page.getByRole('link', { name: 'Run a market yourself: your node' }).click()
    await page.getByRole('heading', { name: 'Run a market of your own' }).waitFor()
    await opened.look('node-none')
    await page.getByRole('button', { name: 'Join a market with one server' }).click()
    await page.getByRole('heading', { name: 'A server in an existing market' }).waitFor()
    await opened.look('node-join')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Make a market' }).click()
    await page.getByLabel('Name of the market').fill('Mizuho Village Market')
    await page.getByLabel('Name of the company').fill('Hoshizora Brewing')
    await page.getByLabel('Code of the security').fill('hoshi')
    await page.getByLabel('Incorporated on').fill('1987-06-14')
    await page.getByLabel('Authorised shares').fill('10,000')
    await page.getByLabel('First reference price in JPY').fill('1,250')
    await page.getByLabel('Port').fill(String(port))
    await page.getByLabel('Passphrase of the node').fill(PASSPHRASE)
    await page.getByLabel('Passphrase once more').fill('brush and sail')
    await page.getByText('The two are not the same.').waitFor()
    await opened.look('node-create')
    await page.getByLabel('Passphrase once more').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Make it and start it' }).click()

    await page.getByText('Every server takes requests.').waitFor(PATIENT)
    await page.getByRole('heading', { name: 'Mizuho Village Market' }).waitFor()
    const link = (await page.getByText(/^kabuken:\/\/join\?/).textContent()) ?? ''
    expect(await scanned()).toBe(link)
    await opened.look('node-running')

    await page.getByRole('button', { name: 'Join with this wallet' }).click()
    await page.getByRole('heading', { name: 'Apply for your identity' }).waitFor()
  },
)

/** What a camera would read off the screen, in the dark theme. */
async function scanned(): Promise<string | undefined> {
  await opened.page.emulateMedia({ colorScheme: 'dark' })
  const picture = await opened.page.getByRole('figure', { name: 'Link of the market as a QR code' }).screenshot()
  await opened.page.emulateMedia({ colorScheme: 'light' })
  const [width, height, ...pixels] = (await opened.page.evaluate(
    `(async () => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob('${picture.toString('base64')}'), (c) => c.charCodeAt(0))]))
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
      const context = canvas.getContext('2d')
      context.drawImage(bitmap, 0, 0)
      return [bitmap.width, bitmap.height, ...context.getImageData(0, 0, bitmap.width, bitmap.height).data]
    })()`,
  )) as number[]
  return jsQr.default(Uint8ClampedArray.from(pixels), width ?? 0, height ?? 0)?.data
}

test(
  '[CA1] [CA2] an application is approved at the desk after comparing; an invitation is made',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = opened
    await page.getByLabel('Name').fill('Aoi Hanada')
    await page.getByLabel('Postal address').fill('3-1 Kawabata, Mizuho')
    await page.getByRole('button', { name: 'Apply' }).click()
    await opened.sign()
    await page
      .getByText(/AP-\d{6}/)
      .first()
      .waitFor()
    const [number = ''] = /AP-\d{6,}/.exec((await page.getByRole('main').textContent()) ?? '') ?? []

    await page.getByRole('link', { name: 'Run a market yourself: your node' }).click()
    const configFile = (await page.getByText(/kabuken\.toml$/).textContent()) ?? ''
    await page.getByRole('link', { name: 'Applications' }).click()
    await page.getByText('Aoi Hanada').waitFor()
    await opened.look('desk-applications')
    await page.getByRole('button', { name: 'Approve …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Approve Aoi Hanada?' })
    await dialog.getByText(number).waitFor()
    await dialog.getByText('3-1 Kawabata, Mizuho').waitFor()
    await opened.look('desk-approve')
    await dialog.getByRole('button', { name: 'It is the same: approve' }).click()
    await page.getByText('No application waits for a decision').waitFor()

    // The issuer takes on another company: what it asks for is told from what it has.
    const loaded = loadConfig(configFile)
    const [first] = loaded.config.roles.issuer?.classes ?? []
    if (first !== undefined) loaded.config.roles.issuer?.classes.push({ ...first, security: 'TSUKI' })
    expect(await widenIssuer({ loaded, passphrase: PASSPHRASE })).toMatchObject({ state: 'pending' })
    await page.getByText('Issuer, for a wider certificate').waitFor()
    expect(await page.getByRole('definition').allTextContents()).toEqual(expect.arrayContaining(['HOSHI', 'TSUKI']))
    await opened.look('desk-wider')
    await page.getByRole('button', { name: 'Approve …' }).click()
    await page.getByRole('button', { name: 'They want it: approve' }).click()
    await page.getByText('No application waits for a decision').waitFor()
    expect(await widenIssuer({ loaded, passphrase: PASSPHRASE })).toEqual({
      state: 'certified',
      securities: ['HOSHI', 'TSUKI'],
    })

    await page
      .getByRole('row', { name: /Aoi Hanada/ })
      .getByText('Valid', { exact: true })
      .waitFor()
    await page.getByRole('button', { name: 'Make an invitation' }).click()
    await page.getByText('It is not shown again:').waitFor()

    await page.getByRole('link', { name: 'Back to your wallet' }).click()
    await page.getByRole('button', { name: 'Open an account in JPY' }).click()
    await opened.sign()
    await page.getByRole('heading', { name: 'Portfolio' }).waitFor()
    expect(opened.complaints).toEqual([])
  },
)

test(
  '[SE2] [IS1] [IS2] money is deposited, shares are offered, subscribed and in the register',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = opened
    const screens = page.getByRole('navigation', { name: 'Screens' })
    const desk = page.getByRole('navigation', { name: 'Node and desk' })
    await screens.getByRole('link', { name: 'Node' }).click()
    await page.getByText('This wallet is in this market.').waitFor()

    await desk.getByRole('link', { name: 'Accounts' }).click()
    await page.getByRole('button', { name: 'Deposit for Aoi Hanada' }).click()
    await page.getByLabel('Amount in JPY').fill('1,000,000')
    await page.getByLabel('Reference of the bank').fill('transfer 7781')
    await opened.look('desk-deposit')
    await page.getByRole('button', { name: 'Deposit ¥1,000,000' }).click()
    await page.getByText('¥1,000,000 deposited for Aoi Hanada.').waitFor()
    const row = page.getByRole('row', { name: /Aoi Hanada/ })
    await row.getByText('¥1,000,000').waitFor()
    // The same reference never counts twice.
    await page.getByRole('button', { name: 'Deposit for Aoi Hanada' }).click()
    await page.getByLabel('Amount in JPY').fill('5')
    await page.getByLabel('Reference of the bank').fill('transfer 7781')
    await page.getByRole('button', { name: 'Deposit ¥5' }).click()
    await page.getByText('This reference was booked before with another amount or account.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await row.getByText('¥1,000,000').waitFor()
    await opened.look('desk-accounts')

    await desk.getByRole('link', { name: 'Offerings' }).click()
    await page.getByText('No shares are offered').waitFor()
    await page.getByLabel('Price of one share in JPY').fill('1,250')
    await page.getByLabel('Number of shares').fill('1,000')
    await page.getByLabel('Open until the end of').fill('2099-12-31')
    await page.getByLabel('Terms').fill('Paid in full on subscription.\n\nNo fractions.')
    await page.getByRole('button', { name: 'Look at the offering' }).click()
    const dialog = page.getByRole('dialog', { name: 'Publish this offering?' })
    await dialog.getByText('¥1,250,000').waitFor()
    await dialog.getByText('Paid in full on subscription. No fractions.').waitFor()
    await opened.look('desk-offer')
    await dialog.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('row', { name: /OF-\d+/ }).waitFor()

    await screens.getByRole('link', { name: 'Offerings' }).click()
    await page.getByLabel('Number of shares').fill('100')
    await page.getByText('I have read the terms above and agree to them').click()
    await page.getByRole('button', { name: 'Subscribe' }).click()
    await opened.sign()
    await page.getByText('Subscribed and paid. 1 certificate is in your wallet.').waitFor()

    await screens.getByRole('link', { name: 'Node' }).click()
    await desk.getByRole('link', { name: 'Register' }).click()
    await page.getByText('Holders', { exact: true }).waitFor()
    await page.getByRole('row', { name: /Aoi Hanada/ }).waitFor()
    await opened.look('desk-register')
    await page.getByLabel('As of the end of').fill('2020-01-01')
    await page.getByText('The register is empty').waitFor()
    await page.getByRole('button', { name: 'As of now' }).click()
    await page.getByRole('row', { name: /Aoi Hanada/ }).waitFor()
    await desk.getByRole('link', { name: 'Accounts' }).click()
    await page
      .getByRole('row', { name: /Aoi Hanada/ })
      .getByText('¥875,000')
      .waitFor()
    await page
      .getByRole('row', { name: /Aoi Hanada/ })
      .getByRole('link', { name: 'Statement' })
      .click()
    await page.getByRole('row', { name: /Subscription/ }).waitFor()
    await opened.look('desk-statement')
    expect(opened.complaints).toEqual([])
  },
)

test('trading is halted and resumed at the desk', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = opened
  await page.getByRole('navigation', { name: 'Node and desk' }).getByRole('link', { name: 'Market state' }).click()
  await page.getByText('No order is open.').waitFor()
  await page.getByRole('button', { name: 'Halt trading in Hoshizora Brewing' }).click()
  await page.getByLabel('Ground').fill('News of the company is awaited')
  await page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click()
  await page.getByText('Halted', { exact: true }).waitFor()
  await opened.look('desk-market')
  await page.getByRole('button', { name: 'Resume trading in Hoshizora Brewing' }).click()
  await page.getByLabel('Ground').fill('The news is out')
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Trading', { exact: true }).waitFor()
  expect(opened.complaints).toEqual([])
})

test(
  '[TR10] orders are cancelled at the desk, with a ground, after it has said what that does',
  PATIENT,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page, host } = opened
    const placed = host.host.answer('orders.place', {
      side: 'sell',
      security: 'HOSHI',
      shareClass: 'common',
      price: { kind: 'limit', limitMinor: '1300' },
      quantity: '40',
      timeInForce: { kind: 'day' },
    })
    await opened.sign()
    expect(await placed).toMatchObject({ ok: true })
    await page.getByRole('row', { name: /Sell HOSHI/ }).waitFor()
    await page.getByText('No match is under way.').waitFor()
    await page.getByRole('button', { name: 'Cancel orders …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel orders of investors?' })
    await dialog.getByText('This cannot be taken back').waitFor()
    await opened.look('desk-cancel')
    // Without a ground nothing is asked for.
    await dialog.getByRole('button', { name: 'Cancel the orders' }).click()
    await dialog.getByLabel('Only of this member').fill('inv-0123456789')
    await dialog.getByLabel('Ground').fill('A member of no orders')
    await dialog.getByRole('button', { name: 'Cancel the orders' }).click()
    await page.getByText('0 orders cancelled.').waitFor()
    await page.getByRole('row', { name: /Sell HOSHI/ }).waitFor()

    await page.getByRole('button', { name: 'Cancel orders …' }).click()
    await dialog.getByLabel('Security').selectOption({ label: 'Hoshizora Brewing (HOSHI, Common)' })
    await dialog.getByLabel('Ground').fill('The price was published wrongly')
    await dialog.getByRole('button', { name: 'Cancel the orders' }).click()
    await page.getByText('1 order cancelled.').waitFor()
    await page.getByText('No order is open.').waitFor()
    expect(opened.complaints).toEqual([])
  },
)

test('what waits for other servers is told of each server', PATIENT, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = opened
  await page.getByRole('navigation', { name: 'Node and desk' }).getByRole('link', { name: 'Node', exact: true }).click()
  await page.getByRole('heading', { name: 'Waiting for other servers' }).waitFor()
  await expect.poll(() => page.getByText('Nothing waits.').count(), { timeout: 30_000 }).toBe(4)
  await opened.look('node-outbox')
  expect(opened.complaints).toEqual([])
})

test(
  'the node is stopped and started; killed, it comes back and the screen says so; it ends with its application',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page, host } = opened
    const desk = page.getByRole('navigation', { name: 'Node and desk' })
    await desk.getByRole('link', { name: 'Node' }).click()
    await page.getByRole('button', { name: 'Stop the node' }).click()
    await page.getByText('The servers do not run.').waitFor(PATIENT)
    expect(await answers()).toBe(false)
    await restrict()
    await desk.getByRole('link', { name: 'Accounts' }).click()
    await page.getByText('The desk is open while the node runs.').waitFor()
    await desk.getByRole('link', { name: 'Node' }).click()
    await page.getByLabel('Passphrase of the node').fill('brush and sail')
    await page.getByRole('button', { name: 'Start the node' }).click()
    await page.getByText('The passphrase is wrong').first().waitFor(PATIENT)
    await opened.look('node-failed')
    await page.getByLabel('Passphrase of the node').fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Start the node' }).click()
    await page.getByText('Every server takes requests.').waitFor(PATIENT)

    host.killNode()
    await page.getByText(/The node ended unexpectedly on .+ and was started again/).waitFor(PATIENT)
    await page.getByText('Every server takes requests.').waitFor(PATIENT)
    await opened.look('node-restarted')
    await desk.getByRole('link', { name: 'Accounts' }).click()
    await page
      .getByRole('row', { name: /Aoi Hanada/ })
      .getByText('¥875,000')
      .waitFor()

    await approveAcquirer()
    await host.host.answer('settings.set', { language: 'ja' })
    const 窓口 = page.getByRole('navigation', { name: 'ノードと窓口' })
    await 窓口.waitFor()
    for (const [part, heading] of [
      ['ノード', 'Mizuho Village Market'],
      ['申請', '申請'],
      ['募集', '株式を募集する'],
      ['株主名簿', '株主名簿'],
      ['市場の状態', '市場の状態'],
      ['口座', '口座'],
    ] as const) {
      await 窓口.getByRole('link', { name: part }).click()
      await page.getByRole('heading', { name: heading }).first().waitFor()
      await page.getByText('読み込んでいます…').first().waitFor({ state: 'detached' })
      await opened.look(`desk-${part}-ja`)
    }

    expect(opened.complaints).toEqual([])
    expect(host.faults).toEqual([])
    expect(await answers()).toBe(true)
    await host.close()
    await until('nothing listens any more', async () => ((await answers()) ? undefined : true))
  },
)

/** As an operator would, in the configuration, while the node does not run. */
async function restrict(): Promise<void> {
  const { node } = (await have(opened, 'node.state', {})) as { node: { configFile: string } }
  const file = node.configFile
  const before = await readFile(file, 'utf8')
  const after = before.replace('transferRestriction = "none"', 'transferRestriction = "company_approval"')
  expect(after).not.toBe(before)
  await writeFile(file, after)
}

/** [TF3] at the desk, and taken back. */
async function approveAcquirer(): Promise<void> {
  const { page } = opened
  const acquirer = 'inv-0123456789'
  await page.getByRole('navigation', { name: 'Node and desk' }).getByRole('link', { name: 'Register' }).click()
  const begin = page.getByRole('button', { name: /^Approve an acquirer of certificate/ }).first()
  await begin.click()
  const dialog = page.getByRole('dialog', { name: /^Acquirer of certificate/ })
  await dialog.getByLabel('User ID of the acquirer').fill(acquirer)
  await dialog.getByLabel('Ground').fill('Resolution of 14 May')
  await opened.look('desk-approve-acquirer')
  await dialog.getByRole('button', { name: 'Approve the acquirer' }).click()
  await page.getByText(`${acquirer} is approved.`).waitFor()
  for (const said of [`${acquirer} is no longer approved.`, 'The acquirer was not approved.']) {
    await begin.click()
    await dialog.getByText('Take the approval back').click()
    await dialog.getByText('What was transferred already stays so.').waitFor()
    await dialog.getByLabel('User ID of the acquirer').fill(acquirer)
    await dialog.getByLabel('Ground').fill('Resolution of 15 May')
    await dialog.getByRole('button', { name: 'Take the approval back' }).click()
    await page.getByText(said).waitFor()
  }
  await dialog.getByRole('button', { name: 'Cancel' }).click()
}
