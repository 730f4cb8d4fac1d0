import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { About as Told } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import css from './Settings.module.css'

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
      <Licences />
    </Section>
  )
}

/** Of the libraries that are built into the screens, word for word; the build makes this module (vite.config.ts). */
function Licences() {
  const { t } = useTranslation()
  const [text, setText] = useState<string>()
  const load = async (): Promise<void> => {
    const made = (await import(/* @vite-ignore */ new URL('licences.js', document.baseURI).href)) as { default: string }
    setText(made.default)
  }
  return text === undefined ? (
    <div>
      <Button onPress={() => void load().catch(() => announce(t('settings.licencesFailed'), 'bad'))}>
        {t('settings.licences')}
      </Button>
    </div>
  ) : (
    <section aria-label={t('settings.licences')}>
      <pre lang="en" className={css['licences']}>
        {text}
      </pre>
    </section>
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
