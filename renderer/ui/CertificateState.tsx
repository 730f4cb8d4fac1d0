import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../shared/wallet-api/views.ts'
import { Word } from './States.tsx'

const TONES = { live: 'good', pending: 'warn', stopped: 'bad', retired: 'calm', lost: 'bad' } as const

/** The one state word of a certificate, the same everywhere. */
export function CertificateState({ state }: { readonly state: ListedCertificate['state'] }) {
  const { t } = useTranslation()
  return stateWord(state, t)
}

/** The same for one of many rows, whose words come from above. */
export function stateWord(state: ListedCertificate['state'], t: TFunction) {
  return <Word tone={TONES[state]}>{t(`certificateState.${state}`)}</Word>
}
