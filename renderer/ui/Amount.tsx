import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { useSettings } from '../app/settings.ts'
import css from './Amount.module.css'

/** Money and share counts, covered while amounts are hidden. */
export function Money({ minor, currency }: { readonly minor: bigint; readonly currency: string }) {
  const { money } = useFormats()
  return <Covered text={money(minor, currency)} />
}

export function Shares({ quantity }: { readonly quantity: bigint }) {
  const { count } = useFormats()
  const { t } = useTranslation()
  return <Covered text={t('shares', { count: Number(quantity), formatted: count(quantity) })} />
}

/** Any other text that tells how much somebody has. */
export function Covered({ text }: { readonly text: string }) {
  const { t } = useTranslation()
  const hidden = useSettings(({ settings }) => settings.hideAmounts)
  if (!hidden) return <span className={css['number']}>{text}</span>
  return (
    <span className={css['number']}>
      <span aria-hidden="true">••••</span>
      <span className={css['spoken']}>{t('amount.hidden')}</span>
    </span>
  )
}
