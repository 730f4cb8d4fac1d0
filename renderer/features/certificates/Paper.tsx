import { useEffect, useState } from 'react'
import { createPortal, flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useFormats } from '../../i18n/format.ts'
import { cls } from '../../ui/cls.ts'
import { QrCode } from '../../ui/QrCode.tsx'
import { PaperEngraving, Seal } from './Engraving.tsx'
import { useMembers } from './members.ts'
import css from './Paper.module.css'

interface Printed {
  readonly certificate: ShareCertificate
  readonly fingerprint: string | undefined
  readonly isGenuine: boolean
  readonly listed: ListedCertificate
}

/** More than this would not leave the rest its place on the one sheet. */
const LONG_TERMS = 500

/** What is printed while a certificate is on the screen, however printing began; it exists only meanwhile. */
export function Paper(printed: Printed) {
  const [printedAt, setPrintedAt] = useState<number>()
  useEffect(() => {
    // The picture is taken as soon as the listener returns.
    const begin = (): void => flushSync(() => setPrintedAt(Date.now()))
    const end = (): void => setPrintedAt(undefined)
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    return () => {
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
    }
  }, [])
  return printedAt === undefined ? null : createPortal(<OneSheet {...printed} printedAt={printedAt} />, document.body)
}

/** A copy on paper names its amounts even while the screen hides them: it is asked for, and worth nothing without. */
function OneSheet({
  certificate,
  fingerprint,
  isGenuine,
  listed,
  printedAt,
}: Printed & { readonly printedAt: number }) {
  const { t } = useTranslation()
  const { count, dateTime } = useFormats()
  const members = useMembers()
  const { certificateId, companyName, certificateNumber, quantity, holderName, shareClass, issuingAgent } = certificate
  const shares = t('shares', { count: Number(quantity), formatted: count(quantity) })
  const isWorthless = listed.state === 'retired' || listed.state === 'lost'
  return (
    <article className={css['paper']}>
      <PaperEngraving id={certificateId} />
      <div className={css['inner']}>
        <div className={css['head']}>
          <p className={css['kind']}>{t('certificates.document')}</p>
          <p className={css['company']}>{companyName}</p>
          <p className={css['number']}>{t('certificates.number', { number: certificateNumber })}</p>
          <p className={css['quantity']}>{shares}</p>
          <p className={css['says']}>
            {t(isWorthless ? 'certificates.paper.said' : 'certificates.paper.says', {
              holder: holderName,
              shares,
              shareClass: t(`shareClass.${shareClass}`),
              company: companyName,
            })}
          </p>
          {isGenuine && (
            <div className={css['seal']}>
              <Seal company={companyName} />
            </div>
          )}
        </div>
        {isWorthless && <p className={css['stamp']}>{t(`certificateState.${listed.state}`)}</p>}
        <dl className={css['members']}>
          {members(certificate).map(({ name, text }) => (
            <div key={name} className={cls(text.length > LONG_TERMS && css['long'], widthOf(text))}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <div className={css['foot']}>
          <div className={css['code']}>
            <QrCode text={`${certificateId}\n${issuingAgent.userId}`} label={t('certificates.paper.code')} />
          </div>
          <div className={css['notes']}>
            {fingerprint !== undefined && (
              <>
                <p>{t('certificates.sheet.fingerprint')}</p>
                <p className={css['fingerprint']}>{fingerprint}</p>
              </>
            )}
            <p>
              {t('certificates.paper.state', {
                state: t(`certificateState.${listed.state}`),
                date: dateTime(listed.checkedAt),
              })}{' '}
              {isWorthless ? <Ended listed={listed} /> : !isGenuine && t('certificates.paper.notVerified')}
            </p>
            <p className={css['copy']}>{t('certificates.paper.copy', { date: dateTime(printedAt) })}</p>
          </div>
        </div>
      </div>
    </article>
  )
}

function Ended({ listed: { retiredAt, retiredBy } }: { readonly listed: ListedCertificate }) {
  const { t } = useTranslation()
  const { date } = useFormats()
  return retiredAt === undefined || retiredBy === undefined
    ? t('certificates.retiredUnknown')
    : t('certificates.retired', { date: date(retiredAt), number: retiredBy })
}

/** A column is some 22 letters wide. */
function widthOf(text: string): string | undefined {
  return text.length > 60 ? css['whole'] : text.length > 22 ? css['double'] : undefined
}
