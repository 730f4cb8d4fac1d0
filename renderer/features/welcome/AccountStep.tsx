import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { openAccountLater } from '../../app/first-run.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Welcome.module.css'

export function AccountStep({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const open = useCommand('cash.openAccount')
  const currency = overview.wallet?.market?.currency
  if (currency === undefined) return null
  return (
    <Section title={t('welcome.account.title')}>
      <p>{t('welcome.account.what', { currency })}</p>
      <div className={css['row']}>
        <Button look="main" isPending={open.busy} onPress={() => void open.run({ currency })}>
          {t('welcome.account.open', { currency })}
        </Button>
        <Button onPress={openAccountLater}>{t('welcome.account.later')}</Button>
      </div>
      <Refused refusal={open.refusal} />
    </Section>
  )
}
