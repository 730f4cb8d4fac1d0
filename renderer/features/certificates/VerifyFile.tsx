import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useCommand } from '../../api/answers.ts'
import { useOpened } from '../../app/opened.ts'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { Section } from '../../ui/Page.tsx'
import { Loading, Refused } from '../../ui/States.tsx'
import { Verification } from '../../ui/Verification.tsx'
import { Sheet } from './Sheet.tsx'

/** Anybody's certificate file: what it says and whether it can be believed. Nothing is kept of it. */
export function VerifyFile() {
  const { t } = useTranslation()
  const verify = useCommand('certificates.verify')
  const [report, setReport] = useState<OperationOutput<'certificates.verify'>>()
  const look = async (text: string): Promise<void> => {
    setReport(undefined)
    const result = await verify.run({ text })
    if (result.ok) setReport(result.value)
  }
  const start = useRef<HTMLDivElement>(null)
  useOpened('certificate', (text) => {
    start.current?.focus()
    void look(text)
  })
  return (
    <Section title={t('certificates.verifyFile')}>
      <div ref={start} tabIndex={-1}>
        <p>{t('certificates.saving')}</p>
      </div>
      <FileDrop label={t('certificates.dropFile')} onText={(text) => void look(text)} />
      {verify.busy && <Loading />}
      <Refused refusal={verify.refusal} />
      {report !== undefined && <Verification report={report} />}
      {report?.certificate !== undefined && (
        <Sheet
          certificate={report.certificate}
          fingerprint={report.fingerprint}
          isGenuine={report.verdict === 'valid'}
        />
      )}
    </Section>
  )
}
