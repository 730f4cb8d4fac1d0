import { Split as SplitIcon } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Refused, Shown } from '../../ui/States.tsx'
import { Made, type MadeCertificates } from './Made.tsx'
import { SplitParts } from './SplitParts.tsx'
import { checkParts } from './split-parts.ts'
import css from './Reissue.module.css'

/** [RE3] */
export function Split({ certificateId }: { readonly certificateId: string | undefined }) {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const [made, setMade] = useState<MadeCertificates>()
  // What was chosen from when it was signed: the request makes it pending, and what came of it is still to be said.
  const [held, setHeld] = useState<readonly ListedCertificate[]>()
  if (made !== undefined) return <Made title={t('reissue.split.done', { count: made.length })} certificates={made} />
  return (
    <Shown answer={certificates}>
      {(all) => {
        const live = held ?? all.filter(({ state, quantity }) => state === 'live' && quantity >= 2n)
        return live.length === 0 ? (
          <Section>
            <Empty icon={SplitIcon} title={t('reissue.split.empty')}>
              {t('reissue.split.emptyWhat')}
            </Empty>
          </Section>
        ) : (
          <Divide certificates={live} first={certificateId} onSign={() => setHeld(live)} onMade={setMade} />
        )
      }}
    </Shown>
  )
}

function Divide({
  certificates,
  first,
  onSign,
  onMade,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly first: string | undefined
  readonly onSign: () => void
  readonly onMade: (made: MadeCertificates) => void
}) {
  const { t } = useTranslation()
  const split = useCommand('reissue.split')
  const [chosen, setChosen] = useState(first)
  const [parts, setParts] = useState<readonly string[]>(['', ''])
  const certificate = certificates.find((each) => each.certificateId === chosen)
  const checked = checkParts(parts, certificate?.quantity ?? 0n)
  const divide = async (): Promise<void> => {
    if (certificate === undefined || checked.quantities === undefined) return
    onSign()
    const result = await split.run({ certificateId: certificate.certificateId, quantities: checked.quantities })
    if (!result.ok) return
    announce(t('reissue.split.done', { count: result.value.length }))
    onMade(result.value)
  }
  return (
    <Section>
      <CertificatePicker
        label={t('reissue.split.pick')}
        certificates={certificates}
        chosen={chosen === undefined ? [] : [chosen]}
        onChange={([id]) => setChosen(id)}
      />
      {certificate !== undefined && (
        <SplitParts whole={certificate.quantity} parts={parts} checked={checked} onChange={setParts} />
      )}
      <div className={css['row']}>
        <Button
          look="main"
          isPending={split.busy}
          isDisabled={certificate === undefined || checked.quantities === undefined}
          onPress={() => void divide()}
        >
          {t('reissue.split.sign')}
        </Button>
      </div>
      <Refused refusal={split.refusal} />
    </Section>
  )
}
