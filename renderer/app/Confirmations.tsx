import { ExternalLink, Stamp } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { PendingConfirmation } from '../../shared/wallet-api/views.ts'
import { wallet } from '../api/wallet.ts'
import { useFormats } from '../i18n/format.ts'
import { announce } from '../ui/notices.tsx'
import css from './Confirmations.module.css'

/** Points to the host's own confirmation. What is signed is shown there and only there: this page could be wrong about it. */
export function Confirmations({ pending }: { readonly pending: readonly PendingConfirmation[] }) {
  const { t, i18n } = useTranslation()
  const { time } = useFormats()
  useEffect(
    () =>
      wallet().on('confirmation-closed', ({ outcome }) =>
        announce(t(`confirm.closed.${outcome}`), outcome === 'approved' ? 'good' : 'bad'),
      ),
    [t],
  )
  return (
    <div role="alert" className={css['asked']}>
      {pending.map(({ id, kind, url, expiresAt }) => {
        const what = `confirm.what.${kind}`
        return (
          <div key={id} className={css['panel']}>
            <Stamp aria-hidden="true" size={28} />
            <div className={css['words']}>
              <h2>{t(kind === 'backup' ? 'confirm.titleBackup' : 'confirm.title')}</h2>
              {i18n.exists(what) && <p className={css['what']}>{t(what as 'confirm.what.order')}</p>}
              <p>{url === undefined ? t('confirm.desktop') : t('confirm.browser')}</p>
              <p>{t('confirm.meanwhile', { time: time(expiresAt) })}</p>
            </div>
            {url !== undefined && (
              <a href={url} target="_blank" rel="noopener" className={css['open']}>
                <ExternalLink aria-hidden="true" size={18} />
                {t('confirm.open')}
              </a>
            )}
          </div>
        )
      })}
    </div>
  )
}
