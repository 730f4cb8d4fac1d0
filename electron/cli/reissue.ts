import { Command } from 'commander'
import { showCertificates } from './certificate-table.ts'
import { granted } from './failure.ts'
import { withWallet } from './open.ts'
import { severalShares, signingCommand, type WalletFlags } from './options.ts'
import type { HeldCertificate, Outcome, Wallet } from '../wallet/wallet.ts'

export function reissueCommand(): Command {
  return new Command('reissue')
    .description('get new certificates for old ones')
    .addCommand(
      signingCommand('lost', 'replace certificates whose files are lost or in strange hands')
        .argument('<id...>', 'certificate IDs')
        .action((ids: string[], flags: WalletFlags) => reissue(flags, (wallet) => wallet.reissueLost(ids))),
    )
    .addCommand(
      signingCommand('split', 'split a certificate into several')
        .argument('<id>', 'certificate ID')
        .argument('<quantity...>', 'shares of each part; together they are the whole', severalShares)
        .action((id: string, quantities: readonly bigint[], flags: WalletFlags) =>
          reissue(flags, (wallet) => wallet.split(id, quantities)),
        ),
    )
    .addCommand(
      signingCommand('consolidate', 'make one certificate of several')
        .argument('<id...>', 'certificate IDs of one class')
        .action((ids: string[], flags: WalletFlags) => reissue(flags, (wallet) => wallet.consolidate(ids))),
    )
    .addCommand(
      signingCommand('renew', 'renew a certificate that reaches its end')
        .argument('<id>', 'certificate ID')
        .action((id: string, flags: WalletFlags) => reissue(flags, (wallet) => wallet.renewCertificate(id))),
    )
}

function reissue(flags: WalletFlags, act: (wallet: Wallet) => Outcome<readonly HeldCertificate[]>): Promise<void> {
  return withWallet(flags, async ({ wallet, out }) => {
    showCertificates(out, granted(await act(wallet)), 'Nothing was issued.')
  })
}
