import { CalendarSync } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useFormats } from '../../i18n/format.ts'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { Empty } from '../../ui/States.tsx'
import css from './Reissue.module.css'
import { Submitting, SubmitRow, type Submit } from './Submitting.tsx'

/** Fig. 29: of one that is about to expire, or whose file is damaged. */
export function Renew({ certificateId }: { readonly certificateId: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Submitting way="renew" choosable={liveOnes} empty={<Empty icon={CalendarSync} title={t('reissue.renew.empty')} />}>
      {(certificates, submit) => <Choose certificates={certificates} first={certificateId} submit={submit} />}
    </Submitting>
  )
}

/** Those that expire first on top; those without an end last. */
function liveOnes(all: readonly ListedCertificate[]): readonly ListedCertificate[] {
  const end = ({ validUntil = Number.MAX_SAFE_INTEGER }: ListedCertificate): number => validUntil
  return all.filter(({ state }) => state === 'live').toSorted((one, other) => end(one) - end(other))
}

function Choose({
  certificates,
  first,
  submit,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly first: string | undefined
  readonly submit: Submit<'renew'>
}) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const [chosen, setChosen] = useState(first ?? certificates.find(({ validUntil }) => validUntil)?.certificateId)
  const certificate = certificates.find((each) => each.certificateId === chosen)
  return (
    <>
      <CertificatePicker
        label={t('reissue.renew.pick')}
        certificates={certificates}
        chosen={chosen === undefined ? [] : [chosen]}
        onChange={([id]) => setChosen(id)}
      />
      {certificate?.validUntil !== undefined && (
        <p className={css['soft']}>{t('reissue.renew.until', { date: date(certificate.validUntil) })}</p>
      )}
      <SubmitRow
        label={t('reissue.renew.sign')}
        isDisabled={certificate === undefined}
        submit={submit}
        onPress={() => certificate !== undefined && submit.submit({ certificateId: certificate.certificateId })}
      />
    </>
  )
}
