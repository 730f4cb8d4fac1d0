import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { formatFacts, type Fact } from '../../shared/terminal/facts.ts'
import { minute } from '../../shared/terminal/typed.ts'
import type { Confirmable, NamedCertificate, OrderPrice, SigningSummary, TimeInForce } from '../wallet/wallet.ts'

/** What a person is asked about; `currency` is that of the market. */
export function describeSigning(summary: Confirmable, currency: string | undefined): string {
  if (summary.kind === 'backup')
    return `\nTo be copied: your key, ${formatCount(BigInt(summary.certificates))} certificates, evidence, contacts and settings\nWhoever has the file and its passphrase can sign in your name.`
  const { title, facts } = describe(summary, currency)
  const all = 'to' in summary ? [...facts, ['sent to', summary.toName ?? summary.to] as const] : facts
  return `\nTo be signed: ${title}\n${formatFacts(all)}`.trimEnd()
}

interface Described {
  readonly title: string
  readonly facts: readonly Fact[]
}

function describe(summary: SigningSummary, currency: string | undefined): Described {
  switch (summary.kind) {
    case 'enrolment': {
      const { name, postalAddress } = summary
      return {
        title: 'application for an identity certificate',
        facts: [['name', name], ...(postalAddress === undefined ? [] : [['address', postalAddress] as const])],
      }
    }
    case 'renewal':
      return { title: 'renewal of your identity certificate', facts: [] }
    case 'account_opening':
      return {
        title: 'opening of an account',
        facts: [
          ['name', summary.name],
          ['currency', summary.currency],
        ],
      }
    case 'subscription':
      return {
        title: `subscription to offering ${summary.offeringNumber}`,
        facts: [
          ['shares', sharesOf(summary)],
          ['in the name of', summary.holderName],
          ['terms', `the ones with the hash ${summary.termsHash}`],
        ],
      }
    case 'collection':
      return {
        title: `collection of ${summary.number}`,
        facts: [['shares', sharesOf(summary)]],
      }
    case 'order':
      return { title: `order to ${summary.side}`, facts: orderFacts(summary) }
    case 'cancellation':
      return { title: `cancellation of order ${summary.receptionNumber}`, facts: [] }
    case 'replacement':
      return {
        title: `change of order ${summary.receptionNumber}`,
        facts: [
          ['price', priceOf(summary.price, currency)],
          ['quantity of the whole order', formatCount(summary.quantity)],
        ],
      }
    case 'transfer':
      return {
        title: 'registration of a certificate that was made over to you',
        facts: [
          ['certificate', certificateOf(summary.certificate)],
          ['shares', formatCount(summary.quantity)],
          ['from', person(summary.transferorName, summary.transferorUserId)],
          ['cause', summary.cause],
        ],
      }
    case 'reissue':
      return { title: REISSUES[summary.ground], facts: reissueFacts(summary) }
    case 'claim':
      return {
        title: `claim of the money for match ${summary.matchNumber}`,
        facts: [['amount', formatMoney(summary.amountMinor, summary.currency)]],
      }
    case 'inquiry':
      return { title: `question (${summary.operation})`, facts: [] }
    case 'endorsement':
      return { title: 'a certificate made over to another person', facts: endorsementFacts(summary) }
  }
}

const REISSUES: Readonly<Record<Extract<SigningSummary, { kind: 'reissue' }>['ground'], string>> = {
  lost: 'reissue of lost certificates: their present IDs become worthless',
  split: 'split of a certificate',
  consolidation: 'consolidation of certificates into one',
  damaged: 'reissue of damaged certificates',
  renewal: 'renewal of certificates',
  withdrawal: 'withdrawal of a hand-over: the endorsed certificate ID becomes worthless',
}

function orderFacts(order: Extract<SigningSummary, { kind: 'order' }>): Fact[] {
  const { side, currency, limitAmountMinor, certificates, quantity } = order
  const attached = certificates.reduce((sum, certificate) => sum + certificate.quantity, 0n)
  const facts: Fact[] = [
    ['shares', sharesOf(order)],
    ['price', priceOf(order.price, currency)],
    ['counts', timeOf(order.timeInForce)],
  ]
  if (limitAmountMinor !== undefined)
    facts.push([side === 'buy' ? 'costs at most' : 'brings at least', formatMoney(limitAmountMinor, currency)])
  facts.push(...certificates.map((certificate) => ['attached', certificateOf(certificate)] as const))
  if (attached > quantity) facts.push(['you keep', `${formatCount(attached - quantity)} under a new certificate ID`])
  return facts
}

function reissueFacts({
  certificateIds,
  certificates,
  quantities,
}: Extract<SigningSummary, { kind: 'reissue' }>): Fact[] {
  const surrendered = certificates.length === 0 ? certificateIds : certificates.map(certificateOf)
  const into = quantities.length === 0 ? [] : [['into', quantities.map(formatCount).join(' + ')] as const]
  return [...surrendered.map((certificate) => ['certificate', certificate] as const), ...into]
}

function person(name: string | undefined, userId: string): string {
  return name === undefined ? userId : `${name} (${userId})`
}

function endorsementFacts(summary: Extract<SigningSummary, { kind: 'endorsement' }>): Fact[] {
  const { certificate, quantity, transfereeName, transfereeUserId, cause, validUntil } = summary
  return [
    ['certificate', certificateOf(certificate)],
    ['shares', `${formatCount(quantity)} of ${formatCount(certificate.quantity)}`],
    ['to', person(transfereeName, transfereeUserId)],
    ['cause', cause],
    ['can be accepted until', `${minute(validUntil)} UTC`],
  ]
}

function sharesOf({
  quantity,
  security,
  shareClass,
}: Pick<NamedCertificate, 'quantity' | 'security' | 'shareClass'>): string {
  return `${formatCount(quantity)} ${security} ${shareClass}`
}

function certificateOf(certificate: NamedCertificate): string {
  return `${certificate.certificateId} (${sharesOf(certificate)}, ${certificate.companyName})`
}

export function priceOf(price: OrderPrice, currency: string | undefined): string {
  if (price.kind === 'market') return 'market'
  return currency === undefined ? `${price.limitMinor} minor units` : formatMoney(price.limitMinor, currency)
}

export function timeOf(time: TimeInForce): string {
  switch (time.kind) {
    case 'day':
      return 'for the day'
    case 'good_till_date':
      return `until ${minute(time.until)} UTC`
    case 'immediate_or_cancel':
      return 'at once, the rest is cancelled'
    case 'fill_or_kill':
      return 'at once and in full, or not at all'
  }
}
