import { useTranslation } from 'react-i18next'
import type { Overview } from '../../shared/wallet-api/views.ts'
import { useLink } from '../api/wallet.ts'
import { useFormats } from '../i18n/format.ts'
import css from './Banners.module.css'

/** What is not as usual, on every screen. */
export function Banners({ overview }: { readonly overview: Overview }) {
  const { t, i18n } = useTranslation()
  const link = useLink((state) => state.link)
  const { dateTime } = useFormats()
  const market = overview.wallet?.market
  const enrolment = overview.wallet?.enrolment
  const connections = overview.wallet?.connections ?? []
  const away = connections.filter(({ state }) => state === 'waiting').map(({ name }) => name)
  const isAlone = away.length > 1 && away.length === connections.length
  const names = new Intl.ListFormat(i18n.language).format(away)
  return (
    <>
      {enrolment?.state === 'pending' && (
        <p className={css['demonstration']}>
          {t('banner.pending', { number: enrolment.applicationNumber, time: dateTime(enrolment.since) })}
        </p>
      )}
      {market?.demonstration === true && <p className={css['demonstration']}>{t('banner.demonstration')}</p>}
      <div aria-live="polite">
        {link === 'down' && <p className={css['warning']}>{t('banner.host')}</p>}
        {link !== 'down' && away.length > 0 && (
          <p className={css['warning']}>{isAlone ? t('banner.market') : t('banner.servers', { names })}</p>
        )}
        {market?.stale !== undefined && <p className={css['warning']}>{t('banner.stale')}</p>}
      </div>
    </>
  )
}
