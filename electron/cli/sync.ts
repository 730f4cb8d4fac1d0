import type { Command } from 'commander'
import type { Output } from '../../shared/terminal/output.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { EXIT } from '../../shared/terminal/exit.ts'
import type { SyncProgress, SyncStep } from '../wallet/wallet.ts'
import { granted } from './failure.ts'
import { withWallet } from './open.ts'
import { signingCommand, walletSubcommand, type WalletFlags } from './options.ts'
import { wordsFor } from './words.ts'

const STEPS: Readonly<Record<SyncStep, string>> = {
  market: 'the market',
  requests: 'requests without an answer',
  events: 'events',
  holdings: 'the state of each certificate',
  collect: 'what lies ready',
  orders: 'orders',
}

export function syncCommand(): Command {
  return walletSubcommand('sync', 'bring the wallet up to date: answers, certificates, orders').action(
    (flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const report = granted(await wallet.sync(progressTo(out)))
        for (const { step, refusal } of report.faults)
          out.note(`${STEPS[step]}: ${wordsFor(refusal)} [${refusal.code}]`)
        out.result(report, () =>
          [
            `up to date as of ${minute(report.syncedAt)} UTC`,
            `${report.collected.length} collected, ${report.underWay} without an answer`,
          ].join('\n'),
        )
        if (report.faults.length > 0) process.exitCode = EXIT.unanswered
      }),
  )
}

/** A line for each step as it begins, and again as it ends. */
function progressTo(out: Output): (progress: SyncProgress) => void {
  let last: SyncStep | undefined
  return ({ step, done, total }) => {
    if (step === last && done < total) return
    last = step
    out.note(`${STEPS[step]}: ${done} of ${total}`)
  }
}

export function restoreCommand(): Command {
  return signingCommand('restore', 'fetch every live certificate in your name, from every issuer').action(
    (flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        out.note('Asking every issuer what is registered in your name …')
        const report = granted(await wallet.restore())
        for (const fault of report.faults) out.note(`${wordsFor(fault)} [${fault.code}]`)
        out.result(report, () => `${report.live} live certificates, ${report.fetched.length} of them fetched now`)
        if (report.faults.length > 0) process.exitCode = EXIT.unanswered
      }),
  )
}

export function claimCommand(): Command {
  return signingCommand('claim', 'claim the money for shares that you sold, if the exchange did not see to it')
    .argument('<match>', 'number of the match, MA-...')
    .action((matchNumber: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { settledAt } = granted(await wallet.claim(matchNumber))
        out.result({ matchNumber, settledAt }, () => `${matchNumber}: paid on ${minute(settledAt)} UTC`)
      }),
    )
}
