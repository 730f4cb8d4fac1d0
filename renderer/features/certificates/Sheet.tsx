import { useTranslation } from 'react-i18next'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { Covered, Shares } from '../../ui/Amount.tsx'
import { cls } from '../../ui/cls.ts'
import { Engraving, Seal } from './Engraving.tsx'
import { useMembers } from './members.ts'
import css from './Sheet.module.css'

/** Letters that have room in a column, and in two. */
const COLUMN = 24
const COLUMNS = 56

/** The certificate as a certificate: engraving, seal, and all members of Fig. 6. */
export function Sheet({
  certificate,
  fingerprint,
  isGenuine,
}: {
  readonly certificate: ShareCertificate
  readonly fingerprint: string | undefined
  readonly isGenuine: boolean
}) {
  const { t } = useTranslation()
  const members = useMembers()
  return (
    <article className={css['sheet']} aria-label={t('certificates.sheet.label')}>
      <Engraving id={certificate.certificateId} />
      <div className={css['inner']}>
        <div className={css['head']}>
          <p className={css['kind']}>{t('certificates.document')}</p>
          <p className={css['company']}>{certificate.companyName}</p>
          <p className={css['number']}>{t('certificates.number', { number: certificate.certificateNumber })}</p>
          <p className={css['quantity']}>
            <Shares quantity={certificate.quantity} />
          </p>
        </div>
        <dl className={css['facts']}>
          {members(certificate).map(({ name, text, isAmount }) => (
            <div
              key={name}
              className={cls(text.length > COLUMNS ? css['whole'] : text.length > COLUMN && css['double'])}
            >
              <dt>{name}</dt>
              <dd>{isAmount === true ? <Covered text={text} /> : text}</dd>
            </div>
          ))}
          {fingerprint !== undefined && (
            <div className={css['whole']}>
              <dt>{t('certificates.sheet.fingerprint')}</dt>
              <dd className={css['fingerprint']}>{fingerprint}</dd>
            </div>
          )}
        </dl>
        {isGenuine && (
          <div className={css['seal']}>
            <Seal company={certificate.companyName} />
          </div>
        )}
      </div>
    </article>
  )
}
