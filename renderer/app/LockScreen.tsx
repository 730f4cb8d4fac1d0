import { LockOpen } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../shared/wallet-api/views.ts'
import { useCommand } from '../api/answers.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { Page, Section } from '../ui/Page.tsx'
import { Note, Refused } from '../ui/States.tsx'
import { cls } from '../ui/cls.ts'
import css from './LockScreen.module.css'
import { useOpenedFiles } from './opened.ts'

export function LockScreen({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const { run, busy, refusal } = useCommand('lock.unlock')
  const [passphrase, setPassphrase] = useState('')
  const isWaiting = useOpenedFiles(({ current, next }) => current !== undefined || next.length > 0)
  const inFile = overview.keyPlace === 'file'
  return (
    <main className={cls(css['screen'])}>
      <p className={cls(css['name'])}>
        <img src="./seal.svg" alt="" width={36} height={36} />
        {t('app.name')}
      </p>
      <Page title={t('lock.title')}>
        <Section>
          <p>{inFile ? t('lock.file') : t('lock.os')}</p>
          <div aria-live="polite">{isWaiting && <Note tone="calm">{t('opened.locked')}</Note>}</div>
          <Form
            className={cls(css['form'])}
            onSubmit={(event) => {
              event.preventDefault()
              setPassphrase('')
              void run(inFile ? { passphrase } : {})
            }}
          >
            {inFile && (
              <TextField
                label={t('lock.passphrase')}
                type="password"
                autoComplete="current-password"
                isRequired
                value={passphrase}
                onChange={setPassphrase}
              />
            )}
            <Button look="main" type="submit" isPending={busy}>
              <LockOpen aria-hidden="true" size={18} />
              {t('lock.open')}
            </Button>
            <Refused refusal={refusal} />
          </Form>
        </Section>
      </Page>
    </main>
  )
}
