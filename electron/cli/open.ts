import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { output, type Output } from '../../shared/terminal/output.ts'
import { fileKeychain } from '../wallet/keychain/file.ts'
import type { Keychain } from '../wallet/keychain/keychain.ts'
import { osKeychain } from '../wallet/keychain/os.ts'
import type { Wallet } from '../wallet/wallet.ts'
import { confirmer } from './confirm.ts'
import { inOwnWords } from './failure.ts'
import type { WalletFlags } from './options.ts'
import { givenPassphrase } from './passphrase.ts'
import { personAtTerminal, type Person } from './terminal.ts'

/** What a command works with. */
export interface Session {
  readonly wallet: Wallet
  readonly out: Output
  readonly person: Person | undefined
}

/** Opens the wallet, does the work, closes it whatever happens. */
export async function withWallet(flags: WalletFlags, work: (session: Session) => Promise<void>): Promise<void> {
  if (!existsSync(flags.wallet))
    throw new CommandFailed(
      EXIT.usage,
      'no_wallet',
      `There is no wallet in ${flags.wallet}. Make one with "kabuken wallet init", or name its folder with --wallet.`,
    )
  const person = personAtTerminal()
  await openWith(flags, person, chosenKeychain(flags, person), work)
}

/** The same with a keychain that was only now chosen. */
export async function openWith(
  flags: WalletFlags,
  person: Person | undefined,
  keychain: Keychain,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const out = output(flags.json === true, process)
  // Loaded when a wallet is opened: help and completion need none of it.
  const [{ openWallet }, { systemPorts }] = await Promise.all([
    import('../wallet/wallet.ts'),
    import('../host/system-ports.ts'),
  ])
  await inOwnWords(async () => {
    const wallet: Wallet = await openWallet({
      folder: flags.wallet,
      keychain,
      ...systemPorts(),
      confirm: confirmer({ yes: flags.yes === true, person, out, currency: () => wallet.market()?.currency }),
    })
    try {
      if (wallet.recovered)
        out.note('The wallet was damaged and was repaired. Fetch what may be missing with: kabuken wallet restore')
      await work({ wallet, out, person })
    } finally {
      await wallet.close()
    }
  })
}

/** Where an encrypted key file lies, if that was chosen. */
export function keysFolder(wallet: string): string {
  return join(wallet, 'keys')
}

function chosenKeychain(flags: WalletFlags, person: Person | undefined): Keychain {
  const folder = keysFolder(flags.wallet)
  if (!existsSync(folder)) return osKeychain()
  const passphrase = givenPassphrase(flags.passphraseFile)
  return fileKeychain({
    folder,
    passphrase: async () => passphrase ?? (await person?.secret('Passphrase of the key')),
  })
}
