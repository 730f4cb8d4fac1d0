import { useWindowVirtualizer } from '@tanstack/react-virtual'
import type { TFunction } from 'i18next'
import { memo, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { pathTo } from '../../app/router.ts'
import { useSettings } from '../../app/settings.ts'
import { useFormats, type Formats } from '../../i18n/format.ts'
import { Shares } from '../../ui/Amount.tsx'
import { stateWord } from '../../ui/CertificateState.tsx'
import css from './CertificateRows.module.css'

const ROW_PX = 76
const OVERSCAN = 4

/** Only the rows in sight exist, so that ten thousand scroll like ten. */
export function CertificateRows({ certificates }: { readonly certificates: readonly ListedCertificate[] }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const hidden = useSettings(({ settings }) => settings.hideAmounts)
  const [scrollMargin, setScrollMargin] = useState(0)
  const place = useCallback((list: HTMLUListElement | null) => {
    if (list !== null) setScrollMargin(list.getBoundingClientRect().top + window.scrollY)
  }, [])
  // Nothing here is compiled by React's compiler, which could not memoize what this returns.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useWindowVirtualizer({
    count: certificates.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin,
  })
  return (
    <ul ref={place} className={css['list']} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ index, start, size }) => {
        const certificate = certificates[index]
        if (certificate === undefined) return null
        return (
          <li
            key={certificate.certificateId}
            aria-setsize={certificates.length}
            aria-posinset={index + 1}
            style={{ height: size, top: start - scrollMargin }}
          >
            <Row certificate={certificate} t={t} formats={formats} hidden={hidden} />
          </li>
        )
      })}
    </ul>
  )
}

interface RowProps {
  readonly certificate: ListedCertificate
  /** Words and formats come from above: a row that goes by in a moment asks for nothing itself. */
  readonly t: TFunction
  readonly formats: Formats
  readonly hidden: boolean
}

const Row = memo(function Row({ certificate, t, formats: { date, count }, hidden }: RowProps) {
  const { certificateId, certificateNumber, companyName, security, shareClass, quantity, state, label, issuedAt } =
    certificate
  return (
    <a href={pathTo('certificates', certificateId)} className={css['row']}>
      <strong className={css['company']}>{companyName}</strong>
      <strong className={css['shares']}>
        {hidden ? <Shares quantity={quantity} /> : t('shares', { count: Number(quantity), formatted: count(quantity) })}
      </strong>
      <span className={css['what']}>
        {security} · {t(`shareClass.${shareClass}`)} · {t('certificates.number', { number: certificateNumber })}
        {label !== undefined && ` · ${label}`}
      </span>
      <span className={css['date']}>{date(issuedAt)}</span>
      <span className={css['state']}>{stateWord(state, t)}</span>
    </a>
  )
})
