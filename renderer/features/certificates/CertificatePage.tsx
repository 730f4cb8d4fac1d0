import { ArrowLeft, Download, Printer } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { CertificateState } from '../../ui/CertificateState.tsx'
import { announce } from '../../ui/notices.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Loading, Refused, Shown } from '../../ui/States.tsx'
import { Verification } from '../../ui/Verification.tsx'
import css from './Certificates.module.css'
import { Life } from './Life.tsx'
import { Paper } from './Paper.tsx'
import { Remarks } from './Remarks.tsx'
import { Sheet } from './Sheet.tsx'

export function CertificatePage({ certificateId }: { readonly certificateId: string }) {
  const { t } = useTranslation()
  const one = useAnswer('certificates.one', { certificateId })
  const file = useCommand('certificates.export')
  const save = async (): Promise<void> => {
    const result = await file.run({ certificateId })
    if (!result.ok) return
    saveFile(result.value)
    announce(t('notice.saved', { fileName: result.value.fileName }))
  }
  const title =
    one.state === 'ready' ? t('certificates.one', { number: one.value.certificateNumber }) : t('certificates.title')
  return (
    <Page
      title={title}
      standing={one.state === 'ready' ? <Standing certificate={one.value} /> : undefined}
      actions={
        <>
          <LinkButton href={pathTo('certificates')} look="quiet">
            <ArrowLeft aria-hidden="true" size={18} />
            {t('certificates.toList')}
          </LinkButton>
          {one.state === 'ready' && (
            <>
              <Button onPress={() => window.print()}>
                <Printer aria-hidden="true" size={18} />
                {t('certificates.print')}
              </Button>
              <Button isPending={file.busy} onPress={() => void save()}>
                <Download aria-hidden="true" size={18} />
                {t('certificates.export')}
              </Button>
            </>
          )}
        </>
      }
    >
      <Refused refusal={file.refusal} />
      <Shown answer={one}>{(certificate) => <Full certificate={certificate} />}</Shown>
    </Page>
  )
}

function Full({ certificate }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const { certificateId } = certificate
  const report = useAnswer('certificates.verify', { certificateId })
  return (
    <>
      {report.state === 'loading' && <Loading />}
      {report.state === 'ready' && report.value.certificate !== undefined && (
        <>
          <Sheet
            certificate={report.value.certificate}
            fingerprint={report.value.fingerprint}
            isGenuine={report.value.verdict === 'valid'}
          />
          <Paper
            certificate={report.value.certificate}
            fingerprint={report.value.fingerprint}
            isGenuine={report.value.verdict === 'valid'}
            listed={certificate}
          />
        </>
      )}
      <Section title={t('certificates.report')}>
        <Shown answer={report}>{(value) => <Verification report={value} />}</Shown>
      </Section>
      {certificate.state === 'live' && <Uses certificate={certificate} />}
      <Life certificateId={certificateId} />
      <Remarks key={certificateId} certificate={certificate} />
    </>
  )
}

/** Where a certificate that is free can be used; the screens take it over, and do nothing by themselves. */
function Uses({ certificate }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const { certificateId, quantity, validUntil } = certificate
  return (
    <Section title={t('certificates.uses.title')}>
      <div className={css['uses']}>
        <LinkButton href={pathTo('transfers', 'send', certificateId)}>{t('certificates.uses.giveAway')}</LinkButton>
        <LinkButton href={pathTo('market', classKey(certificate))}>{t('certificates.uses.sell')}</LinkButton>
        {quantity > 1n && (
          <LinkButton href={pathTo('reissue', 'split', certificateId)}>{t('reissue.ways.split.title')}</LinkButton>
        )}
        {validUntil !== undefined && (
          <LinkButton href={pathTo('reissue', 'renew', certificateId)}>{t('reissue.ways.renew.title')}</LinkButton>
        )}
        <LinkButton href={pathTo('reissue', 'lost', certificateId)}>{t('reissue.ways.lost.title')}</LinkButton>
      </div>
    </Section>
  )
}

function Standing({ certificate }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  return (
    <>
      <CertificateState state={certificate.state} />
      <Why certificate={certificate} />
      <span className={css['soft']}>{t('certificates.checked', { date: dateTime(certificate.checkedAt) })}</span>
    </>
  )
}

function Why({ certificate: { state, pending, retiredAt, retiredBy } }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const { date } = useFormats()
  if (state === 'stopped') return t('certificates.stopped')
  if (state === 'lost') return t('certificates.lost')
  if (state === 'retired')
    return retiredAt === undefined || retiredBy === undefined
      ? t('certificates.retiredUnknown')
      : t('certificates.retired', { date: date(retiredAt), number: retiredBy })
  if (pending?.kind === 'offered') return t('certificates.pendingKinds.offered', { number: pending.receptionNumber })
  if (pending?.kind === 'endorsed')
    return t('certificates.pendingKinds.endorsed', { name: pending.transfereeName, date: date(pending.validUntil) })
  if (pending?.kind === 'unchecked') return t('certificates.pendingKinds.unchecked')
  return pending === undefined ? null : t('certificates.pendingKinds.request')
}
