import type { Command } from 'commander'
import { formatCount } from '../../shared/terminal/amount.ts'
import { formatFacts, type Fact } from '../../shared/terminal/facts.ts'
import { formatTable } from '../../shared/terminal/table.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { EnrolmentView, HeldCertificate, Wallet } from '../wallet/wallet.ts'
import { describeEnrolment } from './enrol.ts'
import { withWallet } from './open.ts'
import { walletSubcommand, type WalletFlags } from './options.ts'

export function statusCommand(): Command {
  return walletSubcommand('status', 'show market, identity, accounts, shares and what is under way').action(
    (flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        // Asks only about an application that the authority has not decided; without an answer nobody knows how it stands.
        const asked = await wallet.enrolment()
        const enrolment = asked.ok ? asked.value : null
        const market = wallet.market()
        const status = {
          folder: flags.wallet,
          market: market ?? null,
          enrolment,
          accounts: wallet.accounts(),
          shares: sharesOf(wallet.certificates()),
          toCollect: wallet.toCollect(),
          underWay: wallet.underWay().map(({ requestId, operation, at }) => ({ requestId, operation, at })),
          syncedAt: wallet.lastSyncedAt() ?? null,
        }
        out.result(status, () => describeStatus(status))
      }),
  )
}

interface Shares {
  readonly security: string
  readonly shareClass: string
  readonly live: bigint
  readonly pending: bigint
}

function sharesOf(certificates: readonly HeldCertificate[]): Shares[] {
  const held = certificates.filter(({ state }) => state === 'live' || state === 'pending')
  const classes = Map.groupBy(held, ({ security, shareClass }) => `${security} ${shareClass}`)
  const sum = (of: readonly HeldCertificate[], state: HeldCertificate['state']): bigint =>
    of.reduce((total, each) => (each.state === state ? total + each.quantity : total), 0n)
  return [...classes.values()].flatMap((of) => {
    const [first] = of
    if (first === undefined) return []
    const { security, shareClass } = first
    return [{ security, shareClass, live: sum(of, 'live'), pending: sum(of, 'pending') }]
  })
}

interface Status {
  readonly folder: string
  readonly market: ReturnType<Wallet['market']> | null
  readonly enrolment: EnrolmentView | null
  readonly accounts: ReturnType<Wallet['accounts']>
  readonly shares: readonly Shares[]
  readonly toCollect: ReturnType<Wallet['toCollect']>
  readonly underWay: readonly { readonly requestId: string }[]
  readonly syncedAt: number | null
}

function describeStatus(status: Status): string {
  const { market, accounts, shares, toCollect, underWay, syncedAt } = status
  const facts: Fact[] = [['wallet', status.folder]]
  if (market === null || market === undefined) facts.push(['market', 'none yet: kabuken wallet enrol --join LINK'])
  else {
    facts.push(['market', `${market.marketName}${market.demonstration ? ' (for play)' : ''}, ${market.currency}`])
    facts.push(['fingerprint', market.fingerprint])
    facts.push(...market.members.map(({ role, name, url }) => [role, `${name}, ${url}`] as const))
    if (market.stale !== undefined) facts.push(['revocation', 'not known now: no shares and no money move'])
  }
  facts.push(
    ...accounts.map(
      ({ currency, accountEnding, state }) => [`account ${currency}`, `…${accountEnding}, ${state}`] as const,
    ),
  )
  facts.push(['to collect', String(toCollect.length)], ['under way', String(underWay.length)])
  facts.push(['up to date as of', syncedAt === null ? 'never: kabuken wallet sync' : `${minute(syncedAt)} UTC`])
  const table = formatTable(
    [
      { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
      { title: 'live', value: (row) => formatCount(row.live), align: 'right' },
      { title: 'pending', value: (row) => formatCount(row.pending), align: 'right' },
    ],
    shares,
  )
  const enrolment =
    status.enrolment === null
      ? 'The authority does not answer, so it is not known how your application stands.'
      : describeEnrolment(status.enrolment)
  return [formatFacts(facts), enrolment, ...(shares.length === 0 ? [] : [table])].join('\n\n')
}
