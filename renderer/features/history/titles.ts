import { useTranslation } from 'react-i18next'
import type { Act } from './acts.ts'

/** What an act is called, in the language of the screen. */
export function useTitle(): (act: Act) => string {
  const { t } = useTranslation()
  return (act) => {
    if (act.kind === 'match') return t(`history.match.${act.completion.side}`)
    const { summary } = act.entry
    if (summary.kind === 'reissue') return t(`history.ground.${summary.ground}`)
    if (summary.kind === 'order') return `${t('confirm.what.order')}: ${t(`history.side.${summary.side}`)}`
    return t(`confirm.what.${summary.kind}`)
  }
}
