import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Certificates.module.css'

export function Remarks({ certificate }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const remark = useCommand('certificates.remark')
  const [label, setLabel] = useState(certificate.label ?? '')
  const [note, setNote] = useState(certificate.note ?? '')
  const save = async (): Promise<void> => {
    const result = await remark.run({
      certificateId: certificate.certificateId,
      ...(label.trim() !== '' && { label: label.trim() }),
      ...(note.trim() !== '' && { note: note.trim() }),
    })
    if (result.ok) announce(t('certificates.saved'))
  }
  return (
    <Section title={t('certificates.remarks')}>
      <p className={css['soft']}>{t('certificates.remarksWhat')}</p>
      <Form
        className={cls(css['form'])}
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField label={t('certificates.label')} maxLength={80} value={label} onChange={setLabel} />
        <TextField label={t('certificates.note')} rows={3} maxLength={2000} value={note} onChange={setNote} />
        <div>
          <Button type="submit" isPending={remark.busy}>
            {t('action.save')}
          </Button>
        </div>
        <Refused refusal={remark.refusal} />
      </Form>
    </Section>
  )
}
