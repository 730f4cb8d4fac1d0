import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useCommand } from '../../api/answers.ts'
import { useOpened } from '../../app/opened.ts'
import { pathTo } from '../../app/router.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { Section } from '../../ui/Page.tsx'
import { Loading, Note, Refused } from '../../ui/States.tsx'
import { Given } from './Given.tsx'
import css from './Transfers.module.css'

type Kind = OperationOutput<'files.identify'>['kind']
type Report = OperationOutput<'transfers.inspect'>

type Step =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'other'; readonly file: Exclude<Kind, 'endorsement'> }
  | { readonly kind: 'given'; readonly text: string; readonly report: Report }
  | { readonly kind: 'declined' }
  | { readonly kind: 'accepted'; readonly certificateId: string | undefined }

/** From the file that was handed over to the certificate in the own name; every step is the person's. */
export function Receive() {
  const { t } = useTranslation()
  const identify = useCommand('files.identify')
  const inspect = useCommand('transfers.inspect')
  const [step, setStep] = useState<Step>({ kind: 'waiting' })
  const open = async (text: string): Promise<void> => {
    setStep({ kind: 'waiting' })
    inspect.clear()
    const file = await identify.run({ text })
    if (!file.ok) return
    if (file.value.kind !== 'endorsement') {
      setStep({ kind: 'other', file: file.value.kind })
      return
    }
    const report = await inspect.run({ text })
    if (report.ok) setStep({ kind: 'given', text, report: report.value })
  }
  useOpened('endorsement', (text) => void open(text))
  const isBusy = identify.busy || inspect.busy
  return (
    <Section title={step.kind === 'given' ? t('transfers.receive.report') : t('transfers.receive.title')}>
      {step.kind === 'other' && (
        <Note tone="warn">
          {t(`transfers.receive.other.${step.file}`)}
          {step.file === 'identity' && (
            <div className={css['row']}>
              <LinkButton href={pathTo('contacts')}>{t('transfers.receive.toContacts')}</LinkButton>
            </div>
          )}
        </Note>
      )}
      {step.kind === 'declined' && <Note tone="calm">{t('transfers.receive.declined')}</Note>}
      {step.kind === 'accepted' && (
        <Note tone="good">
          {t('transfers.receive.accepted')}
          {step.certificateId !== undefined && (
            <div className={css['row']}>
              <LinkButton href={pathTo('certificates', step.certificateId)}>{t('transfers.receive.show')}</LinkButton>
            </div>
          )}
        </Note>
      )}
      {step.kind === 'given' ? (
        <Given
          text={step.text}
          report={step.report}
          onAccepted={(certificateId) => setStep({ kind: 'accepted', certificateId })}
          onDeclined={() => setStep({ kind: 'declined' })}
          onOther={() => setStep({ kind: 'waiting' })}
        />
      ) : (
        <>
          {isBusy ? <Loading /> : <FileDrop label={t('transfers.receive.drop')} onText={(text) => void open(text)} />}
          <Refused refusal={identify.refusal ?? inspect.refusal} />
        </>
      )}
    </Section>
  )
}
