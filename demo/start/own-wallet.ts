import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IdentityFile } from '../../shared/documents/endorsement.ts'
import type { Language } from '../../shared/wallet-api/views.ts'
import { granted } from '../expect.ts'
import { YOU } from '../living/cast.ts'
import { becomeMember, keychainOf, openPlayWallet, PASSPHRASE } from '../people.ts'

/** What the person's wallet begins with: certificates of two companies, subscribed to and paid for. */
const FIRST_SHARES: Readonly<Record<string, bigint>> = { HOSHI: 200n, NAGIS: 500n }

export interface OwnWalletOptions {
  readonly folder: string
  readonly language: Language
  /** Of the market, when it is there: the key is made meanwhile. */
  readonly link: Promise<string>
  /** Has play money paid into the account, if it was just opened. */
  readonly welcome: () => Promise<void>
}

/** The wallet of whoever sits before the screens, ready to use; the file that others endorse certificates to. */
export async function prepareOwnWallet(options: OwnWalletOptions): Promise<IdentityFile> {
  const { folder, language } = options
  const wallet = await openPlayWallet(folder, keychainOf(folder))
  try {
    const { name, postalAddress } = YOU[language]
    await becomeMember({ wallet, name }, options.link, postalAddress)
    await options.welcome()
    if (wallet.certificates().length === 0) {
      const { offerings } = await granted('the offerings', wallet.offerings())
      for (const { security, offeringNumber } of offerings) {
        const quantity = FIRST_SHARES[security]
        if (quantity !== undefined)
          await granted(`you subscribe to ${security}`, wallet.subscribe({ offeringNumber, quantity }))
      }
    }
    return await granted('your identity', Promise.resolve(wallet.identityFile()))
  } finally {
    await wallet.close()
  }
}

/** A file beside the wallet, for the program that opens it. It opens play money only. */
export function writePassphrase(folder: string): string {
  const file = join(folder, 'passphrase.txt')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
  return file
}
