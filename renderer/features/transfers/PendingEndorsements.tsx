import { Download, RefreshCw, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Refused, Shown } from '../../ui/States.tsx'
import { SyncProgress, useSync } from '../../ui/SyncProgress.tsx'
import css from './Transfers.module.css'

type Endorsed = Extract<NonNullable<ListedCertificate['pending']>, { kind: 'endorsed' }>

const EARLIER = 10

/** What was made over: still to be accepted, or accepted, withdrawn or out of date. */
export function PendingEndorsements() {
  return (
    <>
      <Waiting />
      <Earlier />
    </>
  )
}

function Waiting() {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const sync = useSync('sync')
  return (
    <Section
      title={t('transfers.pending.title')}
      actions={
        <Button isPending={sync.busy} onPress={() => void sync.start()}>
          <RefreshCw aria-hidden="true" size={18} />
          {sync.busy ? t('action.syncing') : t('action.sync')}
        </Button>
      }
    >
      {sync.busy && <SyncProgress progress={sync.progress} />}
      <Refused refusal={sync.refusal} />
      <Shown answer={certificates}>
        {(all) => {
          const endorsed = all.filter(({ pending }) => pending?.kind === 'endorsed')
          if (endorsed.length === 0) return <p className={css['soft']}>{t('transfers.pending.empty')}</p>
          return (
            <>
              <p className={css['soft']}>{t('transfers.pending.what')}</p>
              <ul className={css['rows']}>
                {endorsed.map((each) => (
                  <Pending key={each.certificateId} certificate={each} endorsed={each.pending as Endorsed} />
                ))}
              </ul>
            </>
          )
        }}
      </Shown>
    </Section>
  )
}

/** What became of what was made over before; each leads to its evidence. */
function Earlier() {
  const { t } = useTranslation()
  const { count, dateTime } = useFormats()
  const given = useAnswer('transfers.given', {})
  const [length, setLength] = useState(EARLIER)
  const ended = given.state === 'ready' ? given.value.filter(({ state }) => state !== 'waiting') : []
  if (ended.length === 0) return null
  return (
    <Section title={t('transfers.earlier.title')}>
      <ul className={css['rows']}>
        {ended
          .slice(0, length)
          .map(({ certificateId, security, quantity, transfereeName, state, endedAt, validUntil }) => (
            <li key={certificateId} className={css['entry']}>
              <span>
                <a href={pathTo('history', 'endorsement', certificateId)}>{transfereeName}</a> · {security} ·{' '}
                <Covered text={t('shares', { count: Number(quantity), formatted: count(quantity) })} />
              </span>
              <span className={css['soft']}>
                {t(`transfers.earlier.${state as 'accepted'}`, { time: dateTime(endedAt ?? validUntil) })}
              </span>
            </li>
          ))}
      </ul>
      {ended.length > length && (
        <Button onPress={() => setLength(length + EARLIER)}>{t('transfers.earlier.more')}</Button>
      )}
    </Section>
  )
}

function Pending({
  certificate: { certificateId, companyName, security, quantity },
  endorsed,
}: {
  readonly certificate: ListedCertificate
  readonly endorsed: Endorsed
}) {
  const { t } = useTranslation()
  const { count, dateTime } = useFormats()
  const file = useCommand('transfers.file')
  const withdraw = useCommand('transfers.withdraw')
  const save = async (): Promise<void> => {
    const result = await file.run({ certificateId })
    if (!result.ok) return
    saveFile(result.value)
    announce(t('notice.saved', { fileName: result.value.fileName }))
  }
  const takeBack = async (): Promise<void> => {
    const result = await withdraw.run({ certificateId })
    if (result.ok) announce(t('transfers.pending.withdrawn'))
  }
  const whole = t('shares', { count: Number(quantity), formatted: count(quantity) })
  const shares =
    endorsed.quantity === quantity ? whole : t('transfers.pending.part', { part: count(endorsed.quantity), whole })
  return (
    <li className={css['entry']}>
      <h3>
        {companyName} · {security} · <Covered text={shares} />
      </h3>
      <Facts
        facts={[
          [t('transfers.pending.to'), `${endorsed.transfereeName} (${endorsed.transfereeUserId})`],
          [t('transfers.pending.until'), dateTime(endorsed.validUntil)],
          [t('transfers.receive.certificateId'), certificateId],
        ]}
      />
      <div className={css['row']}>
        <Button isPending={file.busy} onPress={() => void save()}>
          <Download aria-hidden="true" size={18} />
          {t('transfers.pending.save')}
        </Button>
        <Button isPending={withdraw.busy} onPress={() => void takeBack()}>
          <Undo2 aria-hidden="true" size={18} />
          {t('transfers.pending.withdraw')}
        </Button>
      </div>
      <Refused refusal={file.refusal ?? withdraw.refusal} />
    </li>
  )
}
