import { CircleAlert, type LucideIcon } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../shared/kernel/result.ts'
import type { Answer } from '../api/answers.ts'
import { useRefusalWords } from '../i18n/refusal.ts'
import { Button } from './Button.tsx'
import css from './States.module.css'

/** Shows an answer in each of its states; `children` draws the full one. */
export function Shown<Value>({
  answer,
  children,
}: {
  readonly answer: Answer<Value> & { readonly reload: () => void }
  readonly children: (value: Value) => ReactNode
}) {
  if (answer.state === 'loading') return <Loading />
  if (answer.state === 'failed') return <Failure refusal={answer.refusal} onRetry={answer.reload} />
  return children(answer.value)
}

/** After so long one wonders whether anything still happens. */
const LONG_MS = 8_000

export function Loading() {
  const { t } = useTranslation()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div aria-live="polite" aria-busy="true" className={css['loading']}>
      <span className={css['label']}>{t(isLong ? 'state.loadingLong' : 'state.loading')}</span>
      <span className={css['bar']} aria-hidden="true" />
      <span className={css['bar']} aria-hidden="true" />
      <span className={css['bar']} aria-hidden="true" />
    </div>
  )
}

/** Nothing is here yet: says so, why, and what to do about it. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  readonly icon: LucideIcon
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={css['empty']}>
      <Icon aria-hidden="true" size={32} strokeWidth={1.5} />
      <p className={css['title']}>{title}</p>
      {children !== undefined && <p className={css['words']}>{children}</p>}
      {action}
    </div>
  )
}

/** Why a whole part of a screen cannot be shown. */
export function Failure({ refusal, onRetry }: { readonly refusal: Refusal; readonly onRetry?: () => void }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  return (
    <div role="alert" className={css['empty']}>
      <CircleAlert aria-hidden="true" size={32} strokeWidth={1.5} />
      <p className={css['title']}>{t('state.failed')}</p>
      <p className={css['words']}>{words(refusal)}</p>
      {onRetry !== undefined && <Button onPress={onRetry}>{t('action.retry')}</Button>}
    </div>
  )
}

/** Why what was just tried came to nothing; nothing while there is no refusal. */
export function Refused({ refusal }: { readonly refusal: Refusal | undefined }) {
  const words = useRefusalWords()
  return <div role="alert">{refusal !== undefined && <Note tone="bad">{words(refusal)}</Note>}</div>
}

export function Note({
  tone,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'bad' | 'calm'
  readonly children: ReactNode
}) {
  return <div className={`${css['note']} ${css[tone]}`}>{children}</div>
}

/** One word with the colour of its meaning; the word alone says it too. */
export function Word({
  tone,
  children,
}: {
  readonly tone: 'good' | 'warn' | 'bad' | 'calm'
  readonly children: ReactNode
}) {
  return <span className={`${css['word']} ${css[tone]}`}>{children}</span>
}
