import { Command, Option } from 'commander'
import { endorsementFile, identityFile, type EndorsementFile } from '../../shared/documents/endorsement.ts'
import { transferCause, type TransferCause } from '../../shared/documents/transfer.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { showCertificates } from './certificate-table.ts'
import { granted } from './failure.ts'
import { readHandedOver, refuseExisting, writeHandedOver } from './files.ts'
import { withWallet } from './open.ts'
import { instant, shares, signingCommand, walletSubcommand, type WalletFlags } from './options.ts'
import { describeEndorsement, exitByVerdict } from './report.ts'
import { wordsFor } from './words.ts'

export function transferCommand(): Command {
  return new Command('transfer')
    .description('hand certificates over to other investors')
    .addCommand(identity())
    .addCommand(send())
    .addCommand(exportAgain())
    .addCommand(receive())
    .addCommand(accept())
    .addCommand(withdraw())
}

function identity(): Command {
  return walletSubcommand('identity', 'write who you are to a file, so that others can make certificates over to you')
    .argument('<file>', 'file to write')
    .action((file: string, flags: WalletFlags) =>
      withWallet(flags, ({ wallet, out }) => {
        writeHandedOver(file, granted(wallet.identityFile()))
        out.result({ file }, () => `Written to ${file}. There is no secret in it.`)
        return Promise.resolve()
      }),
    )
}

interface SendFlags extends WalletFlags {
  readonly to: string
  readonly quantity?: bigint
  readonly cause: TransferCause
  readonly until?: number
  readonly out: string
}

/** A match on the exchange is the exchange's to have registered. */
const CAUSES = transferCause.options.filter((cause) => cause !== 'trade')

/** Long enough for a letter, short enough that nobody forgets what is still out. */
const ACCEPTANCE_MS = 14 * 24 * 60 * 60 * 1000

function send(): Command {
  return signingCommand('send', 'make a certificate over to another investor, as a file to hand over')
    .argument('<id>', 'certificate ID')
    .requiredOption('--to <file>', 'identity file of the transferee')
    .option('--quantity <shares>', 'only so many; you get a new certificate for the rest', shares)
    .addOption(new Option('--cause <cause>', 'why').choices(CAUSES).makeOptionMandatory())
    .option('--until <date>', 'can be accepted until this instant; 14 days from now, if not given', instant)
    .requiredOption('--out <file>', 'file to write')
    .action((certificateId: string, flags: SendFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { quantity, cause, until: validUntil = Date.now() + ACCEPTANCE_MS } = flags
        refuseExisting(flags.out)
        const transferee = readHandedOver(flags.to, identityFile)
        const file = granted(
          await wallet.endorse({
            certificateId,
            transferee,
            cause,
            validUntil,
            ...(quantity !== undefined && { quantity }),
          }),
        )
        writeHandedOver(flags.out, file)
        out.result({ certificateId, file: flags.out, validUntil }, () =>
          [
            `Written to ${flags.out}: give it to the transferee, who can accept it until ${minute(validUntil)} UTC.`,
            `Until then you can take it back with: kabuken wallet transfer withdraw ${certificateId}`,
          ].join('\n'),
        )
      }),
    )
}

function exportAgain(): Command {
  return walletSubcommand('export', 'write the file of a hand-over that is not accepted yet once more')
    .argument('<id>', 'certificate ID')
    .argument('<file>', 'file to write')
    .action((certificateId: string, file: string, flags: WalletFlags) =>
      withWallet(flags, ({ wallet, out }) => {
        writeHandedOver(file, granted(wallet.endorsementFile(certificateId)))
        out.result({ certificateId, file }, () => `${certificateId} written to ${file}`)
        return Promise.resolve()
      }),
    )
}

const HANDED_OVER = ['<file>', 'file that you were handed'] as const

function receive(): Command {
  return walletSubcommand('receive', 'verify a hand-over and show what it is; nothing is accepted')
    .argument(...HANDED_OVER)
    .action((path: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const report = granted(await wallet.inspectEndorsement(readEndorsement(path)))
        out.result(report, () => describeEndorsement(report))
        if (report.verdict === 'valid') out.note(`Accept it with: kabuken wallet transfer accept ${path}`)
        exitByVerdict(report.verdict)
      }),
    )
}

function accept(): Command {
  return signingCommand('accept', 'have a hand-over registered in your name and collect the certificate')
    .argument(...HANDED_OVER)
    .action((path: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const file = readEndorsement(path)
        const report = granted(await wallet.inspectEndorsement(file))
        out.note(describeEndorsement(report))
        const failed = report.checks.find(({ outcome }) => outcome === 'failed')
        if (failed !== undefined) {
          const { code = 'bad_file', details } = failed
          throw new CommandFailed(
            EXIT.invalid,
            code,
            wordsFor({ code, ...(details !== undefined && { details }) }),
            undefined,
            details,
          )
        }
        showCertificates(out, granted(await wallet.acceptEndorsement(file)), 'Nothing was registered.')
      }),
    )
}

function readEndorsement(path: string): EndorsementFile {
  return readHandedOver(path, endorsementFile)
}

function withdraw(): Command {
  return signingCommand('withdraw', 'take back a hand-over that is not accepted yet: its file becomes worthless')
    .argument('<id>', 'certificate ID')
    .action((certificateId: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        showCertificates(out, granted(await wallet.withdrawEndorsement(certificateId)), 'Nothing was issued.')
      }),
    )
}
