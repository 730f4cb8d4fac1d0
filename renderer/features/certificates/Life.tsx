import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useActTitles } from '../../i18n/acts.ts'
import { useFormats } from '../../i18n/format.ts'
import { Shares } from '../../ui/Amount.tsx'
import { Section } from '../../ui/Page.tsx'
import { Shown, Word } from '../../ui/States.tsx'
import css from './Certificates.module.css'

type Event = OperationOutput<'certificates.life'>[number]

const TONES = { under_way: 'warn', refused: 'bad' } as const

/** What became of the certificate, in the order in which it happened; what somebody signed leads to the evidence. */
export function Life({ certificateId }: { readonly certificateId: string }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const life = useAnswer('certificates.life', { certificateId })
  return (
    <Section title={t('certificates.life')}>
      <p className={css['soft']}>{t('certificates.lifeWhat')}</p>
      <Shown answer={life}>
        {(events) => (
          <ol className={css['life']}>
            {events.map((event, index) => (
              // Nothing is ever put between two of them, and a request can end in the same moment as a match.
              <li key={index}>
                <What event={event} />
                <span className={css['soft']}>
                  {dateTime(event.at)}
                  <Number event={event} />
                </span>
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </Section>
  )
}

function What({ event }: { readonly event: Event }) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const titles = useActTitles()
  switch (event.kind) {
    case 'issued':
      return t('certificates.events.issued', { name: event.holderName })
    case 'endorsed':
      return (
        <>
          {t('certificates.events.endorsed', { name: event.transfereeName, date: date(event.validUntil) })} ·{' '}
          <Shares quantity={event.quantity} />
        </>
      )
    case 'retired':
      return t(`certificates.events.${event.state}`)
    case 'match':
      return (
        <>
          <a href={pathTo('history', 'match', event.completion.matchNumber)}>{titles.match(event.completion.side)}</a> ·{' '}
          <Shares quantity={event.completion.quantity} />
        </>
      )
    case 'request': {
      const { requestId, summary, state } = event.entry
      return (
        <>
          <a href={pathTo('history', 'request', requestId)}>{titles.request(summary)}</a>{' '}
          {state !== 'answered' && <Word tone={TONES[state]}>{t(`history.states.${state}`)}</Word>}
        </>
      )
    }
  }
}

/** By which it is found at the servers. */
function Number({ event }: { readonly event: Event }) {
  const number =
    event.kind === 'retired'
      ? event.by
      : event.kind === 'match'
        ? `${event.completion.matchNumber}, ${event.completion.transferNumber}`
        : event.kind === 'request' && 'number' in event.entry.summary
          ? event.entry.summary.number
          : undefined
  return number === undefined ? null : ` · ${number}`
}
