import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { sealAccount } from '../../shared/signing/jwe.ts'
import type { Outcome, WalletOptions } from './api.ts'
import type { EffectContext } from './effect.ts'
import type { Keys } from './keys.ts'
import type { Requests } from './requests.ts'
import type { Servers } from './servers.ts'
import type { Store, WalletState } from './state.ts'
import { refuse } from './refuse.ts'

/** What every operation of one open wallet works with. */
export interface WalletContext extends EffectContext {
  readonly ports: WalletOptions
  readonly keys: Keys
  readonly servers: Servers
  readonly requests: Requests
  /** Names by user ID, as the authority certified them, of persons whose files were verified here. */
  readonly persons: Map<string, string>
}

/** The holder's user ID and chain. */
export function holder(store: Store): Result<NonNullable<WalletState['identity']>, Refusal> {
  const { identity } = store.read()
  return identity === null ? refuse('not_enrolled', 'the wallet has no identity certificate') : ok(identity)
}

/** Name and address as the register wants them. */
export function registeredAs(store: Store): Result<{ readonly name: string; readonly postalAddress: string }, Refusal> {
  const { identity, profile } = store.read()
  if (identity === null) return refuse('not_enrolled', 'the wallet has no identity certificate')
  const { name } = identity
  const postalAddress = profile?.postalAddress
  return postalAddress === undefined
    ? refuse('address_required', 'the register asks for a postal address')
    : ok({ name, postalAddress })
}

/** [SIG4] The account number, encrypted to the settlement server for one request. */
export async function seal({ store, market }: EffectContext, number: string, requestId: string): Outcome<string> {
  const { trust } = market
  if (!trust.ok) return trust
  const recipient = await trust.value.settlementRecipient()
  if (!recipient.ok) return recipient
  const me = holder(store)
  if (!me.ok) return me
  return ok(await sealAccount({ account: number, userId: me.value.userId, requestId }, recipient.value))
}

/** Seals the account of the currency. Refuses `no_account`. */
export function sealOwnAccount(context: EffectContext, currency: string, requestId: string): Outcome<string> {
  const account = context.store.read().accounts.find((each) => each.currency === currency && each.state === 'open')
  return account === undefined
    ? Promise.resolve(refuse('no_account', `there is no account in ${currency}`))
    : seal(context, account.number, requestId)
}
