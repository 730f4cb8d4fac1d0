import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import type { SetUpStep } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFirstRun } from '../../app/first-run.ts'
import { changeSettings, useSettings } from '../../app/settings.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Page } from '../../ui/Page.tsx'
import { AccountStep } from './AccountStep.tsx'
import { IdentityStep } from './IdentityStep.tsx'
import { KeyStep } from './KeyStep.tsx'
import { MarketStep } from './MarketStep.tsx'
import { RestoreStep } from './RestoreStep.tsx'
import css from './Welcome.module.css'

const STEPS = ['key', 'market', 'identity', 'account'] as const

/** The first run: one step at a time, in the order in which one needs the other. */
export default function Welcome({ overview, step }: { readonly overview: Overview; readonly step: SetUpStep }) {
  const { t } = useTranslation()
  const language = useSettings(({ settings }) => settings.language)
  const { restoring } = useFirstRun()
  if (restoring)
    return (
      <div className={css['welcome']}>
        <Page title={t('welcome.title')}>
          <RestoreStep />
        </Page>
      </div>
    )
  return (
    <div className={css['welcome']}>
      <Page title={t('welcome.title')}>
        <p>{t('welcome.lead')}</p>
        <Choice
          label={t('welcome.language')}
          value={language}
          options={[
            ['en', 'English'],
            ['ja', '日本語'],
          ]}
          onChange={(chosen) => void changeSettings({ language: chosen })}
        />
        <ol className={css['steps']} aria-label={t('welcome.steps.label')}>
          {STEPS.map((name, index) => {
            const isDone = index < (STEPS as readonly SetUpStep[]).indexOf(step)
            return (
              <li key={name} aria-current={name === step ? 'step' : undefined} data-done={isDone || undefined}>
                <span className={css['number']} aria-hidden="true">
                  {isDone ? <Check size={16} /> : index + 1}
                </span>
                {t(`welcome.steps.${name}`)}
                {isDone && <span className={css['spoken']}>{t('welcome.steps.finished')}</span>}
              </li>
            )
          })}
        </ol>
        {step === 'key' && <KeyStep />}
        {step === 'market' && <MarketStep />}
        {step === 'identity' && <IdentityStep overview={overview} />}
        {step === 'account' && <AccountStep overview={overview} />}
        {step !== 'key' && (
          <div>
            <LinkButton look="quiet" href={pathTo('node')}>
              {t('welcome.node')}
            </LinkButton>
          </div>
        )}
      </Page>
    </div>
  )
}
