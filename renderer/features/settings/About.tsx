import { useTranslation } from 'react-i18next'
import type { About as Told } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { Facts, Section } from '../../ui/Page.tsx'

const nothing = {}
const AT_WORK: ReadonlySet<Told['updates']['state']> = new Set(['checking', 'loading'])

export function About() {
  const { t } = useTranslation()
  const answer = useAnswer('about', nothing)
  const told = answer.state === 'ready' ? answer.value : undefined
  const isUpdated = told !== undefined && told.updates.state !== 'off'
  return (
    <Section title={t('settings.about')} actions={isUpdated && <Check updates={told.updates} />}>
      <p>{t('settings.aboutWhat')}</p>
      <Facts
        facts={[
          ...(told?.version === undefined ? [] : [[t('settings.version'), told.version] as const]),
          ...(told?.version === undefined
            ? []
            : [[t('settings.updates'), <State key="state" {...told.updates} />] as const]),
          [t('settings.licence'), t('settings.licenceWhat')],
        ]}
      />
    </Section>
  )
}

function Check({ updates }: { readonly updates: Told['updates'] }) {
  const { t } = useTranslation()
  const check = useCommand('updates.check')
  return (
    <Button isPending={check.busy || AT_WORK.has(updates.state)} onPress={() => void check.run({})}>
      {t('settings.checkForUpdates')}
    </Button>
  )
}

function State({ state, version = '' }: Told['updates']) {
  const { t } = useTranslation()
  return <span aria-live="polite">{t(`settings.updateStates.${state}`, { version })}</span>
}
