import { Label } from 'react-aria-components/Label'
import { ProgressBar } from 'react-aria-components/ProgressBar'
import { useTranslation } from 'react-i18next'
import type { Progress } from '../../shared/wallet-api/operations.ts'
import { cls } from './cls.ts'
import css from './SyncProgress.module.css'

/** How far asking the servers has come, in words and as a bar. */
export function SyncProgress({ progress }: { readonly progress: Progress | undefined }) {
  const { t } = useTranslation()
  const { step = 'market', done = 0, total = 0 } = progress ?? {}
  return (
    <ProgressBar
      value={total === 0 ? 0 : (done / total) * 100}
      isIndeterminate={total === 0}
      className={cls(css['progress'])}
    >
      {({ percentage }) => (
        <>
          <Label>{t(`parts.syncStep.${step}`)}</Label>
          <span className={css['track']}>
            <span className={css['done']} style={{ width: `${percentage ?? 0}%` }} />
          </span>
        </>
      )}
    </ProgressBar>
  )
}
