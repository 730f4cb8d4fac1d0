import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { KeyPlace } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Choice, TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused, Shown } from '../../ui/States.tsx'
import css from './Welcome.module.css'

const LEAST_CHARACTERS = 8

export function KeyStep() {
  const { t } = useTranslation()
  const options = useAnswer('key.options', {})
  return (
    <Section title={t('welcome.key.title')}>
      <p>{t('welcome.key.what')}</p>
      <Shown answer={options}>{({ os }) => <CreateKey os={os} />}</Shown>
    </Section>
  )
}

function CreateKey({ os }: { readonly os: OperationOutput<'key.options'>['os'] }) {
  const { t } = useTranslation()
  const create = useCommand('key.create')
  const [place, setPlace] = useState<KeyPlace>(os.usable ? 'os' : 'file')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void create.run(place === 'os' ? { place } : { place, passphrase })
      }}
    >
      {os.usable ? (
        <Choice
          label={t('welcome.key.place')}
          value={place}
          options={[
            ['os', t('welcome.key.places.os')],
            ['file', t('welcome.key.places.file')],
          ]}
          onChange={setPlace}
        />
      ) : (
        <Note tone="calm">{t('welcome.key.noKeychain')}</Note>
      )}
      <p>{place === 'os' ? t('welcome.key.os') : t('welcome.key.file')}</p>
      {place === 'file' && (
        <>
          <TextField
            label={t('welcome.key.passphrase')}
            hint={t('welcome.key.passphraseHint')}
            type="password"
            autoComplete="new-password"
            isRequired
            value={passphrase}
            onChange={setPassphrase}
            validate={(text) => (text.length < LEAST_CHARACTERS ? t('welcome.key.tooShort') : null)}
          />
          <TextField
            label={t('welcome.key.again')}
            type="password"
            autoComplete="new-password"
            isRequired
            value={again}
            onChange={setAgain}
            validate={(text) => (text === passphrase ? null : t('welcome.key.differs'))}
          />
        </>
      )}
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={create.busy}>
          <KeyRound aria-hidden="true" size={18} />
          {t('welcome.key.create')}
        </Button>
      </div>
      <Refused refusal={create.refusal} />
    </Form>
  )
}
