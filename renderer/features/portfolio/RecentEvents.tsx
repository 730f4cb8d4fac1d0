import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useActTitles } from '../../i18n/acts.ts'
import { useFormats } from '../../i18n/format.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Shown, Word } from '../../ui/States.tsx'
import css from './Portfolio.module.css'

const SHOWN = 6
const TONES = { under_way: 'warn', answered: 'good', refused: 'bad' } as const

type Request = OperationOutput<'history.list'>[number]
type Match = OperationOutput<'orders.completions'>[number]
type Event = Request | Match

/** What one signed oneself, and what became of one's orders since; the newest first, each leading to its evidence. */
export function RecentEvents() {
  const { t } = useTranslation()
  const history = useAnswer('history.list', {})
  const completions = useAnswer('orders.completions', {})
  const matches: readonly Match[] = completions.state === 'ready' ? completions.value.slice(0, SHOWN) : []
  return (
    <Section
      title={t('portfolio.recent')}
      actions={<LinkButton href={pathTo('history')}>{t('portfolio.toHistory')}</LinkButton>}
    >
      <Shown answer={history}>
        {(requests) => {
          const events = [...requests.slice(0, SHOWN), ...matches].toSorted((one, other) => other.at - one.at)
          if (events.length === 0) return <p className={css['soft']}>{t('portfolio.recentEmpty')}</p>
          return (
            <ul className={css['rows']}>
              {events.slice(0, SHOWN).map((event) => (
                <Row key={'requestId' in event ? event.requestId : event.matchNumber} event={event} />
              ))}
            </ul>
          )
        }}
      </Shown>
    </Section>
  )
}

function Row({ event }: { readonly event: Event }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const titles = useActTitles()
  const isRequest = 'requestId' in event
  const title = isRequest ? titles.request(event.summary) : titles.match(event.side)
  const security = isRequest ? ('security' in event.summary ? event.summary.security : undefined) : event.security
  const state = isRequest ? event.state : 'answered'
  const place = isRequest
    ? pathTo('history', 'request', event.requestId)
    : pathTo('history', 'match', event.matchNumber)
  return (
    <li>
      <span className={css['grow']}>
        <a href={place}>{title}</a>
        {security !== undefined && ` · ${security}`}
        <span className={css['soft']}>{dateTime(event.at)}</span>
      </span>
      <Word tone={TONES[state]}>{t(`portfolio.requestState.${state}`)}</Word>
    </li>
  )
}
