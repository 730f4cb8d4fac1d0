import { readMoney } from '../../../shared/terminal/amount.ts'
import { readShares } from '../../../shared/terminal/typed.ts'
import type { OperationInput } from '../../../shared/wallet-api/operations.ts'

/** A company as it is being typed. */
export interface DraftCompany {
  /** Tells the rows of the form apart. */
  readonly id: number
  readonly companyName: string
  readonly security: string
  readonly incorporatedOn: string
  readonly authorised: string
  readonly price: string
}

let lastId = 0

export function emptyCompany(): DraftCompany {
  lastId += 1
  return { id: lastId, companyName: '', security: '', incorporatedOn: '', authorised: '', price: '' }
}

/** ISO 4217 codes that Intl knows, the usual ones of share markets first. */
export const CURRENCIES = ['JPY', 'USD', 'EUR', 'GBP', 'CHF', 'AUD', 'CAD', 'SGD', 'HKD', 'KRW'] as const

type Companies = OperationInput<'node.create'>['companies']

/** Undefined while a company is not right: the number of shares, the price, a code that is there twice. */
export function companiesOf(drafts: readonly DraftCompany[], currency: string): Companies | undefined {
  const companies = drafts.flatMap((draft) => {
    const authorised = readShares(draft.authorised.trim())
    const referencePriceMinor = readMoney(draft.price, currency)
    if (
      authorised === undefined ||
      authorised === 0n ||
      referencePriceMinor === undefined ||
      referencePriceMinor === 0n
    )
      return []
    const { incorporatedOn } = draft
    const security = draft.security.trim().toUpperCase()
    return [{ security, companyName: draft.companyName.trim(), incorporatedOn, authorised, referencePriceMinor }]
  })
  const isDistinct = new Set(companies.map(({ security }) => security)).size === drafts.length
  return isDistinct ? companies : undefined
}

/** The last instant of that day where the person is; undefined for no date. */
export function endOf(date: string): number | undefined {
  const end = Date.parse(`${date}T23:59:59.999`)
  return Number.isNaN(end) ? undefined : end
}

/** Signed documents hold no line ends: paragraphs are joined. */
export function oneParagraph(text: string): string {
  return text.split(/\s+/u).filter(Boolean).join(' ')
}
