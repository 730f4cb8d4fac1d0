import type { Command } from 'commander'
import type { Offering } from '../../shared/documents/offering.ts'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { day, minute } from '../../shared/terminal/typed.ts'
import { showCertificates } from './certificate-table.ts'
import { failure, granted } from './failure.ts'
import { withWallet } from './open.ts'
import { shares, signingCommand, walletSubcommand, type WalletFlags } from './options.ts'

export function offeringsCommand(): Command {
  return walletSubcommand('offerings', 'list what issuers offer').action((flags: WalletFlags) =>
    withWallet(flags, async ({ wallet, out }) => {
      const { offerings } = granted(await wallet.offerings())
      out.table(
        offerings,
        [
          { title: 'number', value: (row) => row.offeringNumber },
          { title: 'company', value: (row) => row.companyName },
          { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
          { title: 'price', value: priceOf, align: 'right' },
          { title: 'left', value: (row) => formatCount(row.quantity - row.subscribed), align: 'right' },
          { title: 'open', value: (row) => `${day(row.opensAt)} to ${day(row.closesAt)}` },
        ],
        'Nothing is offered now.',
      )
    }),
  )
}

function priceOf({ priceMinor, currency }: Offering): string {
  return priceMinor === 0n ? 'free of charge' : formatMoney(priceMinor, currency)
}

export function subscribeCommand(): Command {
  return signingCommand('subscribe', 'subscribe to an offering: agree to its terms, pay, collect the certificate')
    .argument('<number>', 'number of the offering, OF-...')
    .argument('<quantity>', 'shares', shares)
    .action((offeringNumber: string, quantity: bigint, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const { offerings } = granted(await wallet.offerings())
        const offering = offerings.find((each) => each.offeringNumber === offeringNumber)
        if (offering === undefined) throw failure({ code: 'offering_unknown', message: '' })
        out.note(describeOffering(offering, quantity))
        const held = granted(await wallet.subscribe({ offeringNumber, quantity, terms: offering.terms }))
        showCertificates(out, held, 'Nothing was issued.')
      }),
    )
}

function describeOffering(offering: Offering, quantity: bigint): string {
  const { companyName, classTerms, terms, priceMinor, currency, closesAt } = offering
  return `\n${formatFacts([
    ['company', companyName],
    ['price of a share', priceOf(offering)],
    ['price of all', formatMoney(priceMinor * quantity, currency)],
    ['open until', `${minute(closesAt)} UTC`],
    ...(classTerms === undefined ? [] : [['terms of the class', classTerms] as const]),
    ['terms', terms],
  ])}`
}

export function collectCommand(): Command {
  return signingCommand('collect', 'collect certificates that lie ready')
    .argument('[number]', 'transfer, allotment or reissue number; everything, if not given')
    .action((number: string | undefined, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        const held = granted(await (number === undefined ? wallet.collectAll() : wallet.collect(number)))
        for (const left of wallet.toCollect())
          out.note(`${left.number} still lies ready: ${formatCount(left.quantity)} ${left.security} ${left.shareClass}`)
        showCertificates(out, held, 'Nothing lies ready.')
      }),
    )
}
