import { useTranslation } from 'react-i18next'
import { useCallback } from 'react'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { pathTo } from '../../app/router.ts'
import { Shares } from '../../ui/Amount.tsx'
import { LinkButton } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import css from './Reissue.module.css'

export type MadeCertificates = OperationOutput<'reissue.lost'>

/** What came of a reissue; it takes the place of the form, and the focus. */
export function Made({ title, certificates }: { readonly title: string; readonly certificates: MadeCertificates }) {
  const { t } = useTranslation()
  const focus = useCallback((shown: HTMLElement | null) => shown?.focus(), [])
  return (
    <Section>
      <p ref={focus} tabIndex={-1} className={css['name']}>
        {title}
      </p>
      <ul className={css['made']}>
        {certificates.map(({ certificateId, companyName, quantity }) => (
          <li key={certificateId}>
            <span>
              {companyName} · <Shares quantity={quantity} />
            </span>
            <a href={pathTo('certificates', certificateId)}>{t('reissue.toShow', { id: certificateId })}</a>
          </li>
        ))}
      </ul>
      <div className={css['row']}>
        <LinkButton look="main" href={pathTo('certificates')}>
          {t('reissue.toCertificates')}
        </LinkButton>
      </div>
    </Section>
  )
}
