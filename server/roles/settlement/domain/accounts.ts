import { isCertifiedName } from '../../../../shared/documents/fields.ts'
import { ok, refuse } from '../../../../shared/kernel/result.ts'
import type { Decide } from './contract.ts'
import type { Evidence } from './evidence.ts'
import { holderName } from './ledger.ts'
import { checkTries, refuseAndCount } from './tries.ts'

const ACCOUNT_NUMBER = /^\d{10,16}$/

/** Opens an account under the number that its holder chose. Evidence is the number. */
export const openAccount: Decide<'settlement.open-account', Evidence<string>> = (view, command, { settings }) => {
  const { sender, body, evidence, at } = command
  if (!evidence.ok) return evidence
  if (!isCertifiedName(body.name, sender.displayName))
    return refuse('wrong_name', 'the name is not that of the signer’s identity certificate')
  const tries = checkTries(view, command, settings)
  if (!tries.ok) return tries
  const number = evidence.value
  if (!ACCOUNT_NUMBER.test(number)) return refuse('account_number_malformed', 'an account number has 10 to 16 digits')
  if (!settings.currencies.includes(body.currency))
    return refuse('currency_not_permitted', `no accounts in ${body.currency}`)
  const holder = holderName(sender.name, body.currency)
  // Before the look at other accounts: whoever has an account learns nothing about further numbers ([A23]).
  if (view.get('accounts', holder) !== undefined)
    return refuse('account_exists', `there is an account in ${body.currency} already`)
  if (view.where('accounts', 'number', number).length > 0)
    return refuseAndCount(view, command, refuse('account_number_taken', 'the account number is in use'))
  view.put('accounts', {
    holder,
    userId: sender.name,
    currency: body.currency,
    number,
    name: sender.displayName,
    balanceMinor: 0n,
    heldMinor: 0n,
    entryCount: 0n,
    openedAt: BigInt(at),
  })
  return ok({ reply: { accountEnding: number.slice(-4), currency: body.currency, openedAt: at } })
}
