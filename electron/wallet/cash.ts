import type { AccountStatement } from '../../shared/documents/settlement.ts'
import type { Millis, Random } from '../../shared/kernel/ports.ts'
import { ok } from '../../shared/kernel/result.ts'
import type { AccountView, Outcome } from './api.ts'
import { holder, seal, sealOwnAccount, type WalletContext } from './context.ts'
import type { Effect } from './effect.ts'
import type { Store, WalletState } from './state.ts'
import { refuse } from './refuse.ts'

type Account = WalletState['accounts'][number]

/** Of the 10 to 16 that are allowed: ten million accounts collide with a chance of one in 90,000. */
const ACCOUNT_DIGITS = 12

export function accountView({ currency, number, state }: Account): AccountView {
  return { currency, accountEnding: number.slice(-4), state }
}

/** The first digit is not 0, so that no spreadsheet shortens the number. */
function drawAccountNumber(random: Random): string {
  const drawn = random.bytes(16).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const least = 10n ** BigInt(ACCOUNT_DIGITS - 1)
  return (least + (drawn % (9n * least))).toString()
}

/** The number is the holder's own choice and is stored before it is sent: the settlement server never tells it. */
export async function openAccount(context: WalletContext, currency: string): Outcome<AccountView> {
  const { store, market, requests, ports } = context
  if (store.read().accounts.some((account) => account.currency === currency))
    return refuse('account_exists', `there is an account in ${currency} already`)
  const me = holder(store)
  if (!me.ok) return me
  const settlement = market.server('settlement')
  if (!settlement.ok) return settlement
  const number = drawAccountNumber(ports.random)
  const asked = await requests.command({
    operation: 'settlement.open-account',
    to: settlement.value,
    body: async (requestId) => {
      const account = await seal(context, number, requestId)
      return account.ok ? ok({ account: account.value, name: me.value.name, currency }) : account
    },
    alongside: (draft) => void draft.accounts.push({ currency, number, state: 'opening' }),
  })
  return asked.ok ? ok(accountView({ currency, number, state: 'open' })) : asked
}

export const accountOpened: Effect<'settlement.open-account'> = {
  replied: async ({ store }, { body }, reply) => {
    const account = opening(store, body.currency)
    if (account?.number.slice(-4) !== reply.accountEnding)
      return refuse('account_differs', 'another account was opened')
    return ok((draft) => {
      const opened = draft.accounts.find(({ currency }) => currency === body.currency)
      if (opened !== undefined) opened.state = 'open'
    })
  },
  refused:
    ({ body }) =>
    (draft) => {
      draft.accounts = draft.accounts.filter(({ currency, state }) => currency !== body.currency || state === 'open')
    },
}

function opening(store: Store, currency: string): Account | undefined {
  return store.read().accounts.find((account) => account.currency === currency)
}

/** [0011] All pages of the period. */
export async function cash(
  context: WalletContext,
  period: { readonly currency?: string; readonly from?: Millis; readonly until?: Millis },
): Outcome<AccountStatement> {
  const { market, requests } = context
  const settlement = market.server('settlement')
  if (!settlement.ok) return settlement
  const currency = period.currency ?? market.view()?.currency ?? ''
  const ask = (after: bigint | undefined): Outcome<AccountStatement> =>
    requests.inquire({
      operation: 'settlement.account',
      to: settlement.value,
      body: async (requestId) => {
        const account = await sealOwnAccount(context, currency, requestId)
        if (!account.ok) return account
        const { from, until } = period
        return ok({
          account: account.value,
          ...(from !== undefined && { from }),
          ...(until !== undefined && { until }),
          ...(after !== undefined && { after }),
        })
      },
    })
  let statement = await ask(undefined)
  while (statement.ok && statement.value.more) {
    const { entries } = statement.value
    const next = await ask(entries.at(-1)?.sequence)
    if (!next.ok) return next
    statement = ok({ ...next.value, entries: [...entries, ...next.value.entries] })
  }
  return statement
}
