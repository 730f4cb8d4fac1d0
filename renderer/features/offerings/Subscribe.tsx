import { Check } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { Checkbox } from 'react-aria-components/Checkbox'
import { useTranslation } from 'react-i18next'
import type { Offering } from '../../../shared/documents/offering.ts'
import { readShares } from '../../../shared/terminal/typed.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Money } from '../../ui/Amount.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import css from './Offerings.module.css'

/** Only for who has an account in the currency of the offering. */
export function Subscribe({ offering }: { readonly offering: Offering }) {
  const { t } = useTranslation()
  const overview = useOverview()
  if (overview.state !== 'ready') return null
  const hasAccount = overview.value.wallet?.accounts.some(
    ({ currency, state }) => currency === offering.currency && state === 'open',
  )
  if (hasAccount === true) return <Form offering={offering} />
  return (
    <Note tone="warn">
      <div className={css['between']}>
        {t('offerings.needsAccount')}
        <LinkButton href={pathTo('cash')}>{t('offerings.toCash')}</LinkButton>
      </div>
    </Note>
  )
}

function Form({ offering }: { readonly offering: Offering }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const { offeringNumber, terms, priceMinor, currency } = offering
  const [typed, setTyped] = useState('')
  const [agrees, setAgrees] = useState(false)
  const { run, busy, refusal } = useCommand('offerings.subscribe')
  const statement = useAnswer('cash.statement', { currency })
  const read = readShares(typed.trim())
  const quantity = read !== undefined && read > 0n && read <= offering.quantity - offering.subscribed ? read : undefined
  const available = statement.state === 'ready' ? statement.value.availableMinor : undefined
  const costs = quantity === undefined ? undefined : priceMinor * quantity
  const isShort = costs !== undefined && available !== undefined && costs > available
  const subscribe = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (quantity === undefined || !agrees || isShort) return
    const got = await run({ offeringNumber, quantity, terms })
    if (!got.ok) return
    announce(t('offerings.done', { count: got.value.length }))
    setTyped('')
    setAgrees(false)
  }
  return (
    <form className={css['form']} onSubmit={(event) => void subscribe(event)} noValidate>
      <TextField
        label={t('offerings.quantity')}
        inputMode="numeric"
        value={typed}
        onChange={setTyped}
        isInvalid={typed !== '' && quantity === undefined}
        hint={
          typed !== '' && quantity === undefined
            ? t('offerings.quantityWrong')
            : t('offerings.quantityHint', { most: count(offering.quantity - offering.subscribed) })
        }
      />
      <Facts
        facts={[
          [t('offerings.cost'), costs === undefined ? '–' : <Money key="cost" minor={costs} currency={currency} />],
          [
            t('offerings.available'),
            available === undefined ? '–' : <Money key="available" minor={available} currency={currency} />,
          ],
        ]}
      />
      <div aria-live="polite">{isShort && <Note tone="bad">{t('offerings.short')}</Note>}</div>
      <Checkbox className={cls(css['agree'])} isSelected={agrees} onChange={setAgrees}>
        <span className={css['box']} aria-hidden="true">
          <Check size={16} strokeWidth={3} />
        </span>
        {t('offerings.agree')}
      </Checkbox>
      <div className={css['between']}>
        <Button look="main" type="submit" isPending={busy} isDisabled={quantity === undefined || !agrees || isShort}>
          {t('offerings.subscribe')}
        </Button>
        {quantity !== undefined && !agrees && <span className={css['soft']}>{t('offerings.agreeFirst')}</span>}
      </div>
      <Refused refusal={refusal} />
    </form>
  )
}
