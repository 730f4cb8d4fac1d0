import { useTranslation } from 'react-i18next'
import { useFormats } from '../../i18n/format.ts'
import { Note } from '../../ui/States.tsx'
import { useStaleSince } from '../../api/market.ts'

/** Says, while the exchange is not heard, until when the prices were right. */
export function Stale() {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const since = useStaleSince()
  return (
    <div aria-live="polite">
      {since !== undefined && <Note tone="warn">{t('market.stale', { time: dateTime(since) })}</Note>}
    </div>
  )
}
