import type { Page } from '@playwright/test'
import { CURRENCY } from '../../demo/cast.ts'
import { until } from '../../demo/expect.ts'
import type { OperationName } from '../../shared/wallet-api/operations.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { depositFor, offerShares } from './desk.ts'
import type { Stage, WalletWindow } from './stage.ts'

/** Asks the host as its screens would; what it wants signed is signed. For what a test needs but does not look at. */
export async function have({ host }: WalletWindow, name: OperationName, input: Json): Promise<Json> {
  let answer: Awaited<ReturnType<typeof host.host.answer>> | undefined
  void host.host.answer(name, input).then((given) => (answer = given))
  const given = await until(`${name} is answered`, async () => {
    for (const { id } of host.host.confirmations.pending()) host.host.confirmations.answer(id, true)
    return answer
  })
  if (!given.ok) throw new Error(`${name}: ${JSON.stringify(given)}`)
  return given.output
}

/** Of every key that is made here. */
export const PASSPHRASE = 'washi and ink'

interface Settling {
  readonly name: string
  readonly address: string
  readonly language: 'en' | 'ja'
  readonly shares?: string
  /** See WindowOptions. */
  readonly isRemembered?: boolean
}

/** A window on a wallet that has a key, an identity and an account; with `shares`, one certificate of the brewery too. */
export async function settledWallet(stage: Stage, person: Settling): Promise<WalletWindow> {
  const opened = await stage.openWallet({ isRemembered: person.isRemembered ?? false })
  await have(opened, 'settings.set', { language: person.language })
  await have(opened, 'key.create', { place: 'file', passphrase: PASSPHRASE })
  await have(opened, 'market.join', { link: stage.market.link })
  await have(opened, 'identity.apply', { name: person.name, postalAddress: person.address })
  await have(opened, 'cash.openAccount', { currency: CURRENCY })
  if (person.shares !== undefined) {
    await depositFor(stage.market, 3_000_000n)
    await have(opened, 'offerings.subscribe', { ...(await offerShares(stage.market)), quantity: person.shares })
  }
  return opened
}

/** What the page saves when the button is pressed. */
export function savedBy(of: WalletWindow, button: string): ReturnType<WalletWindow['save']> {
  return of.save(() => of.page.getByRole('button', { name: button }).click())
}

/** Gives a file to the only place for one that the screen itself has. */
export async function give(page: Page, { fileName, text }: { fileName: string; text: string }): Promise<void> {
  await page
    .locator('main input[type=file]')
    .setInputFiles({ name: fileName, mimeType: 'application/json', buffer: Buffer.from(text) })
}
