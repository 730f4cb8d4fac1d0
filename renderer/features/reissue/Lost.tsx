import { FileQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_REISSUED } from '../../../shared/documents/reissue.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Note, Refused, Shown } from '../../ui/States.tsx'
import { Made, type MadeCertificates } from './Made.tsx'
import css from './Reissue.module.css'

/** [RE2] */
export function Lost({ certificateId }: { readonly certificateId: string | undefined }) {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const [made, setMade] = useState<MadeCertificates>()
  // What was chosen from when it was signed: the request makes it pending, and what came of it is still to be said.
  const [held, setHeld] = useState<readonly ListedCertificate[]>()
  if (made !== undefined) return <Made title={t('reissue.lost.done', { count: made.length })} certificates={made} />
  return (
    <Shown answer={certificates}>
      {(all) => {
        const mine = held ?? all.filter(({ state }) => state !== 'retired')
        return mine.length === 0 ? (
          <Section>
            <Empty
              icon={FileQuestionMark}
              title={t('reissue.lost.empty')}
              action={<LinkButton href={pathTo('reissue', 'restore')}>{t('reissue.ways.restore.title')}</LinkButton>}
            >
              {t('reissue.lost.missing')}
            </Empty>
          </Section>
        ) : (
          <Choose certificates={mine} first={certificateId} onSign={() => setHeld(mine)} onMade={setMade} />
        )
      }}
    </Shown>
  )
}

function Choose({
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
  const lost = useCommand('reissue.lost')
  const [chosen, setChosen] = useState<readonly string[]>(first === undefined ? [] : [first])
  const isTooMany = chosen.length > MAX_REISSUED
  const replace = async (): Promise<void> => {
    onSign()
    const result = await lost.run({ certificateIds: chosen })
    if (!result.ok) return
    announce(t('reissue.lost.done', { count: result.value.length }))
    onMade(result.value)
  }
  return (
    <Section>
      <CertificatePicker
        many
        label={t('reissue.lost.pick')}
        certificates={certificates}
        chosen={chosen}
        onChange={setChosen}
      />
      <p className={css['soft']}>
        {t('reissue.lost.missing')} <a href={pathTo('reissue', 'restore')}>{t('reissue.ways.restore.title')}</a>
      </p>
      <Note tone="warn">{t('reissue.lost.note')}</Note>
      <div aria-live="polite">
        {isTooMany && <Note tone="bad">{t('reissue.tooMany', { most: MAX_REISSUED })}</Note>}
      </div>
      <div className={css['row']}>
        <Button
          look="main"
          isPending={lost.busy}
          isDisabled={chosen.length === 0 || isTooMany}
          onPress={() => void replace()}
        >
          {t('reissue.lost.sign')}
        </Button>
      </div>
      <Refused refusal={lost.refusal} />
    </Section>
  )
}
