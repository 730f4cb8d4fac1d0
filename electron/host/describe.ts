import type { Language } from '../../shared/wallet-api/views.ts'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import type { Confirmable, NamedCertificate, OrderPrice, SigningSummary, TimeInForce } from '../wallet/wallet.ts'
import { WORDS, type Asking, type ConfirmationWords, type Fact } from './words.ts'

export interface Description {
  readonly title: string
  /** Label and value, in the order in which they are shown. */
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly asking: Asking
}

type Facts = readonly (readonly [Fact, string])[]
type OrderSummary = Extract<SigningSummary, { kind: 'order' }>
type ReissueSummary = Extract<SigningSummary, { kind: 'reissue' }>

/** What a person is asked about. `currency` is the market's, for prices that name none. */
export function describeSigning(summary: Confirmable, language: Language, currency: string | undefined): Description {
  const writer = new Writer(WORDS[language], language, currency)
  const sentTo: Facts = 'to' in summary ? [['server', summary.toName ?? summary.to]] : []
  const { facts } = WORDS[language]
  return {
    title: writer.title(summary),
    facts: [...writer.facts(summary), ...sentTo].map(([fact, value]) => [facts[fact], value]),
    asking: askingOf(summary, language),
  }
}

export function askingOf({ kind }: Pick<Confirmable, 'kind'>, language: Language): Asking {
  return WORDS[language][kind === 'backup' ? 'backup' : 'signature']
}

/** The ID is what is signed; the name says whose it is. */
function person(name: string | undefined, userId: string): string {
  return name === undefined ? userId : `${name} (${userId})`
}

class Writer {
  readonly #words: ConfirmationWords
  readonly #language: Language
  readonly #currency: string | undefined

  constructor(words: ConfirmationWords, language: Language, currency: string | undefined) {
    this.#words = words
    this.#language = language
    this.#currency = currency
  }

  title(summary: Confirmable): string {
    const words = this.#words
    if (summary.kind === 'order') return summary.side === 'buy' ? words.buy : words.sell
    return summary.kind === 'reissue' ? words.reissues[summary.ground] : words.titles[summary.kind]
  }

  facts(summary: Confirmable): Facts {
    switch (summary.kind) {
      case 'enrolment': {
        const { name, postalAddress } = summary
        return [['name', name], ...(postalAddress === undefined ? [] : [['address', postalAddress] as const])]
      }
      case 'renewal':
        return []
      case 'account_opening':
        return [
          ['name', summary.name],
          ['currency', summary.currency],
        ]
      case 'subscription':
        return [
          ['shares', this.#shares(summary)],
          ['offering', summary.offeringNumber],
          ['holder', summary.holderName],
          ['terms', summary.termsHash],
        ]
      case 'collection':
        return [
          ['shares', this.#shares(summary)],
          ['number', summary.number],
        ]
      case 'order':
        return this.#order(summary)
      case 'cancellation':
        return [['order', summary.receptionNumber]]
      case 'replacement':
        return [
          ['order', summary.receptionNumber],
          ['price', this.#price(summary.price, this.#currency)],
          ['wholeQuantity', formatCount(summary.quantity)],
        ]
      case 'transfer':
        return [
          ['certificate', this.#certificate(summary.certificate)],
          ['shares', formatCount(summary.quantity)],
          ['from', person(summary.transferorName, summary.transferorUserId)],
          ['cause', this.#words.causes[summary.cause]],
        ]
      case 'reissue':
        return this.#reissue(summary)
      case 'claim':
        return [
          ['match', summary.matchNumber],
          ['amount', formatMoney(summary.amountMinor, summary.currency)],
        ]
      case 'inquiry':
        return [['question', summary.operation]]
      case 'endorsement':
        return [
          ['certificate', this.#certificate(summary.certificate)],
          ['shares', this.#words.partOf(formatCount(summary.quantity), formatCount(summary.certificate.quantity))],
          ['to', person(summary.transfereeName, summary.transfereeUserId)],
          ['cause', this.#words.causes[summary.cause]],
          ['acceptUntil', this.#instant(summary.validUntil)],
        ]
      case 'backup': {
        const { name, certificates } = summary
        return [
          ...(name === undefined ? [] : [['name', name] as const]),
          ['holds', this.#words.keyAnd(formatCount(BigInt(certificates)))],
          ['mind', this.#words.whoeverHas],
        ]
      }
    }
  }

  #order(order: OrderSummary): Facts {
    const { side, currency, limitAmountMinor, certificates, quantity } = order
    const kept = certificates.reduce((sum, each) => sum + each.quantity, 0n) - quantity
    return [
      ['shares', this.#shares(order)],
      ['price', this.#price(order.price, currency)],
      ['validity', this.#validity(order.timeInForce)],
      ...(limitAmountMinor === undefined
        ? []
        : [[side === 'buy' ? 'costs' : 'brings', formatMoney(limitAmountMinor, currency)] as const]),
      ...certificates.map((each) => ['certificate', this.#certificate(each)] as const),
      ...(kept > 0n ? [['keep', this.#words.underNewId(formatCount(kept))] as const] : []),
    ]
  }

  #reissue({ certificateIds, certificates, quantities }: ReissueSummary): Facts {
    const surrendered = certificates.length === 0 ? certificateIds : certificates.map((each) => this.#certificate(each))
    return [
      ...surrendered.map((certificate) => ['certificate', certificate] as const),
      ...(quantities.length === 0 ? [] : [['into', quantities.map(formatCount).join(' + ')] as const]),
    ]
  }

  #shares({ quantity, security, shareClass }: Pick<NamedCertificate, 'quantity' | 'security' | 'shareClass'>): string {
    const { shares, classes } = this.#words
    return shares(formatCount(quantity), `${security} ${classes[shareClass]}`)
  }

  #certificate(certificate: NamedCertificate): string {
    return this.#words.certificate(certificate.companyName, this.#shares(certificate), certificate.certificateId)
  }

  #price(price: OrderPrice, currency: string | undefined): string {
    if (price.kind === 'market') return this.#words.atMarket
    return currency === undefined
      ? this.#words.minorUnits(formatCount(price.limitMinor))
      : formatMoney(price.limitMinor, currency)
  }

  #validity(time: TimeInForce): string {
    const { forTheDay, until, immediate, allOrNothing } = this.#words
    switch (time.kind) {
      case 'day':
        return forTheDay
      case 'good_till_date':
        return until(this.#instant(time.until))
      case 'immediate_or_cancel':
        return immediate
      case 'fill_or_kill':
        return allOrNothing
    }
  }

  #instant(at: number): string {
    return new Intl.DateTimeFormat(this.#language, { dateStyle: 'medium', timeStyle: 'long' }).format(at)
  }
}
