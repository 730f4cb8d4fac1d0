import { ArchiveRestore, KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { KeyPlace } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { beginRestoring } from '../../app/first-run.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Choice } from '../../ui/Field.tsx'
import { NewPassphrase } from '../../ui/NewPassphrase.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused, Shown } from '../../ui/States.tsx'
import css from './Welcome.module.css'

type Os = OperationOutput<'key.options'>['os']

export function KeyStep() {
  const { t } = useTranslation()
  const options = useAnswer('key.options', {})
  return (
    <>
      <Section title={t('welcome.key.title')}>
        <p>{t('welcome.key.what')}</p>
        <Shown answer={options}>{({ os }) => <CreateKey os={os} />}</Shown>
      </Section>
      <Section title={t('welcome.restore.instead')}>
        <p>{t('welcome.restore.insteadWhat')}</p>
        <div className={css['row']}>
          <Button onPress={beginRestoring}>
            <ArchiveRestore aria-hidden="true" size={18} />
            {t('welcome.restore.start')}
          </Button>
        </div>
      </Section>
    </>
  )
}

/** Where the key is kept: this system's keychain where it works, or an encrypted file. */
export function KeyPlaceChoice({
  os,
  place,
  onChange,
}: {
  readonly os: Os
  readonly place: KeyPlace
  readonly onChange: (place: KeyPlace) => void
}) {
  const { t } = useTranslation()
  return (
    <>
      {os.usable ? (
        <Choice
          label={t('welcome.key.place')}
          value={place}
          options={[
            ['os', t('welcome.key.places.os')],
            ['file', t('welcome.key.places.file')],
          ]}
          onChange={onChange}
        />
      ) : (
        <Note tone="calm">{t('welcome.key.noKeychain')}</Note>
      )}
      <p>{place === 'os' ? t('welcome.key.os') : t('welcome.key.file')}</p>
    </>
  )
}

function CreateKey({ os }: { readonly os: Os }) {
  const { t } = useTranslation()
  const create = useCommand('key.create')
  const [place, setPlace] = useState<KeyPlace>(os.usable ? 'os' : 'file')
  const [passphrase, setPassphrase] = useState('')
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void create.run(place === 'os' ? { place } : { place, passphrase })
      }}
    >
      <KeyPlaceChoice os={os} place={place} onChange={setPlace} />
      {place === 'file' && (
        <NewPassphrase label={t('welcome.key.passphrase')} value={passphrase} onChange={setPassphrase} />
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
