import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { certificateFile } from '../../shared/documents/endorsement.ts'
import { describeCertificate, showCertificates } from './certificate-table.ts'
import { failure, granted } from './failure.ts'
import { readHandedOver, refuseExisting, writeHandedOver } from './files.ts'
import { withWallet } from './open.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'
import { describeReport, exitByVerdict } from './report.ts'

export function certificatesCommand(): Command {
  return new Command('certificates')
    .description('share certificates of this wallet')
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
    .addCommand(verify())
    .addCommand(exportToFile())
}

function list(): Command {
  return walletSubcommand('list', 'list certificates')
    .option('--all', 'retired and lost ones too')
    .action((flags: WalletFlags & { all?: boolean }) =>
      withWallet(flags, ({ wallet, out }) => {
        const wanted = wallet
          .certificates()
          .filter(({ state }) => flags.all === true || (state !== 'retired' && state !== 'lost'))
        showCertificates(out, wanted, 'No certificates. See what is offered with: kabuken wallet offerings')
        return Promise.resolve()
      }),
    )
}

function show(): Command {
  return walletSubcommand('show', 'show one certificate')
    .argument('<id>', 'certificate ID')
    .action((id: string, flags: WalletFlags) =>
      withWallet(flags, ({ wallet, out }) => {
        const held = wallet.certificate(id)
        if (held === undefined) throw failure({ code: 'certificate_unknown', message: '' })
        out.result(held, () => describeCertificate(held))
        return Promise.resolve()
      }),
    )
}

function verify(): Command {
  return walletSubcommand('verify', 'verify a certificate and tell each check by name')
    .argument('<certificate>', 'certificate ID, or the file of a certificate')
    .action((certificate: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const given = existsSync(certificate) ? readHandedOver(certificate, certificateFile) : certificate
        const report = granted(await wallet.verifyCertificate(given))
        out.result(report, () => describeReport(report))
        exitByVerdict(report.verdict)
      }),
    )
}

function exportToFile(): Command {
  return walletSubcommand('export', 'write a certificate to a file, for others to verify')
    .argument('<id>', 'certificate ID')
    .argument('<file>', 'file to write')
    .action((id: string, file: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        refuseExisting(file)
        writeHandedOver(file, granted(await wallet.exportCertificate(id)))
        out.result({ certificateId: id, file }, () => `${id} written to ${file}`)
      }),
    )
}
