import type { RegisterEntry } from '../shared/documents/register-entry.ts'
import type { ReplyBody } from '../shared/protocol/catalogue/catalogue.ts'
import { COMPANIES, CURRENCY, PEOPLE, type PersonKey } from './cast.ts'
import type { DemoMarket } from './market.ts'
import { userIdOf, type Holder, type People } from './people.ts'
import { allPages } from '../server/cli/options.ts'

type Account = ReplyBody<'settlement.accounts'>['accounts'][number]

/** What must be the same at the end of the day, however the servers were run or interrupted. */
export interface FinalSums {
  /** By person, by security: shares in the register. */
  readonly holdings: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** By person: money. */
  readonly cash: Readonly<Record<string, string>>
  readonly issued: Readonly<Record<string, string>>
  readonly depositedMinor: string
}

export interface Books {
  readonly register: readonly RegisterEntry[]
  readonly accounts: readonly Account[]
  readonly issuer: ReplyBody<'issuer.totals'>
  readonly exchange: ReplyBody<'exchange.totals'>
  readonly settlement: ReplyBody<'settlement.totals'>
}

export async function readBooks(market: DemoMarket): Promise<Books> {
  const [register, issuer] = await market.atDesk(
    'issuer',
    async (desk) =>
      [
        await allPages<RegisterEntry>(async (last) => {
          const page = await desk.ask('issuer.register', {
            scope: 'live',
            ...(last === undefined ? {} : { after: last.certificateId }),
          })
          return { rows: page.entries, more: page.more }
        }),
        await desk.ask('issuer.totals', {}),
      ] as const,
  )
  const [accounts, settlement] = await market.atDesk(
    'settlement',
    async (desk) =>
      [(await desk.ask('settlement.accounts', {})).accounts, await desk.ask('settlement.totals', {})] as const,
  )
  const exchange = await market.atDesk('exchange', (desk) => desk.ask('exchange.totals', {}))
  return { register, accounts, issuer, exchange, settlement }
}

/** Every rule that must always hold, with what is wrong if one does not. The wallets must be synchronised. */
export function violations(books: Books, people: readonly Holder[]): string[] {
  const wrong: string[] = []
  const check = (rule: string, left: unknown, right: unknown): void => {
    if (left !== right) wrong.push(`${rule}: ${String(left)} is not ${String(right)}`)
  }
  for (const { security, issued, live: liveShares, authorised } of books.issuer.classes) {
    const entries = books.register.filter((entry) => entry.security === security)
    check(`${security}: issued = sum of live entries`, issued, sum(entries.map(({ quantity }) => quantity)))
    check(`${security}: issued = live, as the issuer counts`, issued, liveShares)
    if (issued > authorised) wrong.push(`${security}: more issued than authorised`)
  }
  const ids = books.register.map(({ certificateId }) => certificateId)
  check('each live ID has one entry', new Set(ids).size, ids.length)
  for (const { currency, depositedMinor, withdrawnMinor, balancesMinor, heldMinor } of books.settlement.currencies) {
    const accounts = books.accounts.filter((account) => account.currency === currency)
    check(
      `${currency}: accounts = deposits less withdrawals`,
      sum(accounts.map((each) => each.balanceMinor)),
      depositedMinor - withdrawnMinor,
    )
    check(`${currency}: balances, as the settlement server counts`, balancesMinor, depositedMinor - withdrawnMinor)
    check(`${currency}: nothing on hold when no order is open`, books.exchange.openOrders > 0 ? 0n : heldMinor, 0n)
  }
  check('no match under way', books.exchange.openMatches, 0)
  for (const person of people) {
    for (const { security } of books.issuer.classes) {
      const held = sum(owned(person, security).map(({ quantity }) => quantity))
      const registered = sum(
        books.register
          .filter((entry) => entry.userId === userIdOf(person) && entry.security === security)
          .map(({ quantity }) => quantity),
      )
      check(`${person.name}'s wallet agrees with the register on ${security}`, held, registered)
    }
  }
  return wrong
}

/** What is endorsed to somebody who has not accepted yet is still its holder's. */
function owned({ wallet }: Holder, security: string) {
  return wallet
    .certificates()
    .filter((each) => each.security === security && (each.state === 'live' || each.pending?.kind === 'endorsed'))
}

export function finalSums(books: Books, people: People): FinalSums {
  const of = (key: PersonKey): string => userIdOf(people[key])
  return {
    holdings: Object.fromEntries(
      PEOPLE.map(({ key }) => [
        key,
        Object.fromEntries(
          COMPANIES.map(({ security }) => [
            security,
            sum(
              books.register
                .filter((entry) => entry.userId === of(key) && entry.security === security)
                .map(({ quantity }) => quantity),
            ).toString(),
          ]),
        ),
      ]),
    ),
    cash: Object.fromEntries(
      PEOPLE.map(({ key }) => [
        key,
        (books.accounts.find(({ userId }) => userId === of(key))?.balanceMinor ?? 0n).toString(),
      ]),
    ),
    issued: Object.fromEntries(books.issuer.classes.map(({ security, issued }) => [security, issued.toString()])),
    depositedMinor: (
      books.settlement.currencies.find(({ currency }) => currency === CURRENCY)?.depositedMinor ?? 0n
    ).toString(),
  }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n)
}
