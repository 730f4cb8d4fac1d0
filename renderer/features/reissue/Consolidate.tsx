import { Combine } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_REISSUED } from '../../../shared/documents/reissue.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Note, Refused, Shown } from '../../ui/States.tsx'
import { Made, type MadeCertificates } from './Made.tsx'
import css from './Reissue.module.css'

/** [RE3] */
export function Consolidate() {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const [made, setMade] = useState<MadeCertificates>()
  // What was chosen from when it was signed: the request makes it pending, and what came of it is still to be said.
  const [held, setHeld] = useState<readonly ListedCertificate[]>()
  if (made !== undefined)
    return <Made title={t('reissue.consolidate.done', { count: made.length })} certificates={made} />
  return (
    <Shown answer={certificates}>
      {(all) => {
        const live = all.filter(({ state }) => state === 'live')
        const paired = held ?? live.filter((one) => live.some((other) => other !== one && isSameClass(one, other)))
        return paired.length === 0 ? (
          <Section>
            <Empty icon={Combine} title={t('reissue.consolidate.empty')} />
          </Section>
        ) : (
          <Choose certificates={paired} onSign={() => setHeld(paired)} onMade={setMade} />
        )
      }}
    </Shown>
  )
}

function isSameClass(one: ListedCertificate, other: ListedCertificate): boolean {
  return one.security === other.security && one.shareClass === other.shareClass
}

function Choose({
  certificates,
  onSign,
  onMade,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly onSign: () => void
  readonly onMade: (made: MadeCertificates) => void
}) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const consolidate = useCommand('reissue.consolidate')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const sum = certificates
    .filter(({ certificateId }) => chosen.includes(certificateId))
    .reduce((shares, { quantity }) => shares + quantity, 0n)
  const isTooMany = chosen.length > MAX_REISSUED
  const join = async (): Promise<void> => {
    onSign()
    const result = await consolidate.run({ certificateIds: chosen })
    if (!result.ok) return
    announce(t('reissue.consolidate.done', { count: result.value.length }))
    onMade(result.value)
  }
  const shares = t('shares', { count: Number(sum), formatted: count(sum) })
  return (
    <Section>
      <CertificatePicker
        many
        label={t('reissue.consolidate.pick')}
        certificates={certificates}
        chosen={chosen}
        onChange={setChosen}
      />
      <div aria-live="polite">
        {isTooMany ? (
          <Note tone="bad">{t('reissue.tooMany', { most: MAX_REISSUED })}</Note>
        ) : (
          <Note tone={chosen.length < 2 ? 'calm' : 'good'}>
            {chosen.length < 2 ? (
              t('reissue.consolidate.tooFew')
            ) : (
              <Covered text={t('reissue.consolidate.sum', { shares })} />
            )}
          </Note>
        )}
      </div>
      <div className={css['row']}>
        <Button
          look="main"
          isPending={consolidate.busy}
          isDisabled={chosen.length < 2 || isTooMany}
          onPress={() => void join()}
        >
          {t('reissue.consolidate.sign')}
        </Button>
      </div>
      <Refused refusal={consolidate.refusal} />
    </Section>
  )
}
