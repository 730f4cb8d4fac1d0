import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../../shared/kernel/result.ts'
import { Note, Refused } from '../../ui/States.tsx'

/** Some codes mean something else to the operator of a server than to its clients. */
export function DeskRefused({ refusal }: { readonly refusal: Refusal | undefined }) {
  const { t, i18n } = useTranslation()
  const words = `node.refused.${refusal?.code ?? ''}`
  if (refusal === undefined || !i18n.exists(words)) return <Refused refusal={refusal} />
  return (
    <div role="alert">
      <Note tone="bad">{t(words as 'node.refused.bad_period')}</Note>
    </div>
  )
}
