import { useTranslation } from 'react-i18next'
import type { ShareCertificate } from '../../../shared/documents/share-certificate.ts'
import { useFormats } from '../../i18n/format.ts'

export interface Member {
  readonly name: string
  readonly text: string
  /** Tells how much somebody has. */
  readonly isAmount?: boolean
}

/** All members of Fig. 6 but those that the heading shows: company, certificate number and quantity. */
export function useMembers(): (certificate: ShareCertificate) => readonly Member[] {
  const { t } = useTranslation()
  const { date, calendar, money } = useFormats()
  return (certificate) => {
    const { classTerms, validUntil, parValueMinor, currency, issuingAgent } = certificate
    const members: (Member | false)[] = [
      { name: t('certificates.sheet.holder'), text: certificate.holderName },
      { name: t('certificates.sheet.userId'), text: certificate.userId },
      { name: t('certificates.sheet.security'), text: certificate.security },
      { name: t('certificates.sheet.class'), text: t(`shareClass.${certificate.shareClass}`) },
      classTerms !== undefined && { name: t('certificates.sheet.classTerms'), text: classTerms },
      { name: t('certificates.sheet.issued'), text: date(certificate.issuedAt) },
      {
        name: t('certificates.sheet.valid'),
        text: validUntil === undefined ? t('certificates.sheet.unlimited') : date(validUntil),
      },
      { name: t('certificates.sheet.incorporated'), text: calendar(certificate.incorporatedOn) },
      {
        name: t('certificates.sheet.restriction'),
        text: t(`certificates.sheet.restrictions.${certificate.transferRestriction}`),
      },
      parValueMinor !== undefined && {
        name: t('certificates.sheet.par'),
        text: money(parValueMinor, currency),
        isAmount: true,
      },
      { name: t('certificates.sheet.currency'), text: currency },
      { name: t('certificates.sheet.agent'), text: `${issuingAgent.name} (${issuingAgent.userId})` },
      { name: t('certificates.sheet.agentUrl'), text: issuingAgent.url },
      { name: t('certificates.sheet.algorithm'), text: certificate.signatureAlgorithm },
      { name: t('certificates.sheet.id'), text: certificate.certificateId },
    ]
    return members.filter((member) => member !== false)
  }
}
