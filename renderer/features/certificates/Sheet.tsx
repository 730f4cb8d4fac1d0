import { useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { useFormats } from '../../i18n/format.ts'
import { Money, Shares } from '../../ui/Amount.tsx'
import { guilloche } from './guilloche.ts'
import css from './Sheet.module.css'

/** The certificate as a certificate: engraving, seal, and all members of Fig. 6. */
export function Sheet({
  certificate,
  isGenuine,
}: {
  readonly certificate: ShareCertificate
  readonly isGenuine: boolean
}) {
  const { t } = useTranslation()
  const { date, calendar } = useFormats()
  const facts = [
    [t('certificates.sheet.holder'), certificate.holderName],
    [t('certificates.sheet.userId'), certificate.userId],
    [t('certificates.sheet.security'), certificate.security],
    [t('certificates.sheet.class'), t(`shareClass.${certificate.shareClass}`)],
    ...(certificate.classTerms === undefined
      ? []
      : [[t('certificates.sheet.classTerms'), certificate.classTerms] as const]),
    [t('certificates.sheet.issued'), date(certificate.issuedAt)],
    [
      t('certificates.sheet.valid'),
      certificate.validUntil === undefined ? t('certificates.sheet.unlimited') : date(certificate.validUntil),
    ],
    [t('certificates.sheet.incorporated'), calendar(certificate.incorporatedOn)],
    [t('certificates.sheet.restriction'), t(`certificates.sheet.restrictions.${certificate.transferRestriction}`)],
    ...(certificate.parValueMinor === undefined
      ? []
      : [
          [
            t('certificates.sheet.par'),
            <Money key="par" minor={certificate.parValueMinor} currency={certificate.currency} />,
          ] as const,
        ]),
    [t('certificates.sheet.currency'), certificate.currency],
    [t('certificates.sheet.agent'), `${certificate.issuingAgent.name} (${certificate.issuingAgent.userId})`],
    [t('certificates.sheet.algorithm'), certificate.signatureAlgorithm],
    [t('certificates.sheet.id'), certificate.certificateId],
  ] as const
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
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {isGenuine && <Seal company={certificate.companyName} />}
      </div>
    </article>
  )
}

function Engraving({ id }: { readonly id: string }) {
  const pattern = useId()
  const { rosettes, waves } = useMemo(() => guilloche(id), [id])
  return (
    <svg className={css['engraving']} aria-hidden="true" width="100%" height="100%">
      <defs>
        <pattern id={pattern} width="48" height="28" patternUnits="userSpaceOnUse">
          <g transform="translate(0 14)">
            {waves.map((path) => (
              <path key={path} d={path} />
            ))}
          </g>
        </pattern>
      </defs>
      <rect className={css['border']} width="100%" height="28" fill={`url(#${pattern})`} />
      <svg x="0" y="100%" overflow="visible">
        <rect className={css['border']} y="-28" width="100%" height="28" fill={`url(#${pattern})`} />
      </svg>
      <svg x="50%" y="50%" overflow="visible">
        <g className={css['rosette']}>
          {rosettes.map((path) => (
            <path key={path} d={path} />
          ))}
        </g>
      </svg>
    </svg>
  )
}

/** Pressed only onto what was verified. */
function Seal({ company }: { readonly company: string }) {
  const letters = Array.from(company.replaceAll(/[^\p{L}\p{N}]/gu, '')).slice(0, 4)
  return (
    <svg className={css['seal']} viewBox="0 0 80 80" aria-hidden="true">
      <rect x="3" y="3" width="74" height="74" rx="10" />
      <rect x="8" y="8" width="64" height="64" rx="6" className={css['line']} />
      {letters.map((letter, index) => (
        <text key={index} x={index < 2 ? 54 : 26} y={index % 2 === 0 ? 37 : 66} textAnchor="middle">
          {letter}
        </text>
      ))}
    </svg>
  )
}
