import { Download, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attention, Overview } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button } from '../../ui/Button.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { useSavedFile } from '../../ui/save-file.ts'
import { Note, Refused, Word } from '../../ui/States.tsx'
import { Address } from './Address.tsx'
import css from './Identity.module.css'

type OpenWallet = NonNullable<Overview['wallet']>

/** Who the holder is to everybody else, who says so and until when; and how to have it said anew. */
export function Identity({
  identity,
  attention,
}: {
  readonly identity: NonNullable<OpenWallet['identity']>
  readonly attention: readonly Attention[]
}) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const words = useRefusalWords()
  const file = useSavedFile('identity.file')
  const renew = useCommand('identity.renew')
  const [renewedUntil, setRenewedUntil] = useState<number>()
  const refused = attention.find((item) => item.kind === 'identity_refused')
  const isRevoked = refused?.refusal.code === 'cert_revoked'
  const expires = attention.find((item) => item.kind === 'identity_expires')
  const renewNow = async (): Promise<void> => {
    setRenewedUntil(undefined)
    const result = await renew.run({})
    if (result.ok) setRenewedUntil(result.value.notAfter)
  }
  return (
    <Section
      title={t('settings.identity')}
      actions={
        <Button isPending={file.busy} onPress={() => void file.save({})}>
          <Download aria-hidden="true" size={18} />
          {t('settings.saveIdentity')}
        </Button>
      }
    >
      {refused !== undefined && <Note tone="bad">{isRevoked ? t('settings.revoked') : words(refused.refusal)}</Note>}
      {expires !== undefined && <Note tone="warn">{t('settings.expiresSoon', { date: date(expires.at) })}</Note>}
      <Facts
        facts={[
          [t('settings.name'), identity.name],
          [t('settings.userId'), identity.userId],
          [
            t('settings.validUntil'),
            <span key="until" className={css['until']}>
              {date(identity.notAfter)} <Standing isRefused={refused !== undefined} isEnding={expires !== undefined} />
            </span>,
          ],
          [t('settings.issuer'), identity.issuer],
          [t('settings.identityFingerprint'), identity.fingerprint],
        ]}
      />
      <p>{t('settings.identityFileWhat')}</p>
      <Refused refusal={file.refusal} />
      <Address key={identity.postalAddress} present={identity.postalAddress} />
      {!isRevoked && (
        <>
          <h3>{t('settings.renewal')}</h3>
          <p>{t('settings.renewalWhat')}</p>
          <div>
            <Button
              look={expires === undefined ? 'plain' : 'main'}
              isPending={renew.busy}
              onPress={() => void renewNow()}
            >
              <RefreshCw aria-hidden="true" size={18} />
              {t('settings.renew')}
            </Button>
          </div>
          <div aria-live="polite">
            {renew.busy && <p>{t('settings.renewing')}</p>}
            {renewedUntil !== undefined && (
              <Note tone="good">{t('settings.renewed', { date: date(renewedUntil) })}</Note>
            )}
          </div>
          <Refused refusal={renew.refusal} />
        </>
      )}
    </Section>
  )
}

function Standing({ isRefused, isEnding }: { readonly isRefused: boolean; readonly isEnding: boolean }) {
  const { t } = useTranslation()
  if (isRefused) return <Word tone="bad">{t('settings.standing.refused')}</Word>
  return isEnding ? (
    <Word tone="warn">{t('settings.standing.ending')}</Word>
  ) : (
    <Word tone="good">{t('settings.standing.valid')}</Word>
  )
}
