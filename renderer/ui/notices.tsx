import { CircleCheck, CircleX, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import { Button } from './Button.tsx'
import css from './notices.module.css'

interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly text: string
}

/** A person can read a sentence in this time; errors stay until they are closed. */
const SHOWN_MS = 6_000
const AT_ONCE = 3

const useNotices = create<{ readonly notices: readonly Notice[] }>()(() => ({ notices: [] }))
let lastId = 0

/** Says in a corner (and to a screen reader) that something has happened. */
export function announce(text: string, tone: Notice['tone'] = 'good'): void {
  lastId += 1
  const id = lastId
  useNotices.setState(({ notices }) => ({ notices: [...notices, { id, tone, text }].slice(-AT_ONCE) }))
  if (tone === 'good') setTimeout(() => dismiss(id), SHOWN_MS)
}

function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}

/** The live region; it is there from the start, because readers do not hear of regions that come with their words. */
export function Notices() {
  const { t } = useTranslation()
  const notices = useNotices((state) => state.notices)
  return (
    <section aria-label={t('notice.list')} className={css['region']}>
      <div aria-live="polite" className={css['list']}>
        {notices.map(({ id, tone, text }) => {
          const Icon = tone === 'good' ? CircleCheck : CircleX
          return (
            <div key={id} className={`${css['notice']} ${css[tone]}`}>
              <Icon aria-hidden="true" size={20} />
              <span>{text}</span>
              <Button look="quiet" aria-label={t('action.close')} onPress={() => dismiss(id)}>
                <X aria-hidden="true" size={16} />
              </Button>
            </div>
          )
        })}
      </div>
    </section>
  )
}
