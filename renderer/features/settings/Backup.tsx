import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { NewPassphrase } from '../../ui/NewPassphrase.tsx'
import { Section } from '../../ui/Page.tsx'
import { useSavedFile } from '../../ui/save-file.ts'
import { Note, Refused } from '../../ui/States.tsx'
import css from './Settings.module.css'

/** Makes the one file from which the wallet can be brought back, and says whether there is one. */
export function Backup({ backup }: { readonly backup: NonNullable<Overview['wallet']>['backup'] }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const [isOpen, setOpen] = useState(false)
  return (
    <Section
      title={t('settings.backup.title')}
      actions={
        isOpen ? undefined : (
          <Button onPress={() => setOpen(true)}>
            <ShieldCheck aria-hidden="true" size={18} />
            {t('settings.backup.begin')}
          </Button>
        )
      }
    >
      {backup.madeAt === undefined ? (
        <Note tone="warn">{t('settings.backup.none')}</Note>
      ) : (
        <p>{t('settings.backup.madeAt', { time: dateTime(backup.madeAt) })}</p>
      )}
      {backup.madeAt !== undefined && backup.missing > 0 && (
        <Note tone="warn">{t('settings.backup.missing', { count: backup.missing })}</Note>
      )}
      <p>{t('settings.backup.what')}</p>
      {isOpen && <Make onClose={() => setOpen(false)} />}
      <p>{t('settings.backup.restore')}</p>
    </Section>
  )
}

function Make({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const file = useSavedFile('backup.make')
  const [passphrase, setPassphrase] = useState('')
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void file.save({ passphrase }).then((saved) => saved && onClose())
      }}
    >
      <p>{t('settings.backup.passphraseWhat')}</p>
      <NewPassphrase label={t('settings.backup.passphrase')} value={passphrase} onChange={setPassphrase} />
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={file.busy}>
          {t('settings.backup.make')}
        </Button>
        <Button isDisabled={file.busy} onPress={onClose}>
          {t('action.cancel')}
        </Button>
      </div>
      <Refused refusal={file.refusal} />
    </Form>
  )
}
