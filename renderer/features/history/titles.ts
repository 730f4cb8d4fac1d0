import { useActTitles } from '../../i18n/acts.ts'
import type { Act } from './acts.ts'

/** What an act is called, in the language of the screen. */
export function useTitle(): (act: Act) => string {
  const titles = useActTitles()
  return (act) => (act.kind === 'match' ? titles.match(act.completion.side) : titles.request(act.entry.summary))
}
