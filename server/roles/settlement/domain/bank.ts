import type { Command, Decision } from '../../../commit/decision.ts'
import { MAX_QUANTITY } from '../../../../shared/documents/fields.ts'
import type { AccountEntry } from '../../../../shared/documents/settlement.ts'
import { ok, refuse, type Refusal, type Result } from '../../../../shared/kernel/result.ts'
import type { RequestBody } from '../../../../shared/protocol/catalogue/catalogue.ts'
import type { AccountRow, SettlementReadView, SettlementView } from '../tables.ts'
import type { Decide } from './contract.ts'
import { accountEvent, available, bankName, holderName, lastEntryKey, post, readEntry } from './ledger.ts'

type Kind = 'deposit' | 'withdrawal'
type Body = RequestBody<'settlement.deposit'>

/** [SE2] Each reference of the bank counts once, for a deposit or a withdrawal. */
function move(
  view: SettlementView,
  kind: Kind,
  { body, at }: Command<Body>,
  check: (view: SettlementReadView, account: AccountRow) => Result<void, Refusal>,
): Result<Decision<AccountEntry>, Refusal> {
  const { amountMinor, reference, remark, operator, currency } = body
  const holder = holderName(body.userId, currency)
  const known = view.get('references', reference)
  if (known !== undefined)
    return known.kind === kind && known.holder === holder && known.amountMinor === amountMinor
      ? ok({ reply: readEntry(view, known.entry) })
      : refuse('exists_with_different_amount', 'the reference was used for another movement')
  const account = view.get('accounts', holder)
  if (account === undefined) return refuse('account_unknown', 'no such account of this user')
  const checked = check(view, account)
  if (!checked.ok) return checked
  const [debit, credit] = kind === 'deposit' ? [bankName(currency), holder] : [holder, bankName(currency)]
  post(view, { debit, credit, amountMinor, kind, reference, remark, at })
  const entry = lastEntryKey(view, holder)
  view.put('references', { reference, kind, holder, amountMinor, operator, entry })
  return ok({ reply: readEntry(view, entry), events: [accountEvent(view, holder, 'moved')] })
}

/** The sum of all deposits bounds every sum over accounts, so this is the one place where an amount can become too large. */
export const deposit: Decide<'settlement.deposit'> = (view, command) =>
  move(view, 'deposit', command, (before) => {
    const { amountMinor, currency } = command.body
    const depositedMinor = (before.get('bank', currency)?.depositedMinor ?? 0n) + amountMinor
    return depositedMinor > MAX_QUANTITY
      ? refuse('exceeds_limits', 'the sum of all deposits is too large')
      : ok(undefined)
  })

/** [A40] What a buy order reserves cannot be withdrawn. */
export const withdraw: Decide<'settlement.withdraw'> = (view, command) =>
  move(view, 'withdrawal', command, (_before, account) => {
    const { amountMinor } = command.body
    if (amountMinor > account.balanceMinor) return refuse('insufficient_funds', 'the balance does not suffice')
    return amountMinor > available(account) ? refuse('reserved', 'the money is reserved for orders') : ok(undefined)
  })
