import { Command } from 'commander'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { writeCsv } from '../../shared/terminal/csv.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { Evidence, HistoryEntry } from '../wallet/wallet.ts'
import { writeNew } from './files.ts'
import { withWallet } from './open.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'
import { describeSigning } from './signing.ts'
import { wordsFor } from './words.ts'

export function historyCommand(): Command {
  return new Command('history')
    .description('everything that this wallet signed')
    .addCommand(list(), { isDefault: true })
    .addCommand(show())
}

function list(): Command {
  return walletSubcommand('list', 'list what was signed and what became of it, the newest first')
    .option('--csv <file>', 'write it as CSV to a file instead')
    .action((flags: WalletFlags & { csv?: string }) =>
      withWallet(flags, ({ wallet, out }) => {
        const entries = wallet.history()
        if (flags.csv === undefined)
          out.table(
            entries,
            [
              { title: 'time', value: (row) => minute(row.at) },
              { title: 'request', value: (row) => row.requestId },
              { title: 'operation', value: (row) => row.operation },
              { title: 'state', value: stateOf },
            ],
            'Nothing was signed yet.',
          )
        else {
          writeNew(flags.csv, historyCsv(entries))
          out.result(
            { file: flags.csv, entries: entries.length },
            () => `${entries.length} entries written to ${flags.csv}`,
          )
        }
        return Promise.resolve()
      }),
    )
}

function stateOf({ state, code }: HistoryEntry): string {
  return code === undefined ? state : `${state} (${code})`
}

function historyCsv(entries: readonly HistoryEntry[]): string {
  const instant = (millis: number | undefined): string => (millis === undefined ? '' : new Date(millis).toISOString())
  return writeCsv([
    ['at', 'request', 'operation', 'state', 'code', 'answered at', 'certificates'],
    ...entries.map((entry) => [
      instant(entry.at),
      entry.requestId,
      entry.operation,
      entry.state,
      entry.code ?? '',
      instant(entry.answeredAt),
      entry.certificateIds.join(' '),
    ]),
  ])
}

function show(): Command {
  return walletSubcommand('show', 'show one act with its evidence: the signed request and reply, word for word')
    .argument('<request>', 'request ID')
    .action((requestId: string, flags: WalletFlags) =>
      withWallet(flags, ({ wallet, out }) => {
        const evidence = wallet.evidence(requestId)
        if (evidence === undefined)
          throw new CommandFailed(
            EXIT.refused,
            'request_unknown',
            'This wallet signed no such request. See what it signed with: kabuken wallet history',
          )
        out.result(evidence, () => describeEvidence(evidence, wallet.market()?.currency))
        return Promise.resolve()
      }),
    )
}

function describeEvidence(evidence: Evidence, currency: string | undefined): string {
  const { code, answeredAt } = evidence
  const facts = formatFacts([
    ['request', evidence.requestId],
    ['signed', `${minute(evidence.at)} UTC`],
    ['state', evidence.state],
    ...(answeredAt === undefined ? [] : [['answered', `${minute(answeredAt)} UTC`] as const]),
    ...(code === undefined ? [] : [['because', wordsFor({ code })] as const]),
    ['proves', evidence.proves],
  ])
  return `${facts}\n${describeSigning(evidence.summary, currency)}\n\nrequest: ${evidence.request}\nreply:   ${evidence.reply ?? 'none yet'}`
}
