import { Combine } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MAX_REISSUED } from '../../../shared/documents/reissue.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { Empty, Note } from '../../ui/States.tsx'
import { Submitting, SubmitRow, type Submit } from './Submitting.tsx'

/** [RE3] */
export function Consolidate() {
  const { t } = useTranslation()
  return (
    <Submitting
      way="consolidate"
      choosable={pairedAmong}
      empty={<Empty icon={Combine} title={t('reissue.consolidate.empty')} />}
    >
      {(certificates, submit) => <Choose certificates={certificates} submit={submit} />}
    </Submitting>
  )
}

/** Live ones of which there is another of the same security and class. */
function pairedAmong(all: readonly ListedCertificate[]): readonly ListedCertificate[] {
  const classOf = ({ security, shareClass }: ListedCertificate): string => `${security} ${shareClass}`
  const live = all.filter(({ state }) => state === 'live')
  const byClass = Map.groupBy(live, classOf)
  return live.filter((each) => (byClass.get(classOf(each))?.length ?? 0) > 1)
}

function Choose({
  certificates,
  submit,
}: {
  readonly certificates: readonly ListedCertificate[]
  readonly submit: Submit<'consolidate'>
}) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const sum = certificates
    .filter(({ certificateId }) => chosen.includes(certificateId))
    .reduce((shares, { quantity }) => shares + quantity, 0n)
  const isTooMany = chosen.length > MAX_REISSUED
  const shares = t('shares', { count: Number(sum), formatted: count(sum) })
  return (
    <>
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
      <SubmitRow
        label={t('reissue.consolidate.sign')}
        isDisabled={chosen.length < 2 || isTooMany}
        submit={submit}
        onPress={() => submit.submit({ certificateIds: chosen })}
      />
    </>
  )
}
