import { useState } from 'react'
import { Label } from 'react-aria-components/Label'
import { ProgressBar } from 'react-aria-components/ProgressBar'
import { useTranslation } from 'react-i18next'
import type { OperationOutput, Progress } from '../../shared/wallet-api/operations.ts'
import { useCommand } from '../api/answers.ts'
import { Button } from './Button.tsx'
import { cls } from './cls.ts'
import { announce } from './notices.tsx'
import css from './SyncProgress.module.css'

/** Asks the servers, which may take long: how far it has come, and that it is ended when a person has waited enough. */
export function useSync<Name extends 'sync' | 'restore'>(name: Name) {
  const { t } = useTranslation()
  const { run, clear, ...state } = useCommand<'sync' | 'restore'>(name)
  const [progress, setProgress] = useState<Progress>()
  const start = async (): Promise<OperationOutput<Name> | undefined> => {
    setProgress(undefined)
    const result = await run({}, { onProgress: setProgress })
    if (result.ok) return result.value as OperationOutput<Name>
    if (result.error.code === 'stopped') {
      clear()
      announce(t('refusal.stopped'))
    }
    return undefined
  }
  return { ...state, progress, start }
}

/** How far asking the servers has come, in words and as a bar, and a button that ends it. */
export function SyncProgress({ progress }: { readonly progress: Progress | undefined }) {
  const { t } = useTranslation()
  const stop = useCommand('sync.stop')
  return (
    <div className={css['row']}>
      <Bar progress={progress} />
      <Button isPending={stop.busy} onPress={() => void stop.run({})}>
        {t('action.cancel')}
      </Button>
    </div>
  )
}

function Bar({ progress }: { readonly progress: Progress | undefined }) {
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
