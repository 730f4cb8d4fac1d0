import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { pathTo } from '../../app/router.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import { SyncProgress, useSync } from '../../ui/SyncProgress.tsx'
import css from './Reissue.module.css'

/** [RE1] */
export function Restore() {
  const { t } = useTranslation()
  const restore = useSync('restore')
  const [report, setReport] = useState<OperationOutput<'restore'>>()
  const start = async (): Promise<void> => {
    setReport(undefined)
    setReport(await restore.start())
  }
  return (
    <Section>
      <p className={css['soft']}>{t('reissue.restore.note')}</p>
      <div className={css['row']}>
        <Button look="main" isPending={restore.busy} onPress={() => void start()}>
          {restore.busy ? t('reissue.restore.running') : t('reissue.restore.start')}
        </Button>
      </div>
      {restore.busy && <SyncProgress progress={restore.progress} />}
      {report !== undefined && <Report report={report} />}
      <Refused refusal={restore.refusal} />
    </Section>
  )
}

function Report({ report: { fetched, live, faults } }: { readonly report: OperationOutput<'restore'> }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => shown.current?.focus(), [])
  const why = [...new Set(faults.map(words))]
  return (
    <div ref={shown} tabIndex={-1} className={css['report']}>
      <Note tone="good">
        {t('reissue.restore.live', { count: live })}{' '}
        {fetched.length === 0
          ? t('reissue.restore.fetchedNone')
          : t('reissue.restore.fetched', { count: fetched.length })}
      </Note>
      {why.length > 0 && (
        <Note tone="warn">
          {t('reissue.restore.faults')}
          <ul>
            {why.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Note>
      )}
      <div className={css['row']}>
        <LinkButton href={pathTo('certificates')}>{t('reissue.toCertificates')}</LinkButton>
      </div>
    </div>
  )
}
