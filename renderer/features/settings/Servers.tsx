import { useTranslation } from 'react-i18next'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Shown } from '../../ui/States.tsx'
import css from './Servers.module.css'

/** The servers that the wallet deals with, and the certificates by which it knows them. */
export function Servers() {
  const { t } = useTranslation()
  const { date } = useFormats()
  const servers = useAnswer('market.servers', {})
  return (
    <Shown answer={servers}>
      {(rows) => (
        <table className={css['servers']}>
          <caption>{t('settings.servers')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('settings.server')}</th>
              <th scope="col">{t('settings.validUntil')}</th>
              <th scope="col">{t('settings.identityFingerprint')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ userId, role, name, url, securities, notAfter, fingerprint }) => (
              <tr key={userId}>
                <th scope="row">
                  <span className={css['name']}>
                    {t(`settings.serverRoles.${role}`)} · {name}
                  </span>
                  <span className={css['soft']}>{url}</span>
                  {securities !== undefined && <span className={css['soft']}>{securities.join(', ')}</span>}
                </th>
                <td data-label={t('settings.validUntil')}>{date(notAfter)}</td>
                <td data-label={t('settings.identityFingerprint')} className={css['fingerprint']}>
                  {fingerprint}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Shown>
  )
}
