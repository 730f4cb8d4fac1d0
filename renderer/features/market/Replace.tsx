import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrderStatus } from '../../../shared/documents/order.ts'
import { formatPlainMoney } from '../../../shared/terminal/amount.ts'
import { useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Refused } from '../../ui/States.tsx'
import { readLimit, readQuantity } from './draft.ts'
import css from './Market.module.css'
import type { Listing } from '../../api/market.ts'

/** [TR10] Another limit, a smaller quantity, or both. */
export function Replace({
  status: { receptionNumber, price: present, quantity: whole, filled },
  listing,
  onDone,
}: {
  readonly status: OrderStatus
  readonly listing: Listing
  readonly onDone: () => void
}) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  const { currency } = listing
  const [price, setPrice] = useState(present.kind === 'limit' ? formatPlainMoney(present.limitMinor, currency) : '')
  const [typed, setTyped] = useState(whole.toString())
  const { run, busy, refusal } = useCommand('orders.replace')
  const limitMinor = readLimit(price, listing)
  const read = readQuantity(typed, listing)
  const quantity = read !== undefined && read <= whole && read > filled ? read : undefined
  const change = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (limitMinor === undefined || quantity === undefined) return
    const done = await run({ receptionNumber, price: { kind: 'limit', limitMinor }, quantity })
    if (!done.ok) return
    announce(t('market.replaceDone'))
    onDone()
  }
  return (
    <form
      className={css['form']}
      aria-label={t('market.replaceTitle', { number: receptionNumber })}
      onSubmit={(event) => void change(event)}
      noValidate
    >
      <div className={css['fields']}>
        <TextField
          label={t('market.limit')}
          inputMode="decimal"
          value={price}
          onChange={setPrice}
          isInvalid={limitMinor === undefined}
          hint={t('market.limitWrong', {
            tick: money(listing.tickMinor, currency),
            lowest: money(listing.lowerLimitMinor, currency),
            highest: money(listing.upperLimitMinor, currency),
          })}
        />
        <TextField
          label={t('market.quantity')}
          inputMode="numeric"
          value={typed}
          onChange={setTyped}
          isInvalid={quantity === undefined}
          hint={`${t('market.replaceWhat')} ${t('market.quantityWrong', { lot: count(listing.lot) })}`}
        />
      </div>
      <div className={css['between']}>
        <Button type="submit" isPending={busy} isDisabled={limitMinor === undefined || quantity === undefined}>
          {t('market.save')}
        </Button>
        <Button look="quiet" onPress={onDone}>
          {t('action.cancel')}
        </Button>
      </div>
      <Refused refusal={refusal} />
    </form>
  )
}
