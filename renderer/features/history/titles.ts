import { useActTitles } from '../../i18n/acts.ts'
import type { Act } from './acts.ts'

/** What an act is called, in the language of the screen. */
export function useTitle(): (act: Act) => string {
  const titles = useActTitles()
  return (act) => {
    if (act.kind === 'match') return titles.match(act.completion.side)
    return act.kind === 'request' ? titles.request(act.entry.summary) : titles.endorsement()
  }
}
