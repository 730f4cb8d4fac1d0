import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '../../shared/signing/canonical.ts'
import { depositForAll } from './desk.ts'
import { SETTING_MS, STORY } from './limits.ts'
import { have, settledWallet } from './settled.ts'
import { Stage, whyNot, type WalletWindow } from './stage.ts'

/** What a holder sees to now and then; the brewery's certificates are good for three weeks. */

let stage: Stage
let ren: WalletWindow
let sumi: WalletWindow

const HOSHI: Json = { security: 'HOSHI', shareClass: 'common', timeInForce: { kind: 'day' } }
const DAY_MS = 24 * 60 * 60 * 1000

beforeAll(async () => {
  if (whyNot !== undefined) return
  stage = await Stage.set((config) => config.replace(/^(authorised = .*)$/m, '$1\ncertificateValidityDays = 20'))
  ren = await settledWallet(stage, { name: 'Ren Uozumi', address: '1 Quay', language: 'en', shares: '100' })
  sumi = await settledWallet(stage, { name: '魚住 すみ', address: '波止場1', language: 'ja' })
  await depositForAll(stage.market, 100_000n)
}, SETTING_MS)

afterAll(async () => {
  if (whyNot === undefined) await stage.strike()
})

test('[RE5] a certificate that expires soon is renewed, from the first screen on', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Portfolio' }).click()
  const due = page.getByRole('listitem').filter({ hasText: /1 certificate expires on/ })
  await due.getByRole('link', { name: 'Renew' }).click()
  await page.getByRole('heading', { level: 1, name: 'Renew' }).waitFor()
  await page.getByRole('option', { name: /Hoshizora Brewing/, selected: true }).waitFor()
  await ren.look('renew')
  await page.getByRole('button', { name: 'Renew' }).click()
  await ren.sign()
  await page.getByText('Renewed: 1 new certificate.').first().waitFor()
  const all = (await have(ren, 'certificates.list', {})) as { state: string; quantity: string }[]
  expect(all.map(({ state, quantity }) => `${quantity} ${state}`).toSorted()).toEqual(['100 live', '100 retired'])
})

test('a certificate leads to what can be done with it, already chosen', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Certificates', exact: true }).click()
  await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
  await page.getByText('Valid: every check passed.').waitFor()
  await ren.look('certificate-uses')
  await page.getByRole('link', { name: 'Make over' }).click()
  await page.getByRole('option', { name: /Hoshizora Brewing/, selected: true }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'Split' }).click()
  await page.getByRole('option', { name: /Hoshizora Brewing/, selected: true }).waitFor()
  expect(ren.calls).not.toContain('reissue.split')
})

test('certificates are searched, and who comes back from one finds the list as it was', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Certificates', exact: true }).click()
  const search = page.getByLabel('Search')
  await search.fill('no company of this name')
  await page.getByText('No certificate is like that').waitFor()
  await search.fill('ＨＯＳＨＩＺＯＲＡ')
  await page.getByRole('link', { name: /Hoshizora Brewing/ }).click()
  await page.getByText('Valid: every check passed.').waitFor()
  await page.goBack()
  await page.getByRole('link', { name: /Hoshizora Brewing/ }).waitFor()
  expect(await search.inputValue()).toBe('ＨＯＳＨＩＺＯＲＡ')
  await search.fill('')
})

test('the licences of the libraries can be read', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Licences of the libraries' }).click()
  const text = page.getByRole('region', { name: 'Licences of the libraries' })
  await text.filter({ hasText: 'react-aria-components' }).waitFor()
  expect(await text.textContent()).toContain('Permission is hereby granted')
  await ren.look('licences')
})

test('the postal address is kept, and the next request tells it to the register', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Settings' }).click()
  const address = page.getByLabel('Postal address')
  await address.fill('2 New Quay')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The address is kept.').waitFor()
  await page.reload()
  expect(await address.inputValue()).toBe('2 New Quay')
})

test(
  '[TR9] what was sold stands among the events, and its notice claims the money, which is paid once',
  STORY,
  async ({ skip }) => {
    if (whyNot !== undefined) return skip(whyNot)
    const { page } = ren
    const price = { kind: 'limit', limitMinor: '1250' }
    await have(ren, 'orders.place', { ...HOSHI, side: 'sell', quantity: '40', price })
    await have(sumi, 'orders.place', { ...HOSHI, side: 'buy', quantity: '40', price })
    await page.getByRole('link', { name: 'Portfolio' }).click()
    await page.getByRole('link', { name: 'Sold', exact: true }).click()
    await page.getByText('The exchange signed that this match is completed').waitFor()
    await page.getByText(/The settlement server has paid this sale|The exchange asks the settlement server/).waitFor()
    await ren.look('match')
    // The exchange had it paid: claimed nevertheless, it is the same payment.
    const [{ matchNumber } = { matchNumber: '' }] = (await have(ren, 'orders.completions', {})) as {
      matchNumber: string
    }[]
    const before = (await have(ren, 'cash.statement', {})) as { balanceMinor: string }
    expect(await have(ren, 'orders.claim', { matchNumber })).toMatchObject({ matchNumber })
    expect(await have(ren, 'cash.statement', {})).toMatchObject({ balanceMinor: before.balanceMinor })
  },
)

test('open orders and what is not accepted yet are named on the first screen', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  const { text } = (await have(sumi, 'identity.file', {})) as { text: string }
  const { userId } = (await have(ren, 'contacts.add', { text })) as { userId: string }
  // What remained of the sale is collected by it.
  await have(ren, 'sync', {})
  const all = (await have(ren, 'certificates.list', {})) as { certificateId: string; state: string }[]
  const { certificateId } = all.find(({ state }) => state === 'live') ?? { certificateId: '' }
  const kept = (await have(ren, 'reissue.split', { certificateId, quantities: ['30', '30'] })) as {
    certificateId: string
  }[]
  await have(ren, 'transfers.endorse', {
    certificateId: kept[0]?.certificateId ?? '',
    transferee: { userId },
    cause: 'gift',
    validUntil: new Date(Date.now() + DAY_MS).toISOString(),
  })
  const price = { kind: 'limit', limitMinor: '1300' }
  await have(ren, 'orders.place', { ...HOSHI, side: 'sell', quantity: '10', price })
  await page.getByRole('link', { name: 'Portfolio' }).click()
  await page.getByText(/1 certificate that you made over is not accepted yet/).waitFor()
  const open = page.getByRole('listitem').filter({ hasText: '1 order is open.' })
  await ren.look('portfolio-attention')
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await page.getByRole('link', { name: /Endorsement of a certificate/ }).click()
  await page.getByText('You made the certificate over to the person who is named in it.').waitFor()
  await page.getByText('Not accepted yet').waitFor()
  await ren.look('endorsement')
  await page.getByRole('link', { name: 'Portfolio' }).click()
  await open.getByRole('link', { name: 'Look at it' }).click()
  await page.getByRole('link', { name: 'HOSHI', exact: true }).first().click()
  const change = page.getByRole('button', { name: 'Change' })
  await change.waitFor()
  expect(await change.count()).toBe(1)
})

test('asking the servers shows how far it is, and ends when a person has waited enough', STORY, async ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  const { page } = ren
  await page.getByRole('link', { name: 'Portfolio' }).click()
  // Servers that do not answer are waited for.
  await stage.stopMarket()
  await page.getByRole('button', { name: 'Bring up to date' }).click()
  await page.getByRole('progressbar').first().waitFor()
  await ren.look('portfolio-asking')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('Stopped. What was done until then stays done.').waitFor()
  await page.getByRole('progressbar').first().waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Bring up to date' }).waitFor()
  expect(ren.calls).toContain('sync.stop')
})

test('nothing was wrong with any of these screens', STORY, ({ skip }) => {
  if (whyNot !== undefined) return skip(whyNot)
  for (const { complaints, host } of [ren, sumi]) {
    expect(complaints).toEqual([])
    expect(host.faults).toEqual([])
  }
})
