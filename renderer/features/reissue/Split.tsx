import { Split as SplitIcon } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { Empty } from '../../ui/States.tsx'
import { SplitParts } from './SplitParts.tsx'
import { checkParts } from './split-parts.ts'
import { Submitting, SubmitRow, type Submit } from './Submitting.tsx'

/** [RE3] */
export function Split({ certificateId }: { readonly certificateId: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Submitting
      way="split"
      choosable={(all) => all.filter(({ state, quantity }) => state === 'live' && quantity >= 2n)}
      empty={
        <Empty icon={SplitIcon} title={t('reissue.split.empty')}>
          {t('reissue.split.emptyWhat')}
        </Empty>
      }
    >
      {(certificates, submit) => <Divide certificates={certificates} first={certificateId} submit={submit} />}
    </Submitting>
  )
}

function Divide({
  certificates,
  first,
  submit,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly first: string | undefined
  readonly submit: Submit<'split'>
}) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState(first)
  const [parts, setParts] = useState<readonly string[]>(['', ''])
  const certificate = certificates.find((each) => each.certificateId === chosen)
  const checked = checkParts(parts, certificate?.quantity ?? 0n)
  const { quantities } = checked
  return (
    <>
      <CertificatePicker
        label={t('reissue.split.pick')}
        certificates={certificates}
        chosen={chosen === undefined ? [] : [chosen]}
        onChange={([id]) => setChosen(id)}
      />
      {certificate !== undefined && (
        <SplitParts whole={certificate.quantity} parts={parts} checked={checked} onChange={setParts} />
      )}
      <SubmitRow
        label={t('reissue.split.sign')}
        isDisabled={certificate === undefined || quantities === undefined}
        submit={submit}
        onPress={() => {
          if (certificate !== undefined && quantities !== undefined)
            submit.submit({ certificateId: certificate.certificateId, quantities })
        }}
      />
    </>
  )
}
