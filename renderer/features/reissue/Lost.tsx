import { FileQuestionMark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_REISSUED } from '../../../shared/documents/reissue.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { pathTo } from '../../app/router.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { Empty, Note } from '../../ui/States.tsx'
import { Submitting, SubmitRow, type Submit } from './Submitting.tsx'
import css from './Reissue.module.css'

/** [RE2] */
export function Lost({ certificateId }: { readonly certificateId: string | undefined }) {
  const { t } = useTranslation()
  return (
    <Submitting
      way="lost"
      choosable={(all) => all.filter(({ state }) => state !== 'retired' && state !== 'lost')}
      empty={
        <Empty
          icon={FileQuestionMark}
          title={t('reissue.lost.empty')}
          action={<LinkButton href={pathTo('reissue', 'restore')}>{t('reissue.ways.restore.title')}</LinkButton>}
        >
          {t('reissue.lost.missing')}
        </Empty>
      }
    >
      {(certificates, submit) => <Choose certificates={certificates} first={certificateId} submit={submit} />}
    </Submitting>
  )
}

function Choose({
  certificates,
  first,
  submit,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly first: string | undefined
  readonly submit: Submit<'lost'>
}) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<readonly string[]>(first === undefined ? [] : [first])
  const isTooMany = chosen.length > MAX_REISSUED
  return (
    <>
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
      <SubmitRow
        label={t('reissue.lost.sign')}
        isDisabled={chosen.length === 0 || isTooMany}
        submit={submit}
        onPress={() => submit.submit({ certificateIds: chosen })}
      />
    </>
  )
}
